using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>The revisions, oldest first. A row reads like the patch it stands for (kernel/exporter-paths.md section 0).</summary>
public static class KernelRevisions
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
        RevokeSites = RevokeSites.All,
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
        VfCreation = VfCreation.AfterUnlock,
        NonMappableBar = NonMappableBar.HasNone,
        NvgraceReady = NvgraceReady.TestsMemoryFirst,
    };

    /// <summary>Drafts of the wait: at most one second.</summary>
    public static readonly KernelRevision M71aDraft = M71a with
    {
        Name = "M71a-draft",
        Base = "M71a",
        Title = "drafts of 1a8a5227f229 (v4, v5): wait at most one second, warn, go on",
        Date = "2026-01-30",
        RevokeReturns = RevokeReturns.AfterFencesAndOneSecond,
    };

    /// <summary>Posted: the core forgets the file when it is released.</summary>
    public static readonly KernelRevision M73Annul = M73 with
    {
        Name = "M73-annul",
        Base = "M73",
        Title = "posted: dma-buf: Annul dmabuf->file on file release",
        Date = "2026-10",
        FileRelease = FileRelease.AnnulsFilePointer,
    };

    /// <summary>The exporter's release back in file release.</summary>
    public static readonly KernelRevision M73FileRelease = M73 with
    {
        Name = "M73-filerelease",
        Base = "M73",
        Title = "what if: the exporter's release runs from file release again",
        Date = "2026-10",
        FileRelease = FileRelease.RunsExporterRelease,
    };

    /// <summary>Walks under dma_resv without a file reference.</summary>
    public static readonly KernelRevision M73ResvWalk = M73 with
    {
        Name = "M73-resvwalk",
        Base = "M73",
        Title = "what if: the walks visit entries under dma_resv, without a file reference",
        Date = "2026-10",
        FileReference = FileReference.None,
    };

    /// <summary>Unmerged: BAR mmap backed by dma-bufs, RFC.</summary>
    public static readonly KernelRevision MMrfc = M73 with
    {
        Name = "MMrfc",
        Base = "M73",
        Title = "unmerged: [RFC] vfio/pci: Add mmap() for DMABUFs",
        Date = "2026-02-26",
        DmaBufMmap = DmaBufMmap.FaultReadsVdev,
    };

    /// <summary>Its third version.</summary>
    public static readonly KernelRevision MM3 = MMrfc with
    {
        Name = "MM3",
        Base = "MMrfc",
        Title = "unmerged: v3 to v5: faults pin the registration, permanent revoke under memory_lock",
        Date = "2026-06-10",
        DmaBufMmap = DmaBufMmap.FaultPinsRegistration,
        PermanentRevoke = PermanentRevoke.UnderMemoryLock,
    };

    /// <summary>Its last versions.</summary>
    public static readonly KernelRevision MM8 = MM3 with
    {
        Name = "MM8",
        Base = "MM3",
        Title = "unmerged: v7, v8: dmabuf_lock for list and state, permanent revoke under memory_lock(R)",
        Date = "2026-10-06",
        ListLock = ListLock.DmaBufLock,
        PermanentRevoke = PermanentRevoke.UnderDmaBufLock,
    };

    /// <summary>Unmerged: live update, its first postings.</summary>
    public static readonly KernelRevision LUjan = M619p with
    {
        Name = "LU-jan",
        Base = "M619p",
        Title = "unmerged: live update, postings of January and March 2026: freeze resets only",
        Date = "2026-01-29",
        Freeze = FreezeOp.ResetsOnly,
    };

    /// <summary>Unmerged: live update, its later postings.</summary>
    public static readonly KernelRevision LU = M73 with
    {
        Name = "LU",
        Base = "M73",
        Title = "unmerged: live update, mid-2026: freeze zaps, revokes, resets, sets a flag",
        Date = "2026-06",
        Freeze = FreezeOp.RevokesAndResets,
    };

    /// <summary>Unmerged: steering tags, second version.</summary>
    public static readonly KernelRevision TPH2 = M71b with
    {
        Name = "TPH-v2",
        Base = "M71b",
        Title = "unmerged: steering tags v2: stored under memory_lock, read without a lock",
        Date = "2026-04-30",
        SteeringTags = SteeringTags.UnlockedGetter,
    };

    /// <summary>Unmerged: steering tags, fourth version.</summary>
    public static readonly KernelRevision TPH4 = M71b with
    {
        Name = "TPH-v4",
        Base = "M71b",
        Title = "unmerged: steering tags v4: written once, release and acquire",
        Date = "2026-05-19",
        SteeringTags = SteeringTags.WriteOnce,
    };

    /// <summary>Unmerged: steering tags, later versions.</summary>
    public static readonly KernelRevision TPH = M73 with
    {
        Name = "TPH",
        Base = "M73",
        Title = "unmerged: steering tags v10: stored and read under dma_resv",
        Date = "2026-06-22",
        SteeringTags = SteeringTags.UnderDmaResv,
    };

    /// <summary>What was posted or merged, oldest first, each row on its predecessor.</summary>
    public static readonly Sequence<KernelRevision> Line = Sequence<KernelRevision>.Of(
        R22a, R22, R24, S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, M619, M619p, M70, M71a, M71b, M73);

    /// <summary>What branches off: drafts, unmerged series, proposed fixes.</summary>
    public static readonly Sequence<KernelRevision> Branches = Sequence<KernelRevision>.Of(
        M71aDraft, M73Annul, M73FileRelease, M73ResvWalk, LUjan, LU, TPH2, TPH4, TPH, MMrfc, MM3, MM8);

    /// <summary>All rows: the line, then the branches.</summary>
    public static readonly Sequence<KernelRevision> All = Sequence<KernelRevision>.From(Line.Concat(Branches));

    /// <summary>What a command compares when nothing is said: the seed patch and today's mainline.</summary>
    public static readonly Sequence<KernelRevision> Usual = Sequence<KernelRevision>.Of(S0, M73);

    /// <summary>The row that a row is written on; null for the first.</summary>
    public static KernelRevision? BaseOf(KernelRevision row) =>
        row.Base.Length > 0 ? Find(row.Base) : Line.IndexOf(row) is > 0 and var index ? Line[index - 1] : null;

    /// <summary>The newest mainline.</summary>
    public static readonly KernelRevision Newest = M73;

    /// <summary>The suffixes that stand for a configuration.</summary>
    public static readonly Sequence<string> Suffixes = Sequence<string>.Of(WithoutDmaBuf, WithoutMoveNotify);

    /// <summary>The suffix that switches CONFIG_VFIO_PCI_DMABUF off.</summary>
    public const string WithoutDmaBuf = "-nodmabuf";

    /// <summary>The suffix that switches CONFIG_DMABUF_MOVE_NOTIFY off.</summary>
    public const string WithoutMoveNotify = "-nomovenotify";

    /// <summary>The row of that name; a name ending in <c>-nodmabuf</c> or <c>-nomovenotify</c> is the row in that configuration. Null when there is none.</summary>
    public static KernelRevision? Find(string name)
    {
        if (All.FirstOrDefault(revision => revision.Name == name) is { } row)
            return row;
        if (name.EndsWith(WithoutDmaBuf, StringComparison.Ordinal))
            return Find(name[..^WithoutDmaBuf.Length]) is { } built ? built with { Name = name, DmaBufBuiltIn = false } : null;
        if (name.EndsWith(WithoutMoveNotify, StringComparison.Ordinal))
            return Find(name[..^WithoutMoveNotify.Length]) is { } notified ? notified with { Name = name, MoveNotifyBuiltIn = false } : null;
        return null;
    }
}
