using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>A world between two runs, and what the runs before it have to be remembered for.</summary>
/// <param name="World">The world.</param>
/// <param name="Notes">The notes.</param>
/// <param name="Mover">The only task that has moved so far; null when none has, or more than one.</param>
/// <param name="Moved">How many tasks have moved: 0, 1 or 2 for more.</param>
internal sealed record Moment(World World, RunNotes Notes, TaskId? Mover, int Moved)
{
    public Moment Copy() => this with { World = World.Copy(), Notes = Notes.Copy() };

    public bool IsAlone(TaskId task) => Moved == 0 || Mover == task;

    public Moment MovedBy(TaskId task) => IsAlone(task) ? this with { Mover = task, Moved = 1 } : this with { Mover = null, Moved = 2 };
}

/// <summary>Runs one task by itself, without anybody in its way, and lets the graph see its steps.</summary>
internal sealed class LoneTask(Model model, LockObserver observer)
{
    private const int AnyReply = int.MinValue;

    private readonly Dictionary<object, object> known = [];
    private readonly Dictionary<(TaskState Task, MachineState Target, int Reply), IReadOnlyList<Successor>> remembered = new(SameStates.Instance);
    private readonly Dictionary<Program, int[]> requests = new(ReferenceEqualityComparer.Instance);

    /// <summary>Hears of each step that has changed a machine; yes when others may have to wait from here on.</summary>
    public delegate void Changed(Moment moment, bool opens);

    /// <summary>The first world of the model, of shared states.</summary>
    public World FirstWorld()
    {
        var world = new World(model);
        world.Share(Enumerable.Range(0, world.Slots.Count), Known);
        return world;
    }

    /// <summary>Whether the task can move.</summary>
    public bool CanMove(World world, TaskState task) => !task.IsIdle && Successors(world, task, Sequence<Held>.Empty).Count > 0;

    /// <summary>Runs a request of a user task, or all a deferred task has to do, along every branch; answers the worlds in which it ends, waits or spins.</summary>
    /// <param name="start">Where it starts; used up.</param>
    /// <param name="task">Who.</param>
    /// <param name="barred">Locks it does not get.</param>
    /// <param name="changed">Listens, or null.</param>
    public List<Moment> Run(Moment start, TaskId task, Sequence<Held> barred, Changed? changed)
    {
        var ends = new List<Moment>();
        var branches = new Stack<Moment>([start]);
        var parted = new HashSet<World>(SameWorld.Instance);
        var request = RequestOf(start.World[task]);
        while (branches.TryPop(out var moment))
        {
            var spin = new SpinWatch();
            while (true)
            {
                var state = moment.World[task];
                var successors = state.IsIdle || RequestOf(state) != request || spin.Turns(moment.World) ? [] : Successors(moment.World, state, barred);
                if (successors.Count == 0)
                {
                    ends.Add(moment);
                    break;
                }

                if (successors.Count > 1 && !parted.Add(moment.World.Copy()))
                    break;
                for (var other = 1; other < successors.Count; other++)
                {
                    var branch = moment.Copy();
                    if (Take(branch, state, successors[other], changed))
                        branches.Push(branch);
                }

                if (!Take(moment, state, successors[0], changed))
                    break;
            }
        }

        return ends;
    }

    // False when the kernel would stop there.
    private bool Take(Moment moment, TaskState state, Successor successor, Changed? changed)
    {
        var target = moment.World.TargetOf(state.Id);
        var before = target is { } machine ? moment.World[machine] : null;
        moment.World.Take(state.Id, successor);
        if (target is not { } written)
            return !successor.IsFatal;
        var send = new SeenSend(state, written, TaskMachine.Pending(state).Message, successor.Reply, before!, moment.World[written]);
        foreach (var started in successor.Started)
            moment.Notes.Forget(started.Id);
        if (successor.IsFatal)
            return false;
        var opens = observer.See(moment.Notes, send, moment.World.Tasks);
        if (changed is not null && !send.Before.Equals(send.After))
            changed(moment, opens);
        return true;
    }

    private T Known<T>(T state)
        where T : class
    {
        if (known.TryGetValue(state, out var same))
            return (T)same;
        known.Add(state, state);
        return state;
    }

    // What a task does at a machine follows from the two states alone (design D3), but for a check step, which reads others.
    private IReadOnlyList<Successor> Remembered(TaskState task, MachineState target, int reply, Func<IReadOnlyList<Successor>> compute)
    {
        if (remembered.TryGetValue((task, target, reply), out var successors))
            return successors;
        successors = Shared(compute());
        remembered.Add((task, target, reply), successors);
        return successors;
    }

    private IReadOnlyList<Successor> Shared(IReadOnlyList<Successor> successors) => [.. successors.Select(successor => successor with
    {
        Task = Known(successor.Task),
        Target = successor.Target is { } target ? Known(target) : null,
        Started = successor.Started.IsEmpty ? successor.Started : Sequence<TaskState>.From(successor.Started.Select(Known)),
    })];

    private IReadOnlyList<Successor> AtMachine(World world, TaskState task) =>
        task.Next is Step.Send && world.TargetOf(task.Id) is { } target
            ? Remembered(task, world[target], AnyReply, () => world.Successors(task.Id))
            : Shared(world.Successors(task.Id));

    // A lock lets everybody in but a task that holds it already, and those it is barred to; it keeps no state.
    private IReadOnlyList<Successor> Successors(World world, TaskState task, Sequence<Held> barred)
    {
        if (task.Next is not Step.Send send || world.TargetOf(task.Id) is not { IsLock: true } target)
            return AtMachine(world, task);
        var own = Stops(task.Held, target, send.Mode);
        var others = Stops(barred, target, send.Mode);
        return send.Kind switch
        {
            SendKind.Enqueue or SendKind.Release => Answer(task, world, target, Reply.Done),
            SendKind.Await => own || others ? [] : Answer(task, world, target, Reply.Done),
            SendKind.Try => own || others
                ? Answer(task, world, target, Reply.Of(false))
                : [.. Answer(task, world, target, Reply.Of(true)), .. Answer(task, world, target, Reply.Of(false))],
            SendKind.Access => AtMachine(world, task),
        };
    }

    private static bool Stops(Sequence<Held> held, MachineRef target, LockMode mode) =>
        held.Any(other => other.Lock == target && (other.Mode == LockMode.Write || mode == LockMode.Write));

    private IReadOnlyList<Successor> Answer(TaskState task, World world, MachineRef target, Reply reply) =>
        Remembered(task, world[target], reply.Value, () => TaskMachine.Resume(task, target, new Possibility(world[target], reply), model.Topology));

    // A user task's program is its list of requests; each begins with a step of its own.
    private int RequestOf(TaskState task)
    {
        if (task.IsIdle)
            return -1;
        var script = task.Stack[0];
        if (!requests.TryGetValue(script.Program, out var begun))
            requests.Add(script.Program, begun = BegunBefore(script.Program.Steps));
        return begun[script.Position];
    }

    private static int[] BegunBefore(IReadOnlyList<Step> steps)
    {
        var begun = new int[steps.Count + 1];
        for (var position = 0; position < steps.Count; position++)
            begun[position + 1] = begun[position] + (steps[position] is Step.BeginRequest ? 1 : 0);
        return begun;
    }

    // A task that spins comes back to the same world: it is compared with one that is kept, each time twice as long (Brent).
    private sealed class SpinWatch
    {
        private World? kept;
        private int steps;
        private int limit = 64;

        public bool Turns(World world)
        {
            if (kept is not null && SameWorld.Instance.Equals(kept, world))
                return true;
            if (++steps < limit)
                return false;
            (kept, steps, limit) = (world.Copy(), 0, limit * 2);
            return false;
        }
    }
}
