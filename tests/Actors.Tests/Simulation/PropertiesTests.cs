using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>Each of P1 to P12 is broken by some revision in a shipped scenario, found and not accepted. MutantTests has a mutant for each.</summary>
public sealed class PropertiesTests
{
    private static readonly Dictionary<Property, (string Scenario, string Revision)> Broken = new()
    {
        [Property.P1] = ("close-dma", "S0"),
        [Property.P2] = ("flr-map-dma", "S0"),
        [Property.P3] = ("flr-map-dma", "S0"),
        [Property.P4] = ("command-map", "MM8"),
        [Property.P5] = ("export-fd-full", "M619"),
        [Property.P6] = ("command-close-fd", "M71a"),
        [Property.P7] = ("hot-reset-closed", "S9"),
        [Property.P8] = ("command-close-opath", "M73"),
        [Property.P9] = ("command-close-unmap", "M73"),
        [Property.P10] = ("unbind-close-opath-kept", "M73-annul"),
        [Property.P11] = ("command-fault", "M73"),
        [Property.P12] = ("attach-pin-command", "S0"),
    };

    public static TheoryData<Property> Properties => [.. Enum.GetValues<Property>().Where(property => property <= Property.P12)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Explore_OnARevisionThatBreaksIt_FindsTheProperty(Property property)
    {
        var (scenario, name) = Broken[property];
        var revision = KernelRevisions.Find(name)!;

        var result = new Explorer(new Model(revision, ShippedScenarios.Read(scenario), GrantPolicy.Barging)).Run();

        Assert.Contains(result.Findings, witness => witness.Finding.Violation.Property == property && witness.Finding.AcceptedReason(revision) is null);
    }
}
