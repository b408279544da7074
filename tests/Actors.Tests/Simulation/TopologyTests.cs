using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>Scenarios with a PCI topology: one and the same exporter and importer, and a verdict that follows from what lies between them.</summary>
public sealed class TopologyTests
{
    private const string Elsewhere = "a mapping leads a peer to another address than the one exported";
    private const string OneRangeOnly = "a buffer of several ranges cannot be mapped through a translating IOMMU";

    public static TheoryData<string> Line => [.. KernelRevisions.Line.Select(revision => revision.Name)];

    [Theory]
    [MemberData(nameof(Line))]
    public void Explore_WhenNoWayLeadsToThePeer_NeverMaps(string revision)
    {
        var result = Explore("root-ports-unlisted", revision);

        Assert.Equal((0, true), (result.Observation!.Positive, result.Observation.Negative > 0));
        Assert.DoesNotContain(result.Findings, witness => witness.Finding.Violation.Property is Property.P11 or Property.Quiescence);
    }

    [Theory]
    [MemberData(nameof(Line))]
    public void Explore_WhenTheHostBridgeForwards_NeverRefusesForTheWay(string revision)
    {
        var result = Explore("root-ports-listed", revision);

        Assert.Equal((0, true), (result.Observation!.Positive, result.Observation.Negative > 0));
    }

    [Theory]
    [InlineData("S0", true, false)]
    [InlineData("S6", false, false)]
    [InlineData("M73", false, false)]
    public void Explore_WhenTheSwitchForwardsDirectly_UsesBusAddresses(string revision, bool elsewhere, bool oneRangeOnly) =>
        AssertFound("switch-direct-ranges", revision, elsewhere, oneRangeOnly);

    [Theory]
    [InlineData("S0", false, false)]
    [InlineData("S6", false, true)]
    [InlineData("M73", false, true)]
    public void Explore_WhenItsPortsRedirect_UsesAnIovaWindow(string revision, bool elsewhere, bool oneRangeOnly) =>
        AssertFound("switch-redirect-ranges", revision, elsewhere, oneRangeOnly);

    // What was asked before the port redirected is not asked again, until the provider's driver has been unbound.
    [Theory]
    [InlineData("acs-redirect-map", "M73", true)]
    [InlineData("acs-redirect-map", "M73-fixes", false)]
    [InlineData("acs-redirect-rebind", "S5", false)]
    [InlineData("acs-redirect-rebind", "M73", false)]
    [InlineData("acs-redirect-rebind", "M73-fixes", false)]
    public void Explore_WhenAPortBeginsToRedirect_KeepsTheAnswerAsLongAsTheDriverIsBound(string scenario, string revision, bool isStale) =>
        Assert.Equal(isStale, Explore(scenario, revision).Findings.Any(witness => witness.Finding.Violation.Text == "a peer is given bus addresses although its requests are redirected to the root complex"));

    private static void AssertFound(string scenario, string revision, bool elsewhere, bool oneRangeOnly)
    {
        var found = Explore(scenario, revision).Findings.Select(witness => witness.Finding.Violation.Text).ToHashSet();

        Assert.Equal((elsewhere, oneRangeOnly), (found.Contains(Elsewhere), found.Contains(OneRangeOnly)));
    }

    private static ExplorationResult Explore(string scenario, string revision) =>
        new Explorer(new Model(KernelRevisions.Find(revision)!, ShippedScenarios.Read(scenario), GrantPolicy.Barging)).Run();
}
