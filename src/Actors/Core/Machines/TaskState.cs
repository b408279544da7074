using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>The local variables and arguments of one function call, with the kernel's names.</summary>
public sealed record Locals
{
    /// <summary><c>current</c>.</summary>
    public TaskId Current { get; init; }

    /// <summary><c>filep</c> of the device file.</summary>
    public DeviceFileId? Filep { get; init; }

    /// <summary><c>vdev</c>.</summary>
    public DeviceId? Vdev { get; init; }

    /// <summary><c>dev_set</c>, while <c>vdev</c> walks its devices.</summary>
    public int? DevSet { get; init; }

    /// <summary><c>priv</c>, the buffer.</summary>
    public DmaBufId? Priv { get; init; }

    /// <summary><c>tmp</c>: the saved next of a safe list walk.</summary>
    public DmaBufId? Tmp { get; init; }

    /// <summary><c>attach</c>.</summary>
    public AttachmentId? Attach { get; init; }

    /// <summary><c>revoked</c>, the argument of move; also what the flag is while notifications run.</summary>
    public bool Revoked { get; init; }

    /// <summary>A numeric argument: the memory bit, the power state, flags.</summary>
    public int Argument { get; init; }

    /// <summary>The variables of the function that fills a scatterlist; null outside of it.</summary>
    public SgLocals? Sg { get; init; }

    /// <summary><c>ticket->stamp</c>, while a transaction over ww_mutexes is under way.</summary>
    public int Stamp { get; init; }

    /// <summary><c>ticket->acquired</c>: how many ww_mutexes the transaction holds.</summary>
    public int Acquired { get; init; }

    /// <summary><c>exec->contended</c>: which of its objects the transaction backed off for, from 1; 0 = none.</summary>
    public int Contended { get; init; }

    /// <summary>The system call's arguments, as far as they are more than one number.</summary>
    public Request? Request { get; init; }

    /// <summary>What the last step answered.</summary>
    public int Reply { get; init; }

    /// <summary><c>ret</c>.</summary>
    public int Ret { get; init; }
}

/// <summary>The local variables of dma_buf_phys_vec_to_sgt() and dma_buf_free_sgt().</summary>
public sealed record SgLocals
{
    /// <summary>Outside of those functions.</summary>
    public static readonly SgLocals None = new();

    /// <summary><c>i</c>.</summary>
    public int Index { get; init; }

    /// <summary><c>nr_ranges</c>, or the number of entries that are unmapped.</summary>
    public int Count { get; init; }

    /// <summary><c>nents</c>.</summary>
    public uint Nents { get; init; }

    /// <summary>How many entries are filled.</summary>
    public int Filled { get; init; }

    /// <summary><c>size</c>.</summary>
    public ulong Size { get; init; }

    /// <summary><c>mapped_len</c>.</summary>
    public ulong MappedLen { get; init; }

    /// <summary>The map type is PCI_P2PDMA_MAP_BUS_ADDR: there is no IOVA state.</summary>
    public bool IsOnBus { get; init; }

    /// <summary>The map type is PCI_P2PDMA_MAP_NOT_SUPPORTED.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>dma_use_iova(dma->state).</summary>
    public bool UsesIova { get; init; }

    /// <summary><c>dma->state->addr</c>.</summary>
    public ulong Window { get; init; }

    /// <summary><c>addr</c>.</summary>
    public ulong Addr { get; init; }

    /// <summary>The BAR that ranges are in.</summary>
    public uint Region { get; init; }

    /// <summary><c>phys_vec[i]</c>.</summary>
    public PhysVec Range { get; init; }
}

/// <summary>One call on a task's stack.</summary>
/// <param name="Program">The function.</param>
/// <param name="Position">The next step.</param>
/// <param name="Locals">Its variables.</param>
public sealed record Frame(Program Program, int Position, Locals Locals);

/// <summary>A lock a task holds.</summary>
public readonly record struct Held(MachineRef Lock, LockMode Mode);

/// <summary>Something a call changed and has to change back if it fails (property P11).</summary>
/// <param name="Machine">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Before">The value before the call touched it; for references the number of references gained.</param>
public readonly record struct LedgerEntry(MachineRef Machine, EffectKind Kind, int Before);

/// <summary>Where the kernel can be made to fail, as CONFIG_FAULT_INJECTION does.</summary>
public enum FaultPoint
{
    /// <summary>A memory allocation.</summary>
    Allocation,

    /// <summary>No free fd.</summary>
    FdTable,

    /// <summary>A configuration space write.</summary>
    ConfigWrite,

    /// <summary>A signal is pending where a wait can be interrupted or killed.</summary>
    Signal,

    /// <summary>A configuration space read.</summary>
    ConfigRead,

    /// <summary>A resume of a suspended function.</summary>
    RuntimeResume,
}

/// <summary>Faults still to be injected into a task.</summary>
/// <param name="Countdown">The n-th fault point from now fails; 0 = none (fail_nth).</param>
/// <param name="Anywhere">Whether each point may fail, at most this many in all.</param>
/// <param name="Points">The point kinds that count.</param>
public sealed record FaultPlan(int Countdown, int Anywhere, Sequence<FaultPoint> Points)
{
    /// <summary>Nothing fails.</summary>
    public static readonly FaultPlan None = new(0, 0, Sequence<FaultPoint>.Empty);
}

/// <summary>A kernel task: a stack of calls, what it holds, and what it still owes on return to user mode.</summary>
/// <param name="Id">Its slot.</param>
/// <param name="Stack">The calls, outermost first; empty = the slot is idle.</param>
/// <param name="Held">Locks held, in order of acquisition.</param>
/// <param name="TaskWork">Deferred final fputs, in order.</param>
/// <param name="Results">The result registers of a user task, where the scenario still reads them.</param>
/// <param name="Ledger">Effects of the request in progress.</param>
/// <param name="Faults">Faults to inject.</param>
public sealed record TaskState(
    TaskId Id,
    Sequence<Frame> Stack,
    Sequence<Held> Held,
    Sequence<DmaBufId> TaskWork,
    Sequence<int> Results,
    Sequence<LedgerEntry> Ledger,
    FaultPlan Faults)
{
    /// <summary>Whether it may go on in more than one way after its next step: a fault point on the way may fail.</summary>
    public bool CanBranch => Faults.Anywhere > 0;

    /// <summary>A slot nothing runs in.</summary>
    public static TaskState Idle(TaskId id) =>
        new(id, Sequence<Frame>.Empty, Sequence<Held>.Empty, Sequence<DmaBufId>.Empty, Sequence<int>.Empty, Sequence<LedgerEntry>.Empty, FaultPlan.None);

    /// <summary>Whether the task has nothing more to do.</summary>
    public bool IsIdle => Stack.IsEmpty;

    /// <summary>The innermost call.</summary>
    public Frame Top => Stack.Last;

    /// <summary>The next step; only for a task that is not idle.</summary>
    public Step Next => Top.Program.Steps[Top.Position];

    /// <summary>Whether the task holds the lock at least in the given mode.</summary>
    public bool Holds(MachineRef machine, LockMode mode)
    {
        foreach (var held in Held)
        {
            if (held.Lock == machine && (held.Mode == LockMode.Write || mode == LockMode.Read))
                return true;
        }

        return false;
    }
}
