using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>An entry as small as it gets: each scenario that shows it is shrunk on the oldest and on the newest revision that has it, and the smallest is kept.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Exhibit">The scenario; null when no revision shows the entry.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Shrunk">The smallest form; null when search did not find it within its bounds.</param>
/// <param name="Size">The size of its trace.</param>
internal sealed record ShrunkEntry(CatalogueEntry Entry, Exhibit? Exhibit, KernelRevision? Revision, Shrunk? Shrunk, TraceSize? Size)
{
    /// <summary>Whether search shows it in a trace that cannot be read at once.</summary>
    public bool IsLong => Size is { IsLong: true };

    /// <summary>Shrinks one entry.</summary>
    public static ShrunkEntry Of(Catalogue catalogue, CatalogueEntry entry, ShrinkOptions options)
    {
        var shown = entry.Exhibits.SelectMany(exhibit => Ends(catalogue, exhibit).Select(revision => Of(entry, exhibit, revision, options))).ToArray();
        return shown.OrderBy(one => one.Size is null).ThenBy(one => one.IsLong).ThenBy(one => one.Size?.Events).ThenBy(one => one.Size?.Switches).FirstOrDefault()
            ?? new ShrunkEntry(entry, null, null, null, null);
    }

    private static IEnumerable<KernelRevision> Ends(Catalogue catalogue, Exhibit exhibit)
    {
        CellState[] states = [CellState.Found, CellState.Accepted];
        var has = states.Select(state => catalogue.Revisions.Where(revision => exhibit.On(revision.Name).State == state).ToArray()).FirstOrDefault(some => some.Length > 0) ?? [];
        return has.Length < 2 ? has : [has[0], has[^1]];
    }

    private static ShrunkEntry Of(CatalogueEntry entry, Exhibit exhibit, KernelRevision revision, ShrinkOptions options)
    {
        var model = new Model(revision, exhibit.File.Scenario, GrantPolicy.Barging);
        var result = new Explorer(model, new ExplorerOptions { Cancellation = options.Cancellation, Enough = findings => findings.Any(exhibit.IsShownBy) }).Run();
        var shrunk = result.Findings.FirstOrDefault(witness => exhibit.IsShownBy(witness.Finding)) is { } witness
            ? ScenarioShrinker.Run(exhibit.File.Scenario, revision, GrantPolicy.Barging, witness.Finding.Id, options)
            : null;
        return new ShrunkEntry(entry, exhibit, revision, shrunk, shrunk is null ? null : TraceSize.Of(new Model(revision, shrunk.Scenario, GrantPolicy.Barging), shrunk.Witness));
    }
}
