using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Importers;

/// <summary>What search says of an importer on a revision.</summary>
internal enum CompatibilityVerdict
{
    /// <summary>All schedules of all workloads were explored and nothing is broken.</summary>
    Proof,

    /// <summary>Something is broken.</summary>
    Found,

    /// <summary>What is broken is accepted by design.</summary>
    Accepted,

    /// <summary>All schedules were explored, and in none does the exporter let the importer attach and map.</summary>
    Refused,

    /// <summary>A bound or an interruption came first.</summary>
    Open,
}

/// <summary>A cell: one importer on one revision, over all workloads.</summary>
/// <param name="Kind">The importer.</param>
/// <param name="Revision">The exporter.</param>
/// <param name="Results">One for each workload that was run.</param>
/// <param name="Workloads">How many there are.</param>
internal sealed record CompatibilityCell(ImporterKind Kind, KernelRevision Revision, IReadOnlyList<ImporterResult> Results, int Workloads)
{
    /// <summary>The findings that count, each once, by property and id: no search has a say in the order.</summary>
    public IReadOnlyList<Finding> Found { get; } = [.. Distinct(Results).Where(finding => finding.AcceptedReason(Revision) is null)];

    /// <summary>The findings that are accepted.</summary>
    public IReadOnlyList<Finding> Accepted { get; } = [.. Distinct(Results).Where(finding => finding.AcceptedReason(Revision) is not null)];

    /// <summary>The verdict.</summary>
    public CompatibilityVerdict Verdict => this switch
    {
        { Found.Count: > 0 } => CompatibilityVerdict.Found,
        _ when Results.Count < Workloads || Results.Any(result => result.Completion != Completion.ExploredAll) => CompatibilityVerdict.Open,
        { Accepted.Count: > 0 } => CompatibilityVerdict.Accepted,
        _ => Results.Any(result => result.Attaches) ? CompatibilityVerdict.Proof : CompatibilityVerdict.Refused,
    };

    /// <summary>Whether what is accepted is the importer's doing: it breaks its contract, or a revoke waits for it without bound.</summary>
    public bool IsImportersDoing => Accepted.Any(finding => finding.Violation.Kind == Quiescence.ImporterKind);

    private static IEnumerable<Finding> Distinct(IEnumerable<ImporterResult> results) => results.SelectMany(result => result.Findings).DistinctBy(finding => finding.Id)
        .OrderBy(finding => finding.Violation.Property).ThenBy(finding => finding.Id, StringComparer.Ordinal);
}

/// <summary>Importers by revisions.</summary>
/// <param name="Kinds">The rows.</param>
/// <param name="Revisions">The columns.</param>
/// <param name="Cells">By row, then by column.</param>
internal sealed record ImporterMatrix(IReadOnlyList<ImporterKind> Kinds, IReadOnlyList<KernelRevision> Revisions, IReadOnlyList<CompatibilityCell> Cells)
{
    private const int NamesMax = 4;

    /// <summary>The matrix of some results; a missing one leaves its cell open.</summary>
    public static ImporterMatrix Of(IReadOnlyList<ImporterKind> kinds, IReadOnlyList<KernelRevision> revisions, int workloads, IReadOnlyList<ImporterResult> results)
    {
        var byCell = results.ToLookup(result => (result.Run.Kind, result.Run.Revision.Name));
        return new(kinds, revisions, [.. kinds.SelectMany(kind => revisions.Select(revision => new CompatibilityCell(kind, revision, [.. byCell[(kind, revision.Name)]], workloads)))]);
    }

    /// <summary>The cell of an importer on a revision.</summary>
    public CompatibilityCell At(ImporterKind kind, KernelRevision revision) => Cells.First(cell => cell.Kind == kind && cell.Revision == revision);

    /// <summary>What the command answers.</summary>
    public ExitCode Code => ExitCodes.Combine(Cells.Select(cell => cell.Verdict switch
    {
        CompatibilityVerdict.Found => ExitCode.Violation,
        CompatibilityVerdict.Open => ExitCode.Incomplete,
        CompatibilityVerdict.Proof or CompatibilityVerdict.Accepted => ExitCode.Clean,
        CompatibilityVerdict.Refused => ExitCode.NothingChecked,
    }).Where(code => code != ExitCode.NothingChecked).DefaultIfEmpty(ExitCode.NothingChecked));

    /// <summary>Each finding once, with the importers that show it, by revision.</summary>
    public IEnumerable<(Finding Finding, string? Accepted, string Where)> Findings() =>
        Cells.SelectMany(cell => cell.Found.Concat(cell.Accepted).Select(finding => (Finding: finding, Accepted: finding.AcceptedReason(cell.Revision), Cell: cell)))
            .GroupBy(shown => (shown.Finding.Id, shown.Accepted))
            .OrderBy(group => group.Key.Accepted is not null).ThenBy(group => group.First().Finding.Violation.Property).ThenBy(group => group.Key.Id, StringComparer.Ordinal)
            .Select(group => (group.First().Finding, group.Key.Accepted, WhereOf([.. group.Select(shown => shown.Cell)])));

    private string WhereOf(IReadOnlyList<CompatibilityCell> cells) => string.Join("; ", Revisions
        .Select(revision => (revision.Name, Shown: cells.Where(cell => cell.Revision == revision).Select(cell => cell.Kind).ToArray()))
        .Where(column => column.Shown.Length > 0)
        .Select(column => $"{column.Name}: {(column.Shown.Length == Kinds.Count && Kinds.Count > 1 ? "all" : column.Shown.Length > NamesMax ? $"{column.Shown.Length} kinds" : string.Join(", ", column.Shown.Select(ImporterNames.Of)))}"));
}
