using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>How an exploration ended.</summary>
public enum Completion
{
    /// <summary>Every reachable world was visited.</summary>
    ExploredAll,

    /// <summary>The state bound was reached.</summary>
    StoppedAtBound,

    /// <summary>The memory bound was reached.</summary>
    StoppedAtMemory,

    /// <summary>The caller asked for an end.</summary>
    Interrupted,

    /// <summary>The findings so far were all that was asked for.</summary>
    StoppedAtFinding,
}

/// <summary>How the worlds seen are remembered.</summary>
public enum Storage
{
    /// <summary>By 128-bit fingerprints: two worlds of equal fingerprint count as one (probability below 1e-20 for a billion worlds).</summary>
    Fingerprints,

    /// <summary>By their components: nothing is left to chance.</summary>
    Exact,

    /// <summary>By a few bits each in a table of fixed size: worlds are lost when it fills, so nothing is proved.</summary>
    Bitstate,
}

/// <summary>Limits and listeners of a run.</summary>
public sealed record ExplorerOptions
{
    /// <summary>The most distinct states; 0 = no bound but the scenario's own.</summary>
    public long StatesMax { get; init; }

    /// <summary>The most distinct states with a scenario's own bound; the greatest number there is when there is no bound.</summary>
    internal long StatesMaxOf(Scenario? scenario) => (scenario?.Bounds ?? new Bounds()).Within(StatesMax) is > 0 and var most ? most : long.MaxValue;

    /// <summary>Threads. Nothing that is reported depends on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether schedules that differ only in the order of independent steps are tried once: findings and final worlds are the same, states fewer, schedules not the shortest.</summary>
    public bool Reduction { get; init; }

    /// <summary>Whether a reduced search counts worlds that differ only by an exchange of identical tasks and objects as one. Not with <see cref="Storage.Exact"/>, which compares what is there.</summary>
    public bool Symmetry { get; init; } = true;

    /// <summary>How the worlds seen are remembered.</summary>
    public Storage Storage { get; init; }

    /// <summary>Size of the table of <see cref="Storage.Bitstate"/>.</summary>
    public long BitstateBytes { get; init; } = 256L << 20;

    /// <summary>The most memory of the tables; 0 = no bound.</summary>
    public long MemoryMaxBytes { get; init; }

    /// <summary>Called about once a second.</summary>
    public Action<Progress>? OnProgress { get; init; }

    /// <summary>Called from time to time, and when the run ends early, with what writes a checkpoint: <see cref="Explorer.Resume"/> goes on from it.</summary>
    public Action<Action<ICheckpointWriter>>? OnCheckpoint { get; init; }

    /// <summary>How often.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Hears of each world in which nothing can move.</summary>
    public Action<FinalWorld>? OnFinal { get; init; }

    /// <summary>Hears once of each state of a task with each state its target had, also where it was blocked; the target is null for a check. One call at a time.</summary>
    public Action<object, object?>? OnTransition { get; init; }

    /// <summary>Ends the run early.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether <see cref="Enough"/> is asked only once the scenario's clause has a witness, too.</summary>
    public bool AwaitsWitness { get; init; }

    /// <summary>Asked at each new finding, with all findings so far: whether they are all that is asked for. Nothing is proved absent by such a run.</summary>
    public Func<IReadOnlyCollection<Finding>, bool>? Enough { get; init; }
}

/// <summary>Where a run stands.</summary>
public sealed record Progress(TimeSpan Elapsed, long States, long Transitions, int Depth, int Frontier, long MemoryBytes, int Findings)
{
    /// <summary>Threads.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The part of the enabled tasks that was tried; the reduction has left out the rest.</summary>
    public double TriedShare { get; init; } = 1;
}
