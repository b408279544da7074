using Actors.Core.Messages;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Revisions;

public sealed class PageBackingTests
{
    private const ulong M = 1UL << 20;
    private const ulong G = 1UL << 30;

    [Theory]
    [InlineData(16 * M, 256UL << 10)]
    [InlineData(G, 16 * M)]
    [InlineData(64 * G, G)]
    [InlineData(128 * G, 2 * G)]
    public void CostBytes_OfABar_IsA64thOfIt(ulong bar, ulong cost) => Assert.Equal(cost, PageBacking.CostBytes(bar));

    [Theory]
    [InlineData(0x4000_0000, 4 * M, false)]
    [InlineData(0x4000_0000, 4096, true)]
    [InlineData(0x4000_1000, 2 * M, true)]
    [InlineData(0x4000_0000, 3 * M, true)]
    public void IsRefused_OfARange_UnlessItIsWholeSubsections(ulong start, ulong length, bool refused) => Assert.Equal(refused, PageBacking.IsRefused(new PhysVec(start, length)));

    [Theory]
    [InlineData(4096, "struct pages: refused, the BAR is smaller than a sub-section of 2 MiB")]
    [InlineData(16 * M, "struct pages: 256 KiB of memory for a BAR of 16 MiB")]
    public void Describe_OfABar_SaysTheCostOrTheRefusal(ulong bar, string expected) => Assert.Equal(expected, PageBacking.Describe(bar));

    [Fact]
    public void Map_WithStructPages_HasACpuListAndNoDefectOfIt()
    {
        var revision = KernelRevisions.Find("M73-pages")!;
        var mapping = PhysVecToSgt.Map(revision, [new PhysVec(G, 2 * M), new PhysVec(8 * G, 2 * M)], new SgRoute.HostBridge(ImporterDma.Iommu));

        Assert.Equal((Errno.None, 1, true), (mapping.Errno, mapping.OrigNents, mapping.HasCpuLengths));
        Assert.Equal(default, PhysVecToSgt.Unmap(revision, mapping).Left);
    }
}
