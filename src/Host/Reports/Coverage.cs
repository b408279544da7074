using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>The coverage statement: a sentence that can be quoted, and that claims no more than was done.</summary>
public static class Coverage
{
    private const double FingerprintValues = 3.4e38;

    /// <summary>The sentence.</summary>
    public static string Sentence(Model model, ExplorationResult result)
    {
        var shape = model.Topology;
        string[] objects =
        [
            Count(shape.Devices.Count, "device"), Count(shape.Buffers.Count, "dma-buf"), Count(shape.Attachments.Count, "attachment"), Count(shape.UserTasks, "task"),
        ];
        var off = model.Scenario.PropertiesOff;
        string[] facts =
        [
            $"{string.Join(", ", objects)}: {Explored(result)}",
            .. off.IsEmpty ? (string[])[] : [$"not judged: {string.Join(", ", off)}"],
            .. result.Findings.Any(witness => witness.Finding.Violation.Fatal) ? (string[])["nothing is explored past an oops"] : [],
            $"locks granted {(model.Policy == GrantPolicy.Barging ? "by barging" : "in order of arrival")}",
            $"depth {result.Depth}",
            Stored(result),
            $"{result.Elapsed.TotalSeconds:F2} s, {Megabytes(result.MemoryBytes)}",
        ];
        return $"{model.Scenario.Name} on {model.Revision.Name}: {string.Join("; ", facts)}.";
    }

    /// <summary>Upper bound of the probability that two of the states share a fingerprint (birthday bound).</summary>
    public static double OmissionProbability(long states) => (double)states * states / 2 / FingerprintValues;

    /// <summary>A number of things, in the right number.</summary>
    public static string Count(long count, string thing) => $"{count:N0} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>A size in MB, at least 1.</summary>
    public static string Megabytes(long bytes) => $"{Math.Max(1, bytes / 1_000_000):N0} MB";

    private static string Explored(ExplorationResult result) => result.Completion switch
    {
        Completion.ExploredAll when result.Storage == Storage.Bitstate => $"{Visited(result)}; not all schedules: a bit table loses states",
        Completion.ExploredAll when result.PreemptionsMax is { } most => $"{Visited(result)}; all schedules with at most {Count(most, "preemption")}",
        Completion.ExploredAll => $"all {Visited(result)}, all schedules, any number of preemptions",
        Completion.StoppedAtBound => $"stopped at the bound after {Visited(result)}; {Part(result)}",
        Completion.StoppedAtMemory => $"stopped at the memory limit after {Visited(result)}; {Part(result)}",
        Completion.Interrupted => $"interrupted after {Visited(result)}; {Part(result)}",
        Completion.StoppedAtFinding => $"stopped at a finding after {Visited(result)}; {Part(result)}",
    };

    private static string Visited(ExplorationResult result)
    {
        var reduced = result.Reduction is null ? "" : $" up to the order of independent steps{Exchanged(result.Reduction)}";
        return $"{Count(result.States, "state")}, {Count(result.Transitions, "transition")}{reduced}";
    }

    private static string Exchanged(ReductionFigures reduction) => reduction.Exchanges == 1 ? "" : $" and {Count(reduction.Exchanges, "exchange")} of identical tasks and objects";

    private static string Part(ExplorationResult result) =>
        result is { PreemptionsMax: not null, PreemptionsComplete: >= 0 } ? $"not all schedules: all with at most {Count(result.PreemptionsComplete, "preemption")}"
        : result.PreemptionsMax is not null ? "not even all schedules without a preemption"
        : result.Reduction is null ? $"not all schedules: shortest first, complete to depth {result.Depth - 1}" : "not all schedules";

    private static string Stored(ExplorationResult result) => result.Storage switch
    {
        Storage.Fingerprints => $"128-bit fingerprints, omission probability {OmissionBound(result.States * (result.Reduction?.Exchanges ?? 1))}",
        Storage.Exact => "states compared in full",
        Storage.Bitstate => $"bit table, {result.BitsPerState:F1} bits per state, a state omitted with probability {result.OmissionProbability:0.0e+0}",
    };

    private static string OmissionBound(long states) => $"< 1e{Math.Max(-99, (int)Math.Ceiling(Math.Log10(Math.Max(OmissionProbability(states), 1e-99))))}";
}
