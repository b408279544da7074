using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>The dispatcher named in the configuration is the one that is used.</summary>
public sealed class DispatcherTypeTests() : TestKit(
    """
    akka.loglevel = OFF
    one-thread {
      type = "Contract.Tests.OneThreadConfigurator, Contract.Tests"
      throughput = 7
      thread-name = "the one"
    }
    pool { type = Dispatcher, throughput = 3 }
    alias = one-thread
    refusing.type = "Contract.Tests.RefusingConfigurator, Contract.Tests"
    no-such-type.type = "Contract.Tests.Missing, Contract.Tests"
    """)
{
    [Theory]
    [InlineData("one-thread", "the one")]
    [InlineData("alias", "the one")]
    [InlineData("pool", "pool thread")]
    [InlineData("akka.actor.default-dispatcher", "pool thread")]
    public void WithDispatcher_WhenTheConfigurationNamesAType_RunsThere(string dispatcher, string expected)
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellsWhere()).WithDispatcher(dispatcher));

        actor.Tell("where?");

        ExpectMsg(expected);
    }

    [Theory]
    [InlineData("one-thread", 7)]
    [InlineData("pool", 3)]
    public void Lookup_WhenTheSectionSetsAThroughput_AppliesIt(string dispatcher, int throughput) =>
        Assert.Equal(throughput, Sys.Dispatchers.Lookup(dispatcher).Throughput);

    [Fact]
    public void Dispatch_WhenItThrows_IsLoggedAndDoesNotReachTheSender()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellsWhere()).WithDispatcher("refusing"));
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.Error));

        actor.Tell("where?");

        ExpectMsg<Akka.Event.Error>(error => error.Cause.Message == "refused");
    }

    [Theory]
    [InlineData("no-such-section")]
    [InlineData("no-such-type")]
    public void WithDispatcher_WhenThereIsNoSuchDispatcher_Throws(string dispatcher) =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new TellsWhere()).WithDispatcher(dispatcher)));

    private sealed class TellsWhere : ReceiveActor
    {
        public TellsWhere() => ReceiveAny(_ =>
            Sender.Tell(Thread.CurrentThread.IsThreadPoolThread ? "pool thread" : Thread.CurrentThread.Name));
    }
}

/// <summary>A dispatcher as a user would write it: all its actors on one thread.</summary>
public sealed class OneThreadConfigurator : MessageDispatcherConfigurator
{
    private readonly OneThreadDispatcher _dispatcher;

    public OneThreadConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new OneThreadDispatcher(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

public sealed class OneThreadDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<IRunnable> _work = [];

    public OneThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        Throughput = configurator.Config.GetInt("throughput");
        new Thread(RunAll) { Name = configurator.Config.GetString("thread-name"), IsBackground = true }.Start();
    }

    protected override void ExecuteTask(IRunnable run) => _work.Add(run);

    protected override void Shutdown()
    {
    }

    private void RunAll()
    {
        foreach (var run in _work.GetConsumingEnumerable()) run.Run();
    }
}

/// <summary>A dispatcher that takes no user message.</summary>
public sealed class RefusingConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new RefusingDispatcher(this);

    private sealed class RefusingDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
    {
        public override void Dispatch(ActorCell cell, Envelope envelope) => throw new InvalidOperationException("refused");

        protected override void ExecuteTask(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

        protected override void Shutdown()
        {
        }
    }
}
