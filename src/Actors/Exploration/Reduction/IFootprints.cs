namespace Actors.Exploration.Reduction;

/// <summary>An access to one slot: which parts of its state it depends on and which it may change. Two accesses commute when neither touches what the other changes.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Reads">The parts read, as bits.</param>
/// <param name="Adds">The parts changed in a way that commutes with its like, as when holders join a count.</param>
/// <param name="Writes">The parts written.</param>
public readonly record struct Access(int Slot, byte Reads, byte Adds, byte Writes)
{
    /// <summary>Every part of a state.</summary>
    public const byte Everything = 0xff;

    /// <summary>An access that reads the whole state.</summary>
    public static Access Read(int slot) => new(slot, Everything, 0, 0);

    /// <summary>An access that may change the whole state.</summary>
    public static Access Write(int slot) => new(slot, Everything, 0, Everything);
}

/// <summary>What tasks hold and keep while they do not move, as bits.</summary>
/// <param name="Exclusive">Locks, by number, so held that nobody else gets them in any mode.</param>
/// <param name="Shared">Locks so held that no writer gets them.</param>
/// <param name="Awake">Machines, by number among <see cref="IFootprints.Sleepers"/>, that are active and kept so by a usage reference.</param>
public readonly record struct HeldSet(ulong Exclusive, ulong Shared, ulong Awake)
{
    /// <summary>What is held by either.</summary>
    public HeldSet Union(HeldSet other) => new(Exclusive | other.Exclusive, Shared | other.Shared, Awake | other.Awake);
}

/// <summary>What tasks may still touch: a safe estimate from above, by task state (algorithms.md 3).</summary>
public interface IFootprints
{
    /// <summary>The accesses of a task's next step.</summary>
    /// <param name="slot">The task.</param>
    /// <param name="task">Its state.</param>
    /// <param name="target">The state of the machine it goes to; null when it goes to none.</param>
    /// <param name="transitions">What it can do there; empty when it is blocked and waits to do it.</param>
    IReadOnlyList<Access> Next(int slot, object task, object? target, IReadOnlyList<Transition> transitions);

    /// <summary>What the task and all tasks it starts may access from here on, as long as others keep what they hold and do not move.</summary>
    Footprint Remaining(int slot, object task, HeldSet kept);

    /// <summary>The locks that the task holds.</summary>
    HeldSet Held(object task);

    /// <summary>The slots of machines that tasks can keep awake, by number.</summary>
    IReadOnlyList<int> Sleepers { get; }

    /// <summary>The tasks, as bits, each of which keeps a machine in this state awake as long as it does not move.</summary>
    ulong KeptAwakeBy(object state);
}
