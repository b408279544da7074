using System.Diagnostics;
using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Persistence;
using Actors.Shell;
using Akka.Configuration;
using Microsoft.Extensions.Hosting;

namespace Actors.Host.Storms;

/// <summary>Runs one storm inside the generic host: live actors or a simulation, a dashboard, and the fold of the journal at the end.</summary>
public sealed class StormService(StormOptions options, StormSettings settings, HostContext context, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int SimulationBatch = 4096;

    /// <summary>The model the storm runs in.</summary>
    public Model Model { get; } = new(options.Revision, options.Size.ToScenario(), options.Policy);

    /// <summary>What came out; null until the storm has ended.</summary>
    public StormResult? Result { get; private set; }

    /// <summary>What went wrong outside the storm itself.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The first line of a storm: all that is needed to run it again.</summary>
    public string Banner => $"actors {HostContext.Version} storm{(options.Simulated ? " --sim" : "")}: {options.Revision.Name}, model {Model.Hash[..16]}, "
        + $"scenario {Model.Scenario.Name} {Model.Scenario.Hash[..16]}, policy {options.Policy.ToString().ToLowerInvariant()}, runtime {Runtime}, seed {options.Seed}";

    /// <summary>What runs it.</summary>
    public string Runtime => options.Simulated ? "simulation" : LiveRun.Runtime;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, context.Cancellation);
            using var store = OpenStore();
            Result = options.Simulated ? Simulate(store, ending.Token) : await Storm(store, ending.Token).ConfigureAwait(false);
            if (store is not null)
                Result = Result with { Fold = LiveProgress.During(context, wanted: true, "fold", tell => Fold(store, tell)) };
        }
#pragma warning disable CA1031 // Handed to the caller's thread, which tells it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Failure = error;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private JournalStore? OpenStore() => options.JournalPath is null
        ? null
        : JournalStore.Create(options.JournalPath, new JournalHeader(
            JournalHeader.CurrentFormat, $"actors {HostContext.Version}", options.Revision.Name, options.Policy, ScenarioPrinter.Print(Model.Scenario),
            Model.Scenario.Hash, Model.Hash, options.Seed, Runtime, PatchFile.Text(options.Revision)));

    private async Task<StormResult> Storm(JournalStore? store, CancellationToken ending)
    {
        using var sink = store is null ? null : new StoreSink(store);
        var clock = Stopwatch.StartNew();
        var run = LiveRun.Create(Model, Workload.ForAll(Model.Topology, options.Profile, options.Seed), options.Seed, sink, settings.Config);
        await using (run.ConfigureAwait(false))
        {
            var dashboard = new StormDashboard(context, run.Metrics, sink, options);
            run.Go();
            var interrupted = false;
            while (!run.End.IsCompleted)
            {
                if (ending.IsCancellationRequested || clock.Elapsed >= options.Duration || (options.Operations > 0 && run.Metrics.Requests >= options.Operations))
                {
                    interrupted = ending.IsCancellationRequested;
                    break;
                }

                dashboard.Show(clock.Elapsed);
                await Task.WhenAny(run.End, Task.Delay(dashboard.Interval, CancellationToken.None)).ConfigureAwait(false);
            }

            run.Finish();
            while (!run.End.IsCompleted)
            {
                dashboard.Show(clock.Elapsed);
                await Task.WhenAny(run.End, Task.Delay(dashboard.Interval, CancellationToken.None)).ConfigureAwait(false);
            }

            var end = await run.End.ConfigureAwait(false);
            return new StormResult
            {
                End = end,
                Interrupted = interrupted,
                Steps = run.Metrics.Steps,
                Requests = run.Metrics.Requests,
                Elapsed = clock.Elapsed,
                Answers = run.Metrics.Answers,
                Contention = [.. run.Metrics.Contention],
                Fold = null,
            };
        }
    }

    private StormResult Simulate(JournalStore? store, CancellationToken ending)
    {
        var simulation = new Simulation(Model, options.Profile, options.Seed);
        var answers = new Dictionary<(string, Errno), long>();
        var waits = new Dictionary<MachineRef, long>();
        var batch = new List<JournalEntry>(SimulationBatch);
        simulation.OnAnswer = (_, request, answer) =>
        {
            var key = (request.GetType().Name, (Errno)(-Math.Min(answer, 0)));
            answers[key] = answers.GetValueOrDefault(key) + 1;
        };
        simulation.OnWait = machine => waits[machine] = waits.GetValueOrDefault(machine) + 1;
        if (store is not null)
            simulation.OnEntry = batch.Add;
        var clock = Stopwatch.StartNew();
        var interrupted = false;
        while (simulation.Step())
        {
            if (batch.Count >= SimulationBatch)
                Store(store!, batch);
            if (simulation.Ending || (simulation.Steps & 0xff) != 0)
                continue;
            interrupted = ending.IsCancellationRequested;

            // By operations alone a simulation is the same on any machine; a duration ends it where the clock says.
            simulation.Ending = interrupted || (options.Operations > 0 ? simulation.Requests >= options.Operations : clock.Elapsed >= options.Duration);
        }

        if (store is not null)
            Store(store, batch);
        return new StormResult
        {
            End = simulation.Stopped ? RunEnd.Oops : simulation.IsStalled ? RunEnd.Stalled : RunEnd.Finished,
            Interrupted = interrupted,
            Steps = simulation.Steps,
            Requests = simulation.Requests,
            Elapsed = clock.Elapsed,
            Answers = answers,
            Contention = [.. waits.OrderByDescending(entry => entry.Value).Select(entry => (entry.Key, 0, entry.Value))],
            Fold = null,
        };
    }

    private static void Store(JournalStore store, List<JournalEntry> batch)
    {
        store.Append(batch);
        batch.Clear();
    }

    // A storm that was told to end is judged all the same.
    private JournalFold Fold(JournalStore store, Action<string> tell)
    {
        var fold = new JournalFold(Model);
        foreach (var entry in JournalReading.Entries(store, tell, CancellationToken.None).TakeWhile(fold.Follow))
        {
        }

        fold.Finish();
        return fold;
    }
}
