using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>What branches off: drafts, unmerged series, proposed fixes.</summary>
public static class BranchRevisions
{
    /// <summary>Drafts of the wait: at most one second.</summary>
    public static readonly KernelRevision M71aDraft = MainlineRevisions.M71a with
    {
        Name = "M71a-draft",
        Base = "M71a",
        Title = "drafts of 1a8a5227f229 (v4, v5): wait at most one second, warn, go on",
        Date = "2026-01-30",
        RevokeReturns = RevokeReturns.AfterFencesAndOneSecond,
    };

    /// <summary>Posted: the core forgets the file when it is released.</summary>
    public static readonly KernelRevision M73Annul = MainlineRevisions.M73 with
    {
        Name = "M73-annul",
        Base = "M73",
        Title = "posted: dma-buf: Annul dmabuf->file on file release",
        Date = "2026-10",
        FileRelease = FileRelease.AnnulsFilePointer,
    };

    /// <summary>The exporter's release back in file release.</summary>
    public static readonly KernelRevision M73FileRelease = MainlineRevisions.M73 with
    {
        Name = "M73-filerelease",
        Base = "M73",
        Title = "what if: the exporter's release runs from file release again",
        Date = "2026-10",
        FileRelease = FileRelease.RunsExporterRelease,
    };

    /// <summary>The fixes that docs/findings.md proposes.</summary>
    public static readonly KernelRevision M73Fixes = M73FileRelease with
    {
        Name = "M73-fixes",
        Base = "M73-filerelease",
        Title = "what if: the fixes proposed in docs/findings.md",
        Date = "2026-11",
        UnrevokeTest = UnrevokeTest.MemoryEnabledAndNotEngaged,
        WakeUpAndFailedWriteUnrevoke = true,
        EntryTest = EntryTest.BeforeZap,
        ResetLock = ResetLock.First,
        CommandAccess = CommandAccess.User,
        NvgraceCopy = NvgraceCopy.AfterMemoryLock,
        SecondRange = SecondRange.FollowsTheFirst,
        CpuList = CpuList.EmptyWhileMapped,
        Unwinding = Unwinding.TakesBackWhatItTook,
        MapTypeAnswer = MapTypeAnswer.AskedAtEachMap,
        PrivateMmio = PrivateMmio.NotSupportedUntrusted,
    };

    /// <summary>Walks under dma_resv without a file reference.</summary>
    public static readonly KernelRevision M73ResvWalk = MainlineRevisions.M73 with
    {
        Name = "M73-resvwalk",
        Base = "M73",
        Title = "what if: the walks visit entries under dma_resv, without a file reference",
        Date = "2026-10",
        FileReference = FileReference.None,
    };

    /// <summary>Unmerged: BAR mmap backed by dma-bufs, RFC.</summary>
    public static readonly KernelRevision MMrfc = MainlineRevisions.M73 with
    {
        Name = "MMrfc",
        Base = "M73",
        Title = "unmerged: [RFC] vfio/pci: Add mmap() for DMABUFs",
        Date = "2026-02-26",
        DmaBufMmap = DmaBufMmap.FaultReadsVdev,
    };

    /// <summary>Its first version.</summary>
    public static readonly KernelRevision MM1 = MMrfc with
    {
        Name = "MM1",
        Base = "MMrfc",
        Title = "unmerged: v1: faults read vdev under dma_resv and pin the registration",
        Date = "2026-04-16",
        DmaBufMmap = DmaBufMmap.FaultPinsRegistration,
    };

    /// <summary>Its second version.</summary>
    public static readonly KernelRevision MM2 = MM1 with
    {
        Name = "MM2",
        Base = "MM1",
        Title = "unmerged: v2: status OK, TEMP, PERM; permanent revoke under memory_lock",
        Date = "2026-05-27",
        PermanentRevoke = PermanentRevoke.UnderMemoryLock,
        StatusNames = StatusNames.OkTempPerm,
    };

    /// <summary>Its third to fifth versions.</summary>
    public static readonly KernelRevision MM3 = MM2 with
    {
        Name = "MM3",
        Base = "MM2",
        Title = "unmerged: v3 to v5: TEMP to OK without a notification",
        Date = "2026-06-10",
        UnrevokeNotice = UnrevokeNotice.Silent,
    };

    /// <summary>Its sixth version.</summary>
    public static readonly KernelRevision MM6 = MM3 with
    {
        Name = "MM6",
        Base = "MM3",
        Title = "unmerged: v6: dmabuf_lock for list and state, export without memory_lock",
        Date = "2026",
        ListLock = ListLock.DmaBufLock,
    };

    /// <summary>Its seventh version.</summary>
    public static readonly KernelRevision MM7 = MM6 with
    {
        Name = "MM7",
        Base = "MM6",
        Title = "unmerged: v7: permanent revoke under memory_lock(R) and dmabuf_lock",
        Date = "2026",
        PermanentRevoke = PermanentRevoke.UnderDmaBufLock,
    };

    /// <summary>Its last version.</summary>
    public static readonly KernelRevision MM8 = MM7 with
    {
        Name = "MM8",
        Base = "MM7",
        Title = "unmerged: v8: status OK, REVOKED, DEAD",
        Date = "2026-10-06",
        StatusNames = StatusNames.OkRevokedDead,
    };

    /// <summary>Its un-revoke as mainline has it.</summary>
    public static readonly KernelRevision MM8Notify = MM8 with
    {
        Name = "MM8-notify",
        Base = "MM8",
        Title = "what if: its un-revoke tells importers, as mainline's does",
        Date = "2026-11",
        UnrevokeNotice = UnrevokeNotice.NotifiesFirst,
    };

    /// <summary>Unmerged: live update, its first postings.</summary>
    public static readonly KernelRevision LUjan = MainlineRevisions.M619p with
    {
        Name = "LU-jan",
        Base = "M619p",
        Title = "unmerged: live update, postings of January and March 2026: freeze resets only",
        Date = "2026-01-29",
        Freeze = FreezeOp.ResetsOnly,
    };

    /// <summary>Unmerged: live update, its later postings.</summary>
    public static readonly KernelRevision LU = MainlineRevisions.M73 with
    {
        Name = "LU",
        Base = "M73",
        Title = "unmerged: live update, mid-2026: freeze zaps, revokes, resets, sets a flag",
        Date = "2026-06",
        Freeze = FreezeOp.RevokesAndResets,
    };

    /// <summary>Unmerged: steering tags, second version.</summary>
    public static readonly KernelRevision TPH2 = MainlineRevisions.M71b with
    {
        Name = "TPH-v2",
        Base = "M71b",
        Title = "unmerged: steering tags v2: stored under memory_lock, read without a lock",
        Date = "2026-04-30",
        SteeringTags = SteeringTags.UnlockedGetter,
    };

    /// <summary>Unmerged: steering tags, fourth version.</summary>
    public static readonly KernelRevision TPH4 = MainlineRevisions.M71b with
    {
        Name = "TPH-v4",
        Base = "M71b",
        Title = "unmerged: steering tags v4: written once, release and acquire",
        Date = "2026-05-19",
        SteeringTags = SteeringTags.WriteOnce,
    };

    /// <summary>Unmerged: steering tags, later versions.</summary>
    public static readonly KernelRevision TPH = MainlineRevisions.M73 with
    {
        Name = "TPH",
        Base = "M73",
        Title = "unmerged: steering tags v10: stored and read under dma_resv",
        Date = "2026-06-22",
        SteeringTags = SteeringTags.UnderDmaResv,
    };

    /// <summary>All of them.</summary>
    public static readonly Sequence<KernelRevision> All = Sequence<KernelRevision>.Of(
        M71aDraft, M73Annul, M73FileRelease, M73Fixes, M73ResvWalk, LUjan, LU, TPH2, TPH4, TPH, MMrfc, MM1, MM2, MM3, MM6, MM7, MM8, MM8Notify);
}
