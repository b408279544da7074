using Actors.Core.Journal;
using Actors.Persistence.Sqlite;

namespace Actors.Persistence;

/// <summary>Appends batches at the end of the chain.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly Connection connection;
    private readonly Statement insertEvent;
    private readonly Statement insertBatch;
    private readonly Statement beginTransaction;
    private readonly Statement commit;
    private readonly BatchBytes batchBytes = new();
    private readonly Schema.Event scratch = new() { Access = new Schema.Access() };
    private JournalEnd end;
    private Exception? failure;

    /// <summary>Goes on behind the given end.</summary>
    public JournalWriter(Connection connection, JournalEnd end)
    {
        this.connection = connection;
        this.end = end;
        insertEvent = connection.Prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insertBatch = connection.Prepare("INSERT INTO batch VALUES (?, ?, ?, ?)");
        beginTransaction = connection.Prepare("BEGIN IMMEDIATE");
        commit = connection.Prepare("COMMIT");
    }

    /// <summary>Appends one batch and raises the ends of its machines. After a failure it takes no more.</summary>
    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        if (failure is not null)
            throw new JournalException($"{connection.Path}: takes no more entries, an append has failed: {failure.Message}", failure);
        try
        {
            beginTransaction.Run();
            var next = Insert(entries);
            commit.Run();
            end = next;
        }
        catch (Exception error)
        {
            failure = error;
            end.Machines.Clear();
            Rollback();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        insertEvent.Dispose();
        insertBatch.Dispose();
        beginTransaction.Dispose();
        commit.Dispose();
    }

    private JournalEnd Insert(IReadOnlyList<JournalEntry> entries)
    {
        var (batch, first) = (end.Batch + 1, end.Ordinal + 1);
        batchBytes.Begin(end.Hash, batch, first);
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            var before = end.Machines.Advance(entry, first + index);
            var payload = batchBytes.Add(JournalCodec.Pack(entry, scratch));
            insertEvent
                .Bind(1, first + index)
                .Bind(2, (long)entry.Machine.Kind)
                .Bind(3, entry.Machine.Index)
                .Bind(4, entry.MachineSequence)
                .Bind(5, before)
                .Bind(6, entry.Step.Task.Index)
                .Bind(7, entry.Step.Sequence)
                .Bind(8, entry.Stamp)
                .Bind(9, payload)
                .Run();
        }

        var next = end with { Batch = batch, Ordinal = end.Ordinal + entries.Count, Hash = batchBytes.Hash() };
        insertBatch.Bind(1, batch).Bind(2, first).Bind(3, next.Ordinal).Bind(4, next.Hash).Run();
        return next;
    }

    // SQLite may have rolled back by itself already.
    private void Rollback()
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (JournalException)
        {
        }
    }
}
