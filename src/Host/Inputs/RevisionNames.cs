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

    /// <summary>A list of names, comma-separated or given several times; <c>all</c> means every row. The usual ones when there is none.</summary>
    public static IReadOnlyList<KernelRevision> ParseList(IEnumerable<string> values)
    {
        var names = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        return names.Length == 0 ? KernelRevisions.Usual : [.. names.SelectMany(name => name == Everything ? KernelRevisions.All : Sequence<KernelRevision>.Of(Parse(name))).Distinct()];
    }

    private static IEnumerable<string> Known => KernelRevisions.All.Select(row => row.Name).Concat(KernelRevisions.Suffixes.Select(suffix => KernelRevisions.Newest.Name + suffix));
}
