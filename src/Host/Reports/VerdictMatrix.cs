namespace Actors.Host.Reports;

/// <summary>Scenario by revision: what each run came to.</summary>
public static class VerdictMatrix
{
    /// <summary>Writes the matrix.</summary>
    public static void Write(TextWriter output, IReadOnlyList<RunReport> runs)
    {
        var revisions = runs.Select(run => run.Revision).Distinct().ToArray();
        var rows = runs.GroupBy(run => (run.File, run.Scenario)).ToArray();
        var first = Math.Max("scenario".Length, rows.Max(row => row.Key.Scenario.Length)) + 2;
        var widths = revisions.Select(revision => Math.Max(revision.Length, runs.Where(run => run.Revision == revision).Max(run => RunText.Short(run).Length)) + 2).ToArray();
        output.WriteLine(Row("scenario", first, revisions, widths));
        foreach (var row in rows)
            output.WriteLine(Row(row.Key.Scenario, first, revisions.Select(revision => row.FirstOrDefault(run => run.Revision == revision) is { } run ? RunText.Short(run) : "not run"), widths));
    }

    private static string Row(string name, int first, IEnumerable<string> cells, int[] widths) =>
        (name.PadRight(first) + string.Concat(cells.Select((cell, index) => cell.PadRight(widths[index])))).TrimEnd();
}
