using Akka.Actor;
using Akka.TestKit.Xunit2;
using Contract.Tests.Support;

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
        using var system = new ControlledSystem();
        var seen = new List<object>();
        var actor = system.Sys.ActorOf(Props.Create(() => new Idle()));
        var watcher = system.Sys.ActorOf(Props.Create(() => new ChangesItsMind(actor, seen)));
        system.RunAll();

        actor.Tell(PoisonPill.Instance);
        watcher.Tell("unwatch"); // Before it runs, the end of the actor is notified, and Terminated queued behind this.
        system.RunAll();
        watcher.Tell("marker");
        system.RunAll();

        Assert.Equal(["unwatch", "marker"], seen);
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
        public ChangesItsMind(IActorRef subject, List<object> seen)
        {
            Context.Watch(subject);
            ReceiveAny(message =>
            {
                seen.Add(message);
                if (message is "unwatch") Context.Unwatch(subject);
            });
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
