using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Exploration.Shrinking;

namespace Actors.Host.Reports;

/// <summary>What a shrinking came to: the finding, the scenario, its trace, and how to see it again.</summary>
internal sealed class ShrinkReport(Model model, Shrunk shrunk, string from, string size, TimeSpan elapsed, string reproduce)
{
    private readonly TraceSize after = TraceSize.Of(model, shrunk.Witness);

    /// <summary>Writes it: at most 72 columns.</summary>
    public void Write(TextWriter output, bool full)
    {
        var finding = shrunk.Witness.Finding;
        foreach (var line in Head().SelectMany(text => TextLayout.Paragraph(text, hanging: "  ")))
            output.WriteLine(line);
        output.WriteLine();
        output.Write(ScenarioPrinter.Print(model.Scenario));
        output.WriteLine();
        foreach (var line in ColumnTrace.Lines(TraceReplay.Of(model, shrunk.Witness), full, TraceSize.EventsMax))
            output.WriteLine(line);
        if (shrunk.Witness.AtQuiescence)
            output.WriteLine($"!!! {finding.Violation.Property} {finding.Violation.Text}");
        output.WriteLine();
        output.WriteLine($"Reproduce: {reproduce}");
    }

    /// <summary>The document of <c>--json</c>.</summary>
    public object ToJson() => new
    {
        Tool = "actors",
        HostContext.Version,
        shrunk.Witness.Finding.Id,
        Revision = model.Revision.Name,
        From = from,
        Scenario = ScenarioPrinter.Print(model.Scenario),
        after.Steps,
        after.Events,
        after.Switches,
        Requests = ScenarioEdits.CallCount(model.Scenario),
        Tasks = model.Scenario.Tasks.Count,
        shrunk.Explorations,
        shrunk.States,
        Seconds = elapsed.TotalSeconds,
        Trace = TraceReplay.Of(model, shrunk.Witness),
        Reproduce = reproduce,
    };

    private IEnumerable<string> Head()
    {
        var finding = shrunk.Witness.Finding;
        yield return $"{finding.Id} {finding.Violation.Property} {finding.Violation.Kind}: {finding.Violation.Text}";
        yield return $"  in {finding.Function}: {finding.Step}";
        yield return $"from {from} on {model.Revision.Name} ({size}) to {Coverage.Count(model.Scenario.Tasks.Count, "task")}, {Coverage.Count(ScenarioEdits.CallCount(model.Scenario), "request")}; {after}";
        yield return $"{shrunk.Explorations:N0} candidates explored, {shrunk.States:N0} states, {elapsed.TotalSeconds:F1} s{(shrunk.Completion == Exploration.Completion.Interrupted ? "; interrupted: it may not be the smallest" : "")}";
    }
}
