using System.Collections.Concurrent;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Shell.Tests.Support;

namespace Shell.Tests;

/// <summary>What config/akka.hocon names for a kind of actor is where its actors run and wait.</summary>
public sealed class PlacementTests
{
    private const string Sections =
        """
        tests.counting-mailbox.mailbox-type = "Shell.Tests.CountingMailbox, Shell.Tests"
        tests.counting-dispatcher { type = "Shell.Tests.CountingConfigurator, Shell.Tests", throughput = 5 }
        tests.no-mailbox.mailbox-type = "Shell.Tests.Missing, Shell.Tests"
        """;

    [Theory]
    [InlineData("device")]
    [InlineData("dma-buf")]
    [InlineData("memory-lock")]
    [InlineData("task")]
    public async Task Mailbox_NamedForAKind_HoldsItsActorsMessages(string kind)
    {
        await using var storm = StormWith($"actors.placement.{kind}.mailbox = \"tests.counting-mailbox\"");
        await storm.GoAsync();

        var counts = CountingMailbox.Of(storm.Run.System);
        Assert.NotEmpty(counts);
        Assert.All(counts, entry => Assert.StartsWith(kind + "-", entry.Key, StringComparison.Ordinal));
        Assert.All(counts, entry => Assert.True(entry.Value > 0));
    }

    [Theory]
    [InlineData("device")]
    [InlineData("attachment")]
    [InlineData("dma-resv")]
    [InlineData("task")]
    public async Task Dispatcher_NamedForAKind_RunsItsActors(string kind)
    {
        await using var storm = StormWith($"actors.placement.{kind}.dispatcher = \"tests.counting-dispatcher\"");
        await storm.GoAsync();

        var dispatcher = (CountingDispatcher)storm.Run.System.Dispatchers.Lookup("tests.counting-dispatcher");
        Assert.True(dispatcher.Runs > 0);
        Assert.All(dispatcher.Actors, name => Assert.StartsWith(kind + "-", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("actors.placement.device.mailbox = \"tests.forgotten\"", "actors.placement.device.mailbox names 'tests.forgotten'")]
    [InlineData("actors.placement.task.dispatcher = \"tests.forgotten\"", "actors.placement.task.dispatcher names 'tests.forgotten'")]
    [InlineData("actors.placement.device.mailbox = \"tests.no-mailbox\"", "Shell.Tests.Missing")]
    public async Task Name_ThatIsUnknown_EndsTheRunWithAnErrorThatNamesIt(string change, string message)
    {
        await using var storm = StormWith(change);

        var error = await Assert.ThrowsAnyAsync<Exception>(storm.GoAsync);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockMailboxes_AsShipped_ReportTheirDepth()
    {
        await using var storm = StormWith("");
        await storm.GoAsync();

        var watched = storm.Run.Metrics.MailboxDepths.Select(entry => entry.Actor).ToArray();
        Assert.Contains("memory-lock-0", watched);
        Assert.Contains("dma-resv-3", watched);
        Assert.DoesNotContain(watched, name => name.StartsWith("device-", StringComparison.Ordinal));
    }

    private static LiveStorm StormWith(string changes) => new(
        Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered), new MemorySink(), run => BoundedWork.ForAll(run, requests: 5), config: Configs.With(changes + "\n" + Sections));
}

/// <summary>A mailbox as a user would write it: counts what arrives.</summary>
public sealed class CountingMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<OrderedMessageQueue>
{
    private static readonly ConcurrentDictionary<ActorSystem, ConcurrentDictionary<string, int>> Counts = [];

    public static ConcurrentDictionary<string, int> Of(ActorSystem system) => Counts.GetOrAdd(system, _ => []);

    public override IMessageQueue Create(IActorRef owner, ActorSystem system)
    {
        var counts = Of(system);
        var name = owner.Path.Name;
        return new CountingQueue(() => counts.AddOrUpdate(name, 1, (_, count) => count + 1));
    }

    private sealed class CountingQueue(Action arrived) : DequeWrapperMessageQueue(new ArrivalQueue(arrived)), IUnboundedDequeBasedMessageQueueSemantics;

    private sealed class ArrivalQueue(Action arrived) : UnboundedMessageQueue, IMessageQueue
    {
        void IMessageQueue.Enqueue(IActorRef receiver, Envelope envelope)
        {
            arrived();
            Enqueue(receiver, envelope);
        }
    }
}

/// <summary>Names the counting dispatcher.</summary>
public sealed class CountingConfigurator : MessageDispatcherConfigurator
{
    private readonly CountingDispatcher dispatcher;

    public CountingConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => dispatcher = new CountingDispatcher(this);

    public override MessageDispatcher Dispatcher() => dispatcher;
}

/// <summary>A dispatcher on the thread pool that counts runs and remembers its actors.</summary>
public sealed class CountingDispatcher : MessageDispatcher
{
    private readonly ConcurrentDictionary<string, bool> actors = [];
    private long runs;

    public CountingDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator) => Throughput = configurator.Config.GetInt("throughput");

    public long Runs => Interlocked.Read(ref runs);

    public IEnumerable<string> Actors => actors.Keys;

    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        actors[cell.Self.Path.Name] = true;
        base.Dispatch(cell, envelope);
    }

    protected override void ExecuteTask(IRunnable run)
    {
        Interlocked.Increment(ref runs);
        ThreadPool.UnsafeQueueUserWorkItem(_ => run.Run(), null);
    }

    protected override void Shutdown()
    {
    }
}
