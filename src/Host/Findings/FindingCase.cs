using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>A finding with the schedule that leads to it: all that any form of it needs.</summary>
public sealed class FindingCase
{
    /// <summary>The most events of a long run that a form is given: its end.</summary>
    public const int EventsMax = 400;

    /// <summary>The most events that are looked through for what a finding is about.</summary>
    public const int HistoryMax = 6_000;

    /// <summary>The most steps whose reference counts are kept.</summary>
    public const int LedgerMax = 500_000;

    private readonly Lazy<Starts> starts;
    private readonly Lazy<Trace> trace;
    private readonly Lazy<Trace> history;

    private FindingCase(Model model, Finding finding, IReadOnlyList<ScheduledStep> steps, bool atQuiescence)
    {
        Model = model;
        Finding = finding;
        Steps = steps;
        AtQuiescence = atQuiescence;
        starts = new(FindStarts);
        trace = new(() => TraceReplay.Of(StartWorld(), Tail, starts.Value.Tail.Calls, Before, AtQuiescence));
        history = new(() => TraceReplay.Of(HistoryWorld(), HistorySteps, starts.Value.History.Calls, BeforeHistory, AtQuiescence));
    }

    /// <summary>The scenario on its revision.</summary>
    public Model Model { get; }

    /// <summary>What is broken.</summary>
    public Finding Finding { get; }

    /// <summary>The property's name in a report.</summary>
    public string PropertyName => Finding.IsOfClause ? FindingReport.ClauseName : $"{Finding.Violation.Property}";

    /// <summary>The whole schedule; the last step breaks the property, unless found at quiescence.</summary>
    public IReadOnlyList<ScheduledStep> Steps { get; }

    /// <summary>Found where nothing can move any more.</summary>
    public bool AtQuiescence { get; }

    /// <summary>The file it is from, as named on the command line.</summary>
    public required string Source { get; init; }

    /// <summary>How it was found: explorer, simulation, a live runtime, a sampling strategy.</summary>
    public required string How { get; init; }

    /// <summary>The command line that finds it again.</summary>
    public required string Reproduce { get; init; }

    /// <summary>The command line that makes a long run small, or null.</summary>
    public string? Smaller { get; private init; }

    /// <summary>How many steps come before those that are shown.</summary>
    public int Before => Math.Max(0, Steps.Count - EventsMax);

    /// <summary>The steps that are shown: all, or the last <see cref="EventsMax"/>.</summary>
    public IReadOnlyList<ScheduledStep> Tail => Before == 0 ? Steps : [.. Steps.Skip(Before)];

    /// <summary>They, event by event.</summary>
    public Trace Trace => trace.Value;

    /// <summary>The last <see cref="HistoryMax"/> events, where the requests that a finding is about may lie.</summary>
    public Trace History => Steps.Count <= EventsMax ? Trace : history.Value;

    /// <summary>The world where the history begins; the caller's own.</summary>
    public World HistoryWorld() => starts.Value.History.World.Copy();

    /// <summary>The steps of the history.</summary>
    public IReadOnlyList<ScheduledStep> HistorySteps => BeforeHistory == 0 ? Steps : [.. Steps.Skip(BeforeHistory)];

    /// <summary>The schedule as a short word, or null where requests came one by one.</summary>
    public string? Schedule { get; private init; }

    /// <summary>The explorer's witness; null when the finding is a journal's.</summary>
    public Witness? Witness { get; private init; }

    /// <summary>The case of an exploration's witness.</summary>
    public static FindingCase Of(Model model, Witness witness, string source, string reproduce, string how = "explorer") =>
        new(model, witness.Finding, ScheduledStep.Of(model, witness.Schedule), witness.AtQuiescence)
        {
            Source = source,
            How = how,
            Reproduce = reproduce,
            Schedule = ScheduleCode.Encode(model, witness.Schedule),
            Witness = witness,
        };

    /// <summary>The case of a journal's finding.</summary>
    public static FindingCase Of(Model model, RecordedRun run, RecordedFinding found, string source, string reproduce, string smaller, string how) =>
        new(model, found.Finding, [.. run.Steps.Take(found.Steps)], found.AtQuiescence)
        {
            Source = source,
            How = how,
            Reproduce = reproduce,
            Smaller = found.Steps > EventsMax ? smaller : null,
        };

    /// <summary>The world where the shown steps begin; the caller's own.</summary>
    public World StartWorld() => starts.Value.Tail.World.Copy();

    /// <summary>The reference counts of the shown steps.</summary>
    public RefcountLedger Ledger() => LedgerOf(StartWorld(), Before);

    /// <summary>The reference counts of the last <see cref="LedgerMax"/> steps.</summary>
    public RefcountLedger LongLedger()
    {
        var world = new World(Model);
        var before = Math.Max(0, Steps.Count - LedgerMax);
        foreach (var step in Steps.Take(before))
            step.TakeIn(world);
        return LedgerOf(world, before);
    }

    private RefcountLedger LedgerOf(World world, int before)
    {
        var ledger = new RefcountLedger(world, before);
        foreach (var step in Steps.Skip(before))
            ledger.Take(step);
        return ledger;
    }

    /// <summary>The world as the violating step finds it, or at quiescence the last one.</summary>
    public World WorldBeforeViolation()
    {
        var world = StartWorld();
        foreach (var step in AtQuiescence ? Tail : Tail.SkipLast(1))
            step.TakeIn(world);
        return world;
    }

    private int BeforeHistory => Math.Max(0, Steps.Count - HistoryMax);

    private sealed record Start(World World, Call?[] Calls);

    private sealed record Starts(Start History, Start Tail);

    // A long run is taken again once for both.
    private Starts FindStarts()
    {
        var world = new World(Model);
        var calls = new Call?[Model.TaskCount];
        Take(0, BeforeHistory);
        var first = new Start(world.Copy(), [.. calls]);
        Take(BeforeHistory, Before);
        return new Starts(first, new Start(world, calls));

        void Take(int from, int to)
        {
            for (var index = from; index < to; index++)
            {
                var step = Steps[index];
                calls[step.Task.Index] = step.Call ?? calls[step.Task.Index];
                step.TakeIn(world);
            }
        }
    }
}
