using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>A refcount ledger as text: a paragraph for each count, and a double drop with both droppers side by side.</summary>
public sealed class LedgerText
{
    private const int Half = (TextLayout.Width - 3) / 2;

    private readonly Topology topology;
    private readonly RefcountLedger opening;
    private readonly RefcountLedger ledger;
    private readonly Trace trace;

    private LedgerText(RefcountLedger opening, RefcountLedger ledger, Trace trace)
    {
        topology = ledger.World.Model.Topology;
        this.opening = opening;
        this.ledger = ledger;
        this.trace = trace;
    }

    /// <summary>The lines; empty when the schedule counts nothing.</summary>
    /// <param name="model">The model of the schedule.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="trace">Its trace: the same events, for what each belongs to.</param>
    /// <param name="full">Also counts that tasks only raise and lower again.</param>
    public static IReadOnlyList<string> Lines(Model model, RefcountLedger ledger, Trace trace, bool full) => Lines(new RefcountLedger(model), ledger, trace, full);

    /// <summary>The lines of a schedule that begins in the midst of a run.</summary>
    /// <param name="opening">A ledger that stands where the schedule begins.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="trace">Its trace.</param>
    /// <param name="full">Also counts that tasks only raise and lower again.</param>
    public static IReadOnlyList<string> Lines(RefcountLedger opening, RefcountLedger ledger, Trace trace, bool full)
    {
        var text = new LedgerText(opening, ledger, trace);
        var counts = ledger.Changes.GroupBy(change => (change.Machine, change.Kind)).OrderBy(count => count.Key.Machine.Kind).ThenBy(count => count.Key.Machine.Index).ThenBy(count => count.Key.Kind).ToArray();
        var shown = counts.Where(count => full || !text.IsPassing([.. count])).ToArray();
        var lines = shown.SelectMany(count => text.Count(count.Key.Machine, count.Key.Kind, count));
        string[] rest = shown.Length < counts.Length ? [$"({counts.Length - shown.Length} more: raised and lowered again by the same task, see --full)"] : [];
        return [.. lines, .. rest, .. ledger.DoubleDrops.SelectMany(text.SideBySide)];
    }

    /// <summary>The lines of one machine's counts, without the double drops side by side.</summary>
    /// <param name="opening">A ledger that stands where the schedule begins.</param>
    /// <param name="ledger">The schedule's ledger.</param>
    /// <param name="trace">Its trace.</param>
    /// <param name="machine">The machine.</param>
    public static IReadOnlyList<string> LinesOf(RefcountLedger opening, RefcountLedger ledger, Trace trace, MachineRef machine)
    {
        var text = new LedgerText(opening, ledger, trace);
        return [.. ledger.Changes.Where(change => change.Machine == machine).GroupBy(change => change.Kind).OrderBy(count => count.Key).SelectMany(count => text.Count(machine, count.Key, count))];
    }

    /// <summary>The lines of one machine's counts of a long run: what they are at the end, and their last changes.</summary>
    /// <param name="ledger">The run's ledger.</param>
    /// <param name="trace">The end of its trace.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="changesMax">The most changes of a count.</param>
    public static IReadOnlyList<string> LastLinesOf(RefcountLedger ledger, Trace trace, MachineRef machine, int changesMax)
    {
        var text = new LedgerText(ledger, ledger, trace);
        return [.. Enum.GetValues<CountKind>().Where(kind => ledger.CountOf(machine, kind).Count > 0).SelectMany(kind => text.LastCount(machine, kind, changesMax))];
    }

    // Who took what is still held, and the last changes.
    private IEnumerable<string> LastCount(MachineRef machine, CountKind kind, int changesMax)
    {
        CountChange[] changes = [.. ledger.Changes.Where(change => change.Machine == machine && change.Kind == kind)];
        var left = ledger.CountOf(machine, kind);
        CountChange[] shown = [.. left.Holders.Select(holder => changes.LastOrDefault(change => change.Taken.Contains(holder))).OfType<CountChange>().Concat(changes.TakeLast(changesMax)).Distinct().OrderBy(change => change.Number)];
        var some = shown.Length < changes.Length ? $"; who took what is left, and the last of {changes.Length} changes" : "";
        return TextLayout.Paragraph($"{machine} {NameOf(kind)}: {Said(left)} at the end{some}", hanging: "  ").Concat(shown.SelectMany(Change));
    }

    // A task holds on to something while it works, and lets go.
    private static bool IsOfTask(Holder holder) => holder.Kind == HolderKind.Task;

    private bool IsPassing(IReadOnlyList<CountChange> changes) =>
        changes.All(change => change.Broken is null && change.Taken.Concat(change.Dropped).Any() && change.Taken.Concat(change.Dropped).All(IsOfTask))
        && changes[0].Before == changes[^1].After;

    private IEnumerable<string> Count(MachineRef machine, CountKind kind, IEnumerable<CountChange> changes)
    {
        var first = $"{machine} {NameOf(kind)}: {Said(opening.CountOf(machine, kind))} at first, {Said(ledger.CountOf(machine, kind))} at the end";
        foreach (var line in TextLayout.Paragraph(first, hanging: "  "))
            yield return line;
        foreach (var line in changes.SelectMany(Change))
            yield return line;
    }

    private IEnumerable<string> Change(CountChange change)
    {
        var who = string.Join(' ', change.Taken.Select(holder => $"+{NameOf(holder)}").Concat(change.Dropped.Select(holder => $"-{NameOf(holder)}")));
        var count = change.Broken is null ? $"{change.Before} -> {change.After}" : $"{change.Before} !!!";
        var first = $"{change.Number,4}  {topology.NameOf(change.Task),-8}{count,-9}{who,-10} ";
        return TextLayout.Paragraph(change.Step.Text, first, new string(' ', 29 + Math.Max(4, $"{change.Number}".Length)));
    }

    private IEnumerable<string> SideBySide(DropPair pair)
    {
        var isUse = pair.Second.Kind is CountKind.PrivMemory or CountKind.FileMemory;
        yield return "";
        foreach (var line in TextLayout.Paragraph($"{pair.Second.Machine} {NameOf(pair.Second.Kind)}: {pair.Second.Broken!.Text}", hanging: "  "))
            yield return line;
        string[] left = pair.First is null ? ["before this schedule"] : Cell(isUse ? "freed" : "dropped", pair.First);
        var right = Cell(isUse ? "used" : "dropped again", pair.Second);
        for (var row = 0; row < Math.Max(left.Length, right.Length); row++)
            yield return $"{(row < left.Length ? left[row] : "").PadRight(Half)} | {(row < right.Length ? right[row] : "")}".TrimEnd();
    }

    private string[] Cell(string what, CountChange change)
    {
        var calls = trace.Events.First(each => each.Number == change.Number).Calls;
        return
        [
            $"{what} by {topology.NameOf(change.Task)} at {change.Number}",
            .. TextLayout.Paragraph(calls[0].Text, "in ", "   ", Half),
            .. change.Step.Function == calls[0].Function ? [] : TextLayout.Paragraph($"{change.Step.Function}()", "   ", "   ", Half),
            .. TextLayout.Paragraph(change.Step.Text, "   ", "     ", Half),
        ];
    }

    private string Said((int Count, Sequence<Holder> Holders) count) =>
        $"{count.Count}{(count.Holders.IsEmpty ? "" : $" ({string.Join(' ', count.Holders.Select(NameOf))})")}";

    private string NameOf(Holder holder) => IsOfTask(holder) ? topology.NameOf(new TaskId(holder.Index)) : holder.Kind == HolderKind.Fd ? "fd" : $"{holder}";

    /// <summary>A count in the kernel's words.</summary>
    public static string NameOf(CountKind kind) => kind switch
    {
        CountKind.Registration => "registration refcount",
        CountKind.Usage => "runtime-PM usage count",
        CountKind.DeviceFile => "f_count",
        CountKind.File => "f_count",
        CountKind.Dentry => "dentry count",
        CountKind.Kref => "priv->kref",
        CountKind.PrivMemory => "memory of priv",
        CountKind.FileMemory => "memory of struct file",
    };
}
