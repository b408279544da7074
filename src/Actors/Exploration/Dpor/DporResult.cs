namespace Actors.Exploration.Dpor;

/// <summary>Limits and listeners of a stateless search.</summary>
public sealed record DporOptions
{
    /// <summary>The most executions unless said otherwise: what an oracle has time for.</summary>
    public const long TracesMaxDefault = 1_000_000;

    /// <summary>The most executions, those that end early included; 0 = no bound.</summary>
    public long TracesMax { get; init; } = TracesMaxDefault;

    /// <summary>The most steps of one execution; a longer one ends the search: without a memory it would not come out of a loop.</summary>
    public int StepsMax { get; init; } = 5_000;

    /// <summary>Called about once a second.</summary>
    public Action<DporProgress>? OnProgress { get; init; }

    /// <summary>Ends the search early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a stateless search stands.</summary>
public sealed record DporProgress(TimeSpan Elapsed, long Traces, long SleepBlocked, long Steps, int Findings);

/// <summary>What a stateless search saw.</summary>
public sealed record DporResult
{
    /// <summary>How it ended.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Executions that came to an end where nothing can move: one for each Mazurkiewicz trace.</summary>
    public required long Traces { get; init; }

    /// <summary>Executions at whose end the kernel stops.</summary>
    public required long Stopped { get; init; }

    /// <summary>Executions that were given up because all that can move had been tried elsewhere (sleep sets): the price of source sets.</summary>
    public required long SleepBlocked { get; init; }

    /// <summary>Steps taken.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps of the longest execution.</summary>
    public required int LongestTrace { get; init; }

    /// <summary>Whether an execution exceeded the most steps.</summary>
    public required bool IsTooLong { get; init; }

    /// <summary>Different worlds in which nothing can move.</summary>
    public required long FinalStates { get; init; }

    /// <summary>Their fingerprints, XORed: equal for equal sets.</summary>
    public required UInt128 FinalFingerprint { get; init; }

    /// <summary>The findings, shortest first, one for each id, each with the shortest schedule that was come across.</summary>
    public required IReadOnlyList<Witness> Findings { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }
}
