using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>What a mapping gets wrong, and in which postings and releases: from the first to the last named, and in no other row of the line.</summary>
public sealed class MappingTests
{
    private const string Elsewhere = "a mapping leads a peer to another address than the one exported";
    private const string Outside = "a mapping leads a peer outside of what the driver grants of the region";

    [Theory]
    [InlineData("export-8g-map", "a mapping is shorter than the buffer", "S0", "S4")]
    [InlineData("export-8g-map", Elsewhere, "S5", "M619")]
    [InlineData("export-half-map", Outside, "R22a", "S4")]
    [InlineData("export-half-map", "a mapping leads a peer to a BAR that vfio does not own", "R22a", "M71a")]
    [InlineData("export-ranges-map", Elsewhere, "S1", "S5")]
    [InlineData("export-ranges-map", "NULL pointer dereference of sgl", "S1", "S4")]
    [InlineData("export-ranges-map", "a buffer of several ranges cannot be mapped through a translating IOMMU", "S6", "M73")]
    [InlineData("remap-detach-iova", "an IOVA window of an importer's device is never given back", "S0", "S5")]
    [InlineData("remap-detach-iova", "map links into an IOVA window that was given back", "S0", "S5")]
    [InlineData("remap-detach-iova", "a mapping is longer than the buffer", "S1", "S1")]
    [InlineData("two-segment-sizes-unmap", "unmap frees fewer scatterlist entries than its mapping has", "R22a", "R22")]
    [InlineData("two-segment-sizes-unmap", "unmap frees more scatterlist entries than its mapping has", "R22", "R22")]
    [InlineData("pin-reset-dma", "peer DMA through an exporter mapping meets an inaccessible function: the function is in reset", "S0", "M619")]
    public void Explore_OnEveryRevision_FindsItFromTheFirstToTheLast(string scenario, string text, string first, string last)
    {
        var line = KernelRevisions.Line.Select(row => row.Name).ToList();

        var found = KernelRevisions.Line.Where(row => Finds(scenario, row, text)).Select(row => row.Name);

        Assert.Equal(line[line.IndexOf(first)..(line.IndexOf(last) + 1)], found);
    }

    // Two causes with one symptom: the region that was never stored, and the bus offset of another BAR.
    [Fact]
    public void Explore_OfARegionBehindAnIoBar_FindsItInR22aAndInS0AndS1()
    {
        var found = KernelRevisions.Line.Where(row => Finds("export-region-map", row, Elsewhere)).Select(row => row.Name);

        Assert.Equal(["R22a", "S0", "S1"], found);
    }

    private static bool Finds(string scenario, KernelRevision revision, string text) =>
        new Explorer(new Model(revision, ShippedScenarios.Read(scenario), GrantPolicy.Barging)).Run().Findings.Any(witness => witness.Finding.Violation.Text == text);
}
