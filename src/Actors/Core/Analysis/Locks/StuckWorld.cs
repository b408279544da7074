using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>A world in which nothing can move, held against the graph: which cycles it confirms, and which of its deadlocks no cycle had predicted.</summary>
public sealed class StuckWorld
{
    private readonly LockGraph graph;
    private readonly IReadOnlyList<TaskState> tasks;
    private readonly Reading reading;
    private readonly List<Waiter> waiters;
    private readonly HashSet<TaskId> explained = [];
    private readonly List<(LockCycle Cycle, HashSet<TaskId> Tasks)> met = [];

    private StuckWorld(LockGraph graph, IReadOnlyList<LockCycle> cycles, IReadOnlyList<TaskState> tasks, Reading reading, Finding[] findings)
    {
        this.graph = graph;
        this.tasks = tasks;
        this.reading = reading;
        waiters = [.. tasks.Where(task => !task.IsIdle && task.Next is Step.Send && TaskMachine.Pending(task).Target is not null).Select(Waiter.Of)];
        foreach (var circle in waiters.SelectMany(waiter => CirclesFrom([waiter])))
            Meet(circle, cycles);
        foreach (var waiter in waiters)
            MeetAlone(waiter, cycles);
        Spread();
        Confirmed = [.. met.Select(pair => (pair.Cycle, FindingOf(findings, pair.Tasks)))];
        NotPredicted = [.. findings.Where(finding => !tasks.Any(task => explained.Contains(task.Id) && IsAt(task, finding)))];
    }

    /// <summary>The cycles it confirms, each with the finding of a task in it.</summary>
    public IReadOnlyList<(LockCycle Cycle, Finding Finding)> Confirmed { get; }

    /// <summary>The deadlocks that no cycle explains.</summary>
    public IReadOnlyList<Finding> NotPredicted { get; }

    /// <summary>Holds a world against the graph; null when nobody in it waits against the rules.</summary>
    /// <param name="model">Whose world.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="cycles">Its cycles.</param>
    /// <param name="tasks">All task slots.</param>
    /// <param name="reading">Any machine.</param>
    public static StuckWorld? Of(Model model, LockGraph graph, IReadOnlyList<LockCycle> cycles, IReadOnlyList<TaskState> tasks, Reading reading)
    {
        Finding[] findings = [.. Quiescence.Judge(tasks, model.Topology, reading).Where(finding => IsDeadlock(finding, model.Scenario))];
        return findings.Length == 0 ? null : new StuckWorld(graph, cycles, tasks, reading, findings);
    }

    /// <summary>Whether a finding is a deadlock, and is judged. A task that spins is a livelock: it can wait for work of its own that it has put off.</summary>
    public static bool IsDeadlock(Finding finding, Scenario scenario) =>
        finding.Violation.Property is Property.P9 or Property.P10 && finding.Violation.Kind != Quiescence.Livelock && scenario.Judges(finding.Violation.Property);

    private static bool IsAt(TaskState task, Finding finding) => !task.IsIdle && task.Next.Function == finding.Function && task.Next.Text == finding.Step;

    private Finding FindingOf(Finding[] findings, HashSet<TaskId> members) =>
        Array.Find(findings, finding => tasks.Any(task => members.Contains(task.Id) && IsAt(task, finding))) ?? findings[0];

    private sealed record Waiter(TaskState Task, MachineRef Object, LockNode Node)
    {
        public static Waiter Of(TaskState task)
        {
            var (target, message) = TaskMachine.Pending(task);
            return new Waiter(task, target!.Value, LockNode.Of(target.Value, message));
        }
    }

    // Who would have to come on first: who holds the lock, or is known to end such a wait and is on the way.
    private IEnumerable<Waiter> Before(Waiter waiter) => waiter.Node.IsLock
        ? waiters.Where(other => other.Task.Held.Any(held => held.Lock == waiter.Object))
        : waiters.Where(other => other != waiter && StepTo(waiter, other) is var (from, to) && graph.Has(from, to, other.Task.Id));

    private static (LockNode From, LockNode To) StepTo(Waiter waiter, Waiter other) => LockNode.Between(waiter.Node, waiter.Object, other.Node, other.Object);

    private IEnumerable<Waiter[]> CirclesFrom(Waiter[] path)
    {
        foreach (var next in Before(path[^1]))
        {
            if (next == path[0])
                yield return path;
            if (next.Task.Id.Index <= path[0].Task.Id.Index || path.Contains(next))
                continue;
            foreach (var longer in CirclesFrom([.. path, next]))
                yield return longer;
        }
    }

    // A circle of tasks is a closed walk over classes; the cycles it is made of are confirmed.
    private void Meet(Waiter[] circle, IReadOnlyList<LockCycle> cycles)
    {
        var steps = circle.Select((waiter, index) => StepTo(waiter, circle[(index + 1) % circle.Length])).ToHashSet();
        foreach (var cycle in cycles.Where(cycle => cycle.Kind is CycleKind.Circular or CycleKind.Recursive && cycle.Steps.All(steps.Contains)))
            Meet(cycle, circle.Select(waiter => waiter.Task.Id));
    }

    private void MeetAlone(Waiter waiter, IReadOnlyList<LockCycle> cycles)
    {
        var kind = waiter.Node.IsLock ? CycleKind.NeverReleased : CycleKind.NobodyWakes;
        var isAlone = waiter.Node.IsLock
            ? reading(waiter.Object) is Lock state && tasks.Any(task => (task.IsIdle || task.Id == waiter.Task.Id) && state.IsHeldBy(task.Id))
            : !Before(waiter).Any();
        foreach (var cycle in cycles.Where(cycle => isAlone && cycle.Kind == kind && cycle.Nodes[0] == waiter.Node))
            Meet(cycle, [waiter.Task.Id]);
    }

    private void Meet(LockCycle cycle, IEnumerable<TaskId> members)
    {
        var known = members.ToHashSet();
        explained.UnionWith(known);
        met.Add((cycle, known));
    }

    // Who waits for a task that never comes on never comes on either.
    private void Spread()
    {
        bool changed;
        do
        {
            changed = false;
            foreach (var waiter in waiters.Where(waiter => !explained.Contains(waiter.Task.Id)))
                changed |= Before(waiter).Any(other => explained.Contains(other.Task.Id)) && explained.Add(waiter.Task.Id);
        }
        while (changed);
    }
}
