using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Revisions;

/// <summary>The worked examples of dma-mapping b.4, and its table of failures b.2.</summary>
public sealed class PhysVecToSgtTests
{
    private const ulong K = 1 << 10;
    private const ulong M = 1 << 20;
    private const ulong G = 1UL << 30;
    private const ulong A = 0x100_0000_0000;
    private const ulong Offset = 0x10_0000;
    private const ulong Old = 0xffff_ffff;
    private const ulong New = 0xffff_f000;

    private static readonly KernelRevision Correct = KernelRevisions.Find("M73-fixes")!;
    private static readonly SgRoute Iommu = new SgRoute.HostBridge(ImporterDma.Iommu);
    private static readonly SgRoute Direct = new SgRoute.HostBridge(ImporterDma.Direct);

    // Case, the lengths of its ranges, and the lengths of the entries of each range: of the old and of the new chunk.
    public static TheoryData<string, ulong[], ulong[][], ulong[][]> Examples => new()
    {
        { "one page", [0x1000], [[0x1000]], [[0x1000]] },
        { "8 KiB and 64 KiB", [0x2000, 0x10000], [[0x2000], [0x10000]], [[0x2000], [0x10000]] },
        { "4 GiB less a page", [4 * G - 4 * K], [[New]], [[New]] },
        { "4 GiB", [4 * G], [[Old, 1]], [[New, 0x1000]] },
        { "5 GiB and a page", [5 * G + 4 * K], [[Old, 0x4000_1001]], [[New, 0x4000_2000]] },
        { "8 GiB", [8 * G], [[Old, Old, 2]], [[New, New, 0x2000]] },
        { "16 of 1 MiB", [.. Enumerable.Repeat(M, 16)], [.. Enumerable.Repeat(new[] { M }, 16)], [.. Enumerable.Repeat(new[] { M }, 16)] },
        { "5 GiB and 3 GiB", [5 * G, 3 * G], [[Old, 0x4000_0001], [0xc000_0000]], [[New, 0x4000_1000], [0xc000_0000]] },
        { "16 of 4 GiB", [.. Enumerable.Repeat(4 * G, 16)], [.. Enumerable.Repeat(new[] { Old, 1UL }, 16)], [.. Enumerable.Repeat(new[] { New, 0x1000UL }, 16)] },
        { "12 GiB", [12 * G], [[Old, Old, Old, 3]], [[New, New, New, 0x3000]] },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Map_OnTheBusAndDirect_IsAsTheWorkedExample(string name, ulong[] lengths, ulong[][] old, ulong[][] current)
    {
        foreach (var (revision, expected) in new[] { ("M619p", old), ("M71b", old), ("M73", current) })
        {
            foreach (var (route, shift) in new[] { (new SgRoute.Bus(Offset), Offset), (Direct, 0UL) })
            {
                var mapping = Map(revision, lengths, route);

                var entries = Ranges(lengths).Zip(expected).SelectMany(range => Run(range.First.Paddr + shift, range.Second));
                Assert.Equal(entries, mapping.Entries);
                Assert.True(mapping is { Errno: Errno.None, OrigNents: 0, Window: null, HasCpuLengths: false }, $"{name} on {revision}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Map_ThroughAWindow_IsOneRunWhereTheCodeIsCorrect(string name, ulong[] lengths, ulong[][] old, ulong[][] current)
    {
        var size = lengths.Aggregate((sum, length) => sum + length);
        foreach (var revision in new[] { Correct, Correct with { SgEntries = SgEntries.Product64 } })
        {
            var mapping = PhysVecToSgt.Map(revision, Ranges(lengths), Iommu);

            var window = mapping.Window!.Value;
            Assert.Equal(Chunks(size, revision == Correct ? New : Old), mapping.Entries.Select(entry => entry.LenBytes));
            Assert.Equal(window.Start, mapping.Entries[0].DmaAddress);
            Assert.Equal(lengths.Length, mapping.Links.Count);
            Assert.Equal((size, size, IommuProtection.Mmio), (mapping.SyncedBytes, mapping.SizeBytes, mapping.Protection));
            Assert.True(window.Bytes >= size && mapping.Warnings.Count == 0, name);
        }

        Assert.Equal(old.Length, current.Length);
    }

    [Fact]
    public void Map_WhenTheProductIsOf32Bits_TurnsBackFromTheThirdEntryOn()
    {
        Assert.Equal([A, A + Old, A + 0xffff_fffe], Map("S9", [8 * G], Direct).Entries.Select(entry => entry.DmaAddress));
        Assert.Equal([A, A + Old, A + 0xffff_fffe, A + 0xffff_fffd], Map("M619", [12 * G], Direct).Entries.Select(entry => entry.DmaAddress));
    }

    [Theory]
    [InlineData(4 * G, 0, 2)]
    [InlineData(5 * G + 4 * K, 0x4000_1000, 2)]
    [InlineData(8 * G, 0, 3)]
    public void Map_WhenTheMappedLengthIsOf32Bits_LeavesEntriesEmpty(ulong length, ulong mapped, int entries)
    {
        foreach (var revision in new[] { "S5", "S9", "M619p", "M71b" })
        {
            var mapping = Map(revision, [length], Iommu);

            Assert.Equal((Errno.None, entries, mapped), (mapping.Errno, mapping.Entries.Count, mapping.SyncedBytes));
            Assert.Equal(mapped, mapping.Entries.Aggregate(0UL, (sum, entry) => sum + entry.LenBytes));
            Assert.Equal(["WARN_ON_ONCE(mapped_len != size)", "WARN_ON_ONCE(sgl)"], mapping.Warnings);
        }

        Assert.Empty(Map("M73", [length], Iommu).Warnings);
    }

    [Theory]
    [InlineData("S0", true)]
    [InlineData("S4", true)]
    [InlineData("S5", false)]
    public void Map_WhenThereIsOneEntry_CutsItsLengthTo32Bits(string revision, bool cut) =>
        Assert.Equal(cut ? [0x1000UL] : [Old, 0x1001], Map(revision, [4 * G + 4 * K], Direct).Entries.Select(entry => entry.LenBytes));

    [Theory]
    [InlineData("S1", Errno.None, 0)]
    [InlineData("S5", Errno.None, 0)]
    [InlineData("S6", Errno.EADDRINUSE, 1)]
    [InlineData("M73", Errno.EADDRINUSE, 1)]
    [InlineData("M73-fixes", Errno.None, 0)]
    public void Map_WhenASecondRangeIsLinked_MeetsTheFirstOne(string revision, Errno errno, int range)
    {
        var mapping = Map(revision, [8 * K, 64 * K], Iommu);

        Assert.Equal((errno, range), (mapping.Errno, mapping.FailedRange));
        Assert.Equal(revision == "M73-fixes" ? [0UL, 8 * K] : errno == Errno.None ? [0, 0] : [0], mapping.Links.Select(link => link.Offset));
        Assert.Equal(Errno.None, PhysVecToSgt.Map(KernelRevisions.Find(revision)!, Ranges([8 * K, 64 * K]), new SgRoute.HostBridge(ImporterDma.Iommu with { Remapping = Remapping.Overwrites })).Errno);
    }

    [Theory]
    [InlineData("M619", new ulong[] { 2 }, Errno.EINVAL)]
    [InlineData("M619", new ulong[] { 1 }, Errno.None)]
    [InlineData("M73", new ulong[] { 0x2000 }, Errno.EINVAL)]
    [InlineData("M73", new ulong[] { 0x1000 }, Errno.None)]
    [InlineData("M73", new ulong[] { 0x1000, 0x1000 }, Errno.None)]
    [InlineData("S4", new ulong[] { 0x2000 }, Errno.None)]
    public void Map_WhereSizeTIsOf32Bits_RoundsUpTo0(string revision, ulong[] lengths, Errno errno) =>
        Assert.Equal(errno, PhysVecToSgt.Map(KernelRevisions.Find(revision)! with { SizeBits = 32 }, Ranges(lengths), Direct).Errno);

    [Theory]
    [InlineData("R24", IommuProtection.Mmio)]
    [InlineData("S0", IommuProtection.Cache)]
    [InlineData("S1", IommuProtection.Mmio)]
    [InlineData("M73", IommuProtection.Mmio)]
    public void Map_WhenThePageTablesAreWritten_SaysMmioFromV1On(string revision, IommuProtection protection) =>
        Assert.Equal(protection, Map(revision, [4 * K], Iommu).Protection);

    [Theory]
    [InlineData("R24", Errno.None, false)]
    [InlineData("S0", Errno.None, true)]
    [InlineData("S1", Errno.ENOMEM, false)]
    [InlineData("M73", Errno.ENOMEM, false)]
    public void Map_WhenSwiotlbIsForced_RefusesMmio(string revision, Errno errno, bool bounced)
    {
        var mapping = Map(revision, [4 * K], new SgRoute.HostBridge(ImporterDma.Direct with { SwiotlbForced = true }));

        Assert.Equal((errno, bounced), (mapping.Errno, mapping.IsBounced));
    }

    public static TheoryData<ImporterDma, Errno> Limits => new()
    {
        { ImporterDma.Direct with { Mask = 0 }, Errno.ENOMEM },
        { ImporterDma.Direct with { Mask = A + 0xfff }, Errno.None },
        { ImporterDma.Direct with { Mask = A + 0xffe }, Errno.ENOMEM },
        { ImporterDma.Direct with { BusLimit = A }, Errno.ENOMEM },
        { ImporterDma.Iommu with { Mask = 0xffff_ffff }, Errno.None },
        { ImporterDma.Iommu with { Mask = 0xfff }, Errno.ENOMEM },
        { new ImporterDma { Domain = DmaDomain.Ops }, Errno.None },
        { new ImporterDma { Domain = DmaDomain.Ops, MapsMmio = false }, Errno.ENOMEM },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Map_WhenTheDeviceHasLimits_KeepsThem(ImporterDma device, Errno errno) =>
        Assert.Equal(errno, Map("M73", [4 * K], new SgRoute.HostBridge(device)).Errno);

    [Fact]
    public void Map_WhenTheRouteIsNotSupported_IsInvalid() => Assert.Equal((Errno.EINVAL, SgStep.MapType), (Map("M73", [4 * K], new SgRoute.NotSupported()) is var refused ? refused.Errno : 0, refused.FailedStep));

    [Fact]
    public void Map_WhenNoWindowIsFree_MapsRangeByRange()
    {
        var mapping = PhysVecToSgt.Map(KernelRevisions.M73, Ranges([8 * K, 4 * K]), Iommu, new SgFault(SgStep.TryAlloc));

        Assert.Equal([new(0xffff_e000, 8 * K), new(0xffff_d000, 4 * K)], mapping.Entries);
        Assert.Equal(mapping.Entries, mapping.Mapped);
    }

    public static TheoryData<string, SgRoute, SgFault, SgUndone[], SgLeft> Failures => new()
    {
        { "M73", Iommu, new(SgStep.AllocTable), [new(SgUndo.FreeState), new(SgUndo.FreeRecord)], new(WindowBytes: 16 * K) },
        { "M73", Direct, new(SgStep.AllocTable), [new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73", Iommu, new(SgStep.Link, 0, Errno.ENOMEM), [new(SgUndo.FreeTable, 0, 1), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], new(WindowBytes: 16 * K) },
        { "M73", Iommu, new(SgStep.Link, 1, Errno.ENOMEM), [new(SgUndo.DestroyWindow, 0xffff_c000, 8 * K), new(SgUndo.FreeTable, 0, 1), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], new(MisfiledBytes: 16 * K) },
        { "M73-fixes", Iommu, new(SgStep.Sync, 0, Errno.EIO), [new(SgUndo.FreeTable, 0, 1), new(SgUndo.FreeWindow, 0xffff_c000, 16 * K), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73-fixes", Iommu, new(SgStep.AllocTable), [new(SgUndo.FreeWindow, 0xffff_c000, 16 * K), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73-fixes", Iommu, new(SgStep.Link, 0, Errno.ENOMEM), [new(SgUndo.FreeTable, 0, 1), new(SgUndo.FreeWindow, 0xffff_c000, 16 * K), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73-fixes", Iommu, new(SgStep.Link, 1, Errno.ENOMEM), [new(SgUndo.FreeTable, 0, 1), new(SgUndo.FreeWindow, 0xffff_c000, 16 * K), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73-fixes", Direct, new(SgStep.MapPhys, 1), [new(SgUndo.UnmapPhys, A, 8 * K), new(SgUndo.FreeTable, 0, 3), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73", Direct, new(SgStep.MapPhys, 0), [new(SgUndo.FreeTable, 0, 3), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], default },
        { "M73", Direct, new(SgStep.MapPhys, 1), [new(SgUndo.UnmapPhys, A, 8 * K), new(SgUndo.UnmapPhys), new(SgUndo.UnmapPhys), new(SgUndo.FreeTable, 0, 3), new(SgUndo.FreeState), new(SgUndo.FreeRecord)], new(EmptyUnmaps: 2) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Map_WhenAStepFails_UnwindsAsTheSource(string revision, SgRoute route, SgFault fault, SgUndone[] undone, SgLeft left)
    {
        var mapping = PhysVecToSgt.Map(KernelRevisions.Find(revision)!, Ranges([8 * K, 4 * K, 4 * K]), route, fault);

        Assert.Equal((fault.Errno, fault.Step), (mapping.Errno, mapping.FailedStep));
        Assert.Equal(undone, mapping.Undone);
        Assert.Equal(left, mapping.Left);
        Assert.Empty(mapping.Entries);
    }

    [Theory]
    [InlineData("S7", 0)]
    [InlineData("S8", 1)]
    [InlineData("M73", 1)]
    public void Unmap_WhenTheCpuListIsEmpty_LosesTheTable(string revision, int entries) =>
        Assert.Equal(new SgLeft(TableEntries: entries), PhysVecToSgt.Unmap(KernelRevisions.Find(revision)!, Map(revision, [4 * K], Iommu)).Left);

    [Fact]
    public void Unmap_WhenARunWasCut_UnmapsPieceByPiece() =>
        Assert.Equal(new SgLeft(PartialUnmaps: 2, TableEntries: 2), PhysVecToSgt.Unmap(KernelRevisions.M73, Map("M73", [4 * G], Direct)).Left);

    [Fact]
    public void Map_WhenThereAreAsManyRangesAsAnExportTakes_IsLinear()
    {
        var lengths = Enumerable.Repeat(4 * K, (int)ExportValidation.RangesMax).ToArray();
        foreach (var (revision, route, entries) in new[] { ("M73", (SgRoute)new SgRoute.Bus(), lengths.Length), ("M73", Direct, lengths.Length), ("M73-fixes", Iommu, 1) })
            Assert.Equal(entries, Map(revision, lengths, route).Entries.Count);
        Assert.Equal(lengths.Length, PhysVecToSgt.Map(KernelRevisions.M73, Ranges(lengths), Iommu, new SgFault(SgStep.TryAlloc)).Entries.Count);
    }

    private static SgMapping Map(string revision, ulong[] lengths, SgRoute route) => PhysVecToSgt.Map(KernelRevisions.Find(revision)!, Ranges(lengths), route);

    // One behind the other, with a page between.
    private static PhysVec[] Ranges(ulong[] lengths)
    {
        var next = A;
        return [.. lengths.Select(length => new PhysVec((next += length + 0x1000) - length - 0x1000, length))];
    }

    private static IEnumerable<SgEntry> Run(ulong start, ulong[] lengths) => lengths.Select(length => new SgEntry((start += length) - length, length));

    private static IEnumerable<ulong> Chunks(ulong size, ulong chunk)
    {
        for (; size > chunk; size -= chunk)
            yield return chunk;
        yield return size;
    }
}
