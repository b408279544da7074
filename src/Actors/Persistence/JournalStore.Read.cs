using Actors.Core.Journal;
using Actors.Core.Vocabulary;

namespace Actors.Persistence;

/// <content>Reading and verifying.</content>
public sealed partial class JournalStore
{
    /// <summary>Verifies a file: also one that is no journal, or cannot be opened.</summary>
    public static JournalVerification Verify(string path, CancellationToken cancellation = default)
    {
        try
        {
            using var store = OpenRead(path);
            return store.Verify(cancellation);
        }
        catch (JournalException error)
        {
            return JournalVerification.Refused(error.Message);
        }
    }

    /// <summary>Walks the whole chain and checks every entry.</summary>
    public JournalVerification Verify(CancellationToken cancellation = default)
    {
        lock (gate)
        {
            using var cursor = NewCursor();
            try
            {
                while (cursor.Next() is not null)
                    cancellation.ThrowIfCancellationRequested();
                return new JournalVerification(JournalCondition.Intact, cursor.End.Ordinal, cursor.End.Batch, "");
            }
            catch (JournalException error)
            {
                return cursor.End.Batch == 0
                    ? JournalVerification.Refused(error.Message)
                    : new JournalVerification(JournalCondition.ValidPrefix, cursor.End.Ordinal, cursor.End.Batch, error.Message);
            }
        }
    }

    /// <summary>The entries in the order they were committed, checked batch by batch as they are read; one batch is held in memory.</summary>
    /// <param name="entriesMax">At most so many: with <see cref="JournalVerification.Entries"/>, the valid prefix of a damaged journal.</param>
    /// <param name="cancellation">Ends it between two batches with an <see cref="OperationCanceledException"/>.</param>
    public IEnumerable<JournalEntry> ReadAll(long entriesMax = long.MaxValue, CancellationToken cancellation = default)
    {
        using var cursor = new Locked(this);
        var left = entriesMax;
        while (left > 0 && cursor.Next() is { } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in batch.Take((int)Math.Min(left, int.MaxValue)))
                yield return entry;
            left -= batch.Count;
        }
    }

    /// <summary>A machine's entries in its order; a file that was not verified since it was opened is verified first.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="fromSequence">The first step wanted, from 1.</param>
    /// <param name="toSequence">The last step wanted, if there are so many.</param>
    public IReadOnlyList<JournalEntry> ReadMachine(MachineRef machine, long fromSequence = 1, long toSequence = long.MaxValue)
    {
        lock (gate)
        {
            var end = EndOf(machine);
            var entries = new List<JournalEntry>();
            using var select = connection.Prepare("SELECT machine_before, payload FROM event WHERE ordinal = ?");
            for (var (sequence, ordinal) = end; sequence >= Math.Max(1, fromSequence); sequence--)
            {
                var entry = select.Bind(1, ordinal).Step() ? JournalCodec.Decode(select.Blob(1)) : null;
                if (entry?.Machine != machine || entry.MachineSequence != sequence)
                    throw new JournalException($"{Path}: entry {ordinal} is not step {sequence} of {machine} any more");
                if (sequence <= toSequence)
                    entries.Add(entry);
                ordinal = select.Int64(0);
                select.Reset();
            }

            entries.Reverse();
            return entries;
        }
    }

    /// <summary>The number of a machine's entries; 0 when it has none.</summary>
    public long HighestSequence(MachineRef machine)
    {
        lock (gate)
            return EndOf(machine).Sequence;
    }

    private MachineEnd EndOf(MachineRef machine)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        machines ??= VerifiedToTheEnd().Machines;
        return machines[machine];
    }

    private JournalEnd VerifiedToTheEnd()
    {
        using var cursor = NewCursor();
        while (cursor.Next() is not null)
        {
        }

        return cursor.End;
    }

    private JournalCursor NewCursor()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new JournalCursor(connection, begin);
    }

    // A cursor that takes its turn for each batch, so that a reader and a writer of one store do not shut each other out.
    private sealed class Locked : IDisposable
    {
        private readonly JournalStore store;
        private readonly JournalCursor cursor;

        public Locked(JournalStore store)
        {
            this.store = store;
            lock (store.gate)
                cursor = store.NewCursor();
        }

        public IReadOnlyList<JournalEntry>? Next()
        {
            lock (store.gate)
            {
                ObjectDisposedException.ThrowIf(store.disposed, store);
                return cursor.Next();
            }
        }

        public void Dispose()
        {
            lock (store.gate)
                cursor.Dispose();
        }
    }
}
