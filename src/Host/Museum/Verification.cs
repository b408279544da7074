using Actors.Core.Properties;
using Actors.Exploration;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>The file's verdicts beside what search says, cell by cell.</summary>
internal sealed class Verification
{
    private readonly Catalogue catalogue;
    private readonly List<string> differences = [];
    private readonly List<string> notes = [];

    private Verification(Catalogue catalogue) => this.catalogue = catalogue;

    /// <summary>One line for each difference.</summary>
    public IReadOnlyList<string> Differences => differences;

    /// <summary>One line for each absent cell whose run finds something close to the entry: the same property in the same function.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Cells that were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Cells whose verdict a bound or an interruption left open.</summary>
    public int Open { get; private set; }

    /// <summary>Compares.</summary>
    public static Verification Of(Catalogue catalogue, IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<MuseumRun> runs, IReadOnlyList<MuseumResult> results)
    {
        var verification = new Verification(catalogue);
        var byPair = results.ToDictionary(result => (result.Run.File, result.Run.Revision.Name));
        if (results.Count == runs.Count)
            verification.RefuseUnknown(entries, results);
        foreach (var entry in entries)
        {
            verification.Compare(entry, runs, byPair);
            verification.NoteNear(entry, results);
        }

        return verification;
    }

    private void Compare(CatalogueEntry entry, IReadOnlyList<MuseumRun> runs, Dictionary<(Inputs.ScenarioFile, string), MuseumResult> results)
    {
        if (entry.Pending is { } open)
            Differs(entry.Id, entry.Place, $"pending: {open}");
        else if (entry.Exhibits.Count > 0 && !entry.Exhibits.SelectMany(exhibit => exhibit.Cells.Values).Any(cell => cell.State is CellState.Found or CellState.Accepted))
            Differs(entry.Id, entry.Place, "pending: no revision has it");
        foreach (var exhibit in entry.Exhibits)
        {
            foreach (var run in runs.Where(run => run.Exhibits.Contains(exhibit)))
                Compare(entry, exhibit, run, results.GetValueOrDefault((run.File, run.Revision.Name)));
        }
    }

    private void Compare(CatalogueEntry entry, Exhibit exhibit, MuseumRun run, MuseumResult? result)
    {
        var expected = exhibit.On(run.Revision.Name);
        if (result?.Of(exhibit) is not { } state)
        {
            Open++;
            return;
        }

        Compared++;
        if (state != expected.State)
            Differs($"{entry.Id} {run.File.Scenario.Name} / {run.Revision.Name}", expected.Place, $"expected {Words(expected.State)}, is {Words(state)}{Evidence(result, exhibit)}");
    }

    // A step that is spelled otherwise in another revision has another id, and an absence by id says nothing there. What some entry shows is no riddle.
    private void NoteNear(CatalogueEntry entry, IReadOnlyList<MuseumResult> results)
    {
        foreach (var exhibit in entry.Exhibits)
        {
            var own = results.Where(result => result.Run.Exhibits.Contains(exhibit)).ToArray();
            var known = own.SelectMany(result => result.Shown(exhibit)).Select(witness => (witness.Finding.Violation.Property, witness.Finding.Function)).ToHashSet();
            foreach (var result in own.Where(result => result.Of(exhibit) == CellState.Absent))
            {
                foreach (var near in result.Result.Findings.Select(witness => witness.Finding).Where(finding => known.Contains((finding.Violation.Property, finding.Function)) && !IsShown(finding)))
                    notes.Add($"note: {entry.Id} {result.Run.File.Scenario.Name} / {result.Run.Revision.Name}: absent, but {near.Id} is {near.Violation.Property} in {near.Function} as well: {near.Violation.Text}");
            }
        }
    }

    private bool IsShown(Finding finding) => catalogue.Entries.SelectMany(entry => entry.Exhibits).SelectMany(exhibit => exhibit.Shows).Any(matcher => matcher.Matches(finding));

    private static string Evidence(MuseumResult result, Exhibit exhibit) =>
        result.Shown(exhibit) is [var first, ..] ? $" ({first.Finding.Id} {first.Finding.Violation.Property} in {first.Finding.Function})" : "";

    private void Differs(string what, Place place, string how) => differences.Add($"{what}: {how} (line {place.Line})");

    // An id that no run knows is a slip of the pen; said only where all runs were made, and where the file claims to see it.
    private void RefuseUnknown(IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<MuseumResult> results)
    {
        foreach (var exhibit in entries.SelectMany(entry => entry.Exhibits).Where(exhibit => exhibit.Cells.Values.Any(cell => cell.State is CellState.Found or CellState.Accepted)))
        {
            var findings = results.Where(result => result.Run.Exhibits.Contains(exhibit)).SelectMany(result => result.Result.Findings).Select(witness => witness.Finding).DistinctBy(finding => finding.Id).ToArray();
            foreach (var unknown in exhibit.Shows.Where(matcher => !Array.Exists(findings, matcher.Matches)))
            {
                var known = findings.Length == 0 ? "they find nothing" : $"they find {string.Join(", ", findings.Select(finding => finding.Id))}";
                throw new InputException($"{catalogue.Path}:{unknown.Place.Line}:{unknown.Place.Column}: error: no run of {exhibit.File.Scenario.Name} finds '{unknown}' (a run may end once its entries are found); {known}");
            }
        }
    }

    /// <summary>A verdict in a word or two.</summary>
    public static string Words(CellState state) => state switch
    {
        CellState.Found => "found",
        CellState.Absent => "absent",
        CellState.Accepted => "accepted",
        CellState.NotExpressed => "not expressed",
        CellState.Pending => "pending",
    };
}
