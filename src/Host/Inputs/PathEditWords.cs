using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Inputs;

/// <summary>Path edits as patch files, the museum's catalogue and the command line write them: <c>move FUNCTION: STEP -> STEP</c>.</summary>
public static class PathEditWords
{
    private const string Arrow = " -> ";
    private const string From = " @ ";

    private static readonly Dictionary<string, MachineKind> Locks =
        Enum.GetValues<MachineKind>().Where(kind => new MachineRef(kind, 0).IsLock).ToDictionary(MachineNames.Of, StringComparer.Ordinal);

    /// <summary>The words that begin an edit.</summary>
    public static IReadOnlyList<string> Keywords { get; } = ["drop", "drop-test", "drop-section", "without-lock", "hold", "swap", "move", "repeat", "insert"];

    /// <summary>The edit of a keyword and what stands behind it, or null when it is none.</summary>
    public static PathEdit? Parse(string keyword, string value)
    {
        var colon = value.IndexOf(": ", StringComparison.Ordinal);
        if (colon <= 0)
            return null;
        var (function, steps) = (value[..colon], value[(colon + 2)..].Split(Arrow));
        return (keyword, steps.Length) switch
        {
            ("drop", 1) => new PathEdit.Drop(function, steps[0]),
            ("drop-test", 1) => new PathEdit.DropTest(function, steps[0]),
            ("drop-section", 2) => new PathEdit.DropSection(function, steps[0], steps[1]),
            ("without-lock", 1) => new PathEdit.WithoutLock(function, LockOf(steps[0])),
            ("hold", 1) => new PathEdit.Hold(function, LockOf(steps[0])),
            ("swap", 2) => new PathEdit.Swap(function, steps[0], steps[1]),
            ("move", 2) => new PathEdit.Move(function, steps[0], steps[1]),
            ("repeat", 2) => new PathEdit.Repeat(function, steps[0], steps[1]),
            ("insert", 2) => Insert(function, steps[0].Split(From), steps[1]),
            _ => null,
        };
    }

    /// <summary>What was expected of an edit that cannot be read.</summary>
    public static string Expected(string keyword) => keyword switch
    {
        "drop" or "drop-test" => $"expected '{keyword} FUNCTION: STEP'",
        "without-lock" or "hold" => $"expected '{keyword} FUNCTION: LOCK'",
        "insert" => "expected 'insert FUNCTION: STEP @ FUNCTION -> STEP' or 'insert FUNCTION: STEP @ FUNCTION @ REVISION -> STEP'",
        _ when Keywords.Contains(keyword) => $"expected '{keyword} FUNCTION: STEP -> STEP'",
        _ => $"found '{keyword}', expected one of {string.Join(", ", Keywords)}{Nearest.Hint(keyword, Keywords)}",
    };

    /// <summary>An edit as a line: what <see cref="Parse"/> reads back.</summary>
    public static string Write(PathEdit edit) => edit switch
    {
        PathEdit.Drop drop => $"drop {drop.Function}: {drop.Step}",
        PathEdit.DropTest drop => $"drop-test {drop.Function}: {drop.Step}",
        PathEdit.DropSection drop => $"drop-section {drop.Function}: {drop.Lock}{Arrow}{drop.Release}",
        PathEdit.WithoutLock without => $"without-lock {without.Function}: {MachineNames.Of(without.Lock)}",
        PathEdit.Hold hold => $"hold {hold.Function}: {MachineNames.Of(hold.Lock)}",
        PathEdit.Swap swap => $"swap {swap.Function}: {swap.First}{Arrow}{swap.Second}",
        PathEdit.Move move => $"move {move.Function}: {move.Step}{Arrow}{move.Before}",
        PathEdit.Repeat repeat => $"repeat {repeat.Function}: {repeat.Step}{Arrow}{repeat.Before}",
        PathEdit.Insert insert => $"insert {insert.Function}: {insert.Step}{Source(insert.From)}{Arrow}{insert.Before}",
        _ => throw new System.Diagnostics.UnreachableException($"no words for {edit}"),
    };

    /// <summary>The lock of a name.</summary>
    /// <exception cref="PathEditException">There is none.</exception>
    public static MachineKind LockOf(string name) =>
        Locks.TryGetValue(name, out var kind) ? kind : throw new PathEditException($"unknown lock '{name}'; known: {string.Join(", ", Locks.Keys)}");

    private static PathEdit.Insert? Insert(string function, string[] from, string before) => from.Length switch
    {
        2 => new(function, from[0], new StepSource(from[1], ""), before),
        3 => new(function, from[0], new StepSource(from[1], from[2]), before),
        _ => null,
    };

    private static string Source(StepSource from) => from.Revision.Length == 0 ? $"{From}{from.Function}" : $"{From}{from.Function}{From}{from.Revision}";
}
