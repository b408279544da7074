using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>What was posted or merged, oldest first. A row reads like the patch it stands for (kernel/exporter-paths.md section 0).</summary>
public static class MainlineRevisions
{
    /// <summary>The first posting.</summary>
    public static readonly KernelRevision R22a = new("R22a", "[PATCH 4/4] vfio/pci: Allow MMIO regions to be exported through dma-buf", "2022-08-17")
    {
        IoctlTakesRuntimePm = false,
        ExportInput = ExportInput.SingleSlice,
        ExportChecks = ExportChecks.WholeBarAllowed,
        RangesOnError = RangesOnError.Freed,
        DriverTest = DriverTest.None,
        RegistrationGet = RegistrationGet.AfterExport,
        RevokedInverted = true,
        FdFailure = FdFailure.LeaksBuffer,
        AttachTest = AttachTest.DeviceThroughVdev,
        PinOp = PinOp.RefusesInvalid,
        MapTest = MapTest.NotRevoked,
        RegionStored = RegionStored.Never,
        SgEntries = SgEntries.BySegmentSize,
        OrigNents = OrigNents.NotKept,
        FileReference = FileReference.TryGet,
        RevokeReturns = RevokeReturns.AfterNotify,
        CleanupPlace = CleanupPlace.AfterDisable,
        RevokeSites = RevokeSites.CommandAndReset,
        AfterFlr = AfterFlr.Nothing,
        HotReset = HotReset.RevokesLate,
        BarSetup = BarSetup.Lazy,
        DeviceInit = DeviceInit.WithoutProvider,
        DeviceFlags = DeviceFlags.Bytes,
        VfCreation = VfCreation.UnderMemoryLock,
    };

    /// <summary>Its second version, posted again in 2024.</summary>
    public static readonly KernelRevision R22 = R22a with
    {
        Name = "R22",
        Title = "[PATCH v2 4/4] the same: both signs of the revoked bit right",
        Date = "2022-09",
        RevokedInverted = false,
        MapTest = MapTest.RevokedThroughVdev,
        RegionStored = RegionStored.Always,
        OrigNents = OrigNents.InBuffer,
    };

    /// <summary>The derivatives of 2024.</summary>
    public static readonly KernelRevision R24 = R22 with
    {
        Name = "R24",
        Title = "derivatives of 2024: revoke on FLR, power state and low power; get_file_rcu()",
        Date = "2024-06",
        IoctlTakesRuntimePm = true,
        RegistrationGet = RegistrationGet.BeforeExport,
        OrigNents = OrigNents.InMapping,
        FileReference = FileReference.GetFileRcu,
        EpollFile = EpollFile.TakesReference,
        RevokeSites = RevokeSites.All,
        AmdgpuNotify = AmdgpuNotify.ReservesFenceSlots,
        AfterFlr = AfterFlr.RevokesAgain,
        DeviceFlags = DeviceFlags.BitFields,
    };

    /// <summary>The seed patch.</summary>
    public static readonly KernelRevision S0 = R24 with
    {
        Name = "S0",
        Title = "[PATCH 10/10] vfio/pci: Add dma-buf export support for MMIO regions (the seed patch)",
        Date = "2025-07-23",
        ExportChecks = ExportChecks.MemoryBar,
        AttachTest = AttachTest.ProviderThroughVdev,
        PinOp = PinOp.None,
        MapTest = MapTest.NoneThroughVdev,
        SgEntries = SgEntries.One,
        MapAttribute = MapAttribute.SkipCpuSync,
        WindowOwner = WindowOwner.Attachment,
        ProviderScope = ProviderScope.Device,
        FileReference = FileReference.GetFileActive,
        DeviceInit = DeviceInit.ProviderRequired,
    };

    /// <summary>v1: ranges.</summary>
    public static readonly KernelRevision S1 = S0 with
    {
        Name = "S1",
        Title = "v1: ranges return",
        Date = "2025-08-04",
        ExportInput = ExportInput.Ranges,
        ExportChecks = ExportChecks.MemoryBarAfterCopy,
        RangesOnError = RangesOnError.Leaked,
        MapAttribute = MapAttribute.Mmio,
        MappedLength = MappedLength.Width32,
        MappedLengthStart = 9,
    };

    /// <summary>v2: map tests revoked, un-revoke after FLR, hot reset revokes while locking.</summary>
    public static readonly KernelRevision S2 = S1 with
    {
        Name = "S2",
        Title = "v2: map tests revoked, un-revoke after FLR, hot reset revokes while locking",
        Date = "2025-09-11",
        MapTest = MapTest.Revoked,
        MappedLengthStart = 0,
        ProviderScope = ProviderScope.Bar,
        AfterFlr = AfterFlr.Unrevokes,
        HotReset = HotReset.RevokesWhileLocking,
    };

    /// <summary>v3: the provider is cached in priv.</summary>
    public static readonly KernelRevision S3 = S2 with
    {
        Name = "S3",
        Title = "v3: the provider is cached in priv",
        Date = "2025-09-25",
        AttachTest = AttachTest.CachedProvider,
    };

    /// <summary>v4: the provider is looked up in place of the memory test.</summary>
    public static readonly KernelRevision S4 = S3 with
    {
        Name = "S4",
        Title = "v4: the provider is looked up in place of the memory test",
        Date = "2025-09-28",
        ExportChecks = ExportChecks.ProviderPointer,
    };

    /// <summary>v5: stricter validation; a wrong comparison in the init op.</summary>
    public static readonly KernelRevision S5 = S4 with
    {
        Name = "S5",
        Title = "v5: stricter validation, drivers with an ioctl op refused",
        Date = "2025-10-13",
        ExportChecks = ExportChecks.ProviderAfterCopy,
        RangesOnError = RangesOnError.Freed,
        SgEntries = SgEntries.Product32,
        DriverTest = DriverTest.RefusesOwnIoctl,
        DeviceInit = DeviceInit.ReturnsOnSuccess,
    };

    /// <summary>v6: get_dmabuf_phys op, mapping in the dma-buf core, dma_buf_put() after a failed fd.</summary>
    public static readonly KernelRevision S6 = S5 with
    {
        Name = "S6",
        Title = "v6: get_dmabuf_phys op, mapping by the dma-buf core",
        Date = "2025-11-02",
        ExportChecks = ExportChecks.FillPhysVec,
        DriverTest = DriverTest.CallsOpUnchecked,
        FdFailure = FdFailure.UnwindsTwice,
        AttachTest = AttachTest.Revoked,
        WindowOwner = WindowOwner.Mapping,
        SecondRange = SecondRange.Refused,
        HotReset = HotReset.UndoLosesCursor,
        DeviceInit = DeviceInit.ProviderOptional,
    };

    /// <summary>v7: un-revoke inside the reverse walk.</summary>
    public static readonly KernelRevision S7 = S6 with
    {
        Name = "S7",
        Title = "v7: hot reset un-revokes inside its reverse walk",
        Date = "2025-11-06",
        HotReset = HotReset.UnrevokesInUndo,
        CleanupPut = "fput(priv->dmabuf->file)",
    };

    /// <summary>v8: pci_ops tested.</summary>
    public static readonly KernelRevision S8 = S7 with
    {
        Name = "S8",
        Title = "v8: drivers without pci_ops are refused",
        Date = "2025-11-11",
        DriverTest = DriverTest.CallsOp,
        CpuList = CpuList.Empty,
    };

    /// <summary>v9.</summary>
    public static readonly KernelRevision S9 = S8 with
    {
        Name = "S9",
        Title = "v9: fput() in the walks",
        Date = "2025-11-20",
        MovePut = "fput(priv->dmabuf->file)",
    };

    /// <summary>Merged for v6.19.</summary>
    public static readonly KernelRevision M619 = S9 with
    {
        Name = "M619",
        Title = "5d74781ebc86, v6.19-rc1: hot reset asks whether a device is open",
        Date = "2025-12-04",
        HotReset = HotReset.UnrevokesOpenDevices,
        PagesMap = PagesMap.CopiesRange,
    };

    /// <summary>Late v6.19-rc.</summary>
    public static readonly KernelRevision M619p = M619 with
    {
        Name = "M619p",
        Title = "61ceaf236115: pin refused; 590d74568030: entries from 8 GiB on",
        Date = "2026-01-21",
        PinOp = PinOp.RefusesUnsupported,
        SgEntries = SgEntries.Product64,
    };

    /// <summary>v7.0-rc.</summary>
    public static readonly KernelRevision M70 = M619p with
    {
        Name = "M70",
        Title = "e98137f0a874: no unwinding after dma_buf_put() (CVE-2026-31468)",
        Date = "2026-03",
        FdFailure = FdFailure.PutsBuffer,
        PinnedMapFailure = PinnedMapFailure.UnpinsOnce,
    };

    /// <summary>The v7.1 cycle: revocable attachments, revoke waits.</summary>
    public static readonly KernelRevision M71a = M70 with
    {
        Name = "M71a",
        Title = "1a8a5227f229: wait for fences and unmaps; dma_buf_attach_revocable()",
        Date = "2026-03-20",
        NotifyCall = "dma_buf_invalidate_mappings",
        AttachTest = AttachTest.Revocable,
        PinOp = PinOp.None,
        RevokeReturns = RevokeReturns.AfterFencesAndUnmaps,
        PagesMap = PagesMap.PinsFirst,
        PinnedUmemOps = PinnedUmemOps.HaveNoCallback,
        KrefRearm = KrefRearm.OnUnrevoke,
    };

    /// <summary>v7.1-rc with its fixes.</summary>
    public static readonly KernelRevision M71b = M71a with
    {
        Name = "M71b",
        Title = "d97708701434, 702809dabdec, 05f2a68b407a, c64a647c84f3: cleanup before disable, BARs at enable",
        Date = "2026-05",
        KrefRearm = KrefRearm.AfterDrain,
        CleanupPlace = CleanupPlace.BeforeDisable,
        BarSetup = BarSetup.AtEnable,
    };

    /// <summary>The newest mainline seen: v7.2.6 to v7.3-rc7.</summary>
    public static readonly KernelRevision M73 = M71b with
    {
        Name = "M73",
        Title = "mainline v7.2.6 to v7.3-rc7: flags in bytes, non-mappable BARs refused",
        Date = "2026-11",
        DeviceFlags = DeviceFlags.Bytes,
        SgEntries = SgEntries.PageAligned,
        MappedLength = MappedLength.SizeT,
        VfCreation = VfCreation.AfterUnlock,
        NonMappableBar = NonMappableBar.HasNone,
        NvgraceReady = NvgraceReady.TestsMemoryFirst,
        PagesRelease = PagesRelease.DetachesFirst,
        PagesAccess = PagesAccess.RefusesDmaBuf,
    };

    /// <summary>What was posted or merged, oldest first, each row on its predecessor.</summary>
    public static readonly Sequence<KernelRevision> Line = Sequence<KernelRevision>.Of(
        R22a, R22, R24, S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, M619, M619p, M70, M71a, M71b, M73);
}
