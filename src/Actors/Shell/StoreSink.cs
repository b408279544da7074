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
    public void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        using var output = new BinaryWriter(stream);
        output.Write(snapshot.Stamp);
        output.Write(snapshot.LastAnswers.Count);
        foreach (var entry in snapshot.LastAnswers)
        {
            var bytes = JournalCodec.Encode(entry);
            output.Write(bytes.Length);
            output.Write(bytes);
        }

        output.Flush();
        store.SaveSnapshot(machine, sequence, snapshot.State, stream.ToArray());
    }

    /// <inheritdoc/>
    public (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo)
    {
        if (store.LoadSnapshot(machine) is not { } found || found.Sequence > upTo)
            return null;
        using var input = new BinaryReader(new MemoryStream(found.Extra.ToArray()));
        var stamp = input.ReadInt64();
        var answers = new JournalEntry[input.ReadInt32()];
        for (var index = 0; index < answers.Length; index++)
            answers[index] = JournalCodec.Decode(input.ReadBytes(input.ReadInt32()));
        return (found.Sequence, new MachineSnapshot(found.State, stamp, Sequence<JournalEntry>.Of(answers)));
    }

    /// <summary>Commits what is queued and ends the writer.</summary>
    public void Dispose() => writer.Dispose();
}
