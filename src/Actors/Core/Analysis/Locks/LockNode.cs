using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>A node of the lock and wait graph: a lock class, or a wait that is no lock (a completion, fences, the end of another task's work).</summary>
/// <param name="Kind">The class of the lock, or the kind of the machine that is waited for.</param>
/// <param name="Wait">The waiting message; empty for a lock.</param>
/// <param name="Subclass">0, or 1 for the higher of two objects of one class that are nested, by their numbers. Only edges within a class have it.</param>
public readonly record struct LockNode(MachineKind Kind, string Wait = "", int Subclass = 0)
{
    /// <summary>Whether it is a lock class.</summary>
    public bool IsLock => Wait.Length == 0;

    /// <summary>The class of a lock.</summary>
    public static LockNode OfLock(MachineRef target) => new(target.Kind);

    /// <summary>The node of a message that can be left waiting.</summary>
    public static LockNode OfWait(MachineRef target, Message message) => new(target.Kind, message.GetType().Name);

    /// <summary>The node of what a task sends next: a lock it queues for or awaits, else a wait.</summary>
    public static LockNode Of(MachineRef target, Message message) => target.IsLock ? OfLock(target) : OfWait(target, message);

    /// <summary>An edge between two objects as classes: objects of one class are told apart by their order, as lockdep's subclasses do.</summary>
    public static (LockNode From, LockNode To) Between(LockNode from, MachineRef held, LockNode to, MachineRef wanted)
    {
        if (from != to || held == wanted)
            return (from, to);
        return held.Index < wanted.Index ? (from, new LockNode(to.Kind, to.Wait, 1)) : (new LockNode(from.Kind, from.Wait, 1), to);
    }
}

/// <summary>A lock taken, or an event waited for, by a task.</summary>
/// <param name="Node">The class.</param>
/// <param name="Object">The machine.</param>
/// <param name="Mode">How; a wait is exclusive.</param>
/// <param name="Try">Taken by a trylock.</param>
/// <param name="At">The task before the step, with its stack of calls.</param>
public sealed record Taking(LockNode Node, MachineRef Object, LockMode Mode, bool Try, TaskState At)
{
    /// <summary>Who.</summary>
    public TaskId Task => At.Id;

    /// <summary>The step.</summary>
    public Step Step => At.Next;

    /// <summary>Whether the task asks as part of a transaction over ww_mutexes, which backs off instead of waiting in a circle.</summary>
    public bool InTransaction => Step is Step.Send send && send.Message(At.Top.Locals) is LockMessage.EnqueueInContext;
}

/// <summary>A dependency: a task holds one thing and wants another; or somebody waits, and the task that is to end the wait wants something first.</summary>
/// <param name="From">The class that is held, or the wait.</param>
/// <param name="To">The class that is wanted, or the wait.</param>
/// <param name="Held">Where it was taken; for a wait, where somebody waits.</param>
/// <param name="Wanted">Where the other is asked for. Its task is whose edge this is.</param>
/// <param name="Holding">All the task holds there, in order.</param>
/// <param name="Wakes">The step that ends the wait, as its task stands before it; null when <paramref name="From"/> is a lock.</param>
public sealed record LockEdge(LockNode From, LockNode To, Taking Held, Taking Wanted, Sequence<Taking> Holding, TaskState? Wakes)
{
    /// <summary>Whose edge this is: who holds and wants.</summary>
    public TaskId Task => Wanted.Task;

    /// <summary>Both ends are the same object.</summary>
    public bool IsRecursive => Held.Object == Wanted.Object && From == To;
}
