using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>Entries by revisions, a character for each cell.</summary>
internal static class BugMatrix
{
    /// <summary>What the characters mean.</summary>
    public const string Legend = "x found   . absent   a accepted   - not expressed   ? pending";

    /// <summary>The matrix as text in 72 columns.</summary>
    public static IEnumerable<string> Text(Catalogue catalogue, IReadOnlyList<CatalogueEntry> entries, Func<CatalogueEntry, string, CellState> state)
    {
        string[] revisions = [.. catalogue.Revisions.Select(revision => revision.Name)];
        var label = entries.Max(entry => entry.Id.Length + 1 + entry.Name.Length);
        var step = label + 2 + (2 * revisions.Length) <= TextLayout.Width ? 2 : 1;
        label = Math.Min(label, TextLayout.Width - 2 - (step * revisions.Length));
        for (var row = 0; row < revisions.Max(name => name.Length); row++)
            yield return Row("", label, revisions.Select(name => row < name.Length ? name[row] : ' '), step);
        foreach (var entry in entries)
            yield return Row($"{entry.Id} {entry.Name}", label, revisions.Select(revision => Sign(state(entry, revision))), step);
        yield return "";
        yield return Legend;
        yield return Summary(catalogue, entries);
    }

    /// <summary>The matrix as a Markdown table.</summary>
    public static IEnumerable<string> Markdown(Catalogue catalogue, IReadOnlyList<CatalogueEntry> entries)
    {
        string[] revisions = [.. catalogue.Revisions.Select(revision => revision.Name)];
        yield return $"| entry | status | {string.Join(" | ", revisions)} |";
        yield return $"|---|---|{string.Concat(revisions.Select(_ => "---|"))}";
        foreach (var entry in entries)
            yield return $"| {entry.Id} {entry.Name} | {string.Join(' ', entry.Status)} | {string.Join(" | ", revisions.Select(revision => Sign(entry.On(revision))))} |";
        yield return "";
        yield return Legend;
        yield return "";
        yield return Summary(catalogue, entries);
    }

    private static string Summary(Catalogue catalogue, IReadOnlyList<CatalogueEntry> entries)
    {
        var pending = entries.Count(entry => catalogue.Revisions.Any(revision => entry.On(revision.Name) == CellState.Pending));
        var silent = entries.Count(entry => entry.NotExpressed is not null);
        return $"{entries.Count} entries: {entries.Count - pending - silent} with a verdict on every revision, {pending} pending, {silent} not expressed";
    }

    private static string Row(string name, int label, IEnumerable<char> cells, int step) =>
        $"{(name.Length > label ? name[..label] : name).PadRight(label)}  {string.Concat(cells.Select(cell => $"{cell}".PadRight(step)))}".TrimEnd();

    private static char Sign(CellState state) => state switch
    {
        CellState.Found => 'x',
        CellState.Absent => '.',
        CellState.Accepted => 'a',
        CellState.NotExpressed => '-',
        CellState.Pending => '?',
    };
}
