using Actors.Core.Vocabulary;

namespace Actors.Core.Journal;

/// <summary>Orders and cuts over the two chains of a journal.</summary>
public static class JournalOrder
{
    /// <summary>The one canonical order: by Lamport stamp, then task. A topological order of happens-before.</summary>
    public static IReadOnlyList<JournalEntry> Canonical(IEnumerable<JournalEntry> entries) =>
        [.. entries.OrderBy(entry => entry.Stamp).ThenBy(entry => entry.Step.Task.Index).ThenBy(entry => entry.Step.Sequence)];

    /// <summary>The largest set of entries that is closed under both chains and parent links: what a crash left consistent. In canonical order.</summary>
    public static IReadOnlyList<JournalEntry> ConsistentCut(IEnumerable<JournalEntry> entries)
    {
        var machines = new Dictionary<MachineRef, long>();
        var tasks = new Dictionary<TaskId, long>();
        var cut = new List<JournalEntry>();
        foreach (var entry in Canonical(entries))
        {
            var machineNext = machines.GetValueOrDefault(entry.Machine) + 1;
            var taskNext = tasks.GetValueOrDefault(entry.Step.Task) + 1;
            var parentIsIn = entry.Parent is not { } parent || tasks.GetValueOrDefault(parent.Task) >= parent.Sequence;
            if (entry.MachineSequence != machineNext || entry.Step.Sequence != taskNext || !parentIsIn)
                continue;
            machines[entry.Machine] = machineNext;
            tasks[entry.Step.Task] = taskNext;
            cut.Add(entry);
        }

        return cut;
    }
}
