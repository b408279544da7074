using System.Globalization;
using Actors.Core.Scenarios;
using Actors.Exploration;

namespace Actors.Bench.SideBySide;

/// <summary>Whether the reduced search says what the unreduced one says: findings, final worlds, the clause's counts and the steps executed, of every shipped scenario that can be exhausted without reduction within a bound.</summary>
internal static class ReductionEquality
{
    /// <summary>The most worlds of an unreduced search unless said otherwise.</summary>
    public const long StatesMax = 30_000_000;

    /// <summary>Compares and prints a table; answers whether all that could be compared is equal.</summary>
    public static bool Compare(TextWriter output, long statesMax)
    {
        var (compared, differing) = (0, 0);
        var left = new List<string>();
        output.WriteLine($"{"scenario",-44} {"without",12} {"with",10} {"fewer",7}  findings  final worlds");
        foreach (var model in Shipped.Models)
        {
            var options = new ExplorerOptions { Workers = Environment.ProcessorCount };
            var reduced = new Explorer(model, options with { Reduction = true, Symmetry = false, StatesMax = statesMax }).Run();
            var full = new Explorer(model, options with { StatesMax = statesMax }).Run();
            var isWhole = (full.Completion, reduced.Completion) == (Completion.ExploredAll, Completion.ExploredAll);
            var word = isWhole ? Difference(full, reduced, new Explorer(model, options with { Reduction = true, StatesMax = statesMax }).Run()) : Ids(full).IsSubsetOf(Ids(reduced)) || reduced.Completion != Completion.ExploredAll ? "not compared" : "DIFFERENT: a finding is lost";
            if (isWhole)
                compared++;
            else
                left.Add(Shipped.NameOf(model));
            differing += word.StartsWith("DIFFERENT", StringComparison.Ordinal) ? 1 : 0;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Shipped.NameOf(model),-44} {Count(full),12} {Count(reduced),10} {(double)full.States / reduced.States,7:F1}  {reduced.Findings.Count,8}  {reduced.FinalStates,12:N0}  {word}"));
            output.Flush();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reduction-equality: {compared} compared, {differing} differ, {left.Count} not exhausted within {statesMax:N0} worlds{(left.Count == 0 ? "" : $" ({string.Join(", ", left)})")}"));
        return differing == 0;
    }

    private static string Count(ExplorationResult result) => $"{(result.Completion == Completion.ExploredAll ? "" : "> ")}{result.States.ToString("N0", CultureInfo.InvariantCulture)}";

    // Where worlds count as one, so do final worlds, and the clause names nothing that is exchanged.
    private static string Difference(ExplorationResult full, ExplorationResult reduced, ExplorationResult counted)
    {
        string[] parts =
        [
            .. Ids(full).SetEquals(Ids(reduced)) ? (string[])[] : ["findings"],
            .. (full.FinalStates, full.FinalFingerprint) == (reduced.FinalStates, reduced.FinalFingerprint) ? (string[])[] : ["final worlds"],
            .. (full.Observation?.Positive, full.Observation?.Negative) == (reduced.Observation?.Positive, reduced.Observation?.Negative) ? (string[])[] : ["the clause"],
            .. Steps(full).SetEquals(Steps(reduced)) ? (string[])[] : ["steps executed"],
            .. counted.Completion == Completion.ExploredAll && Ids(full).SetEquals(Ids(counted)) && Steps(full).SetEquals(Steps(counted)) && counted.FinalStates <= reduced.FinalStates
                && (counted.Reduction!.Exchanges > 1 || (counted.States, counted.FinalFingerprint) == (reduced.States, reduced.FinalFingerprint)) ? (string[])[] : ["what symmetry leaves"],
        ];
        if (parts.Length == 0 && counted.Reduction!.Exchanges > 1)
            return $"equal, {counted.States:N0} with {counted.Reduction.Exchanges} exchanges";
        return parts.Length == 0 ? "equal" : $"DIFFERENT: {string.Join(", ", parts)}";
    }

    private static HashSet<string> Ids(ExplorationResult result) => [.. result.Findings.Select(witness => witness.Finding.Id)];

    private static HashSet<string> Steps(ExplorationResult result) => [.. result.Exercised.Select(step => $"{step.Function}: {step.Text}")];
}
