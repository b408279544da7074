using System.Runtime.CompilerServices;
using Actors.Core.Machines;

namespace Actors.Core.Analysis.Locks;

/// <summary>A task at a machine, both shared states, and the answer that a lock is to give.</summary>
internal sealed class SameStates : IEqualityComparer<(TaskState Task, MachineState Target, int Reply)>
{
    public static readonly SameStates Instance = new();

    public bool Equals((TaskState Task, MachineState Target, int Reply) x, (TaskState Task, MachineState Target, int Reply) y) =>
        ReferenceEquals(x.Task, y.Task) && ReferenceEquals(x.Target, y.Target) && x.Reply == y.Reply;

    public int GetHashCode((TaskState Task, MachineState Target, int Reply) key) =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(key.Task), RuntimeHelpers.GetHashCode(key.Target), key.Reply);
}

/// <summary>Worlds by the content of all their slots, which are shared states: equal ones are the same object.</summary>
internal sealed class SameWorld : IEqualityComparer<World>
{
    public static readonly SameWorld Instance = new();

    public bool Equals(World? x, World? y) => ReferenceEquals(x, y) || (x is not null && y is not null && HaveTheSame(x.Slots, y.Slots));

    private static bool HaveTheSame(IReadOnlyList<object> x, IReadOnlyList<object> y)
    {
        for (var slot = 0; slot < x.Count; slot++)
        {
            if (!ReferenceEquals(x[slot], y[slot]))
                return false;
        }

        return true;
    }

    public int GetHashCode(World world)
    {
        var code = default(HashCode);
        foreach (var slot in world.Slots)
            code.Add(RuntimeHelpers.GetHashCode(slot));
        return code.ToHashCode();
    }
}
