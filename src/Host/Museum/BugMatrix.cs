using Actors.Core.Revisions;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>Entries by revisions, a character for each cell.</summary>
internal static class BugMatrix
{
    /// <summary>What the characters mean.</summary>
    public const string Legend = "x found   . absent   a accepted   - not expressed   ? pending";

    /// <summary>The matrix as text in 72 columns.</summary>
    public static IEnumerable<string> Text(Catalogue catalogue)
    {
        var entries = catalogue.Entries;
        var rows = NamesOf(catalogue);
        var label = entries.Max(entry => entry.Id.Length + 1 + entry.Name.Length);
        var step = label + 2 + (2 * rows.Length) <= TextLayout.Width ? 2 : 1;
        label = Math.Min(label, TextLayout.Width - 2 - (step * rows.Length));
        for (var row = 0; row < rows.Max(name => name.Length); row++)
            yield return Row("", label, rows.Select(name => row < name.Length ? name[row] : ' '), step);
        foreach (var entry in entries)
            yield return Row($"{entry.Id} {entry.Name}", label, rows.Select(revision => Sign(entry.On(revision))), step);
        yield return "";
        foreach (var line in Below(catalogue))
            yield return line;
    }

    private static string[] NamesOf(Catalogue catalogue) => [.. catalogue.Rows.Select(revision => revision.Name)];

    /// <summary>The matrix as a Markdown table.</summary>
    public static IEnumerable<string> Markdown(Catalogue catalogue)
    {
        var rows = NamesOf(catalogue);
        yield return $"| entry | status | {string.Join(" | ", rows)} |";
        yield return $"|---|---|{string.Concat(rows.Select(_ => "---|"))}";
        foreach (var entry in catalogue.Entries)
            yield return $"| {entry.Id} {entry.Name} | {string.Join(' ', entry.Status)} | {string.Join(" | ", rows.Select(revision => Sign(entry.On(revision))))} |";
        foreach (var line in Below(catalogue))
            yield return $"\n{line}";
    }

    private static IEnumerable<string> Below(Catalogue catalogue)
    {
        yield return Legend;
        foreach (var variant in catalogue.Variants)
        {
            var cells = catalogue.Entries.Where(entry => catalogue.RevisionsOf(entry).Contains(variant)).Select(entry => $"{entry.Id} {Sign(entry.On(variant.Name))}");
            foreach (var line in TextLayout.Paragraph($"{variant.Name}: {string.Join(", ", cells)}", hanging: "  "))
                yield return line;
        }

        var pending = catalogue.Entries.Count(catalogue.IsPending);
        var silent = catalogue.Entries.Count(entry => entry.NotExpressed is not null);
        yield return $"{catalogue.Entries.Count} entries: {catalogue.Entries.Count - pending - silent} complete, {pending} pending, {silent} not expressed";
    }

    private static string Row(string name, int label, IEnumerable<char> cells, int step) =>
        $"{(name.Length > label ? name[..label] : name).PadRight(label)}  {string.Concat(cells.Select(cell => $"{cell}".PadRight(step)))}".TrimEnd();

    /// <summary>The character of a cell.</summary>
    public static char Sign(CellState state) => state switch
    {
        CellState.Found => 'x',
        CellState.Absent => '.',
        CellState.Accepted => 'a',
        CellState.NotExpressed => '-',
        CellState.Pending => '?',
    };
}
