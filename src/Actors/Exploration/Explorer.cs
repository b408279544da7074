using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Reduction;
using Actors.Exploration.Search;
using Actors.Exploration.Symmetry;

namespace Actors.Exploration;

/// <summary>Exhaustive breadth-first search over all schedules in synchronous layers, by any number of threads (algorithms.md, decision 1).</summary>
/// <remarks>
/// A block of worlds is expanded chunk by chunk, and each successor is sent to the shard its fingerprint belongs to; then each shard takes in what was sent to it, in the
/// order of the chunks. Chunks, shards and orders do not depend on the number of threads, so neither does anything that is reported.
/// </remarks>
public sealed partial class Explorer
{
    private const int ChunksMax = 16;
    private const int ChunkWorldsMax = 1024;

    private readonly ITransitionSystem system;
    private readonly Model? model;
    private readonly ExplorerOptions options;
    private readonly Orbits? orbits;
    private readonly StateTable table;
    private readonly StubbornSets? stubborn;
    private readonly CycleWatch? cycles;
    private readonly bool withProviso;
    private readonly WorldBlocks blocks;
    private readonly Shard[] shards;
    private readonly Chunk[] chunks = [.. Enumerable.Range(0, ChunksMax).Select(_ => new Chunk(Shard.Many))];
    private readonly ParallelOptions parallel;
    private readonly long statesMax;
    private readonly FindingLog log;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long transitions;
    private (long Enabled, long Tried, long Provisos) reduction;
    private int depth;
    private (int Shard, int Place) position;
    private TimeSpan lastProgress;
    private TimeSpan lastCheckpoint;
    private TimeSpan before;
    private bool enough;
    private bool resumed;

    /// <summary>Prepares a run over a scenario.</summary>
    public Explorer(Model model, ExplorerOptions? options = null)
        : this(new KernelSystem(model), model, options ?? new ExplorerOptions(), withProviso: false)
    {
    }

    /// <summary>Prepares a run over any transition system. Its final worlds are counted, and judged by nobody.</summary>
    public Explorer(ITransitionSystem system, ExplorerOptions? options = null)
        : this(system, null, options ?? new ExplorerOptions(), withProviso: false)
    {
    }

    private Explorer(ITransitionSystem system, Model? model, ExplorerOptions options, bool withProviso)
    {
        this.withProviso = withProviso;
        this.system = system;
        this.model = model;
        this.options = options;
        orbits = options is { Reduction: true, Symmetry: true, Storage: not Storage.Exact } && system.Symmetries is { Order: > 1 } group ? new Orbits(system, group) : null;
        table = new StateTable(system, orbits) { OnTransition = options.OnTransition };
        if (options.Reduction)
        {
            stubborn = new StubbornSets(table, system);
            cycles = new CycleWatch(table.Mixed);
            table.OnAccesses = Learn;
        }

        blocks = new WorldBlocks(system.SlotCount);
        shards = [.. Enumerable.Range(0, Shard.Many).Select(_ => new Shard(NewSet(), blocks))];
        statesMax = options.StatesMaxOf(model?.Scenario);
        parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Workers };
        log = new FindingLog(model, table) { OnFinal = options.OnFinal };
    }

    private long States => shards.Sum(shard => shard.Visited.Count);

    private long MemoryBytes => shards.Sum(shard => shard.Bytes) + blocks.Bytes;

    // Neither what was put off for ever nor what was wrongly taken for something else is explored: from the beginning, without.
    private bool MustBeginAgain => MayPutOff || orbits is { Hold: false };

    private bool MayPutOff => cycles?.HasCycle == true && !withProviso;

    /// <summary>Explores.</summary>
    public ExplorationResult Run()
    {
        if (!resumed)
            Begin();
        Completion? completion = null;
        while (completion is null && !MustBeginAgain)
        {
            completion = ExpandLayer();
            // Before the layer is given up: what is left of it is still to be expanded.
            if (completion is not (null or Completion.StoppedAtFinding) && !MustBeginAgain)
                options.OnCheckpoint?.Invoke(WriteCheckpoint);
            Array.ForEach(shards, shard => shard.Advance());
            if (!shards.Any(shard => shard.Current.Count > 0))
                completion ??= Completion.ExploredAll;
            else
                depth++;
        }

        if (completion is not { } ended || MustBeginAgain)
            return new Explorer(system, model, options with { Symmetry = orbits is { Hold: true } }, withProviso || MayPutOff).Run();
        return Result(ended);
    }

    private void Begin()
    {
        var first = table.InitialWorld(out var fingerprint);
        var home = shards[Shard.Of(fingerprint)];
        home.Visited.Add(fingerprint, first);
        home.Next.Add(first, fingerprint);
        home.Parents.Add(Shard.NoParent, 0);
        Array.ForEach(shards, shard => shard.Advance());
    }

    private void Learn(int slot, int task, Access[] accesses, Edge[] edges)
    {
        stubborn!.Verify(slot, task, accesses, edges);
        cycles!.Add(slot, task, edges);
    }

    private VisitedSet NewSet() => options.Storage switch
    {
        Storage.Fingerprints => new FingerprintSet(withProviso),
        Storage.Exact => new ExactSet(system.SlotCount),
        Storage.Bitstate => new BitstateSet(options.BitstateBytes / Shard.Many),
    };

    private void Merge(Chunk chunk)
    {
        transitions += chunk.Transitions;
        reduction = (reduction.Enabled + chunk.Enabled, reduction.Tried + chunk.Tried, reduction.Provisos + chunk.Provisos);
        var first = shards[chunk.Shard].Current.First;
        var isNew = false;
        foreach (var (finding, place, step) in chunk.Findings)
        {
            if (!log.IsNew(finding))
                continue;
            log.Add(WitnessOf(finding, Shard.Number(chunk.Shard, first + place), StepOf(step)));
            isNew = true;
        }

        foreach (var place in chunk.Finals)
        {
            var frontier = shards[chunk.Shard].Current;
            isNew |= log.End(frontier.World(place), frontier.Fingerprint(place), met => WitnessOf(met, Shard.Number(chunk.Shard, first + place), null));
        }

        if (isNew)
            AskWhetherEnough();
    }

    private void AskWhetherEnough() =>
        enough |= options.Enough is { } asked && (!options.AwaitsWitness || log.Condition?.Witness is not null) && asked([.. log.Findings.Select(witness => witness.Finding)]);

    private Witness WitnessOf(Finding finding, uint number, (int Task, int Choice)? last) => new(finding, ScheduleTo(number, last), last is null) { IsShortest = stubborn is null };

    private IReadOnlyList<(TaskId Task, int Choice)> ScheduleTo(uint number, (int Task, int Choice)? last)
    {
        var path = new List<(int Task, int Choice)>();
        if (last is { } step)
            path.Add(step);
        while (number != Shard.NoParent)
        {
            var (shard, index) = Shard.Place(number);
            (number, var taken) = shards[shard].Parents[index];
            if (number != Shard.NoParent)
                path.Add(StepOf(taken));
        }

        path.Reverse();
        return [.. path.Select(taken => (new TaskId(taken.Task), taken.Choice))];
    }

    /// <summary>A step as the parent logs keep it.</summary>
    internal static ushort StepOf(int slot, int choice) => checked((ushort)((slot << 6) | choice));

    /// <summary>The step that was kept.</summary>
    internal static (int Slot, int Choice) StepOf(ushort step) => (step >> 6, step & 63);

    private bool Tick()
    {
        if (options.Cancellation.IsCancellationRequested)
            return true;
        if (options.OnCheckpoint is { } save && clock.Elapsed - lastCheckpoint >= options.CheckpointEvery)
        {
            save(WriteCheckpoint);
            lastCheckpoint = clock.Elapsed;
        }

        if (options.OnProgress is not null && clock.Elapsed - lastProgress >= TimeSpan.FromSeconds(1))
        {
            lastProgress = clock.Elapsed;
            options.OnProgress(new Progress(before + clock.Elapsed, States, transitions, depth, shards.Sum(shard => shard.Current.Count), MemoryBytes, log.Findings.Count)
            {
                Workers = options.Workers,
                TriedShare = reduction.Enabled == 0 ? 1 : (double)reduction.Tried / reduction.Enabled,
            });
        }

        return false;
    }

    private ExplorationResult Result(Completion completion) => new()
    {
        Completion = completion,
        States = States,
        Transitions = transitions,
        Depth = depth,
        FinalStates = log.Finals,
        Elapsed = before + clock.Elapsed,
        MemoryBytes = MemoryBytes,
        Components = (table.Count, table.TransitionCount),
        Findings = [.. log.Findings],
        Exercised = [.. Exercised()],
        Observation = log.Condition?.Result,
        FinalFingerprint = log.FinalFingerprint,
        Reduction = stubborn is null ? null : new ReductionFigures(reduction.Enabled, reduction.Tried, withProviso, reduction.Provisos) { Exchanges = orbits?.Order ?? 1 },
        Storage = options.Storage,
        BitsPerState = options.Storage == Storage.Bitstate ? shards.Sum(shard => ((BitstateSet)shard.Visited).SizeBits) / (double)States : 0,
        OmissionProbability = options.Storage == Storage.Bitstate ? shards.Average(shard => ((BitstateSet)shard.Visited).OmissionProbability) : 0,
    };
}
