using System.CommandLine;
using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>What two runs differ in: two journals, or a failing schedule and its passing neighbour.</summary>
internal sealed class DiffCommand : HostCommand
{
    private const int EventsAround = 12;

    private readonly HostContext context;
    private readonly Argument<string> first = new("A") { Description = "A journal; alone, a scenario or the journal of an explored schedule." };
    private readonly Argument<string?> second = new("B") { Description = "Another journal.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> finding = new("--finding") { Description = "The finding of A to look at, by id; the first defect when left out.", HelpName = "ID" };
    private readonly Option<string> revision = new("--revision") { Description = "The kernel revision of a scenario.", HelpName = "R", DefaultValueFactory = _ => "M73" };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>Builds the command.</summary>
    public DiffCommand(HostContext context)
        : base("diff", "The first event in which two journals differ, or the pair of steps whose order decides whether a schedule fails.")
    {
        this.context = context;
        Add(first);
        Add(second);
        Add(finding);
        Add(revision);
        Add(noProgress);
        SetAction(parsed => (int)Run(parsed, parsed.GetValue(first)!, parsed.GetValue(second), parsed.GetValue(finding)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("diff a.db b.db", "the first event that is not the same, and what either run found"),
        ("diff found/close-dma-S0-edabce2e.db", "the two steps that make it fail, and both orders"),
        ("diff scenarios/close-map.litmus --revision S0", "the same for a scenario's first finding"),
    ];

    private ExitCode Run(ParseResult parsed, string a, string? b, string? id)
    {
        var progress = !parsed.GetValue(noProgress);
        try
        {
            if (b is not null)
                return Journals(a, b, progress);
            if (!JournalFiles.IsJournal(a))
                return Neighbour(new Model(RevisionNames.Parse(parsed.GetValue(revision)!), ScenarioFiles.Read([a], context.In)[0].Scenario, GrantPolicy.Barging), id, a, progress);
            using var store = JournalStore.OpenRead(a);
            var model = JournalModels.Of(store.Header, bestEffort: false);
            return model.Scenario.Tasks.All(calls => calls.IsEmpty)
                ? throw new InputException($"{a} is a storm's journal: 'shrink {a}' makes a schedule of it that can be compared with its neighbours")
                : Neighbour(model, id ?? FindingOf(store, model), a, progress);
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }
    }

    private string? FindingOf(JournalStore store, Model model)
    {
        var fold = new JournalFold(model);
        foreach (var entry in store.ReadAll(cancellation: context.Cancellation).TakeWhile(fold.Follow))
        {
        }

        fold.Finish();
        return fold.Findings.FirstOrDefault(found => found.Finding.AcceptedReason(model.Revision) is null)?.Finding.Id ?? fold.Findings.FirstOrDefault()?.Finding.Id;
    }

    private ExitCode Neighbour(Model model, string? id, string from, bool progress)
    {
        var title = $"{from} on {model.Revision.Name}";
        var result = LiveProgress.During(context, progress, title, tell => new Explorer(model, new ExplorerOptions
        {
            Cancellation = context.Cancellation,
            Enough = findings => findings.Any(found => id is null ? found.AcceptedReason(model.Revision) is null : found.Id == id),
            OnProgress = at => tell(LiveProgress.Line(title, at)),
        }).Run());
        var found = result.Findings.FirstOrDefault(witness => id is null ? witness.Finding.AcceptedReason(model.Revision) is null : witness.Finding.Id == id);
        context.Cancellation.ThrowIfCancellationRequested();
        if (found is null)
            throw new InputException($"{title} does not show {id ?? "a defect"}");
        var witness = FewestSwitches.Of(model, found, context.Cancellation);
        var pair = FlippingPair.Of(model, witness, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        Paragraph($"{witness.Finding.Id} {witness.Finding.Violation.Property}: {witness.Finding.Violation.Text}");
        Tell(model, witness, pair);
        return ExitCode.Violation;
    }

    private void Tell(Model model, Witness witness, FlippingPair pair)
    {
        var steps = witness.Schedule.Count;
        switch (pair.Kind)
        {
            case FlipKind.None:
                Paragraph("No schedule of this scenario passes: all worlds that can be reached were looked at. It takes no order to fail.");
                return;
            case FlipKind.Undecided:
                Paragraph($"Not decided: more than {FlippingPair.WorldsMax:N0} worlds had to be looked at.");
                return;
            case FlipKind.Answer:
                Paragraph($"No order decides, but an answer: at step {pair.First + 1} of {steps} another one is possible, with which it passes. It fails with this one:");
                break;
            case FlipKind.Absence:
                Paragraph($"It passes only where step {pair.First + 1} of {steps} is never taken. It fails with it:");
                break;
            case FlipKind.Order:
                Paragraph($"Until step {pair.First + 1} of {steps} some schedule still passes, behind it none does. It fails in this order{(pair.Second < 0 ? "" : $" (steps {pair.First + 1} and {pair.Second + 1})")}:");
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"no text for {pair.Kind}");
        }

        var passing = witness with { Schedule = pair.Passing, AtQuiescence = false };
        Fragment(model, witness, pair.First, pair.Second >= 0 ? pair.Second : pair.Kind == FlipKind.Answer ? pair.First : steps - 1);
        context.Out.WriteLine();
        Paragraph(pair.Kind == FlipKind.Order ? "It passes in the other, where the first step here comes before:" : "It passes so:");
        Fragment(model, passing, Math.Min(pair.PassingSecond, pair.Passing.Count - 1), Math.Max(pair.PassingFirst, pair.PassingSecond));
        if (!pair.IsClean)
            Paragraph("No schedule is free of defects: this one breaks something else.");
    }

    // The pair and what is between, from both ends when it is long.
    private void Fragment(Model model, Witness witness, int from, int to)
    {
        var trace = TraceReplay.Of(model, witness);
        var events = trace.Events.Where(each => each.Number > from && each.Number <= to + 1).ToArray();
        var shown = events.Length <= EventsAround ? events : [.. events.Take(EventsAround / 2), .. events.TakeLast(EventsAround / 2)];
        foreach (var line in ColumnTrace.Lines(new Trace([.. trace.Tasks.Where(task => shown.Any(each => each.Task == task))], shown, []), full: true))
            context.Out.WriteLine(line);
        if (shown.Length < events.Length)
            Paragraph($"({events.Length - shown.Length} steps in between are left out)");
    }

    private ExitCode Journals(string a, string b, bool progress)
    {
        using var one = JournalStore.OpenRead(a);
        using var other = JournalStore.OpenRead(b);
        var (left, right) = (JournalModels.Of(one.Header, bestEffort: false), JournalModels.Of(other.Header, bestEffort: false));
        if (left.Revision.Name != right.Revision.Name || one.Header.ScenarioHash != other.Header.ScenarioHash)
            Paragraph($"A: {left.Revision.Name}, scenario {TextLayout.Short(one.Header.ScenarioHash)}; B: {right.Revision.Name}, scenario {TextLayout.Short(other.Header.ScenarioHash)}");
        var (foldA, foldB) = (new JournalFold(left), new JournalFold(right));
        var (common, first) = LiveProgress.During(context, progress, $"{a}, {b}", tell => Compared(Side(one, foldA, tell), Side(other, foldB, _ => { })));

        foldA.Finish();
        foldB.Finish();
        if (first is { } difference)
        {
            Paragraph($"The first {common:N0} events are the same. Then:");
            Paragraph($"A: {Text(difference.A, left)}", "  ", "     ");
            Paragraph($"B: {Text(difference.B, right)}", "  ", "     ");
        }
        else
        {
            Paragraph($"The same {common:N0} events.");
        }

        Only("A", foldA, foldB);
        Only("B", foldB, foldA);
        return first is null ? ExitCode.Clean : ExitCode.Violation;
    }

    // A journal's events, folded as they are read, as far as they can be.
    private IEnumerable<JournalEntry> Side(JournalStore store, JournalFold fold, Action<string> tell)
    {
        var follows = true;
        foreach (var entry in JournalReading.Entries(store, tell, context.Cancellation))
        {
            follows = follows && fold.Follow(entry);
            yield return entry;
        }
    }

    // How many events they begin with that are the same, and the first that are not. Both are read to the end.
    private static (long Common, (JournalEntry? A, JournalEntry? B)? First) Compared(IEnumerable<JournalEntry> left, IEnumerable<JournalEntry> right)
    {
        using var one = left.GetEnumerator();
        using var other = right.GetEnumerator();
        var common = 0L;
        (JournalEntry? A, JournalEntry? B)? first = null;
        while (true)
        {
            var (a, b) = (one.MoveNext() ? one.Current : null, other.MoveNext() ? other.Current : null);
            if (a is null && b is null)
                return (common, first);
            if (first is null && a == b)
                common++;
            else
                first ??= (a, b);
        }
    }

    private static string Text(JournalEntry? entry, Model model) => entry is null
        ? "ends here"
        : $"{model.Topology.NameOf(entry.Step.Task)}: {entry.Message.GetType().Name} to {entry.Machine} => {entry.Reply.Value}";

    private void Only(string name, JournalFold one, JournalFold other)
    {
        foreach (var found in one.Findings.Where(found => other.Findings.All(known => known.Finding.Id != found.Finding.Id)))
            Paragraph($"only {name} finds {found.Finding.Id} {found.Finding.Violation.Property} at event {found.Entry}: {found.Finding.Violation.Text}");
    }

    private void Paragraph(string text, string prefix = "", string hanging = "  ")
    {
        foreach (var line in TextLayout.Paragraph(text, prefix, hanging))
            context.Out.WriteLine(line);
    }
}
