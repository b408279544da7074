using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>The mailbox named in the configuration is the one that is used.</summary>
public sealed class MailboxTypeTests() : TestKit(
    """
    akka.loglevel = OFF
    newest-first.mailbox-type = "Contract.Tests.NewestFirstMailbox, Contract.Tests"
    newest-first.label = from the section
    oldest-first.mailbox-type = "Akka.Dispatch.UnboundedMailbox"
    both-ends.mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox"
    newest-first-dispatcher {
      type = Dispatcher
      mailbox-type = "Contract.Tests.NewestFirstMailbox, Contract.Tests"
    }
    no-such-type.mailbox-type = "Contract.Tests.Missing, Contract.Tests"
    """)
{
    [Theory]
    [InlineData("newest-first", "3 2 1")]
    [InlineData("oldest-first", "1 2 3")]
    [InlineData("both-ends", "1 2 3")]
    public void WithMailbox_WhenTheConfigurationNamesAType_UsesItsQueue(string mailbox, string expected) =>
        Assert.Equal(expected, OrderOf(props => props.WithMailbox(mailbox)));

    [Fact]
    public void WithDispatcher_WhenTheDispatcherNamesAMailboxType_UsesItsQueue() =>
        Assert.Equal("3 2 1", OrderOf(props => props.WithDispatcher("newest-first-dispatcher")));

    [Fact]
    public void MailboxType_WhenCreated_GetsItsSection()
    {
        var mailbox = (NewestFirstMailbox)Sys.Mailboxes.Lookup("newest-first");

        Assert.Equal("from the section", mailbox.Label);
    }

    [Theory]
    [InlineData("no-such-section")]
    [InlineData("no-such-type")]
    public void WithMailbox_WhenThereIsNoSuchMailbox_Throws(string mailbox) =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Gated(new ManualResetEventSlim())).WithMailbox(mailbox)));

    [Fact]
    public void WithMailbox_WhenTheQueueIsNotWhatTheActorNeeds_Throws() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Stashing()).WithMailbox("newest-first")));

    private string OrderOf(Func<Props, Props> configure)
    {
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(configure(Props.Create(() => new Gated(gate))));
        actor.Tell("wait");
        ExpectMsg("waiting"); // What follows queues up behind the gate.
        foreach (var number in new[] { 1, 2, 3 }) actor.Tell(number);
        gate.Set();
        return string.Join(' ', ReceiveN(3));
    }

    private sealed class Gated : ReceiveActor
    {
        public Gated(ManualResetEventSlim gate)
        {
            Receive<string>(_ =>
            {
                Sender.Tell("waiting");
                gate.Wait();
            });
            ReceiveAny(message => Sender.Tell(message));
        }
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public IStash Stash { get; set; } = null!;
    }
}

/// <summary>A mailbox type as a user would write it.</summary>
public sealed class NewestFirstMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<NewestFirstQueue>
{
    public string Label => Config.GetString("label");

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new NewestFirstQueue();
}

public sealed class NewestFirstQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly System.Collections.Concurrent.ConcurrentStack<Envelope> _stack = new();

    public bool HasMessages => !_stack.IsEmpty;

    public int Count => _stack.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _stack.Push(envelope);

    public bool TryDequeue(out Envelope envelope) => _stack.TryPop(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }
}
