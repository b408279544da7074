using System.Diagnostics;
using System.Numerics;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Dpor;

/// <summary>Stateless search of all schedules up to the order of independent steps: source sets and sleep sets, no memory of worlds (Abdulla et al. 2014).</summary>
/// <remarks>An oracle for the exhaustive search: it shares the machines and the transitions with it, and nothing of how schedules are covered.</remarks>
public sealed class DporExplorer
{
    private readonly Model model;
    private readonly DporOptions options;
    private readonly StateTable table;
    private readonly Dependence dependence;
    private readonly Execution execution;
    private readonly SourceSets races;
    private readonly DporNodes nodes = new();
    private readonly Dictionary<Finding, int> shortest = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Witness> findings = [];
    private readonly HashSet<UInt128> finals = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private UInt128 finalFingerprint;
    private long traces;
    private long stopped;
    private long sleepBlocked;
    private long steps;
    private int longest;
    private bool isTooLong;
    private TimeSpan lastProgress;

    /// <summary>Prepares a search.</summary>
    public DporExplorer(Model model, DporOptions? options = null)
    {
        if (model.TaskCount > 64)
            throw new ArgumentException($"{model.TaskCount} task slots: a stateless search takes at most 64");
        this.model = model;
        this.options = options ?? new DporOptions();
        table = new StateTable(model);
        dependence = new Dependence(table);
        int[] first = [.. model.InitialWorld().Select(table.Intern)];
        var fingerprint = UInt128.Zero;
        for (var slot = 0; slot < first.Length; slot++)
            fingerprint ^= table.Mixed(slot, first[slot]);
        execution = new Execution(table, model.TaskCount, first, fingerprint);
        races = new SourceSets(table, dependence, execution, nodes.Backtracks, model.TaskCount);
    }

    /// <summary>Searches.</summary>
    public DporResult Run()
    {
        var completion = Completion.ExploredAll;
        Enter(0, ulong.MaxValue);
        while (true)
        {
            if (Move())
                continue;
            if (execution.Count == 0)
                break;
            execution.Pop();
            if ((traces + stopped + sleepBlocked) >= TracesMax || isTooLong)
            {
                completion = Completion.StoppedAtBound;
                break;
            }

            if ((steps & 0xfff) == 0 && Tick())
            {
                completion = Completion.Interrupted;
                break;
            }
        }

        return Result(completion);
    }

    private long TracesMax => options.TracesMax > 0 ? options.TracesMax : long.MaxValue;

    // Takes the next step that the node at the top has to try; false when there is none left.
    private bool Move()
    {
        var depth = execution.Count;
        ref var node = ref nodes[depth];
        if (node.Task < 0 || ++node.Choice == table.Successors(node.Task, execution.World(depth)).Length)
        {
            if (node.Task >= 0)
                node.Sleep |= 1ul << node.Task;
            var open = nodes.Backtracks[depth] & ~node.Sleep & node.Enabled;
            node.Task = open == 0 ? -1 : BitOperations.TrailingZeroCount(open);
            node.Choice = 0;
            if (open == 0)
                return false;
        }

        Take(depth, node.Task, node.Choice, node.Enabled);
        return true;
    }

    private void Take(int depth, int task, int choice, ulong enabled)
    {
        var world = execution.World(depth);
        var state = world[task];
        var edges = table.Successors(task, world);
        var edge = edges[choice];
        var target = dependence.TargetOf(state);
        var footprint = dependence.FootprintOf(state);
        var writes = target >= 0 && edge.Target != world[target];
        races.Add(task, writes);
        steps++;
        execution.Push(task, choice, edge, target, footprint);
        longest = Math.Max(longest, execution.Count);
        foreach (var finding in edge.Violations)
            Record(finding, atQuiescence: false);
        if (edge.Fatal)
        {
            // The kernel stops: what the others would have done must be seen without this step.
            nodes.Backtracks[depth] |= enabled;
            stopped++;
            execution.Pop();
            return;
        }

        isTooLong |= execution.Count >= options.StepsMax;
        Enter(execution.Count, SleepAfter(depth, task, target, writes, footprint));
    }

    private ulong SleepAfter(int depth, int task, int target, bool writes, int[] footprint)
    {
        var world = execution.World(depth);
        var sleep = nodes[depth].Sleep & ~(1ul << task);
        for (var rest = sleep; rest != 0; rest &= rest - 1)
        {
            var sleeper = BitOperations.TrailingZeroCount(rest);
            if (dependence.DependsOn(sleeper, world, target, writes, footprint))
                sleep &= ~(1ul << sleeper);
        }

        return sleep;
    }

    private void Enter(int depth, ulong sleep)
    {
        nodes.Reserve(depth + 1);
        races.Use(nodes.Backtracks);
        var enabled = depth == 0 ? EnabledAmong(0, ulong.MaxValue) : EnabledAfter(depth);
        sleep = depth == 0 ? 0 : sleep & enabled;
        nodes[depth] = new DporNode { Enabled = enabled, Sleep = sleep, Task = -1 };
        nodes.Backtracks[depth] = 0;
        if (isTooLong)
            return;
        if (enabled == 0)
            Finish(depth);
        else if ((enabled & ~sleep) == 0)
            sleepBlocked++;
        else
            nodes.Backtracks[depth] = 1ul << First(depth, enabled & ~sleep);
    }

    // A step that stops the kernel is taken last.
    private int First(int depth, ulong open)
    {
        for (var rest = open; rest != 0; rest &= rest - 1)
        {
            var task = BitOperations.TrailingZeroCount(rest);
            if (!Array.Exists(table.Successors(task, execution.World(depth)), edge => edge.Fatal))
                return task;
        }

        return BitOperations.TrailingZeroCount(open);
    }

    // Only the task that moved, those it started and those that are sent to what it changed can have become able or unable to move.
    private ulong EnabledAfter(int depth)
    {
        ref readonly var step = ref execution[depth - 1];
        var touched = step.Started | (1ul << step.Task);
        var world = execution.World(depth);
        for (var task = 0; step.Writes && task < model.TaskCount; task++)
        {
            if (dependence.TargetOf(world[task]) == step.Target)
                touched |= 1ul << task;
        }

        var enabled = (nodes[depth - 1].Enabled & ~touched) | EnabledAmong(depth, touched);
        for (var rest = touched & ~enabled; rest != 0; rest &= rest - 1)
        {
            var waiting = BitOperations.TrailingZeroCount(rest);
            if (table.KindOf(world[waiting]) != PendingKind.Idle)
                races.Add(waiting, writes: true);
        }

        return enabled;
    }

    private ulong EnabledAmong(int depth, ulong tasks)
    {
        var world = execution.World(depth);
        var enabled = 0ul;
        for (var task = 0; task < model.TaskCount; task++)
        {
            if ((tasks & (1ul << task)) != 0 && table.KindOf(world[task]) != PendingKind.Idle && table.Successors(task, world).Length > 0)
                enabled |= 1ul << task;
        }

        return enabled;
    }

    private void Finish(int depth)
    {
        traces++;
        var fingerprint = execution.Fingerprint(depth);
        if (!finals.Add(fingerprint))
            return;
        finalFingerprint ^= fingerprint;
        var ids = execution.World(depth).ToArray();
        var tasks = Enumerable.Range(0, model.TaskCount).Select(slot => (TaskState)table[ids[slot]]).ToArray();
        foreach (var finding in Quiescence.Judge(tasks, model.Topology, machine => (MachineState)table[ids[model.SlotOf(machine)]]))
            Record(finding, atQuiescence: true);
    }

    private void Record(Finding finding, bool atQuiescence)
    {
        if (shortest.TryGetValue(finding, out var known) && known <= execution.Count)
            return;
        shortest[finding] = execution.Count;
        if (!model.Scenario.Judges(finding.Violation.Property) || (findings.TryGetValue(finding.Id, out var witness) && witness.Schedule.Count <= execution.Count))
            return;
        findings[finding.Id] = new Witness(finding, [.. Enumerable.Range(0, execution.Count).Select(position => (new TaskId(execution[position].Task), execution[position].Choice))], atQuiescence);
    }

    private bool Tick()
    {
        if (options.OnProgress is not null && clock.Elapsed - lastProgress >= TimeSpan.FromSeconds(1))
        {
            lastProgress = clock.Elapsed;
            options.OnProgress(new DporProgress(clock.Elapsed, traces, sleepBlocked, steps, findings.Count));
        }

        return options.Cancellation.IsCancellationRequested;
    }

    private DporResult Result(Completion completion) => new()
    {
        Completion = completion,
        Traces = traces,
        Stopped = stopped,
        SleepBlocked = sleepBlocked,
        Steps = steps,
        LongestTrace = longest,
        IsTooLong = isTooLong,
        FinalStates = finals.Count,
        FinalFingerprint = finalFingerprint,
        Findings = [.. findings.Values.OrderBy(witness => witness.Schedule.Count).ThenBy(witness => witness.Finding.Id, StringComparer.Ordinal)],
        Elapsed = clock.Elapsed,
    };
}
