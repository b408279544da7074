using System.Diagnostics;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration;

/// <summary>A finding with the shortest schedule that reaches it.</summary>
/// <param name="Finding">What.</param>
/// <param name="Schedule">The steps, each a task and a choice; the last one is the violating step, unless found at quiescence.</param>
/// <param name="AtQuiescence">Found where nothing can move any more.</param>
public sealed record Witness(Finding Finding, IReadOnlyList<(TaskId Task, int Choice)> Schedule, bool AtQuiescence)
{
    /// <summary>The witness, event by event.</summary>
    public IReadOnlyList<Event> Replay(Model model)
    {
        var world = new World(model);
        return [.. Schedule.Select(step => world.Take(step.Task, step.Choice))];
    }
}

/// <summary>How often a final state satisfied the scenario's clause.</summary>
public sealed record Observation(long Positive, long Negative, IReadOnlyList<(string State, long Count)> States, Witness? Witness);

/// <summary>What an exploration found and what it covered.</summary>
public sealed record ExplorationResult
{
    /// <summary>How it ended.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Distinct worlds.</summary>
    public required long States { get; init; }

    /// <summary>Steps taken.</summary>
    public required long Transitions { get; init; }

    /// <summary>Longest shortest path, in steps.</summary>
    public required int Depth { get; init; }

    /// <summary>Worlds in which nothing can move.</summary>
    public required long FinalStates { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Memory of the tables at the end.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Distinct component states and remembered transitions.</summary>
    public required (int States, int Transitions) Components { get; init; }

    /// <summary>The findings, shallowest first, one for each id.</summary>
    public required IReadOnlyList<Witness> Findings { get; init; }

    /// <summary>The steps that were executed, by function and text.</summary>
    public required IReadOnlyCollection<Step> Exercised { get; init; }

    /// <summary>The scenario's clause, or null.</summary>
    public required Observation? Observation { get; init; }

    /// <summary>Fingerprints of all final worlds, XORed: equal for equal sets.</summary>
    public required UInt128 FinalFingerprint { get; init; }
}

/// <summary>Exhaustive breadth-first search over all schedules, without reduction (algorithms.md, decision 1). One thread.</summary>
public sealed class Explorer
{
    private readonly Model model;
    private readonly ExplorerOptions options;
    private readonly StateTable table;
    private readonly VisitedSet visited = new();
    private readonly ParentLog parents = new();
    private readonly Dictionary<string, Witness> findings = [];
    private bool[] exercised = new bool[1024];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConditionWatch? condition;
    private Frontier current;
    private Frontier next;
    private long transitions;
    private long finals;
    private UInt128 finalFingerprint;
    private int depth;
    private TimeSpan lastProgress;
    private bool enough;

    /// <summary>Prepares a run.</summary>
    public Explorer(Model model, ExplorerOptions? options = null)
    {
        this.model = model;
        this.options = options ?? new ExplorerOptions();
        table = new StateTable(model);
        current = new Frontier(model.SlotCount);
        next = new Frontier(model.SlotCount);
        condition = model.Scenario.Condition is null ? null : new ConditionWatch(model.Scenario);
    }

    private long StatesMax
    {
        get
        {
            var bounds = new[] { options.StatesMax, model.Scenario.Bounds.StatesMax }.Where(bound => bound > 0).ToArray();
            return bounds.Length == 0 ? long.MaxValue : bounds.Min();
        }
    }

    /// <summary>Explores.</summary>
    public ExplorationResult Run()
    {
        AddFirst();
        var limit = StatesMax;
        var completion = Completion.ExploredAll;
        while (current.Count > 0 && completion == Completion.ExploredAll)
        {
            for (var index = 0; index < current.Count; index++)
            {
                Expand(current.World(index), current.Fingerprint(index), current.Number(index));
                if (enough)
                {
                    completion = Completion.StoppedAtFinding;
                    break;
                }

                if (visited.Count >= limit && (next.Count > 0 || index + 1 < current.Count))
                {
                    completion = Completion.StoppedAtBound;
                    break;
                }

                if ((index & 0xfff) == 0 && Tick())
                {
                    completion = Completion.Interrupted;
                    break;
                }
            }

            (current, next) = (next, current);
            next.Clear();
            if (current.Count > 0)
                depth++;
        }

        return Result(completion);
    }

    private void AddFirst()
    {
        var slots = model.InitialWorld();
        var world = new int[slots.Length];
        var fingerprint = UInt128.Zero;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            world[slot] = table.Intern(slots[slot]);
            fingerprint ^= table.Mixed(slot, world[slot]);
        }

        visited.Add(fingerprint);
        current.Add(world, fingerprint, parents.Add(-1, 0, 0));
    }

    private void Expand(ReadOnlySpan<int> world, UInt128 fingerprint, int number)
    {
        var moved = false;
        for (var slot = 0; slot < model.TaskCount; slot++)
        {
            var task = world[slot];
            if (table.KindOf(task) == PendingKind.Idle)
                continue;
            var edges = table.Successors(slot, world);
            if (edges.Length == 0)
                continue;
            moved = true;
            MarkExercised(task);
            for (var choice = 0; choice < edges.Length; choice++)
                Follow(world, fingerprint, number, slot, edges[choice], choice);
        }

        if (!moved)
            Finish(world, fingerprint, number);
    }

    private void MarkExercised(int task)
    {
        if (task >= exercised.Length)
            Array.Resize(ref exercised, Math.Max(table.Count, task + 1) * 2);
        exercised[task] = true;
    }

    private void Follow(ReadOnlySpan<int> world, UInt128 fingerprint, int number, int slot, Edge edge, int choice)
    {
        transitions++;
        foreach (var finding in edge.Violations)
            Record(finding, number, (slot, choice));
        if (edge.Fatal)
            return;
        var successor = fingerprint ^ edge.Delta;
        if (!visited.Add(successor))
            return;
        var copy = next.Add(world, successor, parents.Add(number, slot, choice));
        copy[slot] = edge.Task;
        if (edge.Target >= 0)
            copy[table.TargetOf(world[slot])] = edge.Target;
        foreach (var (startedSlot, state) in edge.Started)
        {
            if (world[startedSlot] != table.IdleIds[startedSlot])
                throw new InvalidOperationException($"{model.Topology.NameOf(new TaskId(startedSlot))} is started while it runs");
            copy[startedSlot] = state;
        }
    }

    private void Finish(ReadOnlySpan<int> world, UInt128 fingerprint, int number)
    {
        finals++;
        finalFingerprint ^= fingerprint;
        var ids = world.ToArray();
        var tasks = Enumerable.Range(0, model.TaskCount).Select(slot => (TaskState)table[ids[slot]]).ToArray();
        Reading reading = machine => (MachineState)table[ids[model.SlotOf(machine)]];
        foreach (var finding in Quiescence.Judge(tasks, model.Topology, reading))
            Record(finding, number, null);
        options.OnFinal?.Invoke(new FinalWorld(tasks, reading, () => ScheduleTo(number, null)));
        if (condition is not null && condition.Observe(tasks, reading) && condition.Witness is null)
            condition.Witness = WitnessOf(new Finding(new Violation(Property.Quiescence, "assertion", "the scenario's clause holds"), "(scenario)", "condition"), number, null);
    }

    private void Record(Finding finding, int number, (int Task, int Choice)? last)
    {
        if (!model.Scenario.Judges(finding.Violation.Property) || findings.ContainsKey(finding.Id))
            return;
        findings.Add(finding.Id, WitnessOf(finding, number, last));
        enough |= options.Enough is { } asked && asked([.. findings.Values.Select(witness => witness.Finding)]);
    }

    private Witness WitnessOf(Finding finding, int number, (int Task, int Choice)? last) => new(finding, ScheduleTo(number, last), last is null);

    private IReadOnlyList<(TaskId Task, int Choice)> ScheduleTo(int number, (int Task, int Choice)? last)
    {
        var path = parents.PathTo(number);
        if (last is { } step)
            path.Add(step);
        return [.. path.Select(taken => (new TaskId(taken.Task), taken.Choice))];
    }

    private bool Tick()
    {
        if (options.Cancellation.IsCancellationRequested)
            return true;
        if (options.OnProgress is not null && clock.Elapsed - lastProgress >= TimeSpan.FromSeconds(1))
        {
            lastProgress = clock.Elapsed;
            options.OnProgress(new Progress(clock.Elapsed, visited.Count, transitions, depth, current.Count, MemoryBytes, findings.Count));
        }

        return false;
    }

    private long MemoryBytes => visited.Bytes + parents.Bytes + current.Bytes + next.Bytes;

    private ExplorationResult Result(Completion completion) => new()
    {
        Completion = completion,
        States = visited.Count,
        Transitions = transitions,
        Depth = depth,
        FinalStates = finals,
        Elapsed = clock.Elapsed,
        MemoryBytes = MemoryBytes,
        Components = (table.Count, table.TransitionCount),
        Findings = [.. findings.Values],
        Exercised = [.. Enumerable.Range(0, Math.Min(table.Count, exercised.Length)).Where(id => exercised[id]).Select(id => ((TaskState)table[id]).Next).Distinct()],
        Observation = condition?.Result,
        FinalFingerprint = finalFingerprint,
    };
}
