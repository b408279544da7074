using Akka.Actor;
using Akka.Persistence;
using Contract.Tests.Support;

namespace Contract.Tests;

/// <summary>One thread chooses every mailbox run, with Akka's public API alone: same seed, same order of everything.</summary>
public sealed class ControlledDispatcherTests
{
    private const int Seeds = 100;

    [Fact]
    public void RunAll_WhenASeedIsRunTwice_DeliversInTheSameOrder()
    {
        var traces = new HashSet<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var first = Trace(seed);
            Assert.Equal(first, Trace(seed));
            traces.Add(string.Join('\n', first));
        }

        Assert.True(traces.Count > Seeds / 2, $"only {traces.Count} of {Seeds} seeds differ: the choice decides too little");
    }

    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(5, true, 1)]
    [InlineData(1, false, 2)]
    [InlineData(5, false, 6)]
    public void RunOne_WhenMessagesWait_ProcessesAsManyAsTheThroughputAllows(int throughput, bool onePerRun, int expected)
    {
        using var system = new ControlledSystem(
            $"akka.actor.default-dispatcher {{ throughput = {throughput}, one-message-per-run = {(onePerRun ? "on" : "off")} }}");
        var handled = new List<int>();
        var actor = system.Sys.ActorOf(Props.Create(() => new Collects(handled)));
        system.RunAll();
        for (var i = 0; i < 20; i++) actor.Tell(i);

        system.RunOne();

        Assert.Equal(Enumerable.Range(0, expected), handled);
    }

    [Fact]
    public async Task Tell_WhenAnotherThreadTells_IsSeen()
    {
        using var system = new ControlledSystem();
        var actor = system.Sys.ActorOf(Props.Create(() => new Collects(new List<int>())));
        system.RunAll();
        Assert.Equal(0, system.ForeignDeliveries);

        await Task.Factory.StartNew(() => actor.Tell(1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(1, system.ForeignDeliveries);
    }

    /// <summary>Three persistent workers pass jobs on, one of them fails once, a plain actor counts.</summary>
    private static List<string> Trace(int seed)
    {
        var trace = new List<string>();
        using var system = new ControlledSystem();
        var counter = system.Sys.ActorOf(Props.Create(() => new Counter(trace)), "counter");
        var workers = new IActorRef[3];
        for (var i = 0; i < workers.Length; i++)
        {
            var id = $"worker{i}";
            workers[i] = system.Sys.ActorOf(Props.Create(() => new Worker(id, workers, counter, trace)), id);
        }

        foreach (var worker in workers) worker.Tell(4);
        workers[1].Tell("crash");
        system.RunAll(new Random(seed));

        Assert.Equal(0, system.ForeignDeliveries);
        // Each job ends with the worker that gets 0, and every step of it is counted once.
        Assert.Equal(workers.Length * 5, trace.Count(entry => entry.StartsWith("counter", StringComparison.Ordinal)));
        return trace;
    }

    private sealed class Collects : ReceiveActor
    {
        public Collects(List<int> handled) => Receive<int>(handled.Add);
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(List<string> trace) => Receive<int>(job => trace.Add($"counter {Sender.Path.Name} {job}"));
    }

    private sealed class Worker(string id, IActorRef[] workers, IActorRef counter, List<string> trace) : UntypedPersistentActor
    {
        public override string PersistenceId => id;

        protected override bool AroundReceive(Receive receive, object message)
        {
            trace.Add($"{id} {message.GetType().Name}");
            return base.AroundReceive(receive, message);
        }

        protected override void OnRecover(object message) => trace.Add($"{id} recovers {message}");

        protected override void OnCommand(object message)
        {
            trace.Add($"{id} {message}");
            switch (message)
            {
                case int job and > 0 when job % 2 == 0:
                    Persist(job, PassOn);
                    break;
                case int job:
                    PersistAsync(job, PassOn);
                    break;
                case "crash":
                    throw new InvalidOperationException("crash");
            }
        }

        private void PassOn(int job)
        {
            counter.Tell(job);
            if (job > 0) workers[(job + id[^1]) % workers.Length].Tell(job - 1);
        }
    }
}
