using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A kernel function as an ordered list of atomic steps. Static data: all tasks that run it share it.</summary>
public sealed class Program : INamedConstant
{
    /// <summary>A program of the given steps.</summary>
    /// <param name="name">Unique within a revision: the function, with its variant where one function has several callers' forms.</param>
    /// <param name="steps">The steps.</param>
    public Program(string name, IReadOnlyList<Step> steps)
    {
        Name = name;
        Steps = steps;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a send means for the locks a task holds.</summary>
public enum SendKind
{
    /// <summary>An ordinary access.</summary>
    Access,

    /// <summary>Queueing for a lock.</summary>
    Enqueue,

    /// <summary>Waiting for the grant.</summary>
    Await,

    /// <summary>A trylock.</summary>
    Try,

    /// <summary>Giving a lock back.</summary>
    Release,
}

/// <summary>A request to run a program in another task slot.</summary>
public sealed record Start(TaskId Slot, Program Program, Locals Locals);

/// <summary>The world as a check step may see it: any machine of its declared footprint.</summary>
public delegate MachineState Reading(MachineRef machine);

/// <summary>What must hold where a check step stands. The rules are in the Properties room; call paths only say where.</summary>
public enum Obligation
{
    /// <summary>P1 at a DMA access: it meets a function that answers as vfio's own.</summary>
    AccessReachesFunction,

    /// <summary>P1 at a decode-off, power-down, reset-begin or region-release step: no exporter mapping of the device is alive.</summary>
    NoMappingAlive,

    /// <summary>P1 at a successful map: the function can be accessed.</summary>
    MapReachesFunction,

    /// <summary>P1 at a successful map: it leads to the exported bytes, to each once and in order.</summary>
    MapLeadsToExport,

    /// <summary>P1 at a successful map: its entries are whole pages.</summary>
    MapIsAligned,

    /// <summary>P1 at a successful map: it stays inside what the driver owns and lets its user have.</summary>
    MapStaysInside,

    /// <summary>P2 at a write-release of memory_lock.</summary>
    FlagAgrees,

    /// <summary>P3 at a successful map.</summary>
    NoMapWhileRevoked,

    /// <summary>P4 at the end of an un-revoke.</summary>
    ToldWhenTrue,

    /// <summary>P5 after the list was changed.</summary>
    ListMatchesOwner,

    /// <summary>P11 at the end of a failing request.</summary>
    FailureChangesNothing,

    /// <summary>The answer of a request is one that the user interface documents.</summary>
    AnswerIsDocumented,

    /// <summary>P12 when a reset brings the function to D0: no CPU access may meet the transition.</summary>
    NoPteInTransition,

    /// <summary>P12: when a revoke has returned, no user PTE is left either. Which of the two goes first is left open upstream.</summary>
    CpuNotBehindPeers,
    /// <summary>The steering tag and the processing hint that an importer gets belong together.</summary>
    TphIsWhole,

    /// <summary>P12 when a PTE is inserted.</summary>
    PteOnlyWhileAccessible,

    /// <summary>P12 at a write-release of memory_lock by a revoking path.</summary>
    CpuAndPeersTogether,

    /// <summary>P1 at an access by page frame numbers that an importer copied: the importer's own breach.</summary>
    CopyReachesFunction,
}

/// <summary>One atomic step of a kernel function, or a local step that merges into the one before.</summary>
/// <param name="Function">The kernel function.</param>
/// <param name="Text">What the step does, in the spelling of its revision.</param>
public abstract record Step(string Function, string Text)
{
    /// <summary>The step's name in the call-path sheet (E5, M3, C4, ...), or empty.</summary>
    public string Mark { get; init; } = "";

    /// <summary>Nesting depth in the source, for display.</summary>
    public int Depth { get; init; }

    /// <summary>Whether the step touches a machine. Other steps are local and merge into the visible one before them.</summary>
    public bool IsVisible => this is Send or Check;

    /// <summary>Sends one message to one machine and continues with the reply.</summary>
    public sealed record Send(string Function, string Text, SendKind Kind, Func<Locals, MachineRef?> Target, Func<Locals, Message> Message, Func<Locals, Reply, Locals> Then)
        : Step(Function, Text)
    {
        /// <summary>The mode of a lock step.</summary>
        public LockMode Mode { get; init; }

        /// <summary>The type of every message of this step; a base type where it sends several.</summary>
        public Type MessageType { get; init; } = typeof(Message);

        /// <summary>The task that a reply starts for which <see cref="StartsWhen"/> holds; null when no reply does.</summary>
        public Func<Locals, Topology, Start>? Starts { get; init; }

        /// <summary>Which replies start it.</summary>
        public Func<Reply, bool> StartsWhen { get; init; } = _ => false;

        /// <summary>What the pointer is called whose NULL would stop the kernel here.</summary>
        public string Pointer { get; init; } = "pointer";
    }

    /// <summary>Judges obligations over several machines. Writes nothing.</summary>
    public sealed record Check(string Function, string Text, Sequence<Obligation> Obligations) : Step(Function, Text)
    {
        /// <summary>What was mapped, where that is judged.</summary>
        public MapPieces? Pieces { get; init; }
    }

    /// <summary>Goes to another position when the condition holds. Backward jumps close loops.</summary>
    public sealed record Jump(string Function, string Text, Func<Locals, bool> When, int To) : Step(Function, Text)
    {
        /// <summary>The condition of a jump that always goes: else, goto, the end of a loop.</summary>
        public static readonly Func<Locals, bool> Always = _ => true;

        /// <summary>The same condition, where it asks for the system call's arguments only: they stay what they are during the call.</summary>
        public Func<Request?, bool>? WhenRequest { get; init; }
    }

    /// <summary>Goes to another position of a user task when the result registers say so. Of the registers only the live ones are kept.</summary>
    public sealed record JumpOnResults(string Function, string Text, Func<Sequence<int>, bool> When, int To, Sequence<int> Live) : Step(Function, Text);

    /// <summary>Writes local variables only.</summary>
    public sealed record Assign(string Function, string Text, Func<Locals, Locals> Write) : Step(Function, Text)
    {
        /// <summary>Whether it makes <c>vdev</c> another device of the dev_set. No other assignment changes which object a variable names.</summary>
        public bool MovesVdev { get; init; }
    }

    /// <summary>Calls another function.</summary>
    public sealed record Call(string Function, string Text, Func<Program> Callee, Func<Locals, Locals> Arguments, Func<Locals, int, Locals> Then) : Step(Function, Text);

    /// <summary>Returns to the caller with <c>ret</c>.</summary>
    public sealed record Return(string Function, string Text) : Step(Function, Text);

    /// <summary>A lock assertion: lockdep_assert_held(), dma_resv_assert_held().</summary>
    public sealed record AssertHeld(string Function, string Text, Func<Locals, MachineRef?> Lock, LockMode Mode) : Step(Function, Text);

    /// <summary>A place that can fail under fault injection.</summary>
    public sealed record MayFail(string Function, string Text, FaultPoint Point, Errno Errno) : Step(Function, Text);

    /// <summary>Queues the buffer's final fput as task work. Kernel: task_work_add(____fput).</summary>
    public sealed record DeferFput(string Function, string Text) : Step(Function, Text);

    /// <summary>Takes the newest task work into <c>priv</c>; <c>reply</c> says whether there was one. Kernel: task_work_run(), which promises no FIFO order and runs last in, first out.</summary>
    public sealed record TakeTaskWork(string Function, string Text) : Step(Function, Text);

    /// <summary>The end of a request: its answer goes into a register (-1 = none), of which only the live ones are kept; locks still held are a finding.</summary>
    public sealed record EndRequest(string Function, string Text, int Register, Sequence<int> Live) : Step(Function, Text);

    /// <summary>Takes effects out of the ledger that are not this request's doing: of one kind, or all.</summary>
    public sealed record Forget(string Function, string Text, EffectKind? Kind) : Step(Function, Text);

    /// <summary>Memory that the request allocates (+1) or frees (-1); what is left of it when the request fails is a leak.</summary>
    public sealed record Account(string Function, string Text, Func<Locals, MachineRef?> Owner, int Gained) : Step(Function, Text);

    /// <summary>Clears the effect ledger and the request's variables.</summary>
    public sealed record BeginRequest(string Function, string Text, FaultPlan Faults, Request? Request) : Step(Function, Text);
}
