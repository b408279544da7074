using Actors.Core.Revisions;

namespace Actors.Host.Inputs;

/// <summary>Kernel revisions as a caller names them.</summary>
public static class RevisionNames
{
    /// <summary>The revision of that name.</summary>
    public static KernelRevision Parse(string name) =>
        KernelRevisions.Find(name) ?? throw new InputException($"unknown revision '{name}'{Nearest.Hint(name, Known)}; known: {string.Join(", ", Known)}");

    /// <summary>A list of names, comma-separated or given several times; all listed ones when there is none.</summary>
    public static IReadOnlyList<KernelRevision> ParseList(IEnumerable<string> values)
    {
        var names = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        return names.Length == 0 ? KernelRevisions.All : [.. names.Select(Parse)];
    }

    private static IEnumerable<string> Known => KernelRevisions.All.SelectMany(row => new[] { row.Name, row.Name + KernelRevisions.WithoutDmaBuf });
}
