using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Sampling;

/// <summary>A finding of a sample.</summary>
/// <param name="Witness">A shortest of the schedules that met it.</param>
/// <param name="Run">The number of that run.</param>
/// <param name="FirstRun">The first run that met it.</param>
/// <param name="FirstStrategy">How that run was drawn.</param>
/// <param name="Hits">How many runs met it.</param>
public sealed record SampledFinding(Witness Witness, long Run, long FirstRun, string FirstStrategy, long Hits);

/// <summary>How many different traces were seen, and an estimate of what was not. Two runs have the same trace when they differ only in the order of independent steps.</summary>
/// <param name="Runs">Runs.</param>
/// <param name="Distinct">Different traces; an estimate (standard error about 0.1%) when <paramref name="IsExact"/> is false.</param>
/// <param name="Once">Traces that were met by one run only.</param>
/// <param name="IsExact">Whether all were counted; beyond a million, those whose hash ends in some zeros are.</param>
public sealed record TraceEstimate(long Runs, long Distinct, long Once, bool IsExact)
{
    /// <summary>Good-Turing estimate of the probability that the next run, drawn alike, has a trace that no run had. It says nothing of traces that the strategy never draws.</summary>
    public double UnseenMass => Runs == 0 ? 1 : (double)Once / Runs;
}

/// <summary>What a share of the runs came to.</summary>
/// <param name="Strategy">How they were drawn: random, pct d=3, pos.</param>
/// <param name="Runs">How many.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Met">How many of them met a finding.</param>
public sealed record StrategyShare(string Strategy, long Runs, long Steps, long Met);

/// <summary>What a sample found. It proves nothing: no more is known than that these runs did not meet what is not among the findings.</summary>
public sealed record SamplingResult
{
    /// <summary>How it ended: at its bound, or because the caller asked for an end.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Runs: the numbers 0 to Runs - 1.</summary>
    public required long Runs { get; init; }

    /// <summary>Steps of all runs.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps of the longest run.</summary>
    public required int LongestRun { get; init; }

    /// <summary>Runs that were cut at the most steps.</summary>
    public required long CutRuns { get; init; }

    /// <summary>The traces.</summary>
    public required TraceEstimate Traces { get; init; }

    /// <summary>Different worlds in which a run ended, nothing being able to move.</summary>
    public required TraceEstimate FinalStates { get; init; }

    /// <summary>The findings, shortest first, one for each id.</summary>
    public required IReadOnlyList<SampledFinding> Findings { get; init; }

    /// <summary>The runs by strategy.</summary>
    public required IReadOnlyList<StrategyShare> Shares { get; init; }

    /// <summary>The steps that were executed, by function and text.</summary>
    public required IReadOnlyCollection<Step> Exercised { get; init; }

    /// <summary>The scenario's clause, counted over runs (as litmus7 does), or null.</summary>
    public required Observation? Observation { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One run of a sample, by its number.</summary>
/// <param name="Number">The number.</param>
/// <param name="Strategy">How it was drawn.</param>
/// <param name="Schedule">Its steps.</param>
/// <param name="AtQuiescence">Whether it ended because nothing could move.</param>
/// <param name="Findings">What it met, in order; those found at its end last.</param>
public sealed record SampledRun(long Number, string Strategy, IReadOnlyList<(TaskId Task, int Choice)> Schedule, bool AtQuiescence, IReadOnlyList<Witness> Findings);
