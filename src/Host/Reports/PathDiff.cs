using Actors.Core.Machines;
using Actors.Core.Revisions;

namespace Actors.Host.Reports;

/// <summary>What happened to a line between two revisions.</summary>
public enum LineChange
{
    /// <summary>It is in both, at the same place.</summary>
    Same,

    /// <summary>Only the first revision has it.</summary>
    Removed,

    /// <summary>Only the second revision has it.</summary>
    Added,

    /// <summary>Both have it; the second one elsewhere, here.</summary>
    Moved,
}

/// <summary>One line of a diff.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Line">The line.</param>
public sealed record DiffLine(LineChange Change, PathLine Line);

/// <summary>A function that differs between two revisions. In JSON: an element of <c>functions</c>.</summary>
/// <param name="Before">Its name in the first revision; null when it is new.</param>
/// <param name="After">Its name in the second revision; null when it is gone.</param>
/// <param name="Lines">Its lines, both revisions merged.</param>
/// <param name="Locks">Which locks are taken, given back or asserted more or less often.</param>
public sealed record FunctionDiff(string? Before, string? After, IReadOnlyList<DiffLine> Lines, IReadOnlyList<string> Locks);

/// <summary>Two revisions' call paths, function by function.</summary>
public static class PathDiff
{
    /// <summary>The functions that differ, in the order of the call paths.</summary>
    public static IReadOnlyList<FunctionDiff> Between(KernelRevision before, KernelRevision after)
    {
        var differing = Pairs([.. SampleWorld.PathsOf(before).All], [.. SampleWorld.PathsOf(after).All])
            .Select(pair => Compare(pair.Before, pair.After))
            .Where(function => function.Before != function.After || function.Lines.Any(line => line.Change != LineChange.Same));
        return [.. differing];
    }

    // Same name, or else the unmatched functions in order: a function that was renamed keeps its place.
    private static IEnumerable<(Program? Before, Program? After)> Pairs(IReadOnlyList<Program> before, IReadOnlyList<Program> after)
    {
        var renamed = new Queue<Program>(after.Where(program => before.All(other => other.Name != program.Name)));
        foreach (var program in before)
        {
            var match = after.FirstOrDefault(other => other.Name == program.Name);
            if (match is null)
                renamed.TryDequeue(out match);
            yield return (program, match);
        }

        foreach (var program in renamed)
            yield return (null, program);
    }

    private static FunctionDiff Compare(Program? before, Program? after)
    {
        IReadOnlyList<PathLine> old = before is null ? [] : PathListing.Lines(before);
        IReadOnlyList<PathLine> now = after is null ? [] : PathListing.Lines(after);
        return new FunctionDiff(before?.Name, after?.Name, MarkMoved(Merge(old, now)), LocksChanged(old, now));
    }

    private static List<DiffLine> Merge(IReadOnlyList<PathLine> old, IReadOnlyList<PathLine> now)
    {
        var common = CommonLengths(old, now);
        var result = new List<DiffLine>();
        var (left, right) = (0, 0);
        while (left < old.Count || right < now.Count)
        {
            if (left < old.Count && right < now.Count && old[left] == now[right])
            {
                result.Add(new DiffLine(LineChange.Same, now[right]));
                (left, right) = (left + 1, right + 1);
            }
            else if (right == now.Count || (left < old.Count && common[left + 1, right] >= common[left, right + 1]))
            {
                result.Add(new DiffLine(LineChange.Removed, old[left++]));
            }
            else
            {
                result.Add(new DiffLine(LineChange.Added, now[right++]));
            }
        }

        return result;
    }

    // Longest common subsequence of the two tails, by position.
    private static int[,] CommonLengths(IReadOnlyList<PathLine> old, IReadOnlyList<PathLine> now)
    {
        var lengths = new int[old.Count + 1, now.Count + 1];
        for (var left = old.Count - 1; left >= 0; left--)
        {
            for (var right = now.Count - 1; right >= 0; right--)
                lengths[left, right] = old[left] == now[right] ? lengths[left + 1, right + 1] + 1 : Math.Max(lengths[left + 1, right], lengths[left, right + 1]);
        }

        return lengths;
    }

    // A line that was taken out here and put in there was moved: it is shown once, at its new place. Its nesting may differ.
    private static List<DiffLine> MarkMoved(List<DiffLine> lines)
    {
        var removed = lines.Where(line => line.Change == LineChange.Removed).ToList();
        var moved = new HashSet<DiffLine>(ReferenceEqualityComparer.Instance);
        var result = new List<DiffLine>();
        foreach (var line in lines)
        {
            var origin = line.Change == LineChange.Added ? removed.Find(other => IsSameStep(other.Line, line.Line)) : null;
            if (origin is not null)
            {
                removed.Remove(origin);
                moved.Add(origin);
            }

            result.Add(origin is null ? line : line with { Change = LineChange.Moved });
        }

        return [.. result.Where(line => !moved.Contains(line))];
    }

    private static bool IsSameStep(PathLine one, PathLine other) => one.Text == other.Text && one.Effect == other.Effect && one.Effect.Length > 0;

    private static List<string> LocksChanged(IReadOnlyList<PathLine> old, IReadOnlyList<PathLine> now)
    {
        var before = CountOf(old);
        var after = CountOf(now);
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(effect => (Effect: effect, Before: before.GetValueOrDefault(effect), After: after.GetValueOrDefault(effect)))
                .Where(change => change.Before != change.After)
                .Select(change => $"{change.Effect} {change.Before} -> {change.After}"),
        ];
    }

    private static Dictionary<string, int> CountOf(IEnumerable<PathLine> lines) =>
        lines.Where(line => line.Effect is ['+' or '-' or '?' or '=', ..]).CountBy(line => line.Effect).ToDictionary();
}
