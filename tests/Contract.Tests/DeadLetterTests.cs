using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>What reaches nobody is published on the event stream.</summary>
public sealed class DeadLetterTests() : TestKit("akka.loglevel = OFF")
{
    [Fact]
    public void Tell_WhenTheActorHasStopped_PublishesADeadLetter()
    {
        var actor = Stopped();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        actor.Tell("too late");

        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("too late", TestActor, actor), ((string)letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public void Stop_WhenMessagesAreLeft_PublishesThemAsDeadLetters()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Waits(gate)));
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        actor.Tell("wait");
        ExpectMsg("waiting");
        actor.Tell("left 1");
        actor.Tell("left 2");
        gate.Set();

        ExpectMsg<DeadLetter>(letter => letter.Message.Equals("left 1"));
        ExpectMsg<DeadLetter>(letter => letter.Message.Equals("left 2"));
    }

    [Fact]
    public void Tell_WhenThereIsNoSender_ShowsDeadLettersAsTheSender()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellsSender(TestActor)));

        actor.Tell("who?", ActorRefs.NoSender);

        ExpectMsg(Sys.DeadLetters);
    }

    [Fact]
    public void Tell_WhenTheMessageIsNotWorthIt_PublishesASuppressedDeadLetter()
    {
        var actor = Stopped();
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));

        actor.Tell(PoisonPill.Instance);
        actor.Tell("worth it");

        ExpectMsg<SuppressedDeadLetter>(letter => letter.Message is PoisonPill);
        ExpectMsg<DeadLetter>(letter => letter.Message.Equals("worth it"));
    }

    [Fact]
    public void Receive_WhenTheActorDoesNotKnowAMessage_PublishesIt()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Waits(new ManualResetEventSlim())));
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));

        actor.Tell(42);

        ExpectMsg<UnhandledMessage>(unhandled => unhandled.Message.Equals(42) && unhandled.Recipient.Equals(actor));
    }

    [Fact]
    public void EventStream_WhenUnsubscribed_DeliversNothingMore()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        Sys.EventStream.Publish("first");
        Sys.EventStream.Unsubscribe(TestActor, typeof(string));

        Sys.EventStream.Publish("second");
        TestActor.Tell(3);

        ExpectMsg("first");
        ExpectMsg(3);
    }

    private IActorRef Stopped()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellsSender(TestActor)));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        return actor;
    }

    private sealed class Waits : ReceiveActor
    {
        public Waits(ManualResetEventSlim gate) => Receive<string>(_ =>
        {
            Sender.Tell("waiting");
            gate.Wait();
            Context.Stop(Self);
        });
    }

    private sealed class TellsSender : ReceiveActor
    {
        public TellsSender(IActorRef listener) => ReceiveAny(_ => listener.Tell(Sender));
    }
}
