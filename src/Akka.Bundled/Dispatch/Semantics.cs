using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>What a message queue promises; actors ask for it with <see cref="IRequiresMessageQueue{T}"/>.</summary>
public interface ISemantics;

public interface IUnboundedMessageQueueSemantics : ISemantics;

public interface IMultipleConsumerSemantics : ISemantics;

/// <summary>A queue that takes messages at its head too, which stashing needs.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>An actor says which queue it needs; <c>akka.actor.mailbox.requirements</c> names a mailbox for it.</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;

/// <summary>A mailbox type says which queue it makes.</summary>
public interface IProducesMessageQueue<TQueue>
    where TQueue : IMessageQueue;
