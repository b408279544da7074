using Actors.Core.Journal;
using Actors.Persistence.Sqlite;

namespace Actors.Persistence;

/// <summary>The end of a chain: where the next batch goes on.</summary>
/// <param name="Batch">Number of the last batch.</param>
/// <param name="Ordinal">Ordinal of the last entry: how many there are.</param>
/// <param name="Hash">Hash of the last batch, or of the header.</param>
/// <param name="Machines">Each machine's last entry.</param>
internal sealed record JournalEnd(long Batch, long Ordinal, byte[] Hash, MachineEnds Machines);

/// <summary>Walks a journal from its beginning, batch by batch. A batch is handed out only after its hash, places and columns were checked.</summary>
internal sealed class JournalCursor : IDisposable
{
    private readonly Connection connection;
    private readonly Statement begin;
    private readonly Statement end;
    private readonly Statement selectBatch;
    private readonly Statement selectEvents;
    private readonly BatchBytes batchBytes = new();

    /// <summary>Begins before the first batch.</summary>
    public JournalCursor(Connection connection, byte[] beginHash)
    {
        this.connection = connection;
        End = new JournalEnd(0, 0, beginHash, new MachineEnds());
        begin = connection.Prepare("BEGIN");
        end = connection.Prepare("COMMIT");
        selectBatch = connection.Prepare("SELECT id, first, last, hash FROM batch WHERE id > ? ORDER BY id LIMIT 1");
        selectEvents = connection.Prepare("SELECT ordinal, machine_kind, machine_index, machine_seq, machine_before, task, task_seq, stamp, payload FROM event WHERE ordinal BETWEEN ? AND ? ORDER BY ordinal");
    }

    /// <summary>How far the walk has come.</summary>
    public JournalEnd End { get; private set; }

    /// <summary>The next batch, or null at the end of the journal; <see cref="JournalException"/> when what comes next is damaged.</summary>
    public IReadOnlyList<JournalEntry>? Next()
    {
        begin.Run();
        try
        {
            return ReadBatch();
        }
        catch (JournalException error) when (!error.Message.StartsWith(connection.Path, StringComparison.Ordinal))
        {
            throw new JournalException($"{connection.Path}: batch {End.Batch + 1}: {error.Message}", error);
        }
        finally
        {
            selectBatch.Reset();
            selectEvents.Reset();
            end.Run();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        begin.Dispose();
        end.Dispose();
        selectBatch.Dispose();
        selectEvents.Dispose();
    }

    private List<JournalEntry>? ReadBatch()
    {
        if (!selectBatch.Bind(1, End.Batch).Step())
        {
            if (HasEventBehind())
                throw new JournalException("entries without a batch");
            return null;
        }

        var (id, first, last) = (selectBatch.Int64(0), selectBatch.Int64(1), selectBatch.Int64(2));
        if (id != End.Batch + 1 || first != End.Ordinal + 1 || last < first)
            throw new JournalException($"batch {id} of entries {first} to {last} does not follow entry {End.Ordinal}");
        batchBytes.Begin(End.Hash, id, first);
        var entries = ReadEvents(first, last);
        var hash = batchBytes.Hash();
        if (!selectBatch.Blob(3).SequenceEqual(hash))
            throw new JournalException("the hash does not match");
        End = End with { Batch = id, Ordinal = last, Hash = hash };
        return entries;
    }

    private List<JournalEntry> ReadEvents(long first, long last)
    {
        var entries = new List<JournalEntry>();
        selectEvents.Bind(1, first).Bind(2, last);
        for (var ordinal = first; ordinal <= last; ordinal++)
        {
            if (!selectEvents.Step() || selectEvents.Int64(0) != ordinal)
                throw new JournalException($"entry {ordinal} is missing");
            var entry = JournalCodec.Decode(batchBytes.Add(selectEvents.Blob(8)));
            if (!ColumnsAgree(entry) || selectEvents.Int64(4) != End.Machines.Advance(entry, ordinal))
                throw new JournalException($"the columns of entry {ordinal} differ from its payload");
            entries.Add(entry);
        }

        return entries;
    }

    private bool ColumnsAgree(JournalEntry entry) =>
        selectEvents.Int64(1) == (long)entry.Machine.Kind
        && selectEvents.Int64(2) == entry.Machine.Index
        && selectEvents.Int64(3) == entry.MachineSequence
        && selectEvents.Int64(5) == entry.Step.Task.Index
        && selectEvents.Int64(6) == entry.Step.Sequence
        && selectEvents.Int64(7) == entry.Stamp;

    private bool HasEventBehind() => selectEvents.Bind(1, End.Ordinal + 1).Bind(2, long.MaxValue).Step();
}
