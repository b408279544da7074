using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Host.Inputs;

namespace Actors.Host.Museum;

/// <summary>What an entry comes to on a revision.</summary>
public enum CellState
{
    /// <summary>Search finds it.</summary>
    Found,

    /// <summary>All schedules were explored and none shows it.</summary>
    Absent,

    /// <summary>Search finds it, and it is accepted by design.</summary>
    Accepted,

    /// <summary>The model cannot say it.</summary>
    NotExpressed,

    /// <summary>Nobody has said yet.</summary>
    Pending,
}

/// <summary>The museum: known bugs, the scenarios that show them, and what search must say of each on every revision.</summary>
/// <param name="Path">The file, as the caller named it.</param>
/// <param name="Entries">The entries, in the order of the file.</param>
/// <param name="Rows">The rows of 'revisions list' that the file speaks of; each of them needs a verdict.</param>
/// <param name="Variants">The revisions that the file adds to the rows: feature compiled out, what-if edits.</param>
public sealed record Catalogue(string Path, IReadOnlyList<CatalogueEntry> Entries, IReadOnlyList<KernelRevision> Rows, IReadOnlyList<KernelRevision> Variants)
{
    /// <summary>All revisions a cell may name: the rows, oldest first, then the variants.</summary>
    public IReadOnlyList<KernelRevision> Revisions => [.. Rows, .. Variants];

    /// <summary>The revisions an entry has a verdict on: the rows, and the variants that it names.</summary>
    public IEnumerable<KernelRevision> RevisionsOf(CatalogueEntry entry) =>
        Rows.Concat(Variants.Where(variant => entry.Exhibits.Any(exhibit => exhibit.Cells.ContainsKey(variant.Name))));

    /// <summary>Whether something about an entry is still to be said.</summary>
    public bool IsPending(CatalogueEntry entry) => entry.Pending is not null || RevisionsOf(entry).Any(revision => entry.On(revision.Name) == CellState.Pending);

    /// <summary>The entries of the given ids or names; all when there is none.</summary>
    public IReadOnlyList<CatalogueEntry> Select(IReadOnlyList<string> asked) => asked.Count == 0 ? Entries : [.. asked.Select(Find).Distinct()];

    /// <summary>The entry of that id or name.</summary>
    public CatalogueEntry Find(string asked) =>
        Entries.FirstOrDefault(entry => entry.Id.Equals(asked, StringComparison.OrdinalIgnoreCase) || entry.Name == asked)
        ?? throw new InputException($"unknown entry '{asked}'{Nearest.Hint(asked, Entries.Select(entry => entry.Id).Concat(Entries.Select(entry => entry.Name)))}; 'actors bugs' lists them");
}

/// <summary>One entry.</summary>
public sealed record CatalogueEntry
{
    /// <summary>The short name that mails use.</summary>
    public required string Id { get; init; }

    /// <summary>The long name.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of bug it is, in a few words.</summary>
    public required string Class { get; init; }

    /// <summary>Where it is known from: CC a commit, RR a review, DR reading, RP a reproduction.</summary>
    public required IReadOnlyList<string> Status { get; init; }

    /// <summary>What happens, in a paragraph.</summary>
    public required string Story { get; init; }

    /// <summary>What ended it.</summary>
    public required string Fix { get; init; }

    /// <summary>Where to read about it.</summary>
    public required string Reference { get; init; }

    /// <summary>The scenarios that show it.</summary>
    public required IReadOnlyList<Exhibit> Exhibits { get; init; }

    /// <summary>Why the model cannot show it, or null.</summary>
    public required string? NotExpressed { get; init; }

    /// <summary>What is still to be done, or null.</summary>
    public required string? Pending { get; init; }

    /// <summary>Where the entry begins.</summary>
    public required Place Place { get; init; }

    /// <summary>What the file says of the entry on a revision; of several scenarios the one that says most.</summary>
    public CellState On(string revision)
    {
        if (Exhibits.Count == 0)
            return NotExpressed is null ? CellState.Pending : CellState.NotExpressed;
        var states = Exhibits.Select(exhibit => exhibit.On(revision).State).ToHashSet();
        CellState[] strongestFirst = [CellState.Found, CellState.Pending, CellState.Accepted, CellState.Absent, CellState.NotExpressed];
        return Array.Find(strongestFirst, states.Contains);
    }
}

/// <summary>A scenario that shows an entry.</summary>
/// <param name="File">The scenario.</param>
/// <param name="More">What the scenario does beyond its only entry, or null.</param>
/// <param name="Shows">The findings that are this entry; any of them will do.</param>
/// <param name="Cells">What the file says, by revision.</param>
/// <param name="Place">Where the scenario is named.</param>
public sealed record Exhibit(ScenarioFile File, string? More, IReadOnlyList<FindingMatcher> Shows, IReadOnlyDictionary<string, ExpectedCell> Cells, Place Place)
{
    /// <summary>What the file says of a revision; pending when it says nothing.</summary>
    public ExpectedCell On(string revision) => Cells.GetValueOrDefault(revision) ?? new ExpectedCell(CellState.Pending, "", Place);

    /// <summary>Whether a finding is this entry.</summary>
    public bool IsShownBy(Finding finding) => Shows.Any(matcher => matcher.Matches(finding));
}

/// <summary>What the file expects of one entry with one scenario on one revision.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Reason">Why, for accepted and not expressed.</param>
/// <param name="Place">Where it says so.</param>
public sealed record ExpectedCell(CellState State, string Reason, Place Place);

/// <summary>A place in the file, from 1.</summary>
public readonly record struct Place(int Line, int Column);
