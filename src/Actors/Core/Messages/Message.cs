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

    /// <summary>Joins the waiters of a ww_mutex as part of a transaction. Kernel: ww_mutex_lock(ctx), __ww_mutex_add_waiter().</summary>
    /// <param name="Task">Who.</param>
    /// <param name="Stamp">ctx->stamp: the smaller, the older the transaction.</param>
    public sealed record EnqueueInContext(TaskId Task, int Stamp) : LockMessage;

    /// <summary>Takes the ww_mutex: 0, -EDEADLK when an older transaction holds it or waits for it and this one holds others, -EALREADY when it holds this one; else blocks. Kernel: __ww_mutex_check_kill(), wait-die as in DEFINE_WD_CLASS(reservation_ww_class).</summary>
    /// <param name="Task">Who.</param>
    /// <param name="Acquired">ctx->acquired: how many locks the transaction holds.</param>
    public sealed record AwaitInContext(TaskId Task, int Acquired) : LockMessage;

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

    /// <summary>Drops a task's reference; answers yes when it was the last, and whether the file had access to the device. Kernel: fdput().</summary>
    public sealed record Fdput(TaskId Task) : DeviceFileMessage;

    /// <summary>Removes the fd table entry and takes over its reference: -EBADF when there is none. Kernel: file_close_fd().</summary>
    public sealed record CloseFd(TaskId Task) : DeviceFileMessage;

    /// <summary>Takes a free file slot for an open in progress: -ENFILE when it is in use (the bound on open files of the model). Kernel: alloc_empty_file().</summary>
    public sealed record Allocate(TaskId Task) : DeviceFileMessage;

    /// <summary>Reads whether the file has been granted access to the device. Kernel: df->access_granted.</summary>
    public sealed record ReadAccessGranted : DeviceFileMessage, IReadingMessage;

    /// <summary>Publishes the file under its fd: the open has succeeded, its reference is the fd table's. Kernel: fd_install().</summary>
    public sealed record FdInstall(bool AccessGranted) : DeviceFileMessage;

    /// <summary>The cdev is bound to an iommufd from here on. Kernel: smp_store_release(&amp;df->access_granted, true).</summary>
    public sealed record GrantAccess : DeviceFileMessage;
}

/// <summary>Messages to the class of reservation locks, which stamps transactions. Kernel: reservation_ww_class.</summary>
public abstract record WwClassMessage : Message
{
    private WwClassMessage()
    {
    }

    /// <summary>A transaction begins; answers its stamp. Kernel: ww_acquire_init().</summary>
    public sealed record AcquireInit(TaskId Task) : WwClassMessage;

    /// <summary>A transaction ends. Kernel: ww_acquire_fini().</summary>
    public sealed record AcquireFini(TaskId Task) : WwClassMessage;
}
