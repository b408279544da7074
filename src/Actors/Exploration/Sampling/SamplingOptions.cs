namespace Actors.Exploration.Sampling;

/// <summary>How the schedules of a sample are drawn.</summary>
public enum SamplingStrategy
{
    /// <summary>Each step is one of the tasks that can move, all alike.</summary>
    Random,

    /// <summary>Probabilistic concurrency testing (Burckhardt et al. 2010): random priorities, lowered at d - 1 random steps.</summary>
    Pct,

    /// <summary>Partial order sampling (Yuan et al. 2018): a random priority for each pending step, drawn again when a step it conflicts with was taken.</summary>
    Pos,

    /// <summary>All of them, a fixed share of the runs each.</summary>
    Portfolio,
}

/// <summary>Limits and listeners of a sample.</summary>
public sealed record SamplingOptions
{
    /// <summary>The most steps of a run unless said otherwise; a longer one is cut and counted.</summary>
    public const int StepsMaxDefault = 10_000;

    /// <summary>How schedules are drawn.</summary>
    public SamplingStrategy Strategy { get; init; } = SamplingStrategy.Portfolio;

    /// <summary>The master seed: with the strategy and its number it decides a run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The number of runs; 0 = until <see cref="Duration"/> is over.</summary>
    public long Runs { get; init; }

    /// <summary>Wall time after which no run is begun; zero = no limit. How many runs fit depends on the machine, what each of them does does not.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The number of ordering constraints that PCT aims at (its d); 0 = 2, 3 and 5 in turn.</summary>
    public int Depth { get; init; }

    /// <summary>The most steps of a run.</summary>
    public int StepsMax { get; init; } = StepsMaxDefault;

    /// <summary>Threads. The result does not depend on it.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Called about once a second, from one thread at a time.</summary>
    public Action<SamplingProgress>? OnProgress { get; init; }

    /// <summary>Ends the sample early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a sample stands.</summary>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Runs">Runs so far.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Traces">Their traces.</param>
/// <param name="Findings">Findings so far.</param>
public sealed record SamplingProgress(TimeSpan Elapsed, long Runs, long Steps, TraceEstimate Traces, int Findings);
