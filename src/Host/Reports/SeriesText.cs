namespace Actors.Host.Reports;

/// <summary>A series as text: the states, a matrix of findings, and what each patch introduces and removes.</summary>
/// <param name="output">Where to.</param>
/// <param name="report">The series.</param>
public sealed class SeriesText(TextWriter output, SeriesReport report)
{
    private const string Legend = "x found   . proved absent   a accepted by design   ? open";

    /// <summary>Writes the report.</summary>
    /// <param name="reproduce">The command line that does it again.</param>
    public void Write(string reproduce)
    {
        output.WriteLine($"actors {HostContext.Version} bisect: {Coverage.Count(report.Scenarios.Count, "scenario")}, {report.States.Count - 1} {(report.States.Count == 2 ? "patch" : "patches")}");
        foreach (var state in report.States)
            Paragraph($"{state.Number,3}  {(state.Number == 0 ? state.Patch : $"+{Path.GetFileName(state.Patch)}")}{(state.Title.Length > 0 ? $"  {state.Title}" : "")}", hanging: "       ");
        WriteMatrix();
        output.WriteLine();
        foreach (var state in report.States.Skip(1))
            WritePatch(state);
        Paragraph(Verdict());
        output.WriteLine();
        output.WriteLine($"Reproduce: {reproduce}");
    }

    private void WriteMatrix()
    {
        if (report.Rows.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{"finding",-28}{string.Concat(report.States.Select(state => $"{state.Number,3}"))}  scenario");
        foreach (var row in report.Rows)
        {
            var name = $"{row.Id}  {row.Property} {row.Kind}";
            output.WriteLine($"{(name.Length > 28 ? name[..28] : name),-28}{string.Concat(row.Cells.Select(cell => $"  {SignOf(cell)}"))}  {row.Scenario}");
        }

        output.WriteLine(Legend);
    }

    private void WritePatch(SeriesState state)
    {
        foreach (var row in report.Rows.Where(row => row.IntroducedBy.Contains(state.Number)))
        {
            var removed = row.RemovedBy.Where(patch => patch > state.Number).ToArray();
            Paragraph($"{state.Number} introduces {row.Id} in {row.Scenario}: {row.Text} ({row.Function}); {(removed.Length > 0 ? $"{removed[0]} removes it" : "nothing removes it")}", hanging: "    ");
            Paragraph($"actors explore {row.File} --revision {state.Revision}", "    ", "        ");
        }

        foreach (var row in report.Rows.Where(row => row.RemovedBy.Contains(state.Number)))
            Paragraph($"{state.Number} removes {row.Id} in {row.Scenario}: {row.Text}", hanging: "    ");
    }

    private string Verdict()
    {
        var introduced = report.Rows.SelectMany(row => row.IntroducedBy).Distinct().Order().ToArray();
        var open = report.Open == 0 ? "" : $" {Coverage.Count(report.Open, "run")} did not explore everything.";
        var verdict = introduced.Length > 0
            ? $"NOT BISECTABLE: {(introduced.Length == 1 ? "patch" : "patches")} {string.Join(", ", introduced)} made something worse."
            : report.Open > 0 ? "No patch is known to make anything worse." : "Bisectable: no state of the series is worse than the one before.";
        var untouched = report.Rows.Count(row => row.IsUntouched && row.Cells[0] == SeriesCell.Found);
        return $"{verdict}{open}{(untouched == 0 ? "" : $" {Coverage.Count(untouched, "finding")} of the base {(untouched == 1 ? "is" : "are")} not touched.")}";
    }

    private static char SignOf(SeriesCell cell) => cell switch
    {
        SeriesCell.Found => 'x',
        SeriesCell.Accepted => 'a',
        SeriesCell.Absent => '.',
        SeriesCell.Open => '?',
    };

    private void Paragraph(string text, string first = "", string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            output.WriteLine(line);
    }
}
