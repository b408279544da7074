using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>What one step did: enough to show it, to journal it and to take it again.</summary>
/// <param name="Task">Who.</param>
/// <param name="Step">Which step.</param>
/// <param name="Target">On which machine; null for a check step.</param>
/// <param name="Choice">Which of the machine's possibilities, from 0.</param>
/// <param name="Branch">Which of the task's local continuations, from 0.</param>
/// <param name="Reply">What the machine answered.</param>
/// <param name="Started">Task slots that began to run.</param>
/// <param name="Violations">What was broken.</param>
/// <param name="Locals">The variables before the step, for display.</param>
public sealed record Event(TaskId Task, Step Step, MachineRef? Target, int Choice, int Branch, Reply Reply, Sequence<TaskId> Started, Sequence<Violation> Violations, Locals Locals)
{
    /// <summary>The findings of this event.</summary>
    public IEnumerable<Finding> Findings => Violations.Select(violation => new Finding(violation, Step.Function, Step.Text));
}

/// <summary>A world that can be stepped: for replay, sequential runs and tests. Mutable working space; its contents are immutable states.</summary>
public sealed class World
{
    private readonly object[] slots;

    /// <summary>The first world of a model.</summary>
    public World(Model model)
        : this(model, model.InitialWorld())
    {
    }

    /// <summary>A world with the given slots.</summary>
    public World(Model model, IReadOnlyList<object> slots)
    {
        Model = model;
        this.slots = [.. slots];
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The slots: tasks, then machines.</summary>
    public IReadOnlyList<object> Slots => slots;

    /// <summary>The tasks.</summary>
    public IEnumerable<TaskState> Tasks => slots.Take(Model.TaskCount).Cast<TaskState>();

    /// <summary>The state of a machine.</summary>
    public MachineState this[MachineRef machine] => (MachineState)slots[Model.SlotOf(machine)];

    /// <summary>The state of a task.</summary>
    public TaskState this[TaskId task] => (TaskState)slots[task.Index];

    /// <summary>An independent copy.</summary>
    public World Copy() => new(Model, slots);

    /// <summary>Puts a task to work in an idle slot.</summary>
    public void Begin(TaskId task, Program program, Locals locals) => slots[task.Index] = TaskMachine.Begin(this[task] with { Results = Sequence<int>.Empty }, program, locals, Model.Topology);

    /// <summary>Lets an idle user task begin a request.</summary>
    public void Begin(TaskId task, Call call)
    {
        var (program, arguments) = Model.ProgramOf(call);
        Begin(task, program, arguments);
    }

    /// <summary>The machine a task's next step goes to; null for idle tasks, check steps and a NULL pointer.</summary>
    public MachineRef? TargetOf(TaskId task) => this[task] is { IsIdle: false } state && state.Next is Step.Send ? TaskMachine.Pending(state).Target : null;

    /// <summary>What the task can do now; empty when it is idle or blocked.</summary>
    public IReadOnlyList<Successor> Successors(TaskId task)
    {
        var state = this[task];
        if (state.IsIdle)
            return [];
        if (state.Next is Step.Check)
            return TaskMachine.Check(state, Obligations.Judge(state, Model.Topology, machine => this[machine]));
        return TargetOf(task) is { } target ? TaskMachine.Send(state, this[target], Model.Topology) : [TaskMachine.Oops(state)];
    }

    /// <summary>Takes one step: the successor with that number, as an exploration counts them.</summary>
    public Event Take(TaskId task, int successor = 0) => Take(task, Successors(task)[successor]);

    /// <summary>Takes a send by the machine's choice and the task's branch; null when the machine has no such answer.</summary>
    public Event? Take(TaskId task, int choice, int branch)
    {
        foreach (var successor in Successors(task))
        {
            if (successor.Choice == choice && successor.Branch == branch)
                return Take(task, successor);
        }

        return null;
    }

    /// <summary>Takes a step that <see cref="Successors"/> has just answered.</summary>
    public Event Take(TaskId task, Successor successor)
    {
        var before = this[task];
        var target = TargetOf(task);
        slots[task.Index] = successor.Task;
        if (target is { } machine)
            slots[Model.SlotOf(machine)] = successor.Target!;
        foreach (var started in successor.Started)
            slots[started.Id.Index] = started;
        var children = successor.Started.IsEmpty ? Sequence<TaskId>.Empty : Sequence<TaskId>.From(successor.Started.Select(child => child.Id));
        return new Event(task, before.Next, target, successor.Choice, successor.Branch, successor.Reply, children, successor.Violations, before.Top.Locals);
    }

    /// <summary>Puts equal states that were met before into places that were written, so that equal worlds hold the same objects.</summary>
    /// <param name="written">The slots.</param>
    /// <param name="known">The object that stands for all equal ones.</param>
    public void Share(IEnumerable<int> written, Func<object, object> known)
    {
        foreach (var slot in written)
            slots[slot] = known(slots[slot]);
    }

    /// <summary>What is broken in a world in which nothing can move.</summary>
    public IEnumerable<Finding> JudgeQuiescence() => Quiescence.Judge([.. Tasks], Model.Topology, machine => this[machine]);

    /// <summary>What tasks that have ended have left, while others still run.</summary>
    public IEnumerable<Finding> JudgeLeaks() => Quiescence.Leaks([.. Tasks], Model.Topology, machine => this[machine]);

    /// <summary>Identifies the world by content: XOR over the slots, independent of the order of discovery.</summary>
    public UInt128 Fingerprint
    {
        get
        {
            var sum = UInt128.Zero;
            for (var slot = 0; slot < slots.Length; slot++)
                sum ^= Mixing.Mix(slot, Vocabulary.Fingerprint.Of(slots[slot]));
            return sum;
        }
    }
}

/// <summary>The one mixing function of world fingerprints (design D3).</summary>
public static class Mixing
{
    /// <summary>Ties a state's hash to its slot. A bijection for each slot.</summary>
    public static UInt128 Mix(int slot, UInt128 hash)
    {
        var low = (ulong)hash + ((ulong)(slot + 1) * 0x9e37_79b9_7f4a_7c15);
        var high = (ulong)(hash >> 64) ^ System.Numerics.BitOperations.RotateLeft(low, slot + 7);
        low *= 0xff51_afd7_ed55_8ccd;
        high = (high + low) * 0xc4ce_b9fe_1a85_ec53;
        return new UInt128(high, low ^ (high >> 31));
    }
}
