using System.Globalization;
using System.Text;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>What an exploration says, as the golden file has it: one line of coverage, then a line for each finding.</summary>
internal static class VerdictBlock
{
    private const string HeadMark = "== ";

    public static string Head(string scenario, string revision) => $"{HeadMark}{scenario} / {revision}";

    public static string Explore(string scenario, KernelRevision revision)
    {
        var result = new Explorer(new Model(revision, ShippedScenarios.Read(scenario), GrantPolicy.Barging)).Run();
        var text = new StringBuilder();
        Line(text, Head(scenario, revision.Name));
        Line(text, $"{Words(result.Completion)}: {result.States} states, {result.Transitions} transitions, depth {result.Depth}, {result.FinalStates} final");
        foreach (var line in result.Findings.Select(witness => Of(witness, revision)).Order(StringComparer.Ordinal))
            Line(text, line);
        if (result.Findings.Count == 0)
            Line(text, "nothing found");
        return text.ToString();
    }

    /// <summary>The blocks of a golden file, by their head lines.</summary>
    public static Dictionary<string, string> Split(string golden) => golden
        .Split($"\n{HeadMark}")
        .Skip(1)
        .Select(block => $"{HeadMark}{block.TrimEnd('\n')}\n")
        .ToDictionary(block => block[..block.IndexOf('\n', StringComparison.Ordinal)], StringComparer.Ordinal);

    /// <summary>The number of states a block was approved with.</summary>
    public static long StatesOf(string block)
    {
        var line = block.Split('\n')[1];
        var words = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart().Split(' ');
        return long.Parse(words[0], CultureInfo.InvariantCulture);
    }

    private static string Of(Witness witness, KernelRevision revision)
    {
        var finding = witness.Finding;
        var verdict = finding.AcceptedReason(revision) is null ? "found   " : "accepted";
        return $"{finding.Violation.Property,-10} {finding.Id} {verdict} {finding.Function}: {finding.Violation.Text}";
    }

    private static string Words(Completion completion) => completion switch
    {
        Completion.ExploredAll => "explored all",
        Completion.StoppedAtBound => "stopped at the bound",
        Completion.StoppedAtMemory => "stopped at the memory limit",
        Completion.Interrupted => "interrupted",
        Completion.StoppedAtFinding => "stopped at a finding",
    };

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
