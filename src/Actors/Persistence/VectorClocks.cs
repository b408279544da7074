using Actors.Core.Journal;
using Actors.Core.Vocabulary;

namespace Actors.Persistence;

/// <summary>Vector clocks by task over the chains of a journal: an entry knows of the entries before it in its machine and task, and of its parent step.</summary>
internal sealed class VectorClocks
{
    private readonly Dictionary<TaskId, Dictionary<TaskId, long>> tasks = [];
    private readonly Dictionary<MachineRef, Dictionary<TaskId, long>> machines = [];

    // Clocks of steps that started a task: the parent has gone on when its child's first step is accepted.
    private readonly Dictionary<TaskLink, int> childrenToCome = [];
    private readonly Dictionary<TaskLink, Dictionary<TaskId, long>> parents = [];

    /// <summary>Clocks for a journal with the given entries; they are looked through once for parent links.</summary>
    public VectorClocks(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Parent is { } parent)
                childrenToCome[parent] = childrenToCome.GetValueOrDefault(parent) + 1;
        }
    }

    /// <summary>The clock of the next entry; entries come in an order that respects the chains, as they are committed.</summary>
    public IReadOnlyDictionary<TaskId, long> Advance(JournalEntry entry)
    {
        var clock = tasks.TryGetValue(entry.Step.Task, out var before) ? new Dictionary<TaskId, long>(before) : [];
        if (machines.TryGetValue(entry.Machine, out var machine))
            Merge(clock, machine);
        if (entry.Parent is { } parent)
            Merge(clock, TakeParent(parent));
        clock[entry.Step.Task] = entry.Step.Sequence;
        tasks[entry.Step.Task] = clock;
        machines[entry.Machine] = clock;
        if (childrenToCome.ContainsKey(entry.Step))
            parents[entry.Step] = clock;
        return clock;
    }

    private Dictionary<TaskId, long> TakeParent(TaskLink parent)
    {
        if (!parents.TryGetValue(parent, out var clock))
            throw new JournalException($"{parent.Task} step {parent.Sequence} started a task and comes after the task's first step");
        if (--childrenToCome[parent] == 0)
        {
            childrenToCome.Remove(parent);
            parents.Remove(parent);
        }

        return clock;
    }

    private static void Merge(Dictionary<TaskId, long> into, Dictionary<TaskId, long> from)
    {
        foreach (var (task, sequence) in from)
            into[task] = Math.Max(sequence, into.GetValueOrDefault(task));
    }
}
