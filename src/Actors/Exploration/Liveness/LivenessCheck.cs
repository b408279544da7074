using System.Diagnostics;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Liveness;

/// <summary>A wait that never ends, at the moment it comes to be so.</summary>
/// <param name="Witness">The finding, with a shortest schedule to that moment.</param>
/// <param name="Waiting">The tasks that will never move again.</param>
/// <param name="GoOn">The tasks that still can: when there are any, the deadlock is a partial one.</param>
public sealed record EndlessWait(Witness Witness, IReadOnlyList<TaskId> Waiting, IReadOnlyList<TaskId> GoOn);

/// <summary>A loop in which a fair schedule can stay for ever.</summary>
/// <param name="Witness">The finding, with a shortest schedule to the loop.</param>
/// <param name="Round">A shortest way round.</param>
/// <param name="States">How many worlds a fair schedule can stay among.</param>
public sealed record EndlessLoop(Witness Witness, IReadOnlyList<(TaskId Task, int Choice)> Round, int States);

/// <summary>What was found about infinite runs.</summary>
public sealed record LivenessResult
{
    /// <summary>How the search ended. Unless all was explored nothing was judged.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Distinct worlds, unreduced.</summary>
    public required long States { get; init; }

    /// <summary>Steps between them.</summary>
    public required long Transitions { get; init; }

    /// <summary>Components of the graph that have a loop, fair or not.</summary>
    public required int Loops { get; init; }

    /// <summary>Waits that never end, shortest first, one for each id.</summary>
    public required IReadOnlyList<EndlessWait> Waits { get; init; }

    /// <summary>Loops, shortest schedule first, one for each id.</summary>
    public required IReadOnlyList<EndlessLoop> Livelocks { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }
}

/// <summary>Waits that never end, when they form, and loops that a fair schedule need not leave; on the unreduced graph of a small scenario.</summary>
/// <remarks>
/// A task waits for ever in a world when it has not finished and can move in no world that can be reached from there. The exhaustive search sees such a task at the end of a run, when nothing moves any more;
/// here it is seen as soon as its fate is sealed, while others go on. What is wrong is judged at the end all the same, so that both name it alike.
/// </remarks>
public sealed class LivenessCheck
{
    private readonly Model model;
    private readonly GraphSearch search;
    private readonly StateGraph graph;
    private readonly ulong[] future;
    private readonly List<List<int>> components;
    private readonly List<EndlessWait> waits = [];
    private readonly Dictionary<string, EndlessLoop> livelocks = [];
    private int loops;

    private LivenessCheck(Model model, GraphSearch search)
    {
        this.model = model;
        this.search = search;
        graph = search.Graph;
        future = new ulong[graph.Count];
        components = graph.Completion == Completion.ExploredAll ? [.. Components.Of(graph)] : [];
    }

    /// <summary>Judges a scenario.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="statesMax">The most distinct worlds; 0 = no bound.</param>
    /// <param name="tell">Told of the number of worlds now and then; answers whether to end early.</param>
    public static LivenessResult Run(Model model, long statesMax = 0, Func<long, bool>? tell = null)
    {
        var clock = Stopwatch.StartNew();
        var check = new LivenessCheck(model, GraphSearch.Of(model, statesMax, tell ?? (_ => false)));
        check.Judge();
        return new LivenessResult
        {
            Completion = check.graph.Completion,
            States = check.graph.Count,
            Transitions = check.graph.ArcCount,
            Loops = check.loops,
            Waits = [.. check.waits.OrderBy(wait => wait.Witness.Schedule.Count)],
            Livelocks = [.. check.livelocks.Values.OrderBy(loop => loop.Witness.Schedule.Count)],
            Elapsed = clock.Elapsed,
        };
    }

    private void Judge()
    {
        foreach (var component in components)
        {
            LookAhead(component);
            if (!Components.HasCycle(graph, component))
                continue;
            loops++;
            foreach (var part in FairCycles.In(graph, component))
                AddLoop(part);
        }

        foreach (var ((id, task), (finding, ends)) in Ends().OrderBy(end => end.Key.Id, StringComparer.Ordinal))
        {
            if (SealedAt(ends, task) is { } world && !waits.Exists(wait => wait.Witness.Finding.Id == id && wait.Witness.Schedule.Count <= graph.PathTo(world).Count))
                AddWait(finding, world);
        }
    }

    // Who can move here or later. Components come successors first, so what lies behind is known. In a kernel that stops nobody waits for ever.
    private void LookAhead(List<int> component)
    {
        var able = 0ul;
        foreach (var world in component)
        {
            able |= graph.CanStopAt(world) ? ulong.MaxValue : graph.EnabledAt(world);
            foreach (var arc in graph.ArcsOf(world))
                able |= future[arc.To];
        }

        foreach (var world in component)
            future[world] = able;
    }

    private ulong StuckAt(int world) => graph.WorkingAt(world) & ~future[world];

    // For each wait that is judged at the end of some run, and each task that stands there: the worlds in which it ends so.
    private Dictionary<(string Id, int Task), (Finding Finding, List<int> Worlds)> Ends()
    {
        var ends = new Dictionary<(string, int), (Finding, List<int> Worlds)>();
        foreach (var world in Enumerable.Range(0, components.Count == 0 ? 0 : graph.Count).Where(world => graph.EnabledAt(world) == 0 && graph.WorkingAt(world) != 0))
        {
            var states = search.StatesAt(world);
            TaskState[] tasks = [.. states.Take(model.TaskCount).Cast<TaskState>()];
            foreach (var finding in Quiescence.Judge(tasks, model.Topology, machine => (MachineState)states[model.SlotOf(machine)]).Where(IsWait))
            {
                foreach (var task in tasks.Where(task => !task.IsIdle && task.Next.Function == finding.Function && task.Next.Text == finding.Step))
                {
                    if (!ends.TryGetValue((finding.Id, task.Id.Index), out var known))
                        ends.Add((finding.Id, task.Id.Index), known = (finding, []));
                    known.Worlds.Add(world);
                }
            }
        }

        return ends;
    }

    private bool IsWait(Finding finding) => finding.Violation.Property is Property.P9 or Property.P10 && model.Scenario.Judges(finding.Violation.Property);

    // The nearest world from which a run can end so, and in which the task has moved for the last time.
    private int? SealedAt(List<int> ends, int task)
    {
        var leads = new bool[graph.Count];
        foreach (var end in ends)
            leads[end] = true;
        foreach (var component in components)
        {
            var any = component.Exists(world => leads[world] || LeadsOn(world, leads));
            foreach (var world in component)
                leads[world] = any;
        }

        var found = Enumerable.Range(0, graph.Count).FirstOrDefault(world => leads[world] && (StuckAt(world) & (1ul << task)) != 0, -1);
        return found < 0 ? null : found;
    }

    private bool LeadsOn(int world, bool[] leads)
    {
        foreach (var arc in graph.ArcsOf(world))
        {
            if (leads[arc.To])
                return true;
        }

        return false;
    }

    private void AddWait(Finding finding, int world)
    {
        waits.RemoveAll(wait => wait.Witness.Finding.Id == finding.Id);
        var stuck = StuckAt(world);
        waits.Add(new EndlessWait(new Witness(finding, Schedule(graph.PathTo(world)), graph.EnabledAt(world) == 0), [.. Tasks(stuck)], [.. Tasks(graph.WorkingAt(world) & ~stuck)]));
    }

    private void AddLoop(List<int> part)
    {
        var start = part.Min();
        var round = Schedule(FairCycles.Round(graph, part, start).Select(arc => ((int)arc.Task, (int)arc.Choice)));
        var way = Schedule(graph.PathTo(start));
        var world = new World(model);
        foreach (var (task, choice) in way)
            world.Take(task, choice);
        var named = round.Select(step => world.Take(step.Task, step.Choice).Step).OrderBy(step => step.Function, StringComparer.Ordinal).ThenBy(step => step.Text, StringComparer.Ordinal).First();
        var finding = new Finding(new Violation(Property.P9, Quiescence.Livelock, "a loop that a fair schedule need not leave"), named.Function, named.Text);
        if (model.Scenario.Judges(Property.P9) && (!livelocks.TryGetValue(finding.Id, out var known) || known.Witness.Schedule.Count > way.Count))
            livelocks[finding.Id] = new EndlessLoop(new Witness(finding, way, AtQuiescence: false), round, part.Count);
    }

    private static List<(TaskId Task, int Choice)> Schedule(IEnumerable<(int Task, int Choice)> steps) => [.. steps.Select(step => (new TaskId(step.Task), step.Choice))];

    private IEnumerable<TaskId> Tasks(ulong bits) => Enumerable.Range(0, model.TaskCount).Where(task => (bits & (1ul << task)) != 0).Select(task => new TaskId(task));
}
