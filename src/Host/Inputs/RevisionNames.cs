using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Inputs;

/// <summary>Kernel revisions as a caller names them.</summary>
public static class RevisionNames
{
    /// <summary>The revision of that name.</summary>
    public static KernelRevision Parse(string name) =>
        KernelRevisions.Find(name) ?? throw new InputException($"unknown revision '{name}'{Nearest.Hint(name, Known)}; known: {string.Join(", ", Known)}");

    private const string Everything = "all";

    /// <summary>What a scenario runs on: what the caller asked for, else what the scenario itself names, else the usual ones.</summary>
    public static IReadOnlyList<KernelRevision> For(ScenarioFile file, IReadOnlyList<KernelRevision> asked) =>
        asked.Count > 0 ? asked : file.Scenario.Revisions.IsEmpty ? KernelRevisions.Usual : [.. file.Scenario.Revisions.Select(Parse)];

    /// <summary>A list of names, comma-separated or given several times; <c>all</c> means every row. Empty when there is none.</summary>
    public static IReadOnlyList<KernelRevision> ParseList(IEnumerable<string> values)
    {
        var names = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        return [.. names.SelectMany(name => name == Everything ? KernelRevisions.All : Sequence<KernelRevision>.Of(Parse(name))).Distinct()];
    }

    private static IEnumerable<string> Known => KernelRevisions.All.Select(row => row.Name).Concat(KernelRevisions.Suffixes.Select(suffix => KernelRevisions.Newest.Name + suffix));
}
