using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Inputs;

/// <summary>Kernel revisions as a caller names them.</summary>
public static class RevisionNames
{
    private const char Plus = '+';

    /// <summary>The revision of that name: a row, or a row with patch files on top of it, as <c>M73+fix.patch</c>.</summary>
    public static KernelRevision Parse(string name)
    {
        var parts = name.Split(Plus);
        var row = KernelRevisions.Find(parts[0]) ?? throw new InputException($"unknown revision '{parts[0]}'{Nearest.Hint(parts[0], Known)}; known: {string.Join(", ", Known)}");
        return parts.Skip(1).Select(PatchFile.Read).Aggregate(row, (revision, patch) => patch.ApplyTo(revision));
    }

    private const string Everything = "all";

    /// <summary>What a scenario runs on: what the caller asked for, else what the scenario itself names, else the usual ones.</summary>
    public static IReadOnlyList<KernelRevision> For(ScenarioFile file, IReadOnlyList<KernelRevision> asked) =>
        asked.Count > 0 ? asked : file.Scenario.Revisions.IsEmpty ? KernelRevisions.Usual : [.. file.Scenario.Revisions.Select(Parse)];

    /// <summary>A list of names, comma-separated or given several times; <c>all</c> means every row. Empty when there is none.</summary>
    public static IReadOnlyList<KernelRevision> ParseList(IEnumerable<string> values)
    {
        var names = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        KernelRevision[] revisions = [.. names.SelectMany(name => name == Everything ? KernelRevisions.All : Sequence<KernelRevision>.Of(Parse(name))).Distinct()];
        return RequireOwnNames(revisions);
    }


    // Files of one name in two folders: their columns could not be told apart.
    private static KernelRevision[] RequireOwnNames(KernelRevision[] revisions) =>
        revisions.GroupBy(revision => revision.Name).FirstOrDefault(group => group.Count() > 1) is { } same
            ? throw new InputException($"{string.Join(" and ", same.Select(revision => revision.Spelling))} would both be called {same.Key}: rename a patch file")
            : revisions;

    private static IEnumerable<string> Known => KernelRevisions.All.Select(row => row.Name).Concat(KernelRevisions.Suffixes.Select(suffix => KernelRevisions.Newest.Name + suffix));
}
