using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>Messages to a buffer: <c>struct vfio_pci_dma_buf</c>, its <c>struct dma_buf</c>, struct file, dentry and fd table entries.</summary>
public abstract record DmaBufMessage : Message
{
    private DmaBufMessage()
    {
    }

    /// <summary>Allocates priv and stores the device and what is exported in it; -ENOMEM when the slot is in use (the bound on live buffers of the model). Kernel: kzalloc(sizeof(*priv)), priv->vdev = vdev.</summary>
    public sealed record AllocatePriv(DeviceId Vdev, Exported Exported) : DmaBufMessage;

    /// <summary>Frees priv. Kernel: kfree(priv).</summary>
    public sealed record FreePriv : DmaBufMessage;

    /// <summary>Creates the dma-buf and its file with one reference, the exporting task's. Kernel: dma_buf_export().</summary>
    public sealed record ExportFile(TaskId Task) : DmaBufMessage;

    /// <summary>Arms the counter of live mappings. Kernel: kref_init(&amp;priv->kref), init_completion(&amp;priv->comp) or reinit_completion().</summary>
    public sealed record KrefInit : DmaBufMessage;

    /// <summary>Counts one more live mapping. Kernel: kref_get(&amp;priv->kref).</summary>
    public sealed record KrefGet : DmaBufMessage;

    /// <summary>Counts one less; the last one completes <c>priv->comp</c>. Kernel: kref_put().</summary>
    public sealed record KrefPut : DmaBufMessage;

    /// <summary>Blocks until the completion is done, and consumes it. Kernel: wait_for_completion(&amp;priv->comp).</summary>
    public sealed record WaitForCompletion : DmaBufMessage;

    /// <summary>Waits for the completion, but not for ever: yes when it was done in time; time may pass before any other step. Kernel: wait_for_completion_timeout(&amp;priv->comp, HZ).</summary>
    public sealed record WaitForCompletionTimeout : DmaBufMessage;

    /// <summary>Blocks until all fences of the reservation up to a usage have signalled. Kernel: dma_resv_wait_timeout(usage, false, MAX_SCHEDULE_TIMEOUT).</summary>
    public sealed record WaitForFences(FenceUsage Usage) : DmaBufMessage, IReadingMessage;

    /// <summary>Reads whether all fences have signalled. Kernel: dma_resv_test_signaled(DMA_RESV_USAGE_BOOKKEEP).</summary>
    public sealed record TestSignaled : DmaBufMessage, IReadingMessage;

    /// <summary>Makes room for fences. Kernel: dma_resv_reserve_fences().</summary>
    public sealed record ReserveFences(int Slots) : DmaBufMessage;

    /// <summary>Adds the importer's fence; an older one of the same context goes. Kernel: dma_resv_add_fence().</summary>
    public sealed record AddFence(AttachmentId Attachment, FenceUsage Usage) : DmaBufMessage;

    /// <summary>The importer's hardware signals its fences; answers which poll callbacks they call, one bit for each direction. Kernel: dma_fence_signal().</summary>
    public sealed record SignalFence(AttachmentId Attachment) : DmaBufMessage;

    /// <summary>Reads whether a fence of the importer is unsignalled.</summary>
    public sealed record ReadFence(AttachmentId Attachment) : DmaBufMessage, IReadingMessage;

    /// <summary>Blocks until the importer's own fences have signalled. Kernel: dma_resv_wait_timeout() on the copies that a ghost object keeps.</summary>
    public sealed record WaitForFencesOf(AttachmentId Attachment) : DmaBufMessage, IReadingMessage;

    /// <summary>Reads <c>priv->revoked</c>; the caller may or may not hold dma_resv.</summary>
    public sealed record ReadRevoked : DmaBufMessage, IReadingMessage;

    /// <summary>Writes <c>priv->revoked</c> under dma_resv.</summary>
    /// <param name="Revoked">true withdraws access, false gives it back.</param>
    public sealed record SetRevoked(bool Revoked) : DmaBufMessage;

    /// <summary>Reads whether the status is DEAD. Kernel: priv->status (unmerged mmap series).</summary>
    public sealed record ReadDead : DmaBufMessage, IReadingMessage;

    /// <summary>status := DEAD. Kernel: VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE.</summary>
    public sealed record SetDead : DmaBufMessage;

    /// <summary>Inserts a user PTE of a mapping of the buffer. Kernel: vmf_insert_pfn() in vfio_pci_dma_buf_mmap_huge_fault().</summary>
    public sealed record InsertPte : DmaBufMessage;

    /// <summary>Removes all user PTEs of the buffer's mappings. Kernel: unmap_mapping_range(priv->dmabuf->file->f_mapping).</summary>
    public sealed record Zap : DmaBufMessage;

    /// <summary>Reads the region whose provider is stored in priv. Kernel: priv->provider.</summary>
    public sealed record ReadRegion : DmaBufMessage, IReadingMessage;

    /// <summary>Reads <c>priv->vdev</c>: the device's index, or -1 for NULL.</summary>
    public sealed record ReadVdev : DmaBufMessage, IReadingMessage;

    /// <summary>Reads <c>priv->nr_ranges</c>.</summary>
    public sealed record ReadNrRanges : DmaBufMessage, IReadingMessage;

    /// <summary>Reads the size of the buffer: its number of pages, rounded up. Kernel: priv->size.</summary>
    public sealed record ReadSize : DmaBufMessage, IReadingMessage;

    /// <summary>Reads a range: the pages of its offset in the region, and those of its length, rounded up. Kernel: priv->phys_vec[i].</summary>
    public sealed record ReadPhysVec(int Index) : DmaBufMessage, IReadingMessage;

    /// <summary>Counts scatterlist entries over all ranges, in the arithmetic of the caller. Kernel: calc_sg_nents().</summary>
    /// <param name="ChunkBytes">The longest entry.</param>
    /// <param name="SizeBits">The width of size_t, in which lengths are rounded up.</param>
    /// <param name="ChecksOverflow">A sum that does not fit 32 bits counts as 0; else it wraps.</param>
    public sealed record CountEntries(ulong ChunkBytes, int SizeBits, bool ChecksOverflow) : DmaBufMessage, IReadingMessage;

    /// <summary>Keeps the length of a mapping's scatterlist in the buffer. Kernel: priv->orig_nents = sgt->orig_nents.</summary>
    /// <param name="SegmentBytes">The longest segment of the importer whose mapping it is.</param>
    public sealed record SaveOrigNents(ulong SegmentBytes) : DmaBufMessage;

    /// <summary>Frees a mapping's scatterlist by the length kept in the buffer. Kernel: sg_free_table().</summary>
    /// <param name="SegmentBytes">The longest segment of the importer whose mapping it is.</param>
    public sealed record FreeTable(ulong SegmentBytes) : DmaBufMessage;

    /// <summary>Writes NULL to <c>priv->vdev</c>.</summary>
    public sealed record ClearVdev : DmaBufMessage;

    /// <summary>Writes the steering tag. Kernel: priv->tph_st.</summary>
    /// <param name="Setting">Which setting it is part of, from 1: tag and hint of one setting belong together.</param>
    public sealed record SetTphTag(int Setting) : DmaBufMessage;

    /// <summary>Writes the processing hint. Kernel: priv->tph_ph.</summary>
    /// <param name="Setting">Which setting it is part of.</param>
    public sealed record SetTphHint(int Setting) : DmaBufMessage;

    /// <summary>Publishes tag and hint. Kernel: smp_store_release(&amp;priv->tph_flags).</summary>
    public sealed record PublishTph : DmaBufMessage;

    /// <summary>Reads the setting of the steering tag; 0 when there is none.</summary>
    public sealed record ReadTphTag : DmaBufMessage, IReadingMessage;

    /// <summary>Reads the setting of the processing hint.</summary>
    public sealed record ReadTphHint : DmaBufMessage, IReadingMessage;

    /// <summary>Reads whether tag and hint are published. Kernel: smp_load_acquire(&amp;priv->tph_flags).</summary>
    public sealed record ReadTphPublished : DmaBufMessage, IReadingMessage;

    /// <summary>Takes a reference unless the count is zero. Kernel: get_file_active(&amp;priv->dmabuf->file).</summary>
    public sealed record GetFileActive(TaskId Task) : DmaBufMessage;

    /// <summary>Takes a reference; waits (the kernel spins) while the count is zero and the pointer unchanged. Kernel: get_file_rcu(&amp;priv->dmabuf->file) since v6.7.</summary>
    public sealed record GetFileRcu(TaskId Task) : DmaBufMessage;

    /// <summary>dmabuf->file := NULL. Kernel: dma_buf_file_release() with "Annul dmabuf->file on file release".</summary>
    public sealed record AnnulFile : DmaBufMessage;

    /// <summary>Drops a task's reference; yes when it was the last. Kernel: fput(), dma_buf_put().</summary>
    public sealed record Fput(TaskId Task) : DmaBufMessage;

    /// <summary>Drops an attachment's reference into the task's hands, so that the task's fput can follow. Kernel: dma_buf_put(attach->dmabuf).</summary>
    public sealed record TakeOverReference(AttachmentId From, TaskId Task) : DmaBufMessage;

    /// <summary>Hands the task's reference to an attachment. Kernel: the importer keeps what dma_buf_get() returned.</summary>
    public sealed record HandReference(TaskId Task, AttachmentId To) : DmaBufMessage;

    /// <summary>Puts the file into the fd table; the task's reference moves there. Kernel: fd_install().</summary>
    public sealed record FdInstall(TaskId Task) : DmaBufMessage;

    /// <summary>Takes a reference through the fd table: -EBADF when no fd is open. Kernel: fdget(), dma_buf_get().</summary>
    public sealed record Fdget(TaskId Task) : DmaBufMessage;

    /// <summary>Adds an fd table entry for the same file: -EBADF when no fd is open. Kernel: dup().</summary>
    public sealed record Dup : DmaBufMessage;

    /// <summary>Removes an fd table entry and takes over its reference: -EBADF when there is none. Kernel: file_close_fd().</summary>
    public sealed record CloseFd(TaskId Task) : DmaBufMessage;

    /// <summary>Opens the path of the fd for the path only: takes the dentry, not the file. Kernel: open(O_PATH).</summary>
    public sealed record OpenPath : DmaBufMessage;

    /// <summary>Closes an O_PATH descriptor; yes when the dentry's last reference went, -EBADF when none is open.</summary>
    public sealed record ClosePath : DmaBufMessage;

    /// <summary>Reads whether an epoll instance watches the file. Kernel: file->f_ep.</summary>
    public sealed record ReadEpItem : DmaBufMessage, IReadingMessage;

    /// <summary>An epoll instance begins to watch the file: -EEXIST when it does already. Kernel: attach_epitem(), ep_rbtree_insert().</summary>
    public sealed record AddEpItem : DmaBufMessage;

    /// <summary>The epoll instance forgets the file. Kernel: __ep_remove().</summary>
    public sealed record RemoveEpItem : DmaBufMessage;

    /// <summary>Puts the file's item on the ready list. Kernel: list_add_tail(&amp;epi->rdllink, &amp;ep->rdllist).</summary>
    public sealed record QueueEpItem : DmaBufMessage;

    /// <summary>Takes the file's item off the ready list: yes when it was there. The epoll instance's own list. Kernel: list_del_init(&amp;epi->rdllink).</summary>
    public sealed record TakeEpItem : DmaBufMessage;

    /// <summary>Makes a poll callback active: no when it is already. Kernel: dcb->active = EPOLLOUT, under dmabuf->poll.lock.</summary>
    public sealed record BeginPoll(PollDirection Direction) : DmaBufMessage;

    /// <summary>Takes a reference for a poll callback, whatever the count is. Kernel: get_file(dmabuf->file).</summary>
    public sealed record GetFile(PollDirection Direction) : DmaBufMessage;

    /// <summary>Adds a poll callback to the first fence that its direction has to wait for: no when there is none. Kernel: dma_buf_poll_add_cb().</summary>
    public sealed record AddPollCallback(PollDirection Direction) : DmaBufMessage;

    /// <summary>A poll callback has run: who polls is woken. Kernel: wake_up_locked_poll(), dcb->active = 0.</summary>
    public sealed record EndPoll(PollDirection Direction) : DmaBufMessage;

    /// <summary>Drops a poll callback's reference; yes when it was the last. Kernel: fput(dmabuf->file) in dma_buf_poll_cb().</summary>
    public sealed record FputOfPoll(PollDirection Direction) : DmaBufMessage;

    /// <summary>The file is taken off the debug list. Kernel: dma_buf_file_release().</summary>
    public sealed record FileRelease : DmaBufMessage, IReadingMessage;

    /// <summary>Drops the file's reference on the dentry; yes when it was the last, so that release follows. Kernel: dput().</summary>
    public sealed record Dput : DmaBufMessage;

    /// <summary>Frees the struct file. Kernel: file_free().</summary>
    public sealed record FileFree : DmaBufMessage;

    /// <summary>Frees the dma-buf itself: it must have no attachment left. Kernel: end of dma_buf_release().</summary>
    public sealed record FreeDmaBuf : DmaBufMessage;

    /// <summary>Links an attachment at the head of the list. Kernel: list_add(&amp;attach->node, &amp;dmabuf->attachments).</summary>
    public sealed record LinkAttachment(AttachmentId Attachment) : DmaBufMessage;

    /// <summary>Unlinks an attachment. Kernel: list_del(&amp;attach->node).</summary>
    public sealed record UnlinkAttachment(AttachmentId Attachment) : DmaBufMessage;

    /// <summary>Walks the attachment list, newest first: the attachment after the given one (or the first), or -1. The second answer is the flag's value, for P4.</summary>
    public sealed record NextAttachment(AttachmentId? After) : DmaBufMessage, IReadingMessage;

    /// <summary>A file operation that only reads (fstat, lseek, poll, ...): 0 or the dma-buf file's errno.</summary>
    public sealed record FileOperation(DmaBufFileOperation Operation) : DmaBufMessage, IReadingMessage;
}

/// <summary>File operations on a dma-buf fd. Kernel: dma_buf_fops; the exporter implements neither mmap nor read nor write.</summary>
public enum DmaBufFileOperation
{
    /// <summary>fstat().</summary>
    Fstat,

    /// <summary>lseek(0, SEEK_END).</summary>
    LseekEnd,

    /// <summary>lseek(0, SEEK_SET).</summary>
    LseekSet0,

    /// <summary>lseek(0, SEEK_CUR).</summary>
    LseekCur,

    /// <summary>lseek(1, SEEK_SET).</summary>
    LseekSet1,

    /// <summary>mmap(PROT_READ | PROT_WRITE).</summary>
    MmapRw,

    /// <summary>mmap(PROT_READ).</summary>
    MmapRo,

    /// <summary>poll().</summary>
    Poll,

    /// <summary>read().</summary>
    Read,

    /// <summary>write().</summary>
    Write,

    /// <summary>DMA_BUF_IOCTL_SYNC with SYNC_START.</summary>
    SyncStart,

    /// <summary>DMA_BUF_IOCTL_SYNC with SYNC_END.</summary>
    SyncEnd,

    /// <summary>DMA_BUF_IOCTL_SYNC with unknown flags.</summary>
    SyncBadFlags,

    /// <summary>DMA_BUF_SET_NAME.</summary>
    SetName,

    /// <summary>DMA_BUF_IOCTL_EXPORT_SYNC_FILE.</summary>
    ExportSyncFile,

    /// <summary>DMA_BUF_IOCTL_IMPORT_SYNC_FILE.</summary>
    ImportSyncFile,

    /// <summary>A VFIO ioctl on the dma-buf fd.</summary>
    ForeignIoctl,

    /// <summary>ftruncate().</summary>
    Ftruncate,

    /// <summary>fcntl(F_GETFL).</summary>
    Getfl,

    /// <summary>/proc/self/fdinfo/N.</summary>
    Fdinfo,
}
