using Actors.Core.Analysis;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>A use after free or a put too many in the shape of a KASAN report: the access, the allocation and the free (or both puts) with their stacks, and the counts.</summary>
internal static class AccessSplat
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        var violation = found.Finding.Violation;
        text.Begin();
        text.Line($"BUG: actors: {NameOf(found)} in {found.Finding.Function}");
        if (found.AtQuiescence || found.Trace.Events.Count == 0)
        {
            text.Line($"seen when nothing could move any more: {violation.Text}");
            text.End();
            return text.Lines;
        }

        var ledger = found.Ledger();
        var last = found.Trace.Events[^1];
        var pair = ledger.DoubleDrops.FirstOrDefault(drops => drops.Second.Number == last.Number);
        text.Line($"{What(found, last, pair)} by task {text.Who(last.Task)}, step {last.Number}");
        text.Blank();
        text.Backtrace(last);
        text.Blank();
        TellHistory(text, found, ledger, pair, last);
        TellCounts(text, found, ledger, pair, last);
        text.End();
        return text.Lines;
    }

    private static string NameOf(FindingCase found) => found.Finding.Violation switch
    {
        { Kind: "double-put" } => "double-put",
        { Kind: "uaf" } when IsNull(found) => "null-ptr-deref",
        { Kind: "uaf" } => "use-after-free",
        var other => other.Kind,
    };

    private static string What(FindingCase found, TraceEvent last, DropPair? pair) => found.Finding.Violation switch
    {
        { Kind: "double-put" } => $"Put of {Object(found, last, pair)}",
        { Kind: "uaf" } when IsNull(found) => Object(found, last, pair),
        { Kind: "uaf" } => $"Access of {Object(found, last, pair)}",
        var other => $"{other.Text}: judged",
    };

    private static bool IsNull(FindingCase found) => found.Finding.Violation.Text.StartsWith("NULL", StringComparison.Ordinal);

    private static string Object(FindingCase found, TraceEvent last, DropPair? pair) => (pair?.Second.Kind, last) switch
    {
        (CountKind.FileMemory or CountKind.File, _) => $"struct file of {last.Target}",
        (CountKind.Dentry, _) => $"the dentry of {last.Target}",
        (_, { Target: { } target, TargetKind: { } kind }) => $"{target} ({SplatText.StructOf(kind)})",
        _ => found.Finding.Violation.Text,
    };

    private static void TellHistory(SplatText text, FindingCase found, RefcountLedger ledger, DropPair? pair, TraceEvent last)
    {
        var isPut = found.Finding.Violation.Kind == "double-put";
        if (pair is null)
        {
            TellConflict(text, found, last);
            return;
        }

        var second = pair.Second;
        if (!isPut)
        {
            var made = ledger.Changes.FirstOrDefault(change => change.Machine == second.Machine && change.Kind == second.Kind && change.Before == 0 && change.After > 0 && change.Number < second.Number);
            Track(text, found, "Allocated", made?.Number);
        }

        Track(text, found, isPut ? "Last put" : "Freed", pair.First?.Number);
    }

    // Without a count, what the access collides with is a function, or the last write of the object whose pointer is NULL.
    private static void TellConflict(SplatText text, FindingCase found, TraceEvent last)
    {
        if (Conflicts.OfFunction(found, last) is { } other)
        {
            text.Line($"Collides with {found.Finding.Violation.Conflict} by task {text.Who(other.Task)}, step {other.Number}:");
            text.Stack(other);
            text.Blank();
        }
        else if (IsNull(found) && PointerWrite(found, last) is { } write)
        {
            text.Line($"{write.Target} last written by task {text.Who(write.Task)}, step {write.Number}:");
            text.Stack(write);
            foreach (var change in Conflicts.Deciding(write))
                text.Line($"value changed: {write.Target} {change}");
            text.Blank();
        }
    }

    // The pointer is named last in what is wrong.
    private static TraceEvent? PointerWrite(FindingCase found, TraceEvent last)
    {
        var about = Conflicts.Machines(found).Select(machine => $"{machine}").ToHashSet();
        var pointer = $"{found.Finding.Violation.Text.Split(' ')[^1]}:";
        return found.History.Events.LastOrDefault(each => each.Number < last.Number && each.Target is { } target && about.Contains(target) && each.Changes.Any(change => change.StartsWith(pointer, StringComparison.Ordinal)));
    }

    private static void Track(SplatText text, FindingCase found, string what, int? number)
    {
        if (found.Trace.Events.FirstOrDefault(each => each.Number == number) is { } known)
        {
            text.Line($"{what} by task {text.Who(known.Task)}, step {known.Number}:");
            text.Stack(known);
        }
        else
        {
            text.Line($"{what} before these steps");
        }

        text.Blank();
    }

    private static void TellCounts(SplatText text, FindingCase found, RefcountLedger ledger, DropPair? pair, TraceEvent last)
    {
        var machine = pair?.Second.Machine ?? found.Model.Machines.FirstOrDefault(each => $"{each}" == last.Target);
        if (machine == default && last.Target is null)
            return;
        var lines = LedgerText.LinesOf(new RefcountLedger(found.StartWorld(), found.Before), ledger, found.Trace, machine);
        if (lines.Count == 0)
            return;
        text.Line($"The object is {machine}, {SplatText.StructOf(machine.Kind)}; its counts, who takes (+) and who drops (-):");
        text.Add(lines);
        text.Blank();
    }
}
