using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Shell.Tests.Conformance;
using Shell.Tests.Support;

namespace Shell.Tests;

/// <summary>How runs end: by counts, never by a timeout; and with an error when something of ours fails.</summary>
public sealed class RunEndTests
{
    private const string ImporterThatIgnores =
        """
        vfio stall
        {
            v0: device;
            b0: dma_buf of v0;
            a0: importer ignores of b0 mapped;
        }
        P0 {
            reset(v0);
        }
        """;

    private static readonly KernelRevision Today = Models.Revision("M73");

    [Fact]
    public async Task End_WhenAResetWaitsForAnImporterThatIgnores_IsStalled()
    {
        var model = Models.Parsed(ImporterThatIgnores, Today);
        var journal = new MemorySink();
        await using var storm = new LiveStorm(model, journal, _ => ScriptWork.ForAll(model));

        Assert.Equal(RunEnd.Stalled, await storm.GoAsync());

        await storm.Run.DisposeAsync();
        var fold = storm.AssertFolds(journal.Entries);
        Assert.Contains(fold.Findings, found => found.Finding.Violation.Property == Property.P9);
    }

    [Fact]
    public async Task End_WhenAStalledMachineRestarts_IsStillStalled()
    {
        var model = Models.Parsed(ImporterThatIgnores, Today);
        await using var storm = new LiveStorm(model, new MemorySink(), _ => ScriptWork.ForAll(model));

        storm.Run.Go();
        for (var machine = 0; machine < model.Machines.Count; machine++)
            storm.Run.Fail(machine);

        Assert.Equal(RunEnd.Stalled, await storm.GoAsync());
    }

    [Fact]
    public async Task End_WhenAllTasksEnd_IsFinished()
    {
        var model = Models.Shipped("reset-map-dma", Today);
        await using var storm = new LiveStorm(model, new MemorySink(), _ => ScriptWork.ForAll(model));

        Assert.Equal(RunEnd.Finished, await storm.GoAsync());
    }

    [Fact]
    public void End_WhenTheKernelDereferencesNull_IsOops()
    {
        var model = Models.Shipped("close-map", Models.Revision("S0"));
        var schedule = FirstWith(model, new TransitionGraph(model), IsNullDereference);
        using var run = new ScheduledRun(model);

        run.Follow(schedule);

        Assert.Equal(RunEnd.Oops, run.Ended);
        Assert.Contains("NULL pointer dereference", run.Metrics.Stopped!.Violation.Text, StringComparison.Ordinal);
        Assert.NotEmpty(run.Metrics.Stopped.Function);
    }

    [Fact]
    public async Task End_WhenTheJournalThrows_FailsWithItsException()
    {
        var journal = new ObservedSink(new MemorySink()) { OnAppend = number => Throw(number == 100, "no space left on device") };

        await AssertFails<IOException>("no space left on device", journal);
    }

    [Fact]
    public async Task End_WhenTheJournalFailsLater_FailsWithItsException()
    {
        var model = Models.OfStorm(Today, GrantPolicy.Ordered);
        using var file = new TemporaryJournal(model, 1);
        using var sink = new StoreSink(file.Store);
        var journal = new ObservedSink(sink) { OnAppend = number => CloseAt(number, file) };

        await AssertFails<ObjectDisposedException>("JournalStore", journal);
    }

    [Fact]
    public async Task End_WhenTheJournalCannotBeRead_FailsWithItsException()
    {
        LiveStorm? storm = null;
        var journal = new ObservedSink(new MemorySink()) { OnRead = () => throw new IOException("input/output error") };
        journal.OnAppend = number => FailAt(number, storm!);
        await using (storm = StormOver(journal))
        {
            var error = await Assert.ThrowsAsync<IOException>(storm.GoAsync);
            Assert.Contains("input/output error", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task End_WhenATaskActorFails_FailsWithItsException()
    {
        var model = Models.OfStorm(Today, GrantPolicy.Ordered);
        await using var storm = new LiveStorm(model, new MemorySink(), _ => [new BrokenWork()]);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(storm.GoAsync);
        Assert.Equal("broken work", error.Message);
    }

    private static LiveStorm StormOver(IJournalSink journal) =>
        new(Models.OfStorm(Today, GrantPolicy.Ordered), journal, run => BoundedWork.ForAll(run, requests: 1_000));

    private static async Task AssertFails<T>(string message, IJournalSink journal)
        where T : Exception
    {
        await using var storm = StormOver(journal);

        var error = await Assert.ThrowsAsync<T>(storm.GoAsync);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static void Throw(bool now, string message)
    {
        if (now)
            throw new IOException(message);
    }

    private static void CloseAt(long number, TemporaryJournal file)
    {
        if (number == 100)
            file.Store.Dispose();
    }

    private static void FailAt(long number, LiveStorm storm)
    {
        for (var machine = 0; number == 100 && machine < storm.Model.Machines.Count; machine++)
            storm.Run.Fail(machine);
    }

    private static bool IsNullDereference(TaskState task) => !task.IsIdle && task.Next is Step.Send && TaskMachine.Pending(task).Target is null;

    // The shortest schedule after which some task is in such a state.
    private static List<GraphStep> FirstWith(Model model, TransitionGraph graph, Predicate<TaskState> wanted)
    {
        var paths = new Dictionary<int, List<GraphStep>> { [0] = [] };
        var open = new Queue<int>([0]);
        while (open.TryDequeue(out var world))
        {
            if (graph.TasksOf(world).Any(task => wanted(task)))
                return paths[world];
            foreach (var step in graph.From(world))
            {
                if (step.To >= 0 && paths.TryAdd(step.To, [.. paths[world], step]))
                    open.Enqueue(step.To);
            }
        }

        throw new InvalidOperationException($"{model.Scenario.Name} has no such world");
    }

    private sealed class BrokenWork : IWork
    {
        public Job? Next(bool ending) => throw new InvalidOperationException("broken work");

        public void Done(TaskState state)
        {
        }
    }
}
