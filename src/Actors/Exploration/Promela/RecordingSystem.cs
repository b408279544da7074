using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Exploration.Promela;

/// <summary>A transition as the search remembers it: when which slots have which states, a task can take a step.</summary>
/// <param name="Slot">The task's slot.</param>
/// <param name="Task">Its state.</param>
/// <param name="Others">Other slots, and the states they must have.</param>
/// <param name="Target">The slot the step writes besides the task's; -1 = none.</param>
/// <param name="Successors">What it can lead to.</param>
internal sealed record Remembered(int Slot, TaskState Task, IReadOnlyList<(int Slot, object State)> Others, int Target, IReadOnlyList<Transition> Successors);

/// <summary>A scenario as a transition system that writes down each transition it is asked for. Steps after which the kernel stops are left out of it: nothing is explored behind them.</summary>
internal sealed class RecordingSystem(Model model) : ITransitionSystem
{
    private readonly KernelSystem kernel = new(model);

    /// <summary>The transitions, in order of discovery; those that are blocked are left out.</summary>
    public List<Remembered> Transitions { get; } = [];

    /// <summary>Successors that are left out because the kernel stops there.</summary>
    public int FatalSteps { get; private set; }

    /// <inheritdoc/>
    public int TaskCount => kernel.TaskCount;

    /// <inheritdoc/>
    public int SlotCount => kernel.SlotCount;

    /// <inheritdoc/>
    public IFootprints Footprints => kernel.Footprints;

    /// <inheritdoc/>
    public SymmetryGroup Symmetries => SymmetryGroup.Trivial;

    /// <inheritdoc/>
    public IReadOnlyList<object> InitialWorld() => kernel.InitialWorld();

    /// <inheritdoc/>
    public object Idle(int task) => kernel.Idle(task);

    /// <inheritdoc/>
    public UInt128 HashOf(object state) => kernel.HashOf(state);

    /// <inheritdoc/>
    public PendingStep Next(int slot, object task) => kernel.Next(slot, task);

    /// <inheritdoc/>
    public IReadOnlyList<Transition> Take(int slot, object task, object? target)
    {
        var place = target is null ? -1 : Next(slot, task).Target;
        return Remember(slot, task, target is null ? [] : [(place, target)], place, kernel.Take(slot, task, target));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Transition> Check(int slot, object task, Func<int, object> world) =>
        Remember(slot, task, [.. Next(slot, task).Read.Select(read => (read, world(read)))], -1, kernel.Check(slot, task, world));

    private Transition[] Remember(int slot, object task, IReadOnlyList<(int Slot, object State)> others, int target, IReadOnlyList<Transition> successors)
    {
        Transition[] kept = [.. successors.Where(successor => !successor.Fatal)];
        FatalSteps += successors.Count - kept.Length;
        if (kept.Length > 0)
            Transitions.Add(new Remembered(slot, (TaskState)task, others, target, kept));
        return kept;
    }
}
