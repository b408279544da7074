using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Revisions;

public sealed class MappingLayoutTests
{
    private const ulong GiB = 1UL << 30;
    private const ulong A = 0x4_0000_0000;

    private static readonly DeviceTraits Large = DeviceTraits.Plain with { Bars = Sequence<Bar>.Of(new Bar(0, 16 * GiB, true)) };

    private static readonly DeviceTraits IoFirst = DeviceTraits.Plain with
    {
        Bars = Sequence<Bar>.Of(new Bar(0, 256, false), new Bar(2, 1 << 20, true)), BusOffset = 0x1000,
    };

    [Theory]
    [InlineData("S0", new ulong[] { A, 0 })]
    [InlineData("S4", new ulong[] { A, 0 })]
    [InlineData("S5", new ulong[] { A, 0xffff_ffff, A + 0xffff_ffff, 0xffff_ffff, A + 0xffff_fffe, 2 })]
    [InlineData("M619", new ulong[] { A, 0xffff_ffff, A + 0xffff_ffff, 0xffff_ffff, A + 0xffff_fffe, 2 })]
    [InlineData("M619p", new ulong[] { A, 0xffff_ffff, A + 0xffff_ffff, 0xffff_ffff, A + 0x1_ffff_fffe, 2 })]
    [InlineData("M71b", new ulong[] { A, 0xffff_ffff, A + 0xffff_ffff, 0xffff_ffff, A + 0x1_ffff_fffe, 2 })]
    [InlineData("M73", new ulong[] { A, 0xffff_f000, A + 0xffff_f000, 0xffff_f000, A + 0x1_ffff_e000, 0x2000 })]
    public void Of_WhenARunIsOf8GiB_IsAsTheWorkedExample(string revision, ulong[] expected) =>
        AssertPieces(expected, revision, Exports(0, (0, 8 * GiB)), Large, ImporterMode.Phys);

    [Theory]
    [InlineData("R22a", 0x1000)]
    [InlineData("R22", 0x10_1000)]
    [InlineData("S0", 0x10_1000)]
    public void Of_WhenARegionIsAskedFor_BeginsInTheOneThatIsStored(string revision, ulong offset) =>
        AssertPieces([0xe000_0000 + offset, 4096], revision, Exports(2, (0x1000, 4096)), IoFirst, ImporterMode.Phys);

    [Theory]
    [InlineData("S0", true)]
    [InlineData("S1", true)]
    [InlineData("S2", false)]
    [InlineData("M73", false)]
    public void Of_WhenBar0IsIo_OneProviderForAllBarsIsWrongOnTheBus(string revision, bool wrong) =>
        AssertPieces([0xe010_0000 - (wrong ? 0x1000UL : 0), 4096], revision, Exports(2, (0, 4096)), IoFirst, ImporterMode.Bus);

    [Theory]
    [InlineData("S0")]
    [InlineData("S1")]
    [InlineData("M73")]
    public void Of_WhenBar0IsMemory_TheBusLeadsToTheBar(string revision) =>
        AssertPieces([A, 4096], revision, Exports(0, (0, 4096)), Large with { BusOffset = 0x1000 }, ImporterMode.Bus);

    [Fact]
    public void Of_WhenSegmentsAreShort_HasAnEntryForEach()
    {
        var pieces = MappingLayout.Of(MainlineRevisions.R22, Exports(0, (0, 10_000)), Large, Place(ImporterMode.Phys) with { SegmentBytes = 4096 });

        Assert.Equal([new(A, 4096), new(A + 4096, 4096), new(A + 8192, 1808)], pieces);
    }

    [Fact]
    public void Of_WhenRangesAreLinkedAtOneOffset_TheLastLiesOnTop() =>
        AssertPieces([A + 0x10000, 4096, A + 4096, 4096, ulong.MaxValue, 4096], "S5", Exports(0, (0, 8192), (0x10000, 4096)), Large, ImporterMode.Iova);

    [Theory]
    [InlineData("S0", new ulong[] { A, 4096 })]
    [InlineData("S1", new ulong[] { A, 4096, ulong.MaxValue, 9 })]
    [InlineData("S2", new ulong[] { A, 4096 })]
    public void Of_WhenALengthIsCountedFrom9_LeadsBeyondTheWindow(string revision, ulong[] expected) =>
        AssertPieces(expected, revision, Exports(0, (0, 4096)), Large, ImporterMode.Iova);

    private static AttachmentPlace Place(ImporterMode mode) => new(new DmaBufId(0), ImporterKind.Unmaps, Mode: mode);

    private static Exported Exports(uint region, params (ulong Offset, ulong Length)[] ranges) =>
        new(region, (uint)ranges.Length, Sequence<DmaRange>.From(ranges.Select(range => new DmaRange(range.Offset, range.Length))));

    // Address and length in turn; ulong.MaxValue stands for nothing.
    private static void AssertPieces(ulong[] expected, string revision, Exported exported, DeviceTraits traits, ImporterMode mode) =>
        Assert.Equal(
            expected.Chunk(2).Select(pair => new Piece(pair[0] == ulong.MaxValue ? null : pair[0], pair[1])),
            MappingLayout.Of(KernelRevisions.Find(revision)!, exported, traits, Place(mode)));
}
