using System.Collections.Concurrent;
using System.Diagnostics;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Shell.Tests.Support;
using Xunit.Abstractions;

namespace Shell.Tests;

/// <summary>Small storms under seeded schedules of one thread: what the actors did is what the journal says, and the model agrees.</summary>
/// <remarks>
/// SHELL_SCHEDULES sets how many, SHELL_SEED the first.
/// A failure names its seed and the command that runs it again.
/// </remarks>
public sealed class RandomSchedulesTests(ITestOutputHelper output)
{
    private const int SchedulesByDefault = 10_000;
    private const int RequestsPerTask = 4;

    private static int Schedules => int.TryParse(Environment.GetEnvironmentVariable("SHELL_SCHEDULES"), out var count) ? count : SchedulesByDefault;

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("SHELL_SEED"), out var seed) ? seed : 1;

    [Fact]
    public void Journal_OfSeededSchedules_FoldsToTheActorsStates() => RunAll(Schedules, "schedules", seed => RunOne(seed, new MemorySink()));

    [Fact]
    public void Journal_InSqlite_FoldsToTheActorsStates() => RunAll(Math.Max(1, Schedules / 100), "schedules over SQLite", RunOverStore);

    [Fact]
    public void Run_WithTheSameSeed_GivesTheSameJournal()
    {
        var (first, second) = (new MemorySink(), new MemorySink());

        RunOne(FirstSeed, first);
        RunOne(FirstSeed, second);

        Assert.Equal(first.Entries, second.Entries);
    }

    [Fact]
    public void Journal_WhenMachinesRestart_FoldsToTheActorsStates()
    {
        var tallies = RunAll(Math.Max(1, Schedules / 10), "schedules with restarts", seed =>
        {
            var journal = new MemorySink();
            return RunWithFaults(seed, journal, () => false) with { Snapshots = journal.SnapshotsUsed };
        });

        Assert.True(tallies.Sum(tally => tally.Restarts) > 0 && tallies.Sum(tally => tally.Snapshots) > 0);
    }

    [Fact]
    public void Journal_WhenMachinesRestartWithWritesInFlight_FoldsToTheActorsStates()
    {
        var tallies = RunAll(Math.Max(1, Schedules / 10), "schedules with restarts and delayed commits", seed =>
        {
            var journal = new DelayedSink();
            var random = new Random(~seed);
            return RunWithFaults(seed, journal, () => CommitSometimes(journal, random));
        });

        Assert.True(tallies.Sum(tally => tally.Restarts) > 0);
    }

    [Fact]
    public void Delivery_FromAForeignThread_IsNoticed()
    {
        using var run = new ControlledRun(ModelOf(1), new MemorySink(), context => BoundedWork.ForAll(context, RequestsPerTask));
        run.Queue.RunAll();
        run.AssertUnderControl();

        var foreigner = new Thread(run.Run.Go);
        foreigner.Start();
        foreigner.Join();

        Assert.True(run.Queue.ForeignDeliveries > 0);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(run.AssertUnderControl);
    }

    private static Model ModelOf(int seed) => Models.OfStorm(Models.Revision(seed % 4 < 3 ? "M73" : "S0"), seed % 2 == 0 ? GrantPolicy.Ordered : GrantPolicy.Barging);

    private static Tally RunOne(int seed, MemorySink journal)
    {
        var model = ModelOf(seed);
        using var run = new ControlledRun(model, journal, context => BoundedWork.ForAll(context, RequestsPerTask), (ulong)seed);
        run.GoByChance(new Random(seed));
        return Judge(model, run, journal.Entries);
    }

    private static Tally RunOverStore(int seed)
    {
        var model = ModelOf(seed);
        using var journal = new TemporaryJournal(model, (ulong)seed);
        using var sink = new StoreSink(journal.Store, inline: true);
        using var run = new ControlledRun(model, sink, context => BoundedWork.ForAll(context, RequestsPerTask), (ulong)seed);
        run.GoByChance(new Random(seed));
        return Judge(model, run, [.. journal.Store.ReadAll()]);
    }

    // At first every hundredth delivery is followed by a fault, so that machines fail while others wait for them, and just after a snapshot.
    private static Tally RunWithFaults(int seed, MemorySink journal, Func<bool> commit)
    {
        var model = ModelOf(seed);
        var faults = new Random(-seed);
        var left = 60;
        using var run = new ControlledRun(model, journal, context => BoundedWork.ForAll(context, RequestsPerTask), (ulong)seed, snapshotInterval: 1 + (seed % 7));
        run.GoByChance(new Random(seed), () =>
        {
            if (left > 0 && faults.Next(100) == 0)
            {
                left--;
                run.Run.Fail(faults.Next(model.Machines.Count));
            }

            return commit();
        });

        Assert.Equal(60 - left, run.Run.Metrics.Restarts);
        return Judge(model, run, journal.Entries);
    }

    private static bool CommitSometimes(DelayedSink journal, Random random)
    {
        if (journal.Pending == 0)
            return false;
        if (random.Next(4) == 0)
            journal.CommitOne();
        return true;
    }

    private static Tally Judge(Model model, ControlledRun run, IReadOnlyList<JournalEntry> entries)
    {
        run.AssertUnderControl();
        Assert.True(run.Ended is not null, $"nothing is left to deliver, and the run has not ended: {run.Places()}");
        var end = run.Ended.Value;
        var fold = Folded.Of(model, entries);
        Assert.Null(Folded.Complaint(fold, entries.Count, run.DifferenceFrom));
        Assert.Equal(entries.Count, run.Run.Metrics.Steps);
        Assert.True(fold.Stopped || fold.IsQuiescent, "the run has ended, and the model can go on");
        if (!fold.Stopped)
            Assert.Equal(fold.World.Tasks.All(task => task.IsIdle) ? RunEnd.Finished : RunEnd.Stalled, end);
        Folded.AssertBlamed(fold, end);
        var stalledBy = end == RunEnd.Stalled ? string.Join("; ", fold.Findings.Where(found => found.Finding.Violation.Property == Property.P9).Select(found => found.Finding))
            + string.Join("; ", fold.World.Tasks.Where(task => !task.IsIdle).Select(task => $"\n    {model.Topology.NameOf(task.Id)} in {string.Join(" > ", task.Stack.Select(frame => frame.Program.Name))} at {task.Next.Text} holds {task.Held}")) : null;
        return new Tally(entries.Count, run.Run.Metrics.Requests, end, run.Run.Metrics.Restarts, run.Run.Metrics.Contention.Sum(entry => entry.Waits), stalledBy);
    }

    // Each run is of one thread; several runs at a time. What fails is told of the least seed.
    private Tally[] RunAll(int count, string what, Func<int, Tally> runOne)
    {
        var clock = Stopwatch.StartNew();
        var tallies = new Tally[count];
        var failures = new ConcurrentDictionary<int, Exception>();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (index, loop) =>
        {
            try
            {
                tallies[index] = runOne(FirstSeed + index);
            }
            catch (Exception error)
            {
                failures[FirstSeed + index] = error;
                loop.Break();
            }
        });
        if (!failures.IsEmpty)
        {
            var (seed, error) = failures.MinBy(failure => failure.Key);
            throw new InvalidOperationException($"seed {seed}: {error.Message}\nagain: SHELL_SEED={seed} SHELL_SCHEDULES=1 dotnet test tests/Shell.Tests --filter {nameof(RandomSchedulesTests)}", error);
        }

        var ends = string.Join(", ", tallies.GroupBy(tally => tally.End).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}"));
        var restarts = tallies.Sum(tally => tally.Restarts) is > 0 and var times ? $"; {times} restarts, {tallies.Sum(tally => tally.Snapshots)} recoveries from a snapshot" : "";
        output.WriteLine($"{LiveRun.Runtime}: {count} {what}: 0 divergences; {tallies.Sum(tally => tally.Entries)} steps, {tallies.Sum(tally => tally.Requests)} requests, {tallies.Sum(tally => tally.Waits)} waits; {ends}{restarts}; {clock.Elapsed.TotalSeconds:F1} s");
        for (var index = 0; index < tallies.Length; index++)
        {
            if (tallies[index].StalledBy is { } findings)
                output.WriteLine($"  seed {FirstSeed + index} stalls: {findings}");
        }

        return tallies;
    }

    private sealed record Tally(int Entries, long Requests, RunEnd End, long Restarts, long Waits, string? StalledBy, int Snapshots = 0);
}
