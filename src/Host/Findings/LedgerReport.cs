using Actors.Core.Analysis;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>The reference counts of a schedule, with who takes and who drops each.</summary>
internal static class LedgerReport
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        text.Begin();
        text.Line($"LEDGER: {found.Finding.Violation.Text}");
        text.Line($"in {found.Finding.Function}: {found.Finding.Step}");
        text.Blank();
        var lines = LedgerText.Lines(new RefcountLedger(found.StartWorld(), found.Before), found.Ledger(), found.Trace, full: false);
        text.Line(lines.Count == 0 ? "No reference count changes." : "Reference counts: step, task, count, who takes (+) and who drops (-)");
        text.Add(lines);
        text.Blank();
        text.End();
        return text.Lines;
    }
}
