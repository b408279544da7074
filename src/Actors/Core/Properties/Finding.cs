using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Properties;

/// <summary>A broken property, named so that storm, sampling and proof name the same bug alike (design D9).</summary>
/// <param name="Violation">What is wrong.</param>
/// <param name="Function">The violating kernel function.</param>
/// <param name="Step">The violating step.</param>
public sealed record Finding(Violation Violation, string Function, string Step)
{
    /// <summary>Hash of (property, violating function and step, what it collides with), object names erased: 8 hexadecimal digits.</summary>
    public string Id => (Fingerprint.Of(Sequence<string>.Of(
        Violation.Property.ToString(), Violation.Text, Violation.Conflict, Function, Step)) & 0xffff_ffff).ToString("x8", null);

    private const string ClauseFunction = "(scenario)";

    /// <summary>Whether it is the clause of a scenario that is broken, and no property.</summary>
    public bool IsOfClause => Function == ClauseFunction;

    /// <summary>A scenario's broken clause. Its id is of this clause of this scenario: another scenario's is another finding.</summary>
    /// <param name="text">What is wrong, with the clause.</param>
    /// <param name="scenario">The scenario's name.</param>
    public static Finding OfClause(string text, string scenario) => new(new Violation(Property.Quiescence, "assertion", text), ClauseFunction, scenario);

    /// <summary>Why today's kernel accepts this by design, or null when it is a defect.</summary>
    public string? AcceptedReason(KernelRevision revision) => Violation.Property switch
    {
        Property.P4 when revision is { CountsMappings: true, UnrevokeNotice: UnrevokeNotice.NotifiesFirst } =>
            "notify before clear: the un-revoke callback lets importers drop their failed state; they map again on their next use",
        Property.P9 when Violation.Kind == Quiescence.ImporterKind && revision.CountsMappings =>
            "unbounded wait: a revocable importer promises to unmap in bounded time, and this one does not",
        Property.P1 when Violation.Kind == DmaDeviceMachine.StaleKind =>
            "lazy invalidation (iommu.strict=0): the translation stays usable until the flush queue empties, and its IOVA is given to nobody before",
        Property.P1 when Violation.Kind == DmaDeviceMachine.KeptKind =>
            "no IOMMU translates for this importer: an address that was given cannot be taken back, its device has to keep its promise",
        Property.P1 when Violation.Kind == Quiescence.ImporterKind =>
            "the importer uses addresses that it has given back: no exporter can prevent it",
        Property.Quiescence when Violation.Kind == Quiescence.ImporterKind =>
            "the importer detaches without unmapping: no exporter can prevent it",
        Property.P12 when Violation.Kind == Obligations.OrderKind =>
            "order: CPU and peers are different users and may lose access in either order; memory_lock is held until both have",
        _ when Violation.Kind == Obligations.EnvironmentKind =>
            "the environment: no lock or callback of vfio is on the way, so an exporter cannot prevent it",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Violation.Property} {Violation.Text} [{Function}: {Step}]";
}
