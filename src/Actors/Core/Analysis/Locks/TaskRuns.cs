using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>The graph of a scenario from runs of one task at a time, as lockdep sees a system that nobody has raced yet.</summary>
/// <remarks>
/// A run takes one request of a user task, or all a deferred task has to do, to its end or to where it waits or spins; it follows every choice and every fault.
/// It begins in a state that other such runs have left, in any order. No lock keeps it out, not even one of a task that waits: what it would have to wait for is an edge.
/// A trylock both succeeds and fails. A task is left in the middle only where it has begun what another could have to wait for (a suspend, a DMA access).
/// </remarks>
public sealed class TaskRuns
{
    /// <summary>The most runs unless said otherwise.</summary>
    public const int RunsMaxDefault = 50_000;

    private readonly Model model;
    private readonly int runsMax;
    private readonly Func<bool> isCancelled;
    private readonly WaitMessages waits;
    private readonly LockObserver observer;
    private readonly LockGraph graph = new();
    private readonly Queue<Moment> open = [];
    private readonly HashSet<World> visited = new(SameWorld.Instance);

    private TaskRuns(Model model, int runsMax, Func<bool> isCancelled, WaitMessages waits)
    {
        this.model = model;
        this.runsMax = runsMax;
        this.isCancelled = isCancelled;
        this.waits = waits;
        observer = new LockObserver(graph, waits);
    }

    private sealed record Moment(World World, RunNotes Notes)
    {
        public Moment Copy() => new(World.Copy(), Notes.Copy());
    }

    /// <summary>The graph of all such runs.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="runsMax">The most runs.</param>
    /// <param name="isCancelled">Ends it early.</param>
    public static LockGraph Graph(Model model, int runsMax = RunsMaxDefault, Func<bool>? isCancelled = null)
    {
        // A message that proves to be a wait late in the runs was none in the earlier ones: then all run again.
        var waits = new WaitMessages();
        while (true)
        {
            var known = waits.Count;
            var runs = new TaskRuns(model, runsMax, isCancelled ?? (() => false), waits);
            runs.Run();
            if (waits.Count == known || !runs.graph.IsComplete)
                return runs.graph;
        }
    }

    private void Run()
    {
        Arrive(new Moment(new World(model), new RunNotes(model.TaskCount)));
        while (open.Count > 0 && graph.Runs < runsMax && !isCancelled())
        {
            var moment = open.Dequeue();
            if (moment.World.Tasks.Skip(model.Topology.UserTasks).All(task => task.IsIdle))
                observer.SeeDebts(moment.Notes, task => moment.World[task].IsIdle);
            var moved = false;
            foreach (var task in moment.World.Tasks.ToArray())
            {
                if (task.IsIdle || Successors(moment.World, task).Count == 0)
                    continue;
                moved = true;
                graph.Runs++;
                RunAlone(moment.Copy(), task.Id);
            }

            if (!moved)
                End(moment);
        }

        graph.IsComplete = open.Count == 0;
    }

    private void Arrive(Moment moment)
    {
        if (visited.Add(moment.World))
            open.Enqueue(moment);
    }

    private void RunAlone(Moment start, TaskId task)
    {
        var branches = new Stack<Moment>([start]);
        var parted = new HashSet<World>(SameWorld.Instance);
        var request = RequestOf(start.World[task]);
        while (branches.TryPop(out var moment))
        {
            var spin = new SpinWatch();
            while (true)
            {
                var state = moment.World[task];
                var successors = state.IsIdle || RequestOf(state) != request || spin.Turns(moment.World) ? [] : Successors(moment.World, state);
                if (successors.Count == 0)
                {
                    Stop(moment, state);
                    break;
                }

                if (successors.Count > 1 && !parted.Add(moment.World.Copy()))
                    break;
                for (var other = 1; other < successors.Count; other++)
                {
                    var branch = moment.Copy();
                    if (Take(branch, state, successors[other]))
                        branches.Push(branch);
                }

                if (!Take(moment, state, successors[0]))
                    break;
            }
        }
    }

    private void Stop(Moment moment, TaskState state)
    {
        if (state.IsIdle)
        {
            foreach (var held in moment.Notes[state.Id].Held)
                graph.AddLeak(held, state.Id);
        }

        Arrive(moment);
    }

    // False when the kernel would stop there.
    private bool Take(Moment moment, TaskState state, Successor successor)
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
        if (observer.See(moment.Notes, send, moment.World.Tasks))
            Arrive(moment.Copy());
        return true;
    }

    // A lock lets everybody in but a task that holds it already; it keeps no state.
    private IReadOnlyList<Successor> Successors(World world, TaskState task)
    {
        if (task.Next is not Step.Send send || world.TargetOf(task.Id) is not { IsLock: true } target)
            return world.Successors(task.Id);
        var free = world[target];
        var own = task.Held.Any(held => held.Lock == target && (held.Mode == LockMode.Write || send.Mode == LockMode.Write));
        return send.Kind switch
        {
            SendKind.Enqueue or SendKind.Release => Answer(task, target, free, Reply.Done),
            SendKind.Await => own ? [] : Answer(task, target, free, Reply.Done),
            SendKind.Try => own ? Answer(task, target, free, Reply.Of(false)) : [.. Answer(task, target, free, Reply.Of(true)), .. Answer(task, target, free, Reply.Of(false))],
            SendKind.Access => world.Successors(task.Id),
        };
    }

    private IReadOnlyList<Successor> Answer(TaskState task, MachineRef target, MachineState free, Reply reply) =>
        TaskMachine.Resume(task, target, new Possibility(free, reply), model.Topology);

    // Nothing can move, and no lock is in the way: whoever waits now waits for what nobody does.
    private void End(Moment moment)
    {
        foreach (var finding in moment.World.JudgeQuiescence().Where(finding => StuckWorld.IsDeadlock(finding, model.Scenario)))
        {
            foreach (var task in moment.World.Tasks.Where(task => !task.IsIdle && task.Next.Function == finding.Function && task.Next.Text == finding.Step))
            {
                if (TaskMachine.Pending(task) is ({ IsLock: false } target, var message))
                    graph.Add(new OpenWait(new Taking(LockNode.OfWait(target, message), target, LockMode.Write, Try: false, task), IsStuck: true, null));
            }
        }
    }

    // A user task's program is its list of requests; each begins with a step of its own.
    private static int RequestOf(TaskState task) =>
        task.IsIdle ? -1 : task.Stack[0].Program.Steps.Take(task.Stack[0].Position).Count(step => step is Step.BeginRequest);

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

    // By content of all slots; the locks are all free.
    private sealed class SameWorld : IEqualityComparer<World>
    {
        public static readonly SameWorld Instance = new();

        public bool Equals(World? x, World? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Slots.SequenceEqual(y.Slots));

        public int GetHashCode(World world)
        {
            var code = default(HashCode);
            foreach (var slot in world.Slots)
                code.Add(slot);
            return code.ToHashCode();
        }
    }
}
