using Actors.Core.Vocabulary;
using Actors.Host.Reports;
using Actors.Host.Storms;

namespace Actors.Host.Findings;

/// <summary>A finding as one source has it.</summary>
/// <param name="Id">The same for the same bug, however it was found.</param>
/// <param name="Property">The property's name.</param>
/// <param name="Kind">The sub-kind.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Function">The violating kernel function.</param>
/// <param name="Accepted">Why it is accepted by design, or null.</param>
/// <param name="Revision">The kernel revision.</param>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Steps">The length of its schedule in this source.</param>
/// <param name="How">How it was found.</param>
/// <param name="Source">The file.</param>
public sealed record StoredFinding(
    string Id, string Property, string Kind, string Text, string Function, string? Accepted, string Revision, string Scenario, int Steps, string How, string Source)
{
    /// <summary>The finding with its schedule; null where the source does not have it, or has it for another model.</summary>
    public FindingCase? Case { get; init; }

    /// <summary>A case as a source's row.</summary>
    public static StoredFinding Of(FindingCase found) => new(
        found.Finding.Id, found.PropertyName, found.Finding.Violation.Kind, found.Finding.Violation.Text, found.Finding.Function,
        found.Finding.AcceptedReason(found.Model.Revision), found.Model.Revision.Name, found.Model.Scenario.Name, found.Steps.Count, found.How, found.Source)
    {
        Case = found,
    };

    /// <summary>A finding of a report that has no schedule of this model.</summary>
    public static StoredFinding Of(RunReport run, FindingReport found, string source) => new(
        found.Id, found.PropertyName, found.Kind, found.Text, found.Function, found.AcceptedReason, run.Revision, run.Scenario, found.Trace.Events.Count, run.Strategy, source);

    /// <summary>A finding of a document of a storm or a replay.</summary>
    public static StoredFinding Of(JournalFinding found, string revision, string scenario, string how, string source) => new(
        found.Id, found.Property, found.Kind, found.Text, found.Function, found.Accepted, revision, scenario, (int)Math.Min(found.Event, int.MaxValue), how, source);
}
