using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>How far a buffer's memory has come.</summary>
public enum DmaBufPhase
{
    /// <summary>Nothing allocated.</summary>
    None,

    /// <summary>priv allocated, no dma-buf yet.</summary>
    Priv,

    /// <summary>dma-buf and priv exist.</summary>
    Exported,

    /// <summary>priv freed while the dma-buf still exists.</summary>
    PrivFreed,

    /// <summary>Everything freed.</summary>
    Freed,
}

/// <summary>An unsignalled fence in a reservation.</summary>
/// <param name="Attachment">Who added it: its context, of which the reservation keeps one.</param>
/// <param name="Usage">What it stands for.</param>
public readonly record struct Fence(AttachmentId Attachment, FenceUsage Usage);

/// <summary>A buffer: the exporter's record, the dma-buf, its struct file (memory and count apart), dentry and fd table entries.</summary>
public sealed record DmaBuf : MachineState
{
    /// <summary>A slot that no export has used.</summary>
    public static readonly DmaBuf Unused = new();

    /// <summary>What is allocated.</summary>
    public DmaBufPhase Phase { get; init; }

    /// <summary>priv->vdev; null is NULL.</summary>
    public DeviceId? Vdev { get; init; }

    /// <summary>What it exports.</summary>
    public Exported Exported { get; init; } = Exported.OnePage;

    /// <summary>priv->orig_nents, where a revision keeps it in the buffer.</summary>
    public int OrigNents { get; init; }

    /// <summary>priv->revoked.</summary>
    public bool Revoked { get; init; }

    /// <summary>priv->status is DEAD (PERM before v8): revoked for ever by VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE.</summary>
    public bool Dead { get; init; }

    /// <summary>User PTEs of mappings of the buffer exist.</summary>
    public bool UserPtes { get; init; }
    /// <summary>priv->tph_st: the steering tag; 0 = not set (the unmerged TPH series).</summary>
    public int TphTag { get; init; }

    /// <summary>priv->tph_ph: the processing hint of the same setting.</summary>
    public int TphHint { get; init; }

    /// <summary>priv->tph_flags: tag and hint are published, where the revision has such a gate.</summary>
    public bool TphPublished { get; init; }

    /// <summary>priv->kref: 1 for "registered" and 1 for each live mapping.</summary>
    public int Kref { get; init; }

    /// <summary>priv->comp is done.</summary>
    public bool Completed { get; init; }

    /// <summary>f_count, by holder.</summary>
    public Sequence<Holder> FileHolders { get; init; } = Sequence<Holder>.Empty;

    /// <summary>The memory of the struct file has been freed.</summary>
    public bool FileFreed { get; init; }

    /// <summary>dmabuf->file is NULL although the dma-buf lives.</summary>
    public bool FileAnnulled { get; init; }

    /// <summary>The dentry's count: one for the file until __fput(), one for each O_PATH descriptor.</summary>
    public int DentryCount { get; init; }

    /// <summary>Open fd table entries.</summary>
    public int FdCount { get; init; }

    /// <summary>Open O_PATH descriptors.</summary>
    public int PathCount { get; init; }

    /// <summary>file->f_ep: what the process's epoll instance knows of the file.</summary>
    public EpItem EpItem { get; init; }

    /// <summary>cb_in and cb_out, where active.</summary>
    public Sequence<PollCallback> PollCallbacks { get; init; } = Sequence<PollCallback>.Empty;

    /// <summary>A reference to the file was taken when its count was zero already.</summary>
    public bool FileResurrected { get; init; }

    /// <summary>The attachment list, newest first.</summary>
    public Sequence<AttachmentId> Attachments { get; init; } = Sequence<AttachmentId>.Empty;

    /// <summary>The unsignalled fences of the reservation, by attachment and usage.</summary>
    public Sequence<Fence> Fences { get; init; } = Sequence<Fence>.Empty;

    /// <summary>Reserved slots for fences.</summary>
    public int FenceSlots { get; init; }
}

/// <summary>Kernel: drivers/vfio/pci/vfio_pci_dmabuf.c (fields of priv), drivers/dma-buf/dma-buf.c, fs/file_table.c.</summary>
public static partial class DmaBufMachine
{
    // SG_MAX_SINGLE_ALLOC: a shorter list is one kmalloc(), a longer one a chain of pages.
    private const int SingleAllocationMax = 128;

    // PAGE_SIZE.
    private const ulong PageBytes = 4096;

    private static readonly Holder Fd = new(HolderKind.Fd, 0);

    /// <summary>Handles one access.</summary>
    public static Outcome Handle(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.AllocatePriv allocate => buffer is { Phase: DmaBufPhase.None } or { Phase: DmaBufPhase.Freed, FileFreed: true }
            ? Outcome.Reply(DmaBuf.Unused with { Phase = DmaBufPhase.Priv, Vdev = allocate.Vdev, Exported = allocate.Exported }, 0)
            : Outcome.Refuse(buffer, Errno.ENOMEM),
        DmaBufMessage.Fdget or DmaBufMessage.Dup or DmaBufMessage.CloseFd or DmaBufMessage.OpenPath or DmaBufMessage.ClosePath
            or DmaBufMessage.FileOperation => HandleFd(buffer, message),
        DmaBufMessage.FileFree => Outcome.Done(buffer with { FileFreed = true }),
        DmaBufMessage.TakeEpItem => Outcome.Reply(buffer with { EpItem = buffer.EpItem == EpItem.Ready ? EpItem.Watched : buffer.EpItem }, buffer.EpItem == EpItem.Ready),
        _ when buffer.Phase is DmaBufPhase.None or DmaBufPhase.Freed => UseAfterFree(buffer, message),
        DmaBufMessage.FreePriv => FreePriv(buffer),
        DmaBufMessage.ExportFile export => Reference(
            buffer with { Phase = DmaBufPhase.Exported, FileHolders = Sequence<Holder>.Of(Holder.Of(export.Task)), DentryCount = 1 }, Reply.Done, 1),
        DmaBufMessage.GetFileActive or DmaBufMessage.GetFileRcu or DmaBufMessage.AnnulFile or DmaBufMessage.Fput or DmaBufMessage.TakeOverReference or DmaBufMessage.HandReference or DmaBufMessage.FdInstall
            or DmaBufMessage.FileRelease or DmaBufMessage.Dput or DmaBufMessage.FreeDmaBuf => HandleFile(buffer, message),
        DmaBufMessage.LinkAttachment link => Outcome.Done(buffer with { Attachments = buffer.Attachments.Prepend(link.Attachment) }),
        DmaBufMessage.UnlinkAttachment unlink => Outcome.Done(buffer with { Attachments = buffer.Attachments.Remove(unlink.Attachment) }),
        DmaBufMessage.NextAttachment next => Outcome.Answer(buffer, new Reply(NextAttachment(buffer, next.After), buffer.Revoked ? 1 : 0)),
        DmaBufMessage.WaitForFences or DmaBufMessage.WaitForFencesOf or DmaBufMessage.TestSignaled or DmaBufMessage.ReadFence
            or DmaBufMessage.ReserveFences or DmaBufMessage.AddFence or DmaBufMessage.SignalFence => HandleReservation(buffer, message),
        DmaBufMessage.ReadEpItem or DmaBufMessage.AddEpItem or DmaBufMessage.RemoveEpItem or DmaBufMessage.QueueEpItem or DmaBufMessage.BeginPoll or DmaBufMessage.GetFile
            or DmaBufMessage.AddPollCallback or DmaBufMessage.EndPoll or DmaBufMessage.FputOfPoll => HandlePoll(buffer, message),
        _ when buffer.Phase == DmaBufPhase.PrivFreed => UseAfterFree(buffer, message),
        _ => HandlePriv(buffer, message),
    };

    private static Outcome HandlePriv(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.ReadRevoked => Outcome.Reply(buffer, buffer.Revoked),
        DmaBufMessage.SetRevoked set => Outcome.Answer(buffer with { Revoked = set.Revoked }, Reply.Of(buffer.Revoked),
            new Effect(EffectKind.Revoked, buffer.Revoked ? 1 : 0, set.Revoked ? 1 : 0)),
        DmaBufMessage.ReadDead => Outcome.Reply(buffer, buffer.Dead),
        DmaBufMessage.SetDead => Outcome.Done(buffer with { Dead = true }),
        DmaBufMessage.InsertPte => Outcome.Done(buffer with { UserPtes = true }),
        DmaBufMessage.Zap => Outcome.Done(buffer with { UserPtes = false }),
        DmaBufMessage.ReadNrRanges => Outcome.Reply(buffer, (int)buffer.Exported.NrRanges),
        DmaBufMessage.ReadSize => Outcome.Answer(buffer, Reply.OfPage(Pages(buffer.Exported.All.Aggregate(0UL, (sum, range) => sum + range.Length)))),
        DmaBufMessage.ReadPhysVec read => ReadPhysVec(buffer, read.Index),
        DmaBufMessage.CountEntries count => Outcome.Reply(buffer, unchecked((int)EntryCount.Of(buffer.Exported.All.Select(range => range.Length), count))),
        DmaBufMessage.SaveOrigNents save => Outcome.Done(buffer with { OrigNents = buffer.Exported.EntriesOf(save.SegmentBytes) }),
        DmaBufMessage.FreeTable free => FreeTable(buffer, buffer.Exported.EntriesOf(free.SegmentBytes)),
        DmaBufMessage.SetTphTag set => Outcome.Done(buffer with { TphTag = set.Setting }),
        DmaBufMessage.SetTphHint set => Outcome.Done(buffer with { TphHint = set.Setting }),
        DmaBufMessage.PublishTph => Outcome.Done(buffer with { TphPublished = true }),
        DmaBufMessage.ReadTphTag => Outcome.Reply(buffer, buffer.TphTag),
        DmaBufMessage.ReadTphHint => Outcome.Reply(buffer, buffer.TphHint),
        DmaBufMessage.ReadTphPublished => Outcome.Reply(buffer, buffer.TphPublished),
        DmaBufMessage.ReadRegion => Outcome.Reply(buffer, (int)buffer.Exported.Region),
        DmaBufMessage.ReadVdev => Outcome.Reply(buffer, buffer.Vdev?.Index ?? -1),
        DmaBufMessage.ClearVdev => Outcome.Done(buffer with { Vdev = null }),
        DmaBufMessage.KrefInit => Outcome.Done(buffer with { Kref = 1, Completed = false }),
        DmaBufMessage.KrefGet => Outcome.Done(buffer with { Kref = buffer.Kref + 1 }),
        DmaBufMessage.KrefPut when buffer.Kref == 0 => Outcome.Broken(buffer, Reply.Done, new Violation(Property.P6, "double-put", "refcount underflow: kref_put on a kref that is zero already")),
        DmaBufMessage.KrefPut => Outcome.Reply(buffer with { Kref = buffer.Kref - 1, Completed = buffer.Completed || buffer.Kref == 1 }, buffer.Kref == 1),
        DmaBufMessage.WaitForCompletion => buffer.Completed ? Outcome.Done(buffer with { Completed = false }) : Outcome.Blocked,
        DmaBufMessage.WaitForCompletionTimeout => Outcome.Reply(buffer with { Completed = false }, buffer.Completed),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static ulong Pages(ulong bytes) => (bytes / PageBytes) + (bytes % PageBytes == 0 ? 0UL : 1);

    private static Outcome ReadPhysVec(DmaBuf buffer, int index)
    {
        var range = buffer.Exported.Ranges[Math.Min(index, buffer.Exported.Ranges.Count - 1)];
        return Outcome.Answer(buffer, new Reply((int)(range.Offset / PageBytes), (int)Pages(range.Length)));
    }

    private static Outcome HandleFd(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.OpenPath when buffer.FdCount > 0 => Outcome.Reply(buffer with { DentryCount = buffer.DentryCount + 1, PathCount = buffer.PathCount + 1 }, 0),
        DmaBufMessage.ClosePath when buffer.PathCount == 0 => Outcome.Refuse(buffer, Errno.EBADF),
        DmaBufMessage.ClosePath => Dput(buffer with { PathCount = buffer.PathCount - 1 }),
        _ when buffer.FdCount == 0 => Outcome.Refuse(buffer, Errno.EBADF),
        DmaBufMessage.Fdget get => Reference(buffer with { FileHolders = buffer.FileHolders.Add(Holder.Of(get.Task)) }, new Reply(0), 1),
        DmaBufMessage.Dup => Outcome.Reply(Sorted(buffer with { FdCount = buffer.FdCount + 1, FileHolders = buffer.FileHolders.Add(Fd) }), 0),
        DmaBufMessage.CloseFd close => Reference(buffer with { FdCount = buffer.FdCount - 1, FileHolders = buffer.FileHolders.Remove(Fd).Add(Holder.Of(close.Task)) }, new Reply(0), 1),
        DmaBufMessage.FileOperation operation => Outcome.Refuse(buffer, Answer(operation.Operation)),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome HandleFile(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.GetFileActive or DmaBufMessage.GetFileRcu when buffer.FileAnnulled => Outcome.Reply(buffer, false),
        DmaBufMessage.AnnulFile => Outcome.Done(buffer with { FileAnnulled = true }),
        DmaBufMessage.GetFileActive or DmaBufMessage.GetFileRcu when buffer.FileFreed =>
            Outcome.Broken(buffer, Reply.Of(false), new Violation(Property.P8, "uaf", "get_file_active() on a struct file whose memory is freed", "file_free", Fatal: true)),
        DmaBufMessage.GetFileRcu when buffer.FileHolders.IsEmpty => Outcome.Blocked,
        DmaBufMessage.GetFileRcu get => Reference(buffer with { FileHolders = buffer.FileHolders.Add(Holder.Of(get.Task)) }, Reply.Of(true), 1),
        DmaBufMessage.GetFileActive when buffer.FileHolders.IsEmpty => Outcome.Reply(buffer, false),
        DmaBufMessage.GetFileActive get => Reference(buffer with { FileHolders = buffer.FileHolders.Add(Holder.Of(get.Task)) }, Reply.Of(true), 1),
        DmaBufMessage.Fput put => Fput(buffer, Holder.Of(put.Task)),
        DmaBufMessage.TakeOverReference take => Move(buffer, Holder.Of(take.From), Holder.Of(take.Task), 1),
        DmaBufMessage.HandReference hand => Move(buffer, Holder.Of(hand.Task), Holder.Of(hand.To), -1),
        DmaBufMessage.FdInstall install => Move(buffer with { FdCount = buffer.FdCount + 1 }, Holder.Of(install.Task), Fd, -1),
        DmaBufMessage.FileRelease => Outcome.Done(buffer),
        DmaBufMessage.Dput => Dput(buffer),
        DmaBufMessage.FreeDmaBuf when !buffer.Attachments.IsEmpty =>
            Outcome.Broken(buffer, Reply.Done, new Violation(Property.P5, "uaf", "dma-buf freed with an attachment on its list", "dma_buf_dynamic_attach", Fatal: true)),
        DmaBufMessage.FreeDmaBuf => Outcome.Done(new DmaBuf { Phase = DmaBufPhase.Freed, FileFreed = buffer.FileFreed }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome FreePriv(DmaBuf buffer) => buffer.Phase switch
    {
        DmaBufPhase.Priv => Outcome.Done(DmaBuf.Unused),
        DmaBufPhase.Exported => Outcome.Done(buffer with { Phase = DmaBufPhase.PrivFreed }),
        DmaBufPhase.PrivFreed or DmaBufPhase.None or DmaBufPhase.Freed => UseAfterFree(buffer, new DmaBufMessage.FreePriv()),
    };

    // sg_free_table() believes orig_nents. Two lists of one allocation each are freed alike, whatever their length.
    private static Outcome FreeTable(DmaBuf buffer, int entries)
    {
        if (buffer.OrigNents == entries || (buffer.OrigNents is > 0 and < SingleAllocationMax && entries < SingleAllocationMax))
            return Outcome.Done(buffer);
        return Outcome.Broken(buffer, Reply.Done, buffer.OrigNents < entries
            ? new Violation(Property.Quiescence, "leak", "unmap frees fewer scatterlist entries than its mapping has", "sg_alloc_table")
            : new Violation(Property.P5, "uaf", "unmap frees more scatterlist entries than its mapping has", "sg_alloc_table", Fatal: true));
    }

    private static Outcome Fput(DmaBuf buffer, Holder holder)
    {
        if (!buffer.FileHolders.Contains(holder))
            return Outcome.Broken(buffer, Reply.Done, new Violation(Property.P6, "double-put", "file reference put by a task that holds none", Fatal: true));
        var holders = buffer.FileHolders.Remove(holder);
        return holders.IsEmpty && buffer.FileResurrected
            ? Outcome.Broken(buffer with { FileHolders = holders }, Reply.Of(true), new Violation(Property.P6, "double-put", "the last reference of a file goes a second time: __fput() runs twice"))
            : Reference(buffer with { FileHolders = holders }, Reply.Of(holders.IsEmpty), -1);
    }

    private static Outcome Move(DmaBuf buffer, Holder from, Holder to, int gained) =>
        buffer.FileHolders.Contains(from)
            ? Reference(buffer with { FileHolders = buffer.FileHolders.Remove(from).Add(to) }, Reply.Done, gained)
            : Outcome.Broken(buffer, Reply.Done, new Violation(Property.P6, "double-put", "file reference handed on by a holder that has none", Fatal: true));

    private static Outcome Reference(DmaBuf buffer, Reply reply, int gained) =>
        Outcome.Answer(Sorted(buffer), reply, new Effect(EffectKind.Reference, 0, gained));

    // A count has no order: the same holders are the same state, whoever came first.
    private static DmaBuf Sorted(DmaBuf buffer) =>
        buffer with { FileHolders = Holder.Ordered(buffer.FileHolders) };

    private static Outcome Dput(DmaBuf buffer) => buffer.DentryCount == 1 && !buffer.PollCallbacks.IsEmpty ? Outcome.Broken(buffer, Reply.Done, PendingPoll) : Outcome.Reply(buffer with { DentryCount = buffer.DentryCount - 1 }, buffer.DentryCount == 1);

    private static int NextAttachment(DmaBuf buffer, AttachmentId? after)
    {
        var index = after is { } previous ? buffer.Attachments.IndexOf(previous) + 1 : 0;
        return index < buffer.Attachments.Count ? buffer.Attachments[index].Index : -1;
    }

    private static Errno Answer(DmaBufFileOperation operation) => operation switch
    {
        DmaBufFileOperation.Fstat or DmaBufFileOperation.LseekEnd or DmaBufFileOperation.LseekSet0 or DmaBufFileOperation.Poll
            or DmaBufFileOperation.SyncStart or DmaBufFileOperation.SyncEnd or DmaBufFileOperation.SetName
            or DmaBufFileOperation.ExportSyncFile or DmaBufFileOperation.ImportSyncFile or DmaBufFileOperation.Getfl
            or DmaBufFileOperation.Fdinfo => Errno.None,

        // llseek knows only the end and the start; no read, write or truncate; the exporter has no mmap op; unknown sync flags.
        DmaBufFileOperation.LseekCur or DmaBufFileOperation.LseekSet1 or DmaBufFileOperation.MmapRw or DmaBufFileOperation.MmapRo
            or DmaBufFileOperation.Read or DmaBufFileOperation.Write or DmaBufFileOperation.SyncBadFlags
            or DmaBufFileOperation.Ftruncate => Errno.EINVAL,
        DmaBufFileOperation.ForeignIoctl => Errno.ENOTTY,
    };

    private static Outcome UseAfterFree(DmaBuf buffer, DmaBufMessage message) =>
        Outcome.Broken(buffer, Reply.Done, message is DmaBufMessage.FreePriv
            ? new Violation(Property.P5, "uaf", "double free of priv", "kfree", Fatal: true)
            : new Violation(Property.P5, "uaf", "use of a freed buffer", "kfree", Fatal: true));
}
