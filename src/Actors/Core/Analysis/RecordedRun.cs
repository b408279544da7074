using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Core.Analysis;

/// <summary>A finding of a journal, with the schedule that leads to it.</summary>
/// <param name="Finding">What.</param>
/// <param name="Steps">How many steps of the run lead to it; the last one breaks the property, unless at quiescence.</param>
/// <param name="Entry">The number of the journal entry after which it was seen, from 1.</param>
/// <param name="AtQuiescence">Found where nothing can move any more.</param>
public sealed record RecordedFinding(Finding Finding, int Steps, long Entry, bool AtQuiescence);

/// <summary>A journal as a schedule: every step of its fold, check steps included, so that it can be taken again from anywhere.</summary>
public sealed class RecordedRun
{
    private readonly List<ScheduledStep> steps = [];
    private readonly Dictionary<string, RecordedFinding> findings = [];
    private readonly HashSet<Step> exercised = new(ReferenceEqualityComparer.Instance);
    private Call? begun;
    private int requests;

    private RecordedRun(Model model) => Fold = new JournalFold(model) { OnEvent = See };

    /// <summary>The fold.</summary>
    public JournalFold Fold { get; }

    /// <summary>The steps, in the order of the fold.</summary>
    public IReadOnlyList<ScheduledStep> Steps => steps;

    /// <summary>The different steps of call paths among them.</summary>
    public IReadOnlyCollection<Step> Exercised => exercised;

    /// <summary>The findings, one for each id, first seen first.</summary>
    public IReadOnlyCollection<RecordedFinding> Findings => findings.Values;

    /// <summary>Folds a journal; ends at a divergence, where the kernel stops, or when cancelled.</summary>
    public static RecordedRun Of(Model model, IEnumerable<JournalEntry> entries, Func<bool>? isCancelled = null)
    {
        var run = new RecordedRun(model);
        foreach (var entry in entries)
        {
            run.begun = entry.Call;
            if (!run.Fold.Follow(entry) || isCancelled?.Invoke() == true)
                break;
        }

        run.begun = null;
        run.Fold.Finish();
        foreach (var found in run.Fold.Findings)
            run.findings.TryAdd(found.Finding.Id, new RecordedFinding(found.Finding, run.steps.Count, found.Entry, AtQuiescence: true));
        return run;
    }

    // Checks that the task's last request has left come before the fold begins the next one.
    private void See(Event taken)
    {
        var begins = begun is not null && Fold.Requests > requests;
        steps.Add(new ScheduledStep(taken.Task, taken.Choice, taken.Branch, begins ? begun : null));
        if (begins)
            begun = null;
        requests = Fold.Requests;
        exercised.Add(taken.Step);
        foreach (var finding in taken.Findings.Where(finding => Fold.World.Model.Scenario.Judges(finding.Violation.Property)))
            findings.TryAdd(finding.Id, new RecordedFinding(finding, steps.Count, Fold.Count, AtQuiescence: false));
    }
}
