using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Sampling;

/// <summary>How a walk ended.</summary>
internal enum WalkEnd
{
    /// <summary>Nothing can move.</summary>
    Quiescent,

    /// <summary>The kernel stopped.</summary>
    Fatal,

    /// <summary>It became too long.</summary>
    Cut,
}

/// <summary>Walks one schedule at a time from the first world to its end, over interned states. One thread; no allocation once the transitions are known.</summary>
internal sealed class ScheduleWalker
{
    private readonly StateTable table;
    private readonly int taskCount;
    private readonly int stepsMax;
    private readonly int[] first;
    private readonly int[] world;
    private readonly Runnable runnable;
    private readonly Dependence dependence;
    private readonly TraceHash trace;
    private readonly Priorities priorities;
    private bool[] exercised = new bool[1024];
    private Draws draws;
    private RunPlan plan;

    public ScheduleWalker(Model model, int stepsMax)
    {
        table = new StateTable(model);
        dependence = new Dependence(table);
        taskCount = model.TaskCount;
        this.stepsMax = stepsMax;
        first = [.. model.InitialWorld().Select(table.Intern)];
        world = new int[first.Length];
        runnable = new Runnable(taskCount, first.Length);
        trace = new TraceHash(taskCount, first.Length);
        priorities = new Priorities(taskCount);
    }

    /// <summary>The states by number.</summary>
    public StateTable Table => table;

    /// <summary>The world now.</summary>
    public ReadOnlySpan<int> World => world;

    /// <summary>Steps of the walk.</summary>
    public int Steps { get; private set; }

    /// <summary>The walk's trace.</summary>
    public ulong Trace => trace.Value;

    /// <summary>The steps that a run is thought to have, for PCT.</summary>
    public int ExpectedSteps { get; set; }

    /// <summary>Hears of each step, when somebody wants to know.</summary>
    public Action<int, int>? OnStep { get; set; }

    /// <summary>Hears of each step that breaks something.</summary>
    public Action<Edge>? OnViolation { get; set; }

    /// <summary>The task states that took a step in any walk so far.</summary>
    public IEnumerable<int> Exercised => Enumerable.Range(0, exercised.Length).Where(id => exercised[id]);

    /// <summary>The fingerprint of the world.</summary>
    public UInt128 Fingerprint
    {
        get
        {
            var sum = UInt128.Zero;
            for (var slot = 0; slot < world.Length; slot++)
                sum ^= table.Mixed(slot, world[slot]);
            return sum;
        }
    }

    /// <summary>Walks a run to its end.</summary>
    public WalkEnd Walk(RunPlan run)
    {
        Begin(run);
        while (runnable.Count > 0)
        {
            var slot = Choose();
            var edges = table.Successors(slot, world);
            if (edges.Length == 0)
            {
                runnable.Park(slot, table.TargetOf(world[slot]));
                continue;
            }

            if (plan.Strategy == SamplingStrategy.Pct && priorities.Lowers(slot, Steps))
                continue;
            if (Steps == stepsMax)
                return WalkEnd.Cut;
            var choice = edges.Length == 1 ? 0 : draws.Below(edges.Length);
            Take(slot, edges[choice], choice);
            if (edges[choice].Fatal)
                return WalkEnd.Fatal;
        }

        return WalkEnd.Quiescent;
    }

    private void Begin(RunPlan run)
    {
        plan = run;
        draws = new Draws(run.Seed);
        first.CopyTo(world, 0);
        Steps = 0;
        trace.Clear();
        runnable.Clear();
        for (var task = 0; task < taskCount; task++)
        {
            if (table.KindOf(world[task]) != PendingKind.Idle)
                runnable.Add(task);
        }

        if (run.Strategy == SamplingStrategy.Pct)
            priorities.BeginPct(ref draws, run.Depth, ExpectedSteps);
        else if (run.Strategy == SamplingStrategy.Pos)
            priorities.BeginPos(ref draws);
    }

    private int Choose() => runnable[plan.Strategy == SamplingStrategy.Random ? draws.Below(runnable.Count) : priorities.Highest(runnable)];

    private void Take(int slot, Edge edge, int choice)
    {
        var before = world[slot];
        MarkExercised(before);
        OnStep?.Invoke(slot, choice);
        Steps++;
        if (edge.Violations.Length > 0)
            OnViolation?.Invoke(edge);
        var (target, footprint) = (dependence.TargetOf(before), dependence.FootprintOf(before));
        var writes = target >= 0 && world[target] != edge.Target;
        if (target >= 0)
            trace.Send(slot, choice, target, writes);
        else
            trace.Check(slot, choice, footprint);
        if (plan.Strategy == SamplingStrategy.Pos)
            DrawConflicting(slot, target, writes, footprint);
        if (writes)
        {
            world[target] = edge.Target;
            runnable.Wake(target);
        }

        world[slot] = edge.Task;
        if (table.KindOf(edge.Task) == PendingKind.Idle)
            runnable.Remove(slot);
        foreach (var (started, state) in edge.Started)
            Start(slot, started, state);
    }

    // POS: whoever would have met the step on the same machine, one of both writing, is given a new chance. The world is the one before the step.
    private void DrawConflicting(int slot, int target, bool writes, int[] footprint)
    {
        priorities.Draw(ref draws, slot);
        for (var task = 0; task < taskCount; task++)
        {
            if (task != slot && dependence.DependsOn(task, world, target, writes, footprint))
                priorities.Draw(ref draws, task);
        }
    }

    private void Start(int parent, int child, int state)
    {
        if (world[child] != table.IdleIds[child])
            throw new InvalidOperationException($"{new TaskId(child)} is started while it runs");
        world[child] = state;
        trace.Start(parent, child);
        if (table.KindOf(state) != PendingKind.Idle)
            runnable.Add(child);
    }

    private void MarkExercised(int task)
    {
        if (task >= exercised.Length)
            Array.Resize(ref exercised, Math.Max(table.Count, task + 1) * 2);
        exercised[task] = true;
    }
}
