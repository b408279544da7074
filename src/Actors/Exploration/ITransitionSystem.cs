using Actors.Core.Properties;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Exploration;

/// <summary>What a task state does next.</summary>
public enum PendingKind : byte
{
    /// <summary>The slot is idle.</summary>
    Idle,

    /// <summary>A message to one machine.</summary>
    Send,

    /// <summary>A check over several machines.</summary>
    Check,

    /// <summary>A NULL pointer.</summary>
    Oops,
}

/// <summary>A task's next step, as far as the search has to know it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Target">The slot of the machine it writes; -1 when there is none.</param>
/// <param name="Read">The slots that a check reads.</param>
public readonly record struct PendingStep(PendingKind Kind, int Target, IReadOnlyList<int> Read);

/// <summary>One way a step can go.</summary>
/// <param name="Task">The task's next state.</param>
/// <param name="Target">The target's next state; null when there is no target.</param>
/// <param name="Started">Task slots that begin, with their first states.</param>
/// <param name="Findings">Properties that the step breaks.</param>
/// <param name="Fatal">Nothing after it is explored: the kernel would have stopped.</param>
public sealed record Transition(object Task, object? Target, IReadOnlyList<(int Slot, object State)> Started, IReadOnlyList<Finding> Findings, bool Fatal);

/// <summary>Tasks and machines as pure functions over values (design D2): all that the search needs of a model. States are equal by value.</summary>
public interface ITransitionSystem
{
    /// <summary>Number of task slots; they come first in a world.</summary>
    int TaskCount { get; }

    /// <summary>Number of slots of a world: tasks, then machines.</summary>
    int SlotCount { get; }

    /// <summary>The first world, by slot.</summary>
    IReadOnlyList<object> InitialWorld();

    /// <summary>The state of a task slot in which nothing runs.</summary>
    object Idle(int task);

    /// <summary>What a task does next. Depends on its state only.</summary>
    PendingStep Next(int slot, object task);

    /// <summary>The ways of a send whose target is in the given state, or of a NULL pointer when the target is null; empty = blocked.</summary>
    IReadOnlyList<Transition> Take(int slot, object task, object? target);

    /// <summary>The ways of a check step, which reads slots of the world.</summary>
    IReadOnlyList<Transition> Check(int slot, object task, Func<int, object> world);

    /// <summary>The 128-bit hash of a state, which depends on its content only.</summary>
    UInt128 HashOf(object state);

    /// <summary>What a task may still touch, for the reduction.</summary>
    IFootprints Footprints { get; }

    /// <summary>What can be exchanged without a difference.</summary>
    SymmetryGroup Symmetries { get; }
}
