using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Exploration;

/// <summary>A scenario on a kernel revision as a transition system.</summary>
public sealed class KernelSystem : ITransitionSystem
{
    /// <summary>Wraps a model.</summary>
    public KernelSystem(Model model)
    {
        Model = model;
        Footprints = new KernelFootprints(model);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <inheritdoc/>
    public IFootprints Footprints { get; }

    /// <inheritdoc/>
    public SymmetryGroup Symmetries => Symmetry.Symmetries.Of(Model);

    /// <inheritdoc/>
    public int TaskCount => Model.TaskCount;

    /// <inheritdoc/>
    public int SlotCount => Model.SlotCount;

    /// <inheritdoc/>
    public IReadOnlyList<object> InitialWorld() => Model.InitialWorld();

    /// <inheritdoc/>
    public object Idle(int task) => TaskState.Idle(new TaskId(task));

    /// <inheritdoc/>
    public UInt128 HashOf(object state) => Fingerprint.Of(state);

    /// <inheritdoc/>
    public PendingStep Next(int slot, object task)
    {
        var state = (TaskState)task;
        if (state.IsIdle)
            return new PendingStep(PendingKind.Idle, -1, []);
        if (state.Next is Step.Check)
            return new PendingStep(PendingKind.Check, -1, [.. Obligations.Footprint(state, Model.Topology).Select(Model.SlotOf)]);
        return TaskMachine.Pending(state).Target is { } target
            ? new PendingStep(PendingKind.Send, Model.SlotOf(target), [])
            : new PendingStep(PendingKind.Oops, -1, []);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Transition> Take(int slot, object task, object? target)
    {
        var state = (TaskState)task;
        return Transitions(state, target is MachineState machine ? TaskMachine.Send(state, machine, Model.Topology) : [TaskMachine.Oops(state)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Transition> Check(int slot, object task, Func<int, object> world)
    {
        var state = (TaskState)task;
        return Transitions(state, TaskMachine.Check(state, Obligations.Judge(state, Model.Topology, machine => (MachineState)world(Model.SlotOf(machine)))));
    }

    private static Transition[] Transitions(TaskState task, IReadOnlyList<Successor> successors) =>
    [
        .. successors.Select(successor => new Transition(
            successor.Task,
            successor.Target,
            [.. successor.Started.Select(child => (child.Id.Index, (object)child))],
            [.. successor.Violations.Select(violation => new Finding(violation, task.Next.Function, task.Next.Text))],
            successor.IsFatal)),
    ];
}
