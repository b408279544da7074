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

    private readonly Lazy<(World World, Call?[] Calls)> start;
    private readonly Lazy<Trace> trace;

    private FindingCase(Model model, Finding finding, IReadOnlyList<ScheduledStep> steps, bool atQuiescence)
    {
        Model = model;
        Finding = finding;
        Steps = steps;
        AtQuiescence = atQuiescence;
        start = new(FindStart);
        trace = new(() => TraceReplay.Of(StartWorld(), Tail, start.Value.Calls, Before, AtQuiescence));
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

    /// <summary>How many steps come before those that are shown.</summary>
    public int Before => Math.Max(0, Steps.Count - EventsMax);

    /// <summary>The steps that are shown: all, or the last <see cref="EventsMax"/>.</summary>
    public IReadOnlyList<ScheduledStep> Tail => Before == 0 ? Steps : [.. Steps.Skip(Before)];

    /// <summary>They, event by event.</summary>
    public Trace Trace => trace.Value;

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
    public static FindingCase Of(Model model, RecordedRun run, RecordedFinding found, string source, string reproduce, string how) =>
        new(model, found.Finding, [.. run.Steps.Take(found.Steps)], found.AtQuiescence) { Source = source, How = how, Reproduce = reproduce };

    /// <summary>The world where the shown steps begin; the caller's own.</summary>
    public World StartWorld() => start.Value.World.Copy();

    /// <summary>The reference counts of the shown steps.</summary>
    public RefcountLedger Ledger()
    {
        var ledger = new RefcountLedger(StartWorld(), Before);
        foreach (var step in Tail)
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

    private (World World, Call?[] Calls) FindStart()
    {
        var world = new World(Model);
        var calls = new Call?[Model.TaskCount];
        foreach (var step in Steps.Take(Before))
        {
            calls[step.Task.Index] = step.Call ?? calls[step.Task.Index];
            step.TakeIn(world);
        }

        return (world, calls);
    }
}
