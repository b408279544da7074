using Actors.Core.Journal;
using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>The sink of a run that stores nothing.</summary>
internal sealed class NoJournal : IJournalSink
{
    public static readonly NoJournal Instance = new();

    public Task AppendAsync(IReadOnlyList<JournalEntry> entries) => Task.CompletedTask;

    public Task FlushAsync() => Task.CompletedTask;

    public long HighestSequence(MachineRef machine) => 0;

    public IEnumerable<JournalEntry> Read(MachineRef machine, long from, long to) => [];

    public void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot)
    {
    }

    public (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo) => null;
}
