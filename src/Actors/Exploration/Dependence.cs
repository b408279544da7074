namespace Actors.Exploration;

/// <summary>What the next step of a task touches, and whether it depends on another.</summary>
/// <remarks>Two steps depend on each other when they are of one task, one starts the other's task, or both touch a machine and one of them changes it.</remarks>
internal sealed class Dependence(StateTable table)
{
    /// <summary>The slot that the next step of a task state sends to; -1 when it sends nothing.</summary>
    public int TargetOf(int task) => table.KindOf(task) == PendingKind.Send ? table.TargetOf(task) : -1;

    /// <summary>The slots that it reads as a check step.</summary>
    public int[] FootprintOf(int task) => table.KindOf(task) == PendingKind.Check ? table.ReadBy(task) : [];

    /// <summary>Whether the next step of a task may change the machine it is sent to.</summary>
    public bool Writes(int slot, ReadOnlySpan<int> world)
    {
        var target = TargetOf(world[slot]);
        if (target < 0)
            return false;
        foreach (var edge in table.Successors(slot, world))
        {
            if (edge.Target != world[target])
                return true;
        }

        return false;
    }

    /// <summary>Whether the next step of a task depends on one that another task takes in the same world.</summary>
    /// <param name="slot">The task.</param>
    /// <param name="world">The world before both.</param>
    /// <param name="target">The slot that the other's step sends to; -1 when it sends nothing.</param>
    /// <param name="writes">Whether the other's step changes that slot.</param>
    /// <param name="footprint">The slots that the other's step reads as a check step.</param>
    public bool DependsOn(int slot, ReadOnlySpan<int> world, int target, bool writes, int[] footprint)
    {
        var own = TargetOf(world[slot]);
        if (own >= 0)
            return (own == target && (writes || Writes(slot, world))) || (Array.IndexOf(footprint, own) >= 0 && Writes(slot, world));
        return writes && Array.IndexOf(FootprintOf(world[slot]), target) >= 0;
    }
}
