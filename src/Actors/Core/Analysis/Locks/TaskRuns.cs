using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>The graph of a scenario from runs of one task at a time, as lockdep sees a system that nobody has raced yet.</summary>
/// <remarks>
/// A run takes one request of a user task, or all a deferred task has to do, to its end or to where it waits or spins; it follows every choice and every fault.
/// It begins in a state that other such runs have left, in any order. No lock keeps it out, not even one of a task that waits: what it would have to wait for is an edge.
/// A trylock both succeeds and fails. A task is left in the middle only where it has begun what another could have to wait for (a suspend, a DMA access).
/// Besides, a task that runs first is interrupted once, after any step, by the run of one other task that gets none of its locks: so that a last reference is put by somebody else.
/// </remarks>
public sealed class TaskRuns
{
    /// <summary>The most runs unless said otherwise.</summary>
    public const int RunsMaxDefault = 200_000;

    private readonly Model model;
    private readonly int runsMax;
    private readonly Func<bool> isCancelled;
    private readonly LockObserver observer;
    private readonly LoneTask lone;
    private readonly LockGraph graph = new();
    private readonly Queue<Moment> open = [];
    private readonly HashSet<World> visited = new(SameWorld.Instance);

    private TaskRuns(Model model, int runsMax, Func<bool> isCancelled, WaitMessages waits)
    {
        this.model = model;
        this.runsMax = runsMax;
        this.isCancelled = isCancelled;
        observer = new LockObserver(graph, waits);
        lone = new LoneTask(model, observer);
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
        Arrive(new Moment(lone.FirstWorld(), new RunNotes(model.TaskCount), null, 0));
        while (open.Count > 0 && graph.Runs < runsMax && !isCancelled())
        {
            var moment = open.Dequeue();
            if (moment.World.Tasks.Skip(model.Topology.UserTasks).All(task => task.IsIdle))
                observer.SeeDebts(moment.Notes, task => moment.World[task].IsIdle);
            TaskId[] movers = [.. MoversOf(moment.World)];
            foreach (var task in movers)
                RunAlone(moment, task);
            if (movers.Length == 0)
                observer.SeeEnd(moment.World);
        }

        graph.IsComplete = open.Count == 0;
    }

    private IEnumerable<TaskId> MoversOf(World world) => world.Tasks.Where(task => lone.CanMove(world, task)).Select(task => task.Id);

    private void Arrive(Moment moment)
    {
        if (visited.Add(moment.World))
            open.Enqueue(moment);
    }

    private void RunAlone(Moment moment, TaskId task)
    {
        graph.Runs++;
        var isFirst = moment.IsAlone(task);
        var ends = lone.Run(moment.Copy().MovedBy(task), task, Sequence<Held>.Empty, (now, opens) =>
        {
            if (opens)
                Arrive(now.Copy());
            if (isFirst)
                Interrupt(now, task);
        });
        foreach (var end in ends)
        {
            SeeLeaks(end, task);
            Arrive(end);
        }
    }

    // The others run up to where they end, or need what the interrupted task holds; then that one goes on to its end.
    private void Interrupt(Moment now, TaskId task)
    {
        var barred = now.World[task].Held;
        foreach (var other in MoversOf(now.World).Where(other => other != task))
        {
            foreach (var between in AllRequests(now.Copy(), other, barred))
            {
                graph.Runs++;
                foreach (var end in lone.Run(between, task, Sequence<Held>.Empty, null))
                    SeeLeaks(end, task);
            }
        }
    }

    // The worlds after each of its requests; a task that spins comes back to one of them.
    private IEnumerable<Moment> AllRequests(Moment start, TaskId task, Sequence<Held> barred)
    {
        var next = new Queue<Moment>([start]);
        var seen = new HashSet<World>(SameWorld.Instance);
        while (next.TryDequeue(out var moment))
        {
            graph.Runs++;
            foreach (var end in lone.Run(moment, task, barred, null))
            {
                SeeLeaks(end, task);
                if (seen.Add(end.World.Copy()) && lone.CanMove(end.World, end.World[task]) && !IsBarred(end.World, task, barred))
                    next.Enqueue(end.Copy());
                yield return end;
            }
        }
    }

    private static bool IsBarred(World world, TaskId task, Sequence<Held> barred) => world.TargetOf(task) is { IsLock: true } target && barred.Any(held => held.Lock == target);

    private void SeeLeaks(Moment moment, TaskId task)
    {
        if (!moment.World[task].IsIdle)
            return;
        foreach (var held in moment.Notes[task].Held)
            graph.AddLeak(held, task);
    }
}
