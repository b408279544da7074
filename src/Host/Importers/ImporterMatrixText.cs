using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Host.Reports;

namespace Actors.Host.Importers;

/// <summary>The compatibility matrix as text in 72 columns, or as Markdown.</summary>
internal static class ImporterMatrixText
{
    private const int CellWidth = 10;

    /// <summary>What the words of a cell mean.</summary>
    private const string Legend = "proof: all schedules explored, nothing broken. refused: no schedule lets it attach. accepted: broken by design, * by the importer, or a revoke waits for it. An id: found; + more of them. open: a bound came first.";

    /// <summary>The matrix and its findings as text.</summary>
    public static IEnumerable<string> Text(ImporterMatrix matrix)
    {
        var label = matrix.Kinds.Max(kind => ImporterNames.Of(kind).Length) + 2;
        foreach (var block in matrix.Revisions.Chunk(Math.Max(1, (TextLayout.Width - label) / CellWidth)))
        {
            yield return $"{"",-2}".PadRight(label) + Row(block.Select(revision => revision.Name));
            foreach (var kind in matrix.Kinds)
                yield return ImporterNames.Of(kind).PadRight(label) + Row(block.Select(revision => Word(matrix.At(kind, revision))));
            yield return "";
        }

        foreach (var line in TextLayout.Paragraph(Legend))
            yield return line;
        foreach (var (finding, accepted, where) in matrix.Findings())
        {
            yield return "";
            foreach (var line in TextLayout.Paragraph($"{finding.Id}  {finding.Violation.Property}  {(accepted is null ? "found" : "accepted")}: {finding.Violation.Text}", hanging: "          "))
                yield return line;
            foreach (var line in TextLayout.Paragraph($"in {finding.Function}; {where}", "          ", "          "))
                yield return line;
        }
    }

    /// <summary>The matrix as a Markdown table, and its findings as a list.</summary>
    public static IEnumerable<string> Markdown(ImporterMatrix matrix)
    {
        yield return $"| importer | {string.Join(" | ", matrix.Revisions.Select(revision => revision.Name))} |";
        yield return $"|---|{string.Concat(matrix.Revisions.Select(_ => "---|"))}";
        foreach (var kind in matrix.Kinds)
            yield return $"| {ImporterNames.Of(kind)} | {string.Join(" | ", matrix.Revisions.Select(revision => Word(matrix.At(kind, revision))))} |";
        yield return $"\n{Legend}\n";
        foreach (var (finding, accepted, where) in matrix.Findings())
            yield return $"- `{finding.Id}` {finding.Violation.Property} {(accepted is null ? "found" : "accepted")} in `{finding.Function}`: {finding.Violation.Text}. {where}";
    }

    private static string Word(CompatibilityCell cell) => cell.Verdict switch
    {
        CompatibilityVerdict.Proof => "proof",
        CompatibilityVerdict.Found => cell.Found[0].Id + (cell.Found.Count > 1 ? "+" : ""),
        CompatibilityVerdict.Accepted => cell.IsImportersDoing ? "accepted*" : "accepted",
        CompatibilityVerdict.Refused => "refused",
        CompatibilityVerdict.Open => "open",
    };

    private static string Row(IEnumerable<string> cells) => string.Concat(cells.Select(cell => cell.PadRight(CellWidth))).TrimEnd();
}
