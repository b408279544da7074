namespace Actors.Host;

/// <summary>Names close to a misspelt one.</summary>
public static class Nearest
{
    /// <summary>An ending for an error line: the nearest names, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var near = Of(name, known).ToArray();
        return near.Length == 0 ? "" : $"; nearest: {string.Join(", ", near)}";
    }

    /// <summary>At most three names: those that contain the given one, then those few letters away.</summary>
    public static IEnumerable<string> Of(string name, IEnumerable<string> known) =>
        known.Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(2, name.Length / 2))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(candidate => candidate.Name);

    private static int Distance(string name, string candidate)
    {
        if (name.Length >= 3 && candidate.Contains(name, StringComparison.OrdinalIgnoreCase))
            return 1;
        var previous = Enumerable.Range(0, candidate.Length + 1).ToArray();
        for (var row = 1; row <= name.Length; row++)
        {
            var current = new int[candidate.Length + 1];
            current[0] = row;
            for (var column = 1; column <= candidate.Length; column++)
            {
                var changed = char.ToUpperInvariant(name[row - 1]) == char.ToUpperInvariant(candidate[column - 1]) ? 0 : 1;
                current[column] = Math.Min(Math.Min(current[column - 1], previous[column]) + 1, previous[column - 1] + changed);
            }

            previous = current;
        }

        return previous[^1];
    }
}
