using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Persistence;

namespace Actors.Shell;

/// <summary>The sink over a journal store: entries of all machines share group commits.</summary>
public sealed class StoreSink : IJournalSink, IDisposable
{
    private readonly JournalStore store;
    private readonly GroupCommitWriter writer;

    /// <summary>Writes into the store, which stays its owner's to dispose.</summary>
    /// <param name="store">The store.</param>
    /// <param name="inline">Commits on the caller's thread, for controlled dispatchers.</param>
    public StoreSink(JournalStore store, bool inline = false)
    {
        this.store = store;
        writer = new GroupCommitWriter(store, new GroupCommitOptions(Inline: inline));
    }

    /// <summary>Counters of the group commits.</summary>
    public GroupCommitMetrics Metrics => writer.Metrics;

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<JournalEntry> entries) => writer.WriteAsync(entries);

    /// <inheritdoc/>
    public Task FlushAsync() => writer.FlushAsync();

    /// <inheritdoc/>
    public long HighestSequence(MachineRef machine) => store.HighestSequence(machine);

    /// <inheritdoc/>
    public IEnumerable<JournalEntry> Read(MachineRef machine, long from, long to) => store.ReadMachine(machine, from, to);

    /// <inheritdoc/>
    public void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot) =>
        store.SaveSnapshot(machine, sequence, snapshot.State, SnapshotCodec.EncodeExtra(snapshot));

    /// <inheritdoc/>
    public (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo) =>
        store.LoadSnapshot(machine) is { } found && found.Sequence <= upTo ? (found.Sequence, SnapshotCodec.Decode(found.State, found.Extra)) : null;

    /// <summary>Commits what is queued and ends the writer.</summary>
    public void Dispose() => writer.Dispose();
}
