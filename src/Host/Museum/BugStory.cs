using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>One entry, told: what it is, which revisions have it, the shortest schedule with its locks and counts, what ended it.</summary>
internal sealed class BugStory(HostContext context, Catalogue catalogue, CatalogueEntry entry, bool full)
{
    /// <summary>Tells it.</summary>
    /// <param name="revision">The revision to show it on, or null for the oldest that has it.</param>
    /// <param name="scenario">The scenario to show it with, or null for the first that can.</param>
    public ExitCode Tell(string? revision, string? scenario)
    {
        var shown = Shown(revision, scenario);
        Paragraph($"{entry.Id} {entry.Name}");
        Paragraph($"{entry.Class}; {string.Join(", ", entry.Status.Select(StatusWords))}");
        Blank();
        Paragraph(entry.Story);
        Blank();
        TellRevisions();
        var code = ExitCode.Clean;
        if (shown is { } found)
            code = TellSchedule(found.Exhibit, found.Revision);
        Blank();
        Paragraph(entry.Fix, "Fix: ", "     ");
        Paragraph(entry.Reference, "Reference: ", "           ");
        return code;
    }

    private void TellRevisions()
    {
        if (entry.NotExpressed is { } reason)
            Paragraph(reason, "not expressed: ", "  ");
        if (entry.Pending is { } open)
            Paragraph(open, "pending: ", "  ");
        foreach (var state in Enum.GetValues<CellState>())
        {
            var names = catalogue.RevisionsOf(entry).Select(revision => revision.Name).Where(name => entry.Exhibits.Count > 0 && entry.On(name) == state).ToArray();
            if (names.Length > 0)
                Paragraph(string.Join(' ', names), $"{Verification.Words(state),-14}", new string(' ', 14));
        }

        foreach (var cells in entry.Exhibits.SelectMany(exhibit => exhibit.Cells.Values).Where(cell => cell.Reason.Length > 0).GroupBy(cell => (cell.State, cell.Reason)))
            Paragraph(cells.Key.Reason, $"{Verification.Words(cells.Key.State)}: ", "  ");
    }

    private (Exhibit Exhibit, KernelRevision Revision)? Shown(string? revision, string? scenario)
    {
        var cells = from exhibit in entry.Exhibits
                    from row in catalogue.Revisions
                    where (revision is null || row.Name == revision) && (scenario is null || exhibit.File.Scenario.Name == scenario)
                    let state = exhibit.On(row.Name).State
                    where state is CellState.Found or CellState.Accepted
                    orderby state
                    select ((Exhibit Exhibit, KernelRevision Revision)?)(exhibit, row);
        var shown = cells.FirstOrDefault();
        return shown is null && (revision ?? scenario) is not null
            ? throw new InputException($"the catalogue does not find {entry.Id} with these options; without them 'bugs show {entry.Id}' shows what it has")
            : shown;
    }

    private ExitCode TellSchedule(Exhibit exhibit, KernelRevision revision)
    {
        var model = new Model(revision, exhibit.File.Scenario, GrantPolicy.Barging);
        var result = new Explorer(model, new ExplorerOptions { Cancellation = context.Cancellation, Enough = findings => findings.Any(exhibit.IsShownBy) }).Run();
        var title = $"{exhibit.File.Scenario.Name} on {revision.Name}";
        Blank();
        if (result.Findings.FirstOrDefault(witness => exhibit.IsShownBy(witness.Finding)) is not { } witness)
        {
            Paragraph(result.Completion == Completion.Interrupted ? $"interrupted before {title} showed it" : $"search does not find it with {title}");
            return result.Completion == Completion.Interrupted ? ExitCode.Incomplete : ExitCode.Violation;
        }

        TellFinding(title, witness);
        var trace = TraceReplay.Of(model, witness);
        Blank();
        foreach (var line in ColumnTrace.Lines(trace, full))
            context.Out.WriteLine(line);
        if (witness.AtQuiescence)
            Paragraph($"{witness.Finding.Violation.Property} {witness.Finding.Violation.Text}", "!!! ", "    ");
        Blank();
        TellLocks(model, witness, trace);
        Blank();
        TellCounts(model, witness, trace);
        Blank();
        context.Out.WriteLine($"Reproduce: {context.Invocation} explore {exhibit.File.Path} --revision {revision.Name}");
        return ExitCode.Clean;
    }

    private void TellFinding(string title, Witness witness)
    {
        var finding = witness.Finding;
        Paragraph($"{title}: {finding.Id} {finding.Violation.Property} {finding.Violation.Kind}: {finding.Violation.Text}", hanging: "  ");
        Paragraph($"in {finding.Function}: {finding.Step}", "  ", "  ");
        if (finding.Violation.Conflict.Length > 0)
            Paragraph($"against {finding.Violation.Conflict}", "  ", "  ");
        Paragraph($"shortest schedule, {Coverage.Count(witness.Schedule.Count, "step")}{(witness.AtQuiescence ? ", after which nothing can move" : "")}:", "  ", "  ");
    }

    // As the violating step found them: a fatal one lets nobody give anything back.
    private void TellLocks(Model model, Witness witness, Trace trace)
    {
        var before = witness.AtQuiescence ? witness.Schedule : witness.Schedule.SkipLast(1);
        var lines = HeldLocks.Lines(RefcountLedger.Of(model, before).World, trace);
        context.Out.WriteLine(lines.Count == 0 ? "Locks held at the violation: none" : "Locks held at the violation:");
        foreach (var line in lines)
            context.Out.WriteLine($"  {line}");
    }

    private void TellCounts(Model model, Witness witness, Trace trace)
    {
        var lines = LedgerText.Lines(model, RefcountLedger.Of(model, witness.Schedule), trace, full);
        context.Out.WriteLine(lines.Count == 0 ? "Reference counts: none changes" : "Reference counts, with who takes (+) and who drops (-):");
        foreach (var line in lines)
            context.Out.WriteLine(line);
    }

    private static string StatusWords(string status) => status switch
    {
        "CC" => "confirmed by a commit",
        "RR" => "raised in review",
        "DR" => "derived by reading",
        _ => "reproduced",
    };

    private void Paragraph(string text, string first = "", string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            context.Out.WriteLine(line);
    }

    private void Blank() => context.Out.WriteLine();
}
