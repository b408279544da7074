using Actors.Core.Properties;

namespace Actors.Exploration;

/// <summary>How an exploration ended.</summary>
public enum Completion
{
    /// <summary>Every reachable world was visited.</summary>
    ExploredAll,

    /// <summary>The state bound was reached.</summary>
    StoppedAtBound,

    /// <summary>The caller asked for an end.</summary>
    Interrupted,

    /// <summary>The findings so far were all that was asked for.</summary>
    StoppedAtFinding,
}

/// <summary>Limits and listeners of a run.</summary>
public sealed record ExplorerOptions
{
    /// <summary>The most distinct states; 0 = no bound but the scenario's own.</summary>
    public long StatesMax { get; init; }

    /// <summary>Called about once a second.</summary>
    public Action<Progress>? OnProgress { get; init; }

    /// <summary>Hears of each world in which nothing can move.</summary>
    public Action<FinalWorld>? OnFinal { get; init; }

    /// <summary>Ends the run early.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Asked at each new finding, with all findings so far: whether they are all that is asked for. Nothing is proved absent by such a run.</summary>
    public Func<IReadOnlyCollection<Finding>, bool>? Enough { get; init; }
}

/// <summary>Where a run stands.</summary>
public sealed record Progress(TimeSpan Elapsed, long States, long Transitions, int Depth, int Frontier, long MemoryBytes, int Findings);
