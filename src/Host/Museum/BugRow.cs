namespace Actors.Host.Museum;

/// <summary>An entry in JSON: an element of <c>entries</c>.</summary>
/// <param name="Id">Its short name.</param>
/// <param name="Name">Its long name.</param>
/// <param name="Class">What kind of bug it is.</param>
/// <param name="Status">CC, RR, DR, RP.</param>
/// <param name="Story">What happens.</param>
/// <param name="Fix">What ended it.</param>
/// <param name="Reference">Where to read about it.</param>
/// <param name="NotExpressed">Why the model cannot show it, or null.</param>
/// <param name="Pending">What is still to be done, or null.</param>
/// <param name="Verdicts">The verdict, by revision.</param>
/// <param name="Scenarios">The scenarios that show it, each with its own verdicts.</param>
internal sealed record BugRow(
    string Id, string Name, string Class, IReadOnlyList<string> Status, string Story, string Fix, string Reference, string? NotExpressed, string? Pending,
    IReadOnlyDictionary<string, CellState> Verdicts, IReadOnlyList<ExhibitRow> Scenarios)
{
    /// <summary>The row of an entry.</summary>
    public static BugRow Of(Catalogue catalogue, CatalogueEntry entry) => new(
        entry.Id, entry.Name, entry.Class, entry.Status, entry.Story, entry.Fix, entry.Reference, entry.NotExpressed, entry.Pending,
        catalogue.RevisionsOf(entry).ToDictionary(revision => revision.Name, revision => entry.On(revision.Name)),
        [.. entry.Exhibits.Select(ExhibitRow.Of)]);
}

/// <summary>A scenario of an entry in JSON.</summary>
/// <param name="Scenario">Its file.</param>
/// <param name="Shows">The findings that are the entry.</param>
/// <param name="More">What the scenario does beyond its only entry, or null.</param>
/// <param name="Verdicts">The verdict and its reason, by revision.</param>
internal sealed record ExhibitRow(string Scenario, IReadOnlyList<string> Shows, string? More, IReadOnlyDictionary<string, CellRow> Verdicts)
{
    /// <summary>The row of a scenario.</summary>
    public static ExhibitRow Of(Exhibit exhibit) => new(
        exhibit.File.Path, [.. exhibit.Shows.Select(matcher => $"{matcher}")], exhibit.More,
        exhibit.Cells.ToDictionary(cell => cell.Key, cell => new CellRow(cell.Value.State, cell.Value.Reason.Length > 0 ? cell.Value.Reason : null)));
}

/// <summary>A verdict in JSON.</summary>
/// <param name="Verdict">found, absent, accepted, not-expressed or pending.</param>
/// <param name="Reason">Why, or null.</param>
internal sealed record CellRow(CellState Verdict, string? Reason);
