using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Search;

/// <summary>All schedules with at most so many preemptions, fewest first (Musuvathi and Qadeer 2007). A switch away from a task that could go on is a preemption; one away from a blocked or finished task is free.</summary>
/// <remarks>No reduction: a bound and stubborn sets do not mix (Coons et al. 2013). A world is visited once for each task that may go on without a preemption; since fewer preemptions come first, that visit has the most left.</remarks>
public sealed class PreemptionSearch
{
    private readonly Model model;
    private readonly ExplorerOptions options;
    private readonly int preemptionsMax;
    private readonly StateTable table;
    private readonly FingerprintSet visited = new(tellsOpen: false);
    private readonly FingerprintSet worlds = new(tellsOpen: false);
    private readonly long statesMax;
    private readonly List<(int Parent, ushort Step)> parents = [];
    private readonly FindingLog log;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly WorldBlocks blocks;
    private Layer current;
    private Layer next;
    private Layer deferred;
    private long transitions;
    private int depth;
    private int level;
    private TimeSpan lastProgress;

    /// <summary>Prepares a search.</summary>
    public PreemptionSearch(Model model, int preemptionsMax, ExplorerOptions options)
    {
        this.model = model;
        this.options = options;
        this.preemptionsMax = preemptionsMax;
        statesMax = options.StatesMaxOf(model.Scenario);
        table = new StateTable(model) { OnTransition = options.OnTransition };
        log = new FindingLog(model, table) { OnFinal = options.OnFinal };
        blocks = new WorldBlocks(model.SlotCount);
        (current, next, deferred) = (new Layer(blocks), new Layer(blocks), new Layer(blocks));
    }

    /// <summary>Explores.</summary>
    public ExplorationResult Run()
    {
        var first = table.InitialWorld(out var fingerprint);
        Visit(next, first, fingerprint, -1, -1, 0);
        while (true)
        {
            var completion = RunLevel();
            if (completion != Completion.ExploredAll)
                return Result(completion, level - 1, preemptionsMax);
            if (level == preemptionsMax)
                return Result(completion, level, preemptionsMax);
            // Nothing was put off: there is no schedule with more preemptions that leads anywhere else.
            if (deferred.Count == 0)
                return Result(completion, level, null);
            (next, deferred) = (deferred, next);
            deferred.Clear();
            level++;
        }
    }

    private Completion RunLevel()
    {
        for (var layer = 0; next.Count > 0; layer++)
        {
            (current, next) = (next, current);
            next.Clear();
            for (var place = 0; place < current.Count; place++)
            {
                Expand(place);
                if (worlds.Count >= statesMax)
                    return Completion.StoppedAtBound;
                if ((place & 0xff) != 0)
                    continue;
                if (options.MemoryMaxBytes > 0 && MemoryBytes >= options.MemoryMaxBytes)
                    return Completion.StoppedAtMemory;
                if (Tick())
                    return Completion.Interrupted;
            }

            depth = Math.Max(depth, layer);
        }

        return Completion.ExploredAll;
    }

    // What was put off to this level may have been reached with fewer preemptions since.
    private void Expand(int place)
    {
        var world = current.World(place);
        var (fingerprint, running, number) = current[place];
        if (visited.Add(Key(fingerprint, running), []) != Seen.New)
            return;
        worlds.Add(fingerprint, []);
        var moved = false;
        for (var slot = 0; slot < model.TaskCount; slot++)
        {
            if (running >= 0 && running != slot && level == preemptionsMax)
                continue;
            var edges = table.Successors(slot, world);
            moved |= edges.Length > 0;
            var layer = running < 0 || running == slot ? next : deferred;
            for (var choice = 0; choice < edges.Length; choice++)
                Follow(layer, world, fingerprint, number, slot, edges[choice], choice);
        }

        // Nobody can go on, so it is visited for nobody's sake, and once.
        if (!moved)
            log.End(world, fingerprint, met => WitnessOf(met, number, null));
    }

    private void Follow(Layer layer, ReadOnlySpan<int> world, UInt128 fingerprint, int number, int slot, Edge edge, int choice)
    {
        transitions++;
        foreach (var finding in edge.Violations)
        {
            if (log.IsNew(finding))
                log.Add(WitnessOf(finding, number, (slot, choice)));
        }

        if (edge.Fatal)
            return;
        Span<int> successor = stackalloc int[world.Length];
        world.CopyTo(successor);
        table.Apply(edge, slot, successor);
        Visit(layer, successor, fingerprint ^ edge.Delta, table.Successors(slot, successor).Length > 0 ? slot : -1, number, Explorer.StepOf(slot, choice));
    }

    private void Visit(Layer layer, ReadOnlySpan<int> world, UInt128 fingerprint, int running, int parent, ushort step)
    {
        if (visited.Contains(Key(fingerprint, running)))
            return;
        layer.Add(world, fingerprint, running, parents.Count);
        parents.Add((parent, step));
    }

    private static UInt128 Key(UInt128 fingerprint, int running) => fingerprint ^ Core.Analysis.Mixing.Mix(1000 + running, UInt128.One);

    private Witness WitnessOf(Finding finding, int number, (int Slot, int Choice)? last)
    {
        var path = new List<(TaskId, int)>();
        if (last is { } step)
            path.Add((new TaskId(step.Slot), step.Choice));
        for (; parents[number].Parent >= 0; number = parents[number].Parent)
        {
            var (slot, choice) = Explorer.StepOf(parents[number].Step);
            path.Add((new TaskId(slot), choice));
        }

        path.Reverse();
        return new Witness(finding, path, last is null) { IsShortest = false };
    }

    private bool Tick()
    {
        if (options.Cancellation.IsCancellationRequested)
            return true;
        if (options.OnProgress is not null && clock.Elapsed - lastProgress >= TimeSpan.FromSeconds(1))
        {
            lastProgress = clock.Elapsed;
            options.OnProgress(new Progress(clock.Elapsed, worlds.Count, transitions, depth, current.Count, MemoryBytes, log.Findings.Count));
        }

        return false;
    }

    private long MemoryBytes => visited.Bytes + worlds.Bytes + (parents.Capacity * 8L) + blocks.Bytes + current.Bytes + next.Bytes + deferred.Bytes;

    private ExplorationResult Result(Completion completion, int complete, int? most) => new()
    {
        Completion = completion,
        States = worlds.Count,
        Transitions = transitions,
        Depth = depth,
        FinalStates = log.Finals,
        Elapsed = clock.Elapsed,
        MemoryBytes = MemoryBytes,
        Components = (table.Count, table.TransitionCount),
        Findings = [.. log.Findings.OrderBy(witness => witness.Schedule.Count).ThenBy(witness => witness.Finding.Id, StringComparer.Ordinal)],
        Exercised = [.. table.Moved.OfType<TaskState>().Select(task => task.Next).Distinct()],
        Observation = log.Condition?.Result,
        FinalFingerprint = log.FinalFingerprint,
        PreemptionsMax = most,
        PreemptionsComplete = complete,
    };

    /// <summary>Worlds with the task that may go on without a preemption (-1 = any), and their numbers.</summary>
    private sealed class Layer(WorldBlocks blocks)
    {
        private readonly Frontier worlds = new(blocks);
        private readonly List<(int Running, int Number)> entries = [];

        public int Count => entries.Count;

        public long Bytes => entries.Capacity * 8L;

        public ReadOnlySpan<int> World(int place) => worlds.World(place);

        public (UInt128 Fingerprint, int Running, int Number) this[int place] => (worlds.Fingerprint(place), entries[place].Running, entries[place].Number);

        public void Add(ReadOnlySpan<int> world, UInt128 fingerprint, int running, int number)
        {
            worlds.Add(world, fingerprint);
            entries.Add((running, number));
        }

        public void Clear()
        {
            worlds.Clear();
            entries.Clear();
        }
    }
}
