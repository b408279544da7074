using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Names, paths, children, the log and the end of a system.</summary>
public sealed class ActorSystemTests() : TestKit("akka.loglevel = WARNING, akka.stdout-loglevel = OFF, akka.loggers = []")
{
    [Fact]
    public void ActorOf_WhenNamed_GivesThePath()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Container()), "box");

        Assert.Equal(("box", "akka://test/user/box", "/user/box"), (actor.Path.Name, actor.Path.ToString(), actor.Path.ToStringWithoutAddress()));
    }

    [Fact]
    public void ActorOf_WhenTheNameIsTaken_Throws()
    {
        Sys.ActorOf(Props.Create(() => new Container()), "box");

        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Container()), "box"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void ActorOf_WhenTheNameIsIllegal_Throws(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Container()), name));

    [Fact]
    public void Child_WhenAskedByName_FindsItOrNobody()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Container()));

        actor.Tell("a");
        actor.Tell("find a");
        actor.Tell("find b");

        var child = ExpectMsg<IActorRef>();
        ExpectMsg<IActorRef>(found => Equals(found, child));
        ExpectMsg<IActorRef>(found => found.IsNobody());
    }

    [Fact]
    public async Task Terminate_WhenActorsLive_StopsThemAll()
    {
        var system = ActorSystem.Create("short-lived", ConfigurationFactory.ParseString("akka.loglevel = OFF"));
        var probe = CreateTestProbe();
        system.ActorOf(Props.Create(() => new LastWords(probe.Ref)));

        await system.Terminate();

        probe.ExpectMsg("end");
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task RegisterOnTermination_WhenTheSystemEnds_RunsTheCode()
    {
        var system = ActorSystem.Create("short-lived", ConfigurationFactory.ParseString("akka.loglevel = OFF"));
        var ran = new TaskCompletionSource();
        system.RegisterOnTermination(ran.SetResult);

        await system.Terminate();

        await ran.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void GetLogger_WhenBelowTheLevel_WritesNothing()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        var log = Logging.GetLogger(Sys, "contract");

        log.Info("not {0}", "this");
        log.Warning("but {0}", "this");

        ExpectMsg<Warning>(line => line.Message.ToString() == "but this");
    }

    [Fact]
    public void GetLogger_WhenAnErrorIsLogged_KeepsItsCause()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var cause = new InvalidOperationException("cause");

        Sys.Log.Error(cause, "it failed");

        ExpectMsg<Error>(line => ReferenceEquals(line.Cause, cause));
    }

    private sealed class Container : ReceiveActor
    {
        public Container()
        {
            Receive<string>(name => name.StartsWith("find ", StringComparison.Ordinal), name => Sender.Tell(Context.Child(name[5..])));
            Receive<string>(name => Sender.Tell(Context.ActorOf(Props.Create(() => new Container()), name)));
        }
    }

    private sealed class LastWords(IActorRef listener) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }

        protected override void PostStop() => listener.Tell("end");
    }
}
