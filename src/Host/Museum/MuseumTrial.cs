using Actors.Core.Revisions;
using Actors.Host.Inputs;

namespace Actors.Host.Museum;

/// <summary>The museum's entries on revisions that its file does not speak of, patched ones for instance: what search says, cell by cell.</summary>
/// <param name="Revisions">The revisions; the first is what the others are compared with.</param>
/// <param name="Rows">The entries.</param>
internal sealed record MuseumTrial(IReadOnlyList<KernelRevision> Revisions, IReadOnlyList<TrialRow> Rows)
{
    /// <summary>Entries that a later revision has and the first has not; of a single revision, those it has.</summary>
    public IEnumerable<TrialRow> Worse => Rows.Where(row => row.Cells.Count == 1
        ? row.Cells[0] == CellState.Found
        : row.Cells[0] is CellState.Absent or CellState.Accepted && row.Cells.Contains(CellState.Found));

    /// <summary>Cells that a bound or an interruption left open.</summary>
    public int Open => Rows.Sum(row => row.Cells.Count(cell => cell == CellState.Pending));

    /// <summary>The explorations that the cells need. A scenario that the row of a revision cannot express is left out.</summary>
    public static IReadOnlyList<MuseumRun> RunsFor(IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<KernelRevision> revisions) =>
    [
        .. from exhibit in entries.SelectMany(entry => entry.Exhibits)
           from revision in revisions
           where IsExpressed(exhibit, revision)
           group exhibit by (exhibit.File, revision) into pair
           select new MuseumRun(pair.Key.File, pair.Key.revision, [.. pair]),
    ];

    /// <summary>The cells of what was explored.</summary>
    public static MuseumTrial Of(IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<KernelRevision> revisions, IReadOnlyList<MuseumResult> results)
    {
        var byPair = results.ToDictionary(result => (result.Run.File, result.Run.Revision.Name));
        return new MuseumTrial(revisions, [.. entries.Select(entry => new TrialRow(entry, [.. revisions.Select(revision => CellOf(entry, revision, byPair))]))]);
    }

    private static bool IsExpressed(Exhibit exhibit, KernelRevision revision)
    {
        if (exhibit.On(revision.Edits.IsEmpty ? revision.Name : revision.Base).State == CellState.NotExpressed)
            return false;
        try
        {
            ScenarioFiles.CheckPossible(exhibit.File, revision);
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    // Of several scenarios the one that says most, as in the matrix of the file.
    private static CellState CellOf(CatalogueEntry entry, KernelRevision revision, Dictionary<(ScenarioFile File, string Revision), MuseumResult> results)
    {
        var states = entry.Exhibits.Where(exhibit => IsExpressed(exhibit, revision))
            .Select(exhibit => results.TryGetValue((exhibit.File, revision.Name), out var result) ? result.Of(exhibit) ?? CellState.Pending : CellState.Pending).ToHashSet();
        CellState[] strongestFirst = [CellState.Found, CellState.Pending, CellState.Accepted, CellState.Absent];
        return states.Count == 0 ? CellState.NotExpressed : Array.Find(strongestFirst, states.Contains);
    }
}

/// <summary>One entry on the revisions of a trial.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Cells">By revision.</param>
internal sealed record TrialRow(CatalogueEntry Entry, IReadOnlyList<CellState> Cells);
