using Actors.Core.Analysis;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>The reference counts of a schedule, with who takes and who drops each.</summary>
internal static class LedgerReport
{
    private const int ChangesMax = 8;

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        text.Begin();
        text.Line($"LEDGER: {found.Finding.Violation.Text}");
        text.Line($"in {found.Finding.Function}: {found.Finding.Step}");
        text.Blank();
        if (found.Before > 0 && Concerned(found) is { Length: > 0 } machines)
        {
            var ledger = found.LongLedger();
            text.Line("Reference counts that are left: step, task, count, who takes (+) and who drops (-)");
            text.Add(machines.SelectMany(machine => LedgerText.LastLinesOf(ledger, found.Trace, machine, ChangesMax)));
            text.Blank();
            text.End();
            return text.Lines;
        }

        var lines = LedgerText.Lines(new RefcountLedger(found.StartWorld(), found.Before), found.Ledger(), found.Trace, full: false);
        text.Line(lines.Count == 0 ? "No reference count changes." : "Reference counts: step, task, count, who takes (+) and who drops (-)");
        text.Add(lines);
        text.Blank();
        text.End();
        return text.Lines;
    }

    // What is left at the end of a long run is named by the kind of its object; those of which nothing is left are out of it.
    private static MachineRef[] Concerned(FindingCase found)
    {
        if (!found.AtQuiescence || !Enum.TryParse<MachineKind>(found.Finding.Step, out var kind))
            return [];
        var ledger = new RefcountLedger(found.WorldBeforeViolation());
        return [.. found.Model.Machines.Where(machine => machine.Kind == kind && Enum.GetValues<CountKind>().Any(count => ledger.CountOf(machine, count).Count > 0))];
    }
}
