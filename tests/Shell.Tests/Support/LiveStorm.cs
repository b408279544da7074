using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Shell;
using Akka.Configuration;

namespace Shell.Tests.Support;

/// <summary>A run on real dispatchers. The watchdog only fails a test that hangs; nothing here waits for time to pass.</summary>
internal sealed class LiveStorm : IAsyncDisposable
{
    public static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(5);

    private readonly RunStates states;

    public LiveStorm(Model model, IJournalSink? journal, Func<RunContext, IReadOnlyList<IWork>> work, ulong seed = 1, int snapshotInterval = 10_000, Config? config = null)
    {
        Model = model;
        states = new RunStates(model);
        var context = new RunContext(model, seed, journal) { SnapshotInterval = snapshotInterval, OnMachine = states.Hear, OnTask = states.Hear };
        Run = LiveRun.Create(context, work(context), config ?? Configs.Live);
    }

    public Model Model { get; }

    public LiveRun Run { get; }

    /// <summary>Lets the tasks loose and waits for the end.</summary>
    public Task<RunEnd> GoAsync()
    {
        Run.Go();
        return Run.End.WaitAsync(Watchdog);
    }

    /// <summary>Folds the journal of the run, which has ended; fails when it diverges or the actors are in other states.</summary>
    public JournalFold AssertFolds(IReadOnlyList<JournalEntry> entries)
    {
        var fold = Folded.Of(Model, entries);
        Assert.Null(Folded.Complaint(fold, entries.Count, states.DifferenceFrom));
        Assert.Equal(fold.Findings.Select(found => found.Finding.Id), Folded.Of(Model, entries).Findings.Select(found => found.Finding.Id));
        return fold;
    }

    public ValueTask DisposeAsync() => Run.DisposeAsync();
}
