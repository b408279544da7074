using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>A journal in memory that commits inline. As strict as the store: a machine's entries continue its sequence.</summary>
internal class MemorySink : IJournalSink
{
    private readonly Lock gate = new();
    private readonly List<JournalEntry> entries = [];
    private readonly Dictionary<MachineRef, List<JournalEntry>> machines = [];
    private readonly Dictionary<MachineRef, (long, MachineSnapshot)> snapshots = [];

    /// <summary>All entries, in the order of their commit.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (gate)
                return [.. entries];
        }
    }

    /// <summary>The newest entry, or null.</summary>
    public JournalEntry? Last
    {
        get
        {
            lock (gate)
                return entries.Count == 0 ? null : entries[^1];
        }
    }

    /// <summary>Snapshots taken.</summary>
    public int Snapshots { get; private set; }

    /// <summary>Snapshots given back.</summary>
    public int SnapshotsUsed { get; private set; }

    public virtual Task AppendAsync(IReadOnlyList<JournalEntry> entries)
    {
        Commit(entries);
        return Task.CompletedTask;
    }

    public virtual Task FlushAsync() => Task.CompletedTask;

    public long HighestSequence(MachineRef machine)
    {
        lock (gate)
            return machines.TryGetValue(machine, out var own) ? own.Count : 0;
    }

    public IEnumerable<JournalEntry> Read(MachineRef machine, long from, long to)
    {
        lock (gate)
            return machines.TryGetValue(machine, out var own) ? [.. own.Where(entry => entry.MachineSequence >= from && entry.MachineSequence <= to)] : [];
    }

    public void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot)
    {
        lock (gate)
        {
            if (sequence > HighestSequence(machine))
                throw new InvalidOperationException($"a snapshot of {machine} at step {sequence}, which is not stored");
            Snapshots++;
            snapshots[machine] = (sequence, snapshot);
        }
    }

    public (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo)
    {
        lock (gate)
        {
            if (!snapshots.TryGetValue(machine, out var found) || found.Item1 > upTo)
                return null;
            SnapshotsUsed++;
            return found;
        }
    }

    protected void Commit(IReadOnlyList<JournalEntry> written)
    {
        lock (gate)
        {
            foreach (var entry in written)
            {
                if (!machines.TryGetValue(entry.Machine, out var own))
                    machines.Add(entry.Machine, own = []);
                if (entry.MachineSequence != own.Count + 1)
                    throw new InvalidOperationException($"{entry.Machine} is at {own.Count}, the entry says {entry.MachineSequence}");
                own.Add(entry);
                entries.Add(entry);
            }
        }
    }
}
