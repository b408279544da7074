namespace Actors.Host.Reports;

/// <summary>A lock and wait graph as text: its edges, its cycles with their verdicts.</summary>
/// <param name="output">Where to.</param>
public sealed class LocksText(TextWriter output)
{
    private const string Margin = "      ";

    /// <summary>Writes a report.</summary>
    public void Write(LocksReport report)
    {
        WriteHead(report);
        WriteEdges(report);
        WriteCycles(report);
        WriteEnd(report);
    }

    /// <summary>Writes the first lines: tool, model, scenario.</summary>
    public void WriteHead(LocksReport report)
    {
        output.WriteLine($"actors {HostContext.Version}  model {TextLayout.Short(report.ModelHash)}  {report.Revision}  scenario {TextLayout.Short(report.ScenarioHash)}");
        Paragraph($"{report.Scenario}: {report.Source}; policy {(report.Policy == Core.Vocabulary.GrantPolicy.Barging ? "barging" : "ordered")}");
    }

    /// <summary>Writes what was searched, and the way to do it again.</summary>
    public void WriteEnd(LocksReport report)
    {
        foreach (var missed in report.NotPredicted)
        {
            output.WriteLine();
            Paragraph($"NOT PREDICTED {missed.Id}: {missed.Text}, in {missed.Place}", "", Margin);
        }

        output.WriteLine();
        Paragraph(Verdict(report));
        output.WriteLine();
        output.WriteLine($"Reproduce: {report.Reproduce}");
    }

    private void WriteEdges(LocksReport report)
    {
        output.WriteLine();
        output.WriteLine("held or awaited -> wanted");
        foreach (var edge in report.Edges)
        {
            Paragraph($"{edge.From}{(edge.Try ? " (trylock)" : "")} -> {edge.To}   {string.Join(' ', edge.Tasks)}", "  ", Margin);
            Paragraph($"{(edge.Ends is null ? "" : "waits in ")}{edge.Held}", Margin, Margin + "  ");
            if (edge.Ends is { } ends)
                Paragraph($"ended in {ends}", Margin, Margin + "  ");
            Paragraph($"{(edge.Ends is null ? "" : "but first ")}{edge.Wanted}", Margin, Margin + "  ");
        }
    }

    private void WriteCycles(LocksReport report)
    {
        foreach (var cycle in report.Cycles)
        {
            output.WriteLine();
            Paragraph($"cycle {cycle.Number}, {cycle.Kind}: {string.Join(" -> ", cycle.Chain)}", "", "  ");
            foreach (var task in cycle.Tasks)
                Paragraph(task, "  ", Margin);
            Paragraph(cycle.Says, "  ", Margin);
            if (cycle.Show is { } show)
                output.WriteLine($"  {show}");
        }
    }

    private static string Verdict(LocksReport report)
    {
        var counts = report.Cycles.CountBy(cycle => cycle.Verdict).ToDictionary();
        int Of(CycleVerdict verdict) => counts.GetValueOrDefault(verdict);
        if ((ExitCode)report.ExitCode == ExitCode.NothingChecked)
            return "Verdict: nothing was checked; no run takes a lock or waits.";
        var cycles = report.Cycles.Count == 0 ? "no cycle" : $"{Coverage.Count(report.Cycles.Count, "cycle")}: {Of(CycleVerdict.Confirmed)} confirmed, {Of(CycleVerdict.Accepted)} accepted by design, {Of(CycleVerdict.NoWitness)} without a witness, {Of(CycleVerdict.Potential)} not searched";
        var missed = report.NotPredicted.Count == 0 ? "every deadlock met was predicted" : $"{Coverage.Count(report.NotPredicted.Count, "deadlock")} not predicted";
        return report.Completion is null ? $"Verdict: {cycles}." : $"Verdict: {cycles}; searched {report.Search}, {missed}.";
    }

    private void Paragraph(string text, string first = "", string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            output.WriteLine(line);
    }
}
