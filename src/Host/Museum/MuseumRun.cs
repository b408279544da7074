using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>One scenario on one revision, explored once for all entries that use it.</summary>
/// <param name="File">The scenario.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Exhibits">Who asks.</param>
internal sealed record MuseumRun(ScenarioFile File, KernelRevision Revision, IReadOnlyList<Exhibit> Exhibits)
{
    /// <summary>The runs that some entries need: the pairs they have a verdict for, and the rows they say nothing of.</summary>
    public static IReadOnlyList<MuseumRun> For(Catalogue catalogue, IEnumerable<CatalogueEntry> entries) =>
    [
        .. from exhibit in entries.SelectMany(entry => entry.Exhibits)
           from revision in catalogue.Revisions
           where IsAsked(catalogue, exhibit, revision)
           group exhibit by (exhibit.File, revision) into pair
           select new MuseumRun(pair.Key.File, pair.Key.revision, [.. pair]),
    ];

    /// <summary>Explores. It may end at a finding once each of the exhibits is found: nothing that comes later can change that.</summary>
    public MuseumResult Explore(Action<string> tell, CancellationToken cancellation)
    {
        var title = $"{File.Scenario.Name} on {Revision.Name}";
        var result = new Explorer(new Model(Revision, File.Scenario, GrantPolicy.Barging), new ExplorerOptions
        {
            Reduction = true,
            Cancellation = cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
            Enough = findings => Exhibits.All(exhibit => findings.Any(finding => exhibit.IsShownBy(finding) && finding.AcceptedReason(Revision) is null)),
        }).Run();
        return new MuseumResult(this, result);
    }

    private static bool IsAsked(Catalogue catalogue, Exhibit exhibit, KernelRevision revision) =>
        exhibit.On(revision.Name).State != CellState.NotExpressed
        && (exhibit.Cells.ContainsKey(revision.Name) || catalogue.Rows.Contains(revision));
}

/// <summary>What a run came to.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">What was explored and found.</param>
internal sealed record MuseumResult(MuseumRun Run, ExplorationResult Result)
{
    /// <summary>The findings that are the exhibit's entry.</summary>
    public IReadOnlyList<Witness> Shown(Exhibit exhibit) => [.. Result.Findings.Where(witness => exhibit.IsShownBy(witness.Finding))];

    /// <summary>The verdict on an exhibit: found counts at once, the others only when all schedules were explored. Null when a bound came first.</summary>
    public CellState? Of(Exhibit exhibit)
    {
        var shown = Shown(exhibit);
        if (shown.Any(witness => witness.Finding.AcceptedReason(Run.Revision) is null))
            return CellState.Found;
        if (Result.Completion != Completion.ExploredAll)
            return null;
        return shown.Count > 0 ? CellState.Accepted : CellState.Absent;
    }
}
