using System.Diagnostics;
using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Persistence;
using Actors.Shell;
using Akka.Actor;
using Akka.Configuration;

namespace Actors.Bench.Live;

/// <summary>Both sides of each ratio in one run, one after the other, several times; the median counts.</summary>
internal static class Program
{
    private const int RequestsRecorded = 20_000;
    private static readonly TimeSpan LiveTime = TimeSpan.FromSeconds(2);

    private static int Main(string[] args)
    {
        var rounds = args.Length > 0 && int.TryParse(args[0], out var given) && given > 0 ? given : 5;
        var model = new Model(KernelRevisions.Newest, new StormSize(2, 8, 8, 16).ToScenario(), GrantPolicy.Ordered);
        var config = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "akka.hocon")));
        var samples = new Dictionary<string, List<double>>();
        for (var round = 0; round <= rounds; round++)
        {
            var measured = Round(model, config, (ulong)round + 1);
            if (round == 0)
                continue;
            foreach (var (name, value) in measured)
            {
                if (!samples.TryGetValue(name, out var values))
                    samples.Add(name, values = []);
                values.Add(value);
            }
        }

        Console.WriteLine($"# {rounds} rounds after one warm-up, medians; {LiveRun.Runtime}, {Environment.ProcessorCount} processors");
        foreach (var (name, values) in samples)
            Console.WriteLine($"{name} {Median(values):G3}");
        return 0;
    }

    private static Dictionary<string, double> Round(Model model, Config config, ulong seed)
    {
        var entries = Record(model, seed, out var simulated);
        var direct = Direct(model, entries);
        var handled = Handled(model, entries);
        var replayed = Replay(model, entries);
        var live = Live(model, config, seed, null);
        var journaled = Journaled(model, config, seed);
        var tell = Tell(config);
        return new Dictionary<string, double>
        {
            ["direct-steps-per-second"] = direct,
            ["machine-messages-per-second"] = handled,
            ["live-vs-direct"] = live / direct,
            ["live-vs-tell"] = live / tell,
            ["journaled-vs-live"] = journaled / live,
            ["replay-vs-direct"] = replayed / direct,
            ["sim-vs-direct"] = simulated / direct,
        };
    }

    // The journal that the other sides follow, and the simulation's own speed.
    private static List<JournalEntry> Record(Model model, ulong seed, out double perSecond)
    {
        var entries = new List<JournalEntry>();
        var simulation = new Simulation(model, WorkloadProfile.Default, seed) { OnEntry = entries.Add };
        var clock = Stopwatch.StartNew();
        while (simulation.Step())
            simulation.Ending = simulation.Requests >= RequestsRecorded;
        perSecond = entries.Count / clock.Elapsed.TotalSeconds;
        return entries;
    }

    // Task and machine functions called in a loop along the recorded order: no journal, no scheduler, no verification, no checks.
    private static double Direct(Model model, List<JournalEntry> entries)
    {
        var slots = model.InitialWorld();
        var topology = model.Topology;
        for (var task = 0; task < topology.UserTasks; task++)
            slots[task] = TaskState.Idle(new TaskId(task));
        var clock = Stopwatch.StartNew();
        foreach (var entry in entries)
        {
            var task = entry.Step.Task.Index;
            var state = (TaskState)slots[task];
            if (entry.Call is { } call)
            {
                var (program, arguments) = model.ProgramOf(call);
                state = TaskMachine.Begin(TaskState.Idle(entry.Step.Task), program, arguments, topology);
            }

            while (state.Next is Step.Check)
                state = TaskMachine.Check(state, [])[0].Task;
            var slot = model.SlotOf(entry.Machine);
            var outcome = MachineTable.Handle((MachineState)slots[slot], TaskMachine.Pending(state).Message);
            var possibility = outcome.Possibilities[entry.Choice];
            var successor = TaskMachine.Resume(state, entry.Machine, possibility, topology)[0];
            slots[slot] = possibility.State;
            slots[task] = successor.Task;
            foreach (var child in successor.Started)
                slots[child.Id.Index] = child;
        }

        return entries.Count / clock.Elapsed.TotalSeconds;
    }

    // The machines' functions alone, with the recorded messages.
    private static double Handled(Model model, List<JournalEntry> entries)
    {
        var slots = model.InitialWorld();
        var clock = Stopwatch.StartNew();
        foreach (var entry in entries)
        {
            var slot = model.SlotOf(entry.Machine);
            slots[slot] = MachineTable.Handle((MachineState)slots[slot], entry.Message).Possibilities[entry.Choice].State;
        }

        return entries.Count / clock.Elapsed.TotalSeconds;
    }

    private static double Replay(Model model, List<JournalEntry> entries)
    {
        var fold = new JournalFold(model);
        var clock = Stopwatch.StartNew();
        foreach (var entry in entries)
        {
            if (!fold.Follow(entry))
                throw new InvalidOperationException(fold.Divergence);
        }

        return entries.Count / clock.Elapsed.TotalSeconds;
    }

    private static double Live(Model model, Config config, ulong seed, IJournalSink? sink)
    {
        var run = LiveRun.Create(model, Workload.ForAll(model.Topology, WorkloadProfile.Default, seed), seed, sink, config);
        var clock = Stopwatch.StartNew();
        run.Go();
        run.End.Wait(LiveTime);
        var steps = run.Metrics.Steps;
        var elapsed = clock.Elapsed;
        run.Finish();
        run.End.Wait();
        run.DisposeAsync().AsTask().Wait();
        return steps / elapsed.TotalSeconds;
    }

    private static double Journaled(Model model, Config config, ulong seed)
    {
        var path = Path.Combine(Path.GetTempPath(), $"bench-live-{Environment.ProcessId}.db");
        try
        {
            using var store = JournalStore.Create(path, new JournalHeader(JournalHeader.CurrentFormat, "bench", model.Revision.Name, model.Policy, "", "", "", seed, LiveRun.Runtime), overwrite: true);
            using var sink = new StoreSink(store);
            return Live(model, config, seed, sink);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Pairs of actors that send one message to and fro: what the running Akka gives at best.
    private static double Tell(Config config)
    {
        using var system = ActorSystem.Create("tell", config);
        var counter = new long[Pairs];
        for (var pair = 0; pair < Pairs; pair++)
        {
            var index = pair;
            var echo = system.ActorOf(Props.Create(() => new Echo()));
            system.ActorOf(Props.Create(() => new Pinger(echo, counter, index)));
        }

        var clock = Stopwatch.StartNew();
        Thread.Sleep(LiveTime);
        var messages = counter.Sum() * 2;
        var perSecond = messages / clock.Elapsed.TotalSeconds;
        system.Terminate().Wait();
        return perSecond;
    }

    private const int Pairs = 16;

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Pinger(IActorRef echo, long[] counter, int index) : UntypedActor
    {
        protected override void PreStart() => echo.Tell("ping", Self);

        protected override void OnReceive(object message)
        {
            Volatile.Write(ref counter[index], counter[index] + 1);
            echo.Tell(message, Self);
        }
    }
}
