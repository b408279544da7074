using System.Numerics;

namespace Actors.Exploration.Dpor;

/// <summary>The races of an execution, and what has to be tried at an earlier node so that they run the other way (Abdulla, Aronis, Jonsson, Sagonas 2014, algorithm 1).</summary>
/// <remarks>
/// A step that has to wait is no step. So a race is looked for with the latest step before which the task could have moved: for a lock that is the other one's acquisition, not its release.
/// And it is looked for also on behalf of a task that waits.
/// </remarks>
internal sealed class SourceSets(StateTable table, Dependence dependence, Execution execution, ulong[] backtracks, int taskCount)
{
    private readonly int[] firstIn = new int[taskCount];
    private readonly List<int> chosen = [];
    private ulong[] backtracks = backtracks;

    /// <summary>The sets to write into, when they have been moved.</summary>
    public void Use(ulong[] sets) => backtracks = sets;

    /// <summary>Looks for races of a task's next step with the steps of the execution.</summary>
    /// <param name="task">Who is to move.</param>
    /// <param name="writes">Whether the step changes its target; for a task that waits, whether it could.</param>
    public void Add(int task, bool writes)
    {
        var world = execution.World(execution.Count);
        var state = world[task];
        if (dependence.TargetOf(state) is >= 0 and var target)
        {
            AddOn(task, state, target, writes);
            return;
        }

        foreach (var slot in dependence.FootprintOf(state))
            AddOn(task, state, slot, writes: false);
    }

    private void AddOn(int task, int state, int slot, bool writes)
    {
        var accesses = execution.Accesses(slot);
        var follows = execution.LatestOf(task);
        chosen.Clear();
        for (var index = accesses.Length - 1; index >= 0; index--)
        {
            var earlier = accesses[index];
            ref readonly var step = ref execution[earlier];
            if (!step.Writes && !writes)
                continue;
            if (follows >= 0 && execution.IsBefore(earlier, follows))
            {
                if (step.Writes)
                    return;
                continue;
            }

            if (!CouldMove(task, state, earlier))
                continue;
            if (!IsBeforeChosen(earlier))
            {
                Reverse(earlier, task, state);
                chosen.Add(earlier);
            }

            if (step.Writes)
                return;
        }
    }

    private bool IsBeforeChosen(int earlier)
    {
        foreach (var later in chosen)
        {
            if (execution.IsBefore(earlier, later))
                return true;
        }

        return false;
    }

    // The task's own state is what it is now; only the machine it is sent to was another.
    private bool CouldMove(int task, int state, int position)
    {
        if (dependence.TargetOf(state) < 0)
            return true;
        Span<int> before = stackalloc int[execution.World(position).Length];
        execution.World(position).CopyTo(before);
        before[task] = state;
        return table.Successors(task, before).Length > 0;
    }

    // What follows the earlier step without depending on it, then the task: whoever can begin that must be tried there.
    private void Reverse(int earlier, int task, int state)
    {
        Array.Fill(firstIn, int.MaxValue);
        var initials = 0ul;
        for (var position = earlier + 1; position < execution.Count; position++)
        {
            if (execution.IsBefore(earlier, position))
                continue;
            var mover = execution[position].Task;
            if (firstIn[mover] != int.MaxValue)
                continue;
            if (IsInitial(position))
                initials |= 1ul << mover;
            firstIn[mover] = position;
        }

        if (IsInitial(earlier, task, state))
            initials |= 1ul << task;
        if ((initials & backtracks[earlier]) == 0)
            backtracks[earlier] |= 1ul << ((initials & (1ul << task)) != 0 ? task : BitOperations.TrailingZeroCount(initials));
    }

    private bool IsInitial(int position)
    {
        for (var other = 0; other < taskCount; other++)
        {
            if (execution.LastBefore(position, other) >= firstIn[other])
                return false;
        }

        return true;
    }

    // The task's next step, which is last: nothing of what lies between may come before it.
    private bool IsInitial(int earlier, int task, int state)
    {
        if (firstIn[task] != int.MaxValue || execution.LatestOf(task) > earlier)
            return false;
        var target = dependence.TargetOf(state);
        var footprint = dependence.FootprintOf(state);
        for (var position = earlier + 1; position < execution.Count; position++)
        {
            ref readonly var step = ref execution[position];
            if (execution.IsBefore(earlier, position))
                continue;
            if (target >= 0 && (step.Target == target || Array.IndexOf(step.Footprint, target) >= 0))
                return false;
            if (step.Writes && Array.IndexOf(footprint, step.Target) >= 0)
                return false;
        }

        return true;
    }
}
