using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>One atomic access to one machine. Whole driver functions are call paths, not messages.</summary>
public abstract record Message;

/// <summary>A message that never changes the state of its machine: two such messages commute.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1040:Avoid empty interfaces", Justification = "a static promise about message types, tested on explored transitions")]
public interface IReadingMessage;

/// <summary>What a machine answers: usually one number (a truth value, an errno, an index or -1); a list walk answers the saved next as well.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Next">A second number; only for list walks: the element after it or -1, or the flag read on the way.</param>
public readonly record struct Reply(int Value, int Next = -1)
{
    /// <summary>The number of a page, which can be longer than one number of an answer.</summary>
    public ulong Page => ((ulong)(uint)Next << PageBits) | (uint)Value;

    /// <summary>The answer that is the number of a page.</summary>
    public static Reply OfPage(ulong page) => new((int)(page & int.MaxValue), (int)(page >> PageBits));

    private const int PageBits = 31;

    /// <summary>Whether the answer is a plain yes.</summary>
    public bool Yes => Value != 0;

    /// <summary>The answer of a step that only writes.</summary>
    public static readonly Reply Done = new(0);

    /// <summary>A truth value.</summary>
    public static Reply Of(bool value) => new(value ? 1 : 0);

    /// <summary>A refusal, as the negated number.</summary>
    public static Reply Of(Errno errno) => new(-(int)errno);
}

/// <summary>Messages to a lock: rw_semaphore or mutex. Kernel: kernel/locking/rwsem.c, mutex.c, ww_mutex.h.</summary>
public abstract record LockMessage : Message
{
    private LockMessage()
    {
    }

    /// <summary>Joins the waiters. Always possible, also for a free lock; the grant is <see cref="Await"/>.</summary>
    public sealed record Enqueue(TaskId Task, LockMode Mode) : LockMessage;

    /// <summary>Takes the lock if the policy lets this waiter have it now; else blocks.</summary>
    public sealed record Await(TaskId Task) : LockMessage;

    /// <summary>Takes the lock at once or answers no. Kernel: down_write_trylock(), mutex_trylock().</summary>
    public sealed record TryAcquire(TaskId Task, LockMode Mode) : LockMessage;

    /// <summary>Gives the lock back. Kernel: up_write(), up_read(), mutex_unlock().</summary>
    public sealed record Release(TaskId Task) : LockMessage;

    /// <summary>The lock begins to exist. Kernel: mutex_init().</summary>
    public sealed record Init : LockMessage;

    /// <summary>The lock ends with the object it is part of. Kernel: mutex_destroy() before kfree().</summary>
    public sealed record Destroy : LockMessage;
}

/// <summary>Messages to an open device file (<c>struct file</c> of a VFIO device fd).</summary>
public abstract record DeviceFileMessage : Message
{
    private DeviceFileMessage()
    {
    }

    /// <summary>Takes a reference through the fd table: -EBADF when the fd is closed. Kernel: fdget().</summary>
    public sealed record Fdget(TaskId Task) : DeviceFileMessage;

    /// <summary>Drops a task's reference; answers yes when it was the last. Kernel: fdput().</summary>
    public sealed record Fdput(TaskId Task) : DeviceFileMessage;

    /// <summary>Removes the fd table entry and takes over its reference: -EBADF when there is none. Kernel: file_close_fd().</summary>
    public sealed record CloseFd(TaskId Task) : DeviceFileMessage;

    /// <summary>Takes a free file slot for an open in progress: -ENFILE when it is in use (the bound on open files of the model). Kernel: alloc_empty_file().</summary>
    public sealed record Allocate(TaskId Task) : DeviceFileMessage;

    /// <summary>Reads whether the file has been granted access to the device. Kernel: df->access_granted.</summary>
    public sealed record ReadAccessGranted : DeviceFileMessage, IReadingMessage;

    /// <summary>Publishes the file under its fd: the open has succeeded, its reference is the fd table's. Kernel: fd_install().</summary>
    public sealed record FdInstall(bool AccessGranted) : DeviceFileMessage;
}

/// <summary>Messages to an attachment and the importer's state behind it.</summary>
public abstract record AttachmentMessage : Message
{
    private AttachmentMessage()
    {
    }

    /// <summary>Reads whether the importer is attached. The importer's own state.</summary>
    public sealed record ReadAttached : AttachmentMessage, IReadingMessage;

    /// <summary>The importer begins to attach: -EALREADY when it is attached, or an attach or detach is under way. The importer's own state.</summary>
    public sealed record Attaching : AttachmentMessage;

    /// <summary>The attach has failed.</summary>
    public sealed record AttachFailed : AttachmentMessage;

    /// <summary>Reads whether the importer holds a mapping. The importer's own state, under dma_resv.</summary>
    public sealed record ReadMapped : AttachmentMessage, IReadingMessage;

    /// <summary>The importer learns that its attach has succeeded. Kernel: return of dma_buf_dynamic_attach().</summary>
    public sealed record Attached : AttachmentMessage;

    /// <summary>The importer will not map again. Its own flag, under dma_resv.</summary>
    public sealed record Detaching : AttachmentMessage;

    /// <summary>The attachment is gone. Kernel: kfree(attach) in dma_buf_detach().</summary>
    public sealed record Detached : AttachmentMessage;

    /// <summary>The importer's driver pinned or unpinned the buffer.</summary>
    public sealed record SetPinned(bool Pinned) : AttachmentMessage;

    /// <summary>A mapping exists from here on. Kernel: dma_buf_phys_vec_to_sgt() has returned a table.</summary>
    public sealed record SetMapped : AttachmentMessage;

    /// <summary>Reads whether an iommufd importer holds the physical range. Kernel: pages->dmabuf.phys.len.</summary>
    public sealed record ReadPhysicalRange : AttachmentMessage, IReadingMessage;

    /// <summary>An iommufd importer copies the physical range, or forgets it. Kernel: pages->dmabuf.phys.</summary>
    public sealed record SetPhysicalRange(bool Valid) : AttachmentMessage;

    /// <summary>The mapping is torn down; blocks while its DMA is in flight (the importer quiesces first).</summary>
    public sealed record ClearMapped : AttachmentMessage;

    /// <summary>Reserves an IOVA window for all mappings of the attachment. Kernel: dma_iova_try_alloc().</summary>
    public sealed record ReserveWindow : AttachmentMessage;

    /// <summary>Puts the ranges into the window's page tables. Kernel: dma_iova_link().</summary>
    public sealed record LinkWindow : AttachmentMessage, IReadingMessage;

    /// <summary>Gives the window back. Kernel: dma_iova_destroy().</summary>
    public sealed record DestroyWindow : AttachmentMessage;

    /// <summary>The exporter's invalidate call arrives; answers the importer's kind, so that the caller continues in its code.</summary>
    /// <param name="Revoked">The value of the exporter's flag when the notification begins (for P4).</param>
    public sealed record Invalidate(bool Revoked) : AttachmentMessage;

    /// <summary>Queues the importer's work item: yes when a worker has to be started. Kernel: queue_work().</summary>
    public sealed record QueueWork : AttachmentMessage;

    /// <summary>The worker takes its item.</summary>
    public sealed record TakeWork : AttachmentMessage;

    /// <summary>The worker is done: yes when the item was queued again in the meantime.</summary>
    public sealed record WorkDone : AttachmentMessage;

    /// <summary>Blocks until the worker has nothing left to do. Kernel: flush_work().</summary>
    public sealed record FlushWork : AttachmentMessage, IReadingMessage;

    /// <summary>The importer lets its DMA engine use the mapping: 0, or the importer's refusal when there is no mapping or one is in flight.</summary>
    public sealed record StartDma : AttachmentMessage;

    /// <summary>The engine issues its access: the address leaves for the fabric.</summary>
    public sealed record IssueDma : AttachmentMessage, IReadingMessage;

    /// <summary>The engine has finished.</summary>
    public sealed record DmaDone : AttachmentMessage;
}
