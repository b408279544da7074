using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Actors.Shell;

/// <summary>The mailbox of lock actors: strict FIFO, its order is the order of acquisition under the ordered policy. Reports its depth to the run.</summary>
public sealed class OrderedMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<OrderedMessageQueue>
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system)
    {
        var queue = new OrderedMessageQueue();
        if (owner is not null && system is not null)
            RunContext.Of(system)?.Metrics.Watch(owner.Path.Name, () => queue.Count);
        return queue;
    }
}

/// <summary>The queue behind an <see cref="OrderedMailbox"/>; persistent actors stash, so it can also be pushed at its head.</summary>
public sealed class OrderedMessageQueue() : DequeWrapperMessageQueue(new UnboundedMessageQueue()), IUnboundedDequeBasedMessageQueueSemantics;
