using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>What a failure does to an actor, its mailbox, its children and its siblings.</summary>
public sealed class SupervisionTests() : TestKit("akka.loglevel = OFF")
{
    [Fact]
    public void Restart_WhenAChildFails_KeepsTheMailboxAndLosesTheState()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Restart));

        foreach (object message in new object[] { 1, 2, "fail", 3, "total" }) child.Tell(message);

        Assert.Equal("3", FishForMessage<string>(text => !text.Contains(' ', StringComparison.Ordinal)));
    }

    [Fact]
    public void Restart_WhenAChildFails_CallsTheHooksInOrder()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Restart));
        Assert.Equal(["new 1", "PreStart 1"], ReceiveN(2).Cast<string>());

        child.Tell("fail");

        Assert.Equal(["PreRestart 1 fail", "PostStop 1", "new 2", "PostRestart 2", "PreStart 2"], ReceiveN(5).Cast<string>());
    }

    [Fact]
    public void Resume_WhenAChildFails_KeepsTheState()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Resume));

        foreach (object message in new object[] { 1, 2, "fail", 3, "total" }) child.Tell(message);

        Assert.Equal("6", FishForMessage<string>(text => !text.Contains(' ', StringComparison.Ordinal)));
    }

    [Fact]
    public void Stop_WhenAChildFails_EndsIt()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Stop));
        Watch(child);

        child.Tell("fail");

        FishForMessage<Terminated>(end => end.ActorRef.Equals(child));
    }

    [Fact]
    public void Escalate_WhenAChildFails_FailsTheParent()
    {
        var grandparent = Parent(new OneForOneStrategy(_ => Directive.Stop), "grandparent");
        grandparent.Tell(Props.Create(() => new Parent(new OneForOneStrategy(_ => Directive.Escalate))));
        var parent = ExpectMsg<IActorRef>();
        parent.Tell(Props.Create(() => new Fragile(TestActor)));
        var child = FishForMessage<IActorRef>(_ => true);
        Watch(parent);

        child.Tell("fail");

        FishForMessage<Terminated>(end => end.ActorRef.Equals(parent));
    }

    [Fact]
    public void Restart_WhenTheActorHasChildren_StopsThemBeforeTheNewInstanceStarts()
    {
        var parent = Parent(new OneForOneStrategy(_ => Directive.Restart), "parent");
        parent.Tell(Props.Create(() => new Fragile(TestActor)));
        var child = FishForMessage<IActorRef>(_ => true);
        Watch(child);

        parent.Tell("fail");
        FishForMessage<Terminated>(end => end.ActorRef.Equals(child));
        parent.Tell("children");

        ExpectMsg(0);
    }

    [Fact]
    public void OneForOne_WhenOneChildFails_LeavesItsSiblingAlone()
    {
        var (first, second) = Siblings(new OneForOneStrategy(_ => Directive.Restart));

        second.Tell(5);
        second.Tell("total");
        FishForMessage<string>(text => text == "5"); // It has the number now.
        first.Tell("fail");
        FishForMessage<string>(text => text == "PreStart 2");
        second.Tell("total");

        ExpectMsg("5");
    }

    [Fact]
    public void AllForOne_WhenOneChildFails_RestartsItsSiblingToo()
    {
        var (first, second) = Siblings(new AllForOneStrategy(_ => Directive.Restart));

        second.Tell(5);
        second.Tell("total");
        FishForMessage<string>(text => text == "5"); // It has the number now.
        first.Tell("fail");
        FishForMessage<string>(text => text == "PreStart 2");
        FishForMessage<string>(text => text == "PreStart 2");
        second.Tell("total");

        ExpectMsg("0");
    }

    [Fact]
    public void Restart_WhenRetriesAreUsedUp_StopsTheChild()
    {
        var child = Child(new OneForOneStrategy(2, TimeSpan.FromHours(1), _ => Directive.Restart));
        Watch(child);

        for (var i = 0; i < 3; i++) child.Tell("fail");

        FishForMessage<string>(text => text == "PreStart 3");
        Assert.Equal("PostStop 3", ExpectMsg<string>());
        ExpectTerminated(child);
    }

    [Fact]
    public void DefaultStrategy_WhenTheConstructorThrows_StopsTheActor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stillborn()));

        Watch(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public void Kill_WhenSent_StopsTheActorByDefault()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor)));
        Watch(actor);

        actor.Tell(Kill.Instance);

        FishForMessage<Terminated>(end => end.ActorRef.Equals(actor));
    }

    private IActorRef Parent(SupervisorStrategy strategy, string name) => Sys.ActorOf(Props.Create(() => new Parent(strategy)), name);

    private IActorRef Child(SupervisorStrategy strategy)
    {
        Parent(strategy, "parent").Tell(Props.Create(() => new Fragile(TestActor)));
        var early = new List<object>();
        while (true)
        {
            var message = ReceiveOne(TimeSpan.FromSeconds(5));
            if (message is not IActorRef child)
            {
                early.Add(message);
                continue;
            }

            early.ForEach(again => TestActor.Tell(again)); // What the child said before its reference came.
            return child;
        }
    }

    private (IActorRef First, IActorRef Second) Siblings(SupervisorStrategy strategy)
    {
        var parent = Parent(strategy, "parent");
        parent.Tell(Props.Create(() => new Fragile(TestActor)));
        parent.Tell(Props.Create(() => new Fragile(TestActor)));
        return (FishForMessage<IActorRef>(_ => true), FishForMessage<IActorRef>(_ => true));
    }
}

/// <summary>Makes children, fails on demand.</summary>
public sealed class Parent : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public Parent(SupervisorStrategy strategy)
    {
        _strategy = strategy;
        Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        Receive<string>(message => message == "children", _ => Sender.Tell(Context.GetChildren().Count()));
        Receive<string>(message => message == "fail", _ => throw new InvalidOperationException("fail"));
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}

/// <summary>Adds numbers, reports its life to a listener, fails on demand.</summary>
public sealed class Fragile : ReceiveActor
{
    private readonly IActorRef _listener;
    private readonly int _instance;
    private int _total;

    public Fragile(IActorRef listener)
    {
        _listener = listener;
        _instance = Incarnations.Next(Self);
        listener.Tell($"new {_instance}");
        Receive<int>(number => { _total += number; });
        Receive<string>(message => message == "total", _ => Sender.Tell($"{_total}"));
        Receive<string>(message => message == "fail", _ => throw new InvalidOperationException("fail"));
    }

    protected override void PreStart() => _listener.Tell($"PreStart {_instance}");

    protected override void PostStop() => _listener.Tell($"PostStop {_instance}");

    protected override void PreRestart(Exception reason, object message)
    {
        _listener.Tell($"PreRestart {_instance} {message}");
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        _listener.Tell($"PostRestart {_instance}");
        base.PostRestart(reason);
    }
}

public sealed class Stillborn : ReceiveActor
{
    public Stillborn() => throw new InvalidOperationException("stillborn");
}

/// <summary>Counts the instances of an actor.</summary>
public static class Incarnations
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<IActorRef, int> s_counts = new();

    public static int Next(IActorRef actor) => s_counts.AddOrUpdate(actor, 1, (_, count) => count + 1);
}
