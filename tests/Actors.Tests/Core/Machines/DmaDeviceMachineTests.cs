using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

public sealed class DmaDeviceMachineTests
{
    private static readonly AttachmentId A0 = new(0);
    private static readonly AttachmentId A1 = new(1);
    private static readonly PhysVec Page = new(0xe000_0000, 4096);

    [Fact]
    public void TryAlloc_WhenTheDomainTranslates_ReservesFromBelow4GiBDownwards()
    {
        var device = Take(Of(ImporterDma.Iommu), new DmaDeviceMessage.TryAlloc(A0, 12288), new DmaDeviceMessage.TryAlloc(A1, 4096));

        Assert.Equal(new IovaRange(0xffff_c000, 16384), device.MappingOf(A0).Window);
        Assert.Equal(new IovaRange(0xffff_b000, 4096), device.MappingOf(A1).Window);
    }

    [Theory]
    [InlineData(DmaDomain.Identity)]
    [InlineData(DmaDomain.Ops)]
    public void TryAlloc_WhenNothingTranslates_HasNoWindow(DmaDomain domain) =>
        Assert.Null(Take(Of(new ImporterDma { Domain = domain }), new DmaDeviceMessage.TryAlloc(A0, 4096)).MappingOf(A0).Window);

    [Theory]
    [InlineData(Remapping.AsRevision, false, -(int)Errno.EADDRINUSE)]
    [InlineData(Remapping.AsRevision, true, 0)]
    [InlineData(Remapping.Refuses, true, -(int)Errno.EADDRINUSE)]
    [InlineData(Remapping.Overwrites, false, 0)]
    public void Link_WhenThePageIsMapped_IsTheDriversToAnswer(Remapping remapping, bool overwrites, int answer)
    {
        var linked = Take(Of(ImporterDma.Iommu with { Remapping = remapping }), new DmaDeviceMessage.TryAlloc(A0, 8192), Link(A0, 0, Page));

        Assert.Equal(answer, Step(linked, new DmaDeviceMessage.Link(A0, 0, Page, MapAttribute.Mmio, overwrites, Private: false)).Reply.Value);
    }

    [Theory]
    [InlineData(MapAttribute.Mmio, true, null)]
    [InlineData(MapAttribute.SkipCpuSync, true, "attribute")]
    [InlineData(MapAttribute.SkipCpuSync, false, "attribute")]
    public void Link_WhenTheAttributeIsNotMmio_BreaksP1(MapAttribute attribute, bool coherent, string? kind) =>
        Assert.Equal(kind, Step(
            Take(Of(ImporterDma.Iommu with { Coherent = coherent }), new DmaDeviceMessage.TryAlloc(A0, 4096)), new DmaDeviceMessage.Link(A0, 0, Page, attribute, false, false)).Violation?.Kind);

    [Theory]
    [InlineData(false, "confidential")]
    [InlineData(true, null)]
    public void MapPhys_OfPrivateMmio_IsForTrustedDevices(bool trusted, string? kind) =>
        Assert.Equal(kind, Step(Of(ImporterDma.Direct with { Trusted = trusted }), new DmaDeviceMessage.MapPhys(A0, Page, MapAttribute.Mmio, Private: true)).Violation?.Kind);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Access_AfterTheUnmap_GetsThroughInALazyDomainUntilTheFlush(bool lazy)
    {
        var device = Take(
            Of(ImporterDma.Iommu with { Lazy = lazy }), new DmaDeviceMessage.TryAlloc(A0, 4096), new DmaDeviceMessage.AllocTable(A0, 1), Link(A0, 0, Page), Fill(A0, 0xffff_f000, 4096),
            new DmaDeviceMessage.Access(A0, IsPromised: true), new DmaDeviceMessage.DestroyWindow(A0, 4096), new DmaDeviceMessage.FreeTable(A0, 1), new DmaDeviceMessage.FreeState(A0));

        var stale = Step(device, new DmaDeviceMessage.Access(A0, IsPromised: false));
        var flushed = Take(device, new DmaDeviceMessage.Flush());

        Assert.Equal(lazy ? DmaDeviceMachine.StaleKind : null, stale.Violation?.Kind);
        Assert.Null(Step(flushed, new DmaDeviceMessage.Access(A0, IsPromised: false)).Violation);
        Assert.Equal(IovaSpace.Empty.Used, flushed.Used);
    }

    [Fact]
    public void TryAlloc_WhileIovaWaitsForTheFlush_GetsOtherIova()
    {
        var device = Take(Of(ImporterDma.Iommu with { Lazy = true }), new DmaDeviceMessage.TryAlloc(A0, 4096), Link(A0, 0, Page), new DmaDeviceMessage.DestroyWindow(A0, 4096), new DmaDeviceMessage.FreeState(A0));

        Assert.Equal(0xffff_e000UL, Take(device, new DmaDeviceMessage.TryAlloc(A1, 4096)).MappingOf(A1).Window!.Value.Start);
        Assert.Equal(0xffff_f000UL, Take(device, new DmaDeviceMessage.Flush(), new DmaDeviceMessage.TryAlloc(A1, 4096)).MappingOf(A1).Window!.Value.Start);
    }

    [Fact]
    public void DestroyWindow_WhenLazy_ArmsTheTimerOnce()
    {
        var device = Take(Of(ImporterDma.Iommu with { Lazy = true }), new DmaDeviceMessage.TryAlloc(A0, 4096), new DmaDeviceMessage.TryAlloc(A1, 4096));
        var first = Step(device, new DmaDeviceMessage.DestroyWindow(A0, 4096));

        Assert.True(first.Reply.Yes);
        Assert.False(Step((DmaDevice)first.State, new DmaDeviceMessage.DestroyWindow(A1, 4096)).Reply.Yes);
    }

    [Theory]
    [InlineData(12288, null)]
    [InlineData(8192, "leak")]
    [InlineData(4096, "leak")]
    public void DestroyWindow_WhenToldLess_FilesItUnderAnotherSize(ulong bytes, string? kind)
    {
        var device = Take(Of(ImporterDma.Iommu), new DmaDeviceMessage.TryAlloc(A0, 12288), Link(A0, 0, Page));

        Assert.Equal(kind, Step(device, new DmaDeviceMessage.DestroyWindow(A0, bytes)).Violation?.Kind);
    }

    [Fact]
    public void DestroyWindow_WhenMoreIsLinked_LeavesTranslations()
    {
        var device = Take(Of(ImporterDma.Iommu), new DmaDeviceMessage.TryAlloc(A0, 8192), Link(A0, 0, Page), Link(A0, 4096, Page));

        Assert.Equal("translations stay in IOVA that is given back", Step(device, new DmaDeviceMessage.DestroyWindow(A0, 4096)).Violation?.Text);
    }

    [Fact]
    public void FreeState_WhileTheWindowIsReserved_LosesIt() =>
        Assert.Equal("leak", Step(Take(Of(ImporterDma.Iommu), new DmaDeviceMessage.TryAlloc(A0, 4096)), new DmaDeviceMessage.FreeState(A0)).Violation?.Kind);

    [Theory]
    [InlineData(3u, null)]
    [InlineData(0u, "leak")]
    public void FreeTable_WhenItGoesByAnEmptyCpuList_FreesNothing(uint entries, string? kind) =>
        Assert.Equal(kind, Step(Take(Of(ImporterDma.Direct), new DmaDeviceMessage.AllocTable(A0, 3)), new DmaDeviceMessage.FreeTable(A0, entries)).Violation?.Kind);

    [Theory]
    [InlineData(DmaDomain.Identity, 0, null)]
    [InlineData(DmaDomain.Translated, 0, null)]
    [InlineData(DmaDomain.Identity, 1, null)]
    [InlineData(DmaDomain.Translated, 1, "assertion")]
    [InlineData(DmaDomain.Ops, 1, "assertion")]
    public void UnmapEntry_WhenItWasNeverFilled_IsHarmlessWithoutAnIommuOnly(DmaDomain domain, int index, string? kind)
    {
        var device = Of(new ImporterDma { Domain = domain });
        var address = (ulong)Step(device, new DmaDeviceMessage.MapPhys(A0, Page, MapAttribute.Mmio, false)).Reply.Page * 4096;
        device = Take(device, new DmaDeviceMessage.AllocTable(A0, 2), new DmaDeviceMessage.MapPhys(A0, Page, MapAttribute.Mmio, false), Fill(A0, address, 4096));

        Assert.Equal(kind, Step(device, new DmaDeviceMessage.UnmapEntry(A0, index)).Violation?.Kind);
    }

    [Theory]
    [InlineData(MapType.BusAddr, MapType.ThruHostBridge, false, MapType.BusAddr)]
    [InlineData(MapType.BusAddr, MapType.ThruHostBridge, true, MapType.ThruHostBridge)]
    [InlineData(MapType.BusAddr, MapType.NotSupported, true, MapType.NotSupported)]
    [InlineData(MapType.ThruHostBridge, MapType.ThruHostBridge, false, MapType.ThruHostBridge)]
    public void ReadMapType_WhenAskedAgain_AnswersAsTheFirstTime(MapType direct, MapType redirected, bool redirects, MapType type)
    {
        var device = redirects ? Take(Of(ImporterDma.Direct), new DmaDeviceMessage.SetRedirect()) : Of(ImporterDma.Direct);
        var ask = new DmaDeviceMessage.ReadMapType(new DeviceId(0), direct, redirected);
        var first = Step(device, ask);
        var later = Step(Take((DmaDevice)first.State, new DmaDeviceMessage.SetRedirect()), ask);

        Assert.Equal(((int)type, (int)type), (first.Reply.Value, later.Reply.Value));
    }

    [Fact]
    public void PiecesOf_WhenRangesAreLinkedInTurn_FollowsThem()
    {
        var device = Take(
            Of(ImporterDma.Iommu), new DmaDeviceMessage.TryAlloc(A0, 12288), Link(A0, 0, new PhysVec(0x1000, 4096)), Link(A0, 4096, new PhysVec(0x9000, 4096)), Fill(A0, 0xffff_c000, 12288));

        Assert.Equal([new(0x1000, 4096), new(0x9000, 4096), new(null, 4096)], device.PiecesOf(A0, 0));
    }

    private static DmaDevice Of(ImporterDma dma) => new() { Dma = dma };

    private static DmaDeviceMessage.Link Link(AttachmentId attachment, ulong offset, PhysVec range) => new(attachment, offset, range, MapAttribute.Mmio, Overwrites: false, Private: false);

    private static DmaDeviceMessage.Fill Fill(AttachmentId attachment, ulong address, ulong length) => new(attachment, Sequence<SgEntry>.Of(new SgEntry(address, length)));

    private static Possibility Step(DmaDevice device, DmaDeviceMessage message) => DmaDeviceMachine.Handle(device, message).Possibilities[0];

    private static DmaDevice Take(DmaDevice device, params DmaDeviceMessage[] messages) =>
        messages.Aggregate(device, (state, message) => (DmaDevice)Step(state, message).State);
}
