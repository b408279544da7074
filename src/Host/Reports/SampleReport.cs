using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Exploration.Sampling;

namespace Actors.Host.Reports;

/// <summary>How schedules were drawn and what was seen of them. In JSON: <c>sample</c> of a run; null when all schedules were tried.</summary>
public sealed record SampleReport
{
    /// <summary>Schedules walked: the runs 0 to Runs - 1.</summary>
    public required long Runs { get; init; }

    /// <summary>Runs that were cut at the most steps.</summary>
    public required long CutRuns { get; init; }

    /// <summary>Steps a run has on average.</summary>
    public required double StepsMean { get; init; }

    /// <summary>Different traces: runs that differ by more than the order of independent steps.</summary>
    public required long Traces { get; init; }

    /// <summary>Traces that one run only had.</summary>
    public required long TracesOnce { get; init; }

    /// <summary>Whether the traces were counted, not estimated.</summary>
    public required bool TracesExact { get; init; }

    /// <summary>Good-Turing estimate of the probability that another run has a trace that none had.</summary>
    public required double UnseenMass { get; init; }

    /// <summary>The runs by strategy.</summary>
    public required IReadOnlyList<StrategyShare> Shares { get; init; }

    /// <summary>For each finding which runs met it, by its id.</summary>
    public required IReadOnlyDictionary<string, FindingRuns> Met { get; init; }
}

/// <summary>Which runs met a finding.</summary>
/// <param name="Run">The run whose schedule is shown: a shortest one.</param>
/// <param name="FirstRun">The first one.</param>
/// <param name="FirstStrategy">How that was drawn.</param>
/// <param name="Hits">How many did.</param>
/// <param name="Show">The command line that shows the run.</param>
public sealed record FindingRuns(long Run, long FirstRun, string FirstStrategy, long Hits, string Show);

/// <summary>One run of a sample, done again.</summary>
public sealed record SampledRunReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>The run's number.</summary>
    public required long Run { get; init; }

    /// <summary>How it was drawn.</summary>
    public required string Strategy { get; init; }

    /// <summary>The master seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether it ended because nothing could move.</summary>
    public required bool AtQuiescence { get; init; }

    /// <summary>What it met, in order.</summary>
    public required IReadOnlyList<MetFinding> Findings { get; init; }

    /// <summary>What happened.</summary>
    public required Trace Trace { get; init; }

    /// <summary>The journal that was written, or null.</summary>
    public required string? Journal { get; init; }

    /// <summary>The command line that shows it again.</summary>
    public required string Reproduce { get; init; }

    /// <summary>2 when a finding counts, 5 otherwise: one run proves nothing; 6 when it had no step.</summary>
    public int ExitCode => (int)(Findings.Any(finding => finding.AcceptedReason is null) ? Host.ExitCode.Violation : Trace.Events.Count == 0 ? Host.ExitCode.NothingChecked : Host.ExitCode.Incomplete);
}

/// <summary>A finding that a run met.</summary>
/// <param name="Id">The same for the same bug, however it was found.</param>
/// <param name="Property">The property.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Steps">After how many steps.</param>
/// <param name="AtQuiescence">Found where nothing can move any more.</param>
/// <param name="AcceptedReason">Why it is accepted; null when it counts.</param>
public sealed record MetFinding(string Id, Core.Vocabulary.Property Property, string Text, int Steps, bool AtQuiescence, string? AcceptedReason);

/// <summary>Turns a sample into a report.</summary>
public static class SampleReportBuilder
{
    /// <summary>The report of a sample.</summary>
    /// <param name="model">What was sampled.</param>
    /// <param name="result">What came out.</param>
    /// <param name="options">How it was drawn.</param>
    /// <param name="file">The scenario file as named on the command line.</param>
    /// <param name="reproduce">The command line that does it again.</param>
    /// <param name="show">The command line that shows a run of a number.</param>
    public static RunReport Build(Model model, SamplingResult result, SamplingOptions options, string file, string reproduce, Func<long, string> show)
    {
        var sample = new SampleReport
        {
            Runs = result.Runs,
            CutRuns = result.CutRuns,
            StepsMean = Math.Round((double)result.Steps / Math.Max(1, result.Runs), 1),
            Traces = result.Traces.Distinct,
            TracesOnce = result.Traces.Once,
            TracesExact = result.Traces.IsExact,
            UnseenMass = result.Traces.UnseenMass,
            Shares = result.Shares,
            Met = result.Findings.ToDictionary(finding => finding.Witness.Finding.Id, finding => new FindingRuns(finding.Run, finding.FirstRun, finding.FirstStrategy, finding.Hits, show(finding.Run))),
        };
        return RunReportBuilder.Build(model, AsExploration(result), file, reproduce) with
        {
            Strategy = $"sample, {string.Join(", ", result.Shares.Select(share => share.Strategy))}",
            Seed = options.Seed,
            Coverage = Sentence(model, result, options),
            Sample = sample,
        };
    }

    // States are not told apart on the way, only where runs end.
    private static ExplorationResult AsExploration(SamplingResult result) => new()
    {
        Completion = result.Completion,
        States = 0,
        Transitions = result.Steps,
        Depth = result.LongestRun,
        FinalStates = result.FinalStates.Distinct,
        Elapsed = result.Elapsed,
        MemoryBytes = 0,
        Components = (0, 0),
        Findings = [.. result.Findings.Select(finding => finding.Witness)],
        Exercised = result.Exercised,
        Observation = result.Observation,
        FinalFingerprint = UInt128.Zero,
    };

    private static string Sentence(Model model, SamplingResult result, SamplingOptions options)
    {
        var shares = string.Join(", ", result.Shares.Select(share => $"{share.Strategy} {share.Runs:N0}"));
        string[] facts =
        [
            $"{(result.Completion == Completion.Interrupted ? "interrupted after " : "")}{Coverage.Count(result.Runs, "run")} drawn ({shares}), seed {options.Seed}; not all schedules",
            $"{(result.Traces.IsExact ? "" : "about ")}{Coverage.Count(result.Traces.Distinct, "distinct trace")}, chance that the next run has a new one {result.Traces.UnseenMass:P2} (Good-Turing, same strategies)",
            $"{(result.FinalStates.IsExact ? "" : "about ")}{Coverage.Count(result.FinalStates.Distinct, "final state")}",
            .. result.CutRuns > 0 ? (string[])[$"{Coverage.Count(result.CutRuns, "run")} cut after {Coverage.Count(options.StepsMax, "step")}"] : [],
            $"locks granted {(model.Policy == Core.Vocabulary.GrantPolicy.Barging ? "by barging" : "in order of arrival")}",
            $"{Coverage.Count(result.Steps, "step")}, longest run {result.LongestRun:N0}",
            $"{result.Elapsed.TotalSeconds:F2} s",
        ];
        return $"{model.Scenario.Name} on {model.Revision.Name}: {string.Join("; ", facts)}.";
    }
}
