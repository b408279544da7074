using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Terminated comes once, after everything the watched actor sent.</summary>
public sealed class DeathWatchTests() : TestKit("akka.loglevel = OFF")
{
    [Fact]
    public void Watch_WhenTheActorStops_DeliversTerminated()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        Watch(actor);

        Sys.Stop(actor);

        Assert.True(ExpectTerminated(actor).ExistenceConfirmed);
    }

    [Fact]
    public void Watch_WhenTheActorIsAlreadyDead_DeliversTerminated()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        var late = CreateTestProbe();

        late.Watch(actor);

        late.ExpectTerminated(actor);
    }

    [Fact]
    public void Watch_WhenTheActorSpeaksAndStops_DeliversItsWordsFirst()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SaysGoodbye(TestActor)));
        Watch(actor);

        actor.Tell("end");

        ExpectMsg("goodbye");
        ExpectMsg("from PostStop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Watch_WhenCalledTwice_DeliversTerminatedOnce()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        Watch(actor);
        Watch(actor);

        Sys.Stop(actor);
        ExpectTerminated(actor);
        TestActor.Tell("marker");

        ExpectMsg("marker");
    }

    [Fact]
    public void Unwatch_WhenTerminatedIsAlreadyQueued_TakesItBack()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        using var gate = new ManualResetEventSlim();
        var watcher = Sys.ActorOf(Props.Create(() => new ChangesItsMind(actor, TestActor, gate)));
        ExpectMsg("watching");
        watcher.Tell("unwatch");
        Watch(actor);

        Sys.Stop(actor);
        ExpectTerminated(actor); // The watcher has been notified as well, or will be: its notice cannot pass the gate.
        gate.Set();
        watcher.Tell("marker");

        ExpectMsg("marker");
    }

    [Fact]
    public void Terminated_WhenNotHandled_FailsTheWatcher()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        var pact = Sys.ActorOf(Props.Create(() => new DeathPact(actor)));
        Watch(pact);

        Sys.Stop(actor);

        ExpectTerminated(pact);
    }

    [Fact]
    public void WatchWith_WhenTheActorStops_DeliversTheGivenMessage()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle()));
        Sys.ActorOf(Props.Create(() => new WatchesWith(actor, TestActor)));
        ExpectMsg("watching");

        Sys.Stop(actor);

        ExpectMsg("it is over");
    }

    [Fact]
    public void Terminated_WhenAChildEnds_FreesItsName()
    {
        var parent = Sys.ActorOf(Props.Create(() => new ReplacesChild(TestActor)));

        parent.Tell("replace");

        var (before, after) = ExpectMsg<(IActorRef, IActorRef)>();
        Assert.Equal(before.Path, after.Path);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void PoisonPill_WhenMessagesWait_EndsTheActorAfterThem()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SaysGoodbye(TestActor)));
        Watch(actor);

        actor.Tell("hello");
        actor.Tell(PoisonPill.Instance);

        ExpectMsg("hello");
        ExpectMsg("from PostStop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Stop_WhenAnActorHasChildren_EndsTheChildrenFirst()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Nest(TestActor, 3)));

        Sys.Stop(parent);

        Assert.Equal(["end 0", "end 1", "end 2", "end 3"], ReceiveN(4).Cast<string>());
    }

    private sealed class Idle : ReceiveActor;

    private sealed class SaysGoodbye : ReceiveActor
    {
        private readonly IActorRef _listener;

        public SaysGoodbye(IActorRef listener)
        {
            _listener = listener;
            Receive<string>(message => message == "end", _ =>
            {
                listener.Tell("goodbye");
                Context.Stop(Self);
            });
            ReceiveAny(message => listener.Tell(message));
        }

        protected override void PostStop() => _listener.Tell("from PostStop");
    }

    private sealed class ChangesItsMind : ReceiveActor
    {
        public ChangesItsMind(IActorRef subject, IActorRef listener, ManualResetEventSlim gate)
        {
            Context.Watch(subject);
            listener.Tell("watching");
            Receive<string>(message => message == "unwatch", _ =>
            {
                gate.Wait();
                Context.Unwatch(subject);
            });
            ReceiveAny(message => listener.Tell(message));
        }
    }

    private sealed class DeathPact : ReceiveActor
    {
        public DeathPact(IActorRef subject) => Context.Watch(subject);
    }

    private sealed class WatchesWith : ReceiveActor
    {
        public WatchesWith(IActorRef subject, IActorRef listener)
        {
            Context.WatchWith(subject, "it is over");
            listener.Tell("watching");
            ReceiveAny(message => listener.Tell(message));
        }
    }

    private sealed class ReplacesChild : ReceiveActor
    {
        public ReplacesChild(IActorRef listener)
        {
            var child = Context.Watch(Context.ActorOf(Props.Create(() => new Idle()), "child"));
            Receive<string>(_ => Context.Stop(child));
            Receive<Terminated>(end => listener.Tell((end.ActorRef, Context.ActorOf(Props.Create(() => new Idle()), "child"))));
        }
    }

    /// <summary>A chain of actors, each the child of the one before.</summary>
    private sealed class Nest : ReceiveActor
    {
        private readonly IActorRef _listener;
        private readonly int _depth;

        public Nest(IActorRef listener, int depth)
        {
            _listener = listener;
            _depth = depth;
            if (depth > 0) Context.ActorOf(Props.Create(() => new Nest(listener, depth - 1)));
        }

        protected override void PostStop() => _listener.Tell($"end {_depth}");
    }
}
