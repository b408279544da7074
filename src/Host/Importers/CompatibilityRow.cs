using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Importers;

/// <summary>A cell of the matrix in JSON: an element of <c>cells</c>.</summary>
/// <param name="Importer">The importer.</param>
/// <param name="Revision">The exporter.</param>
/// <param name="Verdict">proof, found, accepted, refused or open.</param>
/// <param name="Findings">What is broken.</param>
/// <param name="States">How many worlds were seen, over all workloads.</param>
internal sealed record CompatibilityRow(string Importer, string Revision, CompatibilityVerdict Verdict, IReadOnlyList<CompatibilityFinding> Findings, long States)
{
    /// <summary>The row of a cell.</summary>
    public static CompatibilityRow Of(CompatibilityCell cell) => new(
        ImporterNames.Of(cell.Kind), cell.Revision.Name, cell.Verdict,
        [.. cell.Found.Concat(cell.Accepted).Select(finding => CompatibilityFinding.Of(finding, cell))],
        cell.Results.Sum(result => result.States));
}

/// <summary>A finding of a cell in JSON.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Property">The broken property.</param>
/// <param name="Function">The kernel function.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="AcceptedReason">Why it is accepted, or null.</param>
/// <param name="Scenarios">The workloads that show it.</param>
internal sealed record CompatibilityFinding(string Id, Property Property, string Function, string Text, string? AcceptedReason, IReadOnlyList<string> Scenarios)
{
    /// <summary>The row of a finding.</summary>
    public static CompatibilityFinding Of(Finding finding, CompatibilityCell cell) => new(
        finding.Id, finding.Violation.Property, finding.Function, finding.Violation.Text, finding.AcceptedReason(cell.Revision),
        [.. cell.Results.Where(result => result.Findings.Any(other => other.Id == finding.Id)).Select(result => result.Run.File.Path)]);
}
