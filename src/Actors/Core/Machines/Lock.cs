using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A task that waits for a lock.</summary>
/// <param name="Task">Who.</param>
/// <param name="Mode">How.</param>
/// <param name="InReaderPhase">Granted together with the reader that opened the current reader phase; it only has to run.</param>
/// <param name="Stamp">The age of its transaction, for a ww_mutex taken in a context; 0 = without.</param>
public readonly record struct Waiter(TaskId Task, LockMode Mode, bool InReaderPhase, int Stamp = 0);

/// <summary>A lock: rw_semaphore or mutex. Mailbox order is acquisition order under <see cref="GrantPolicy.Ordered"/>.</summary>
/// <param name="Shared">true for an rw_semaphore, false for a mutex.</param>
/// <param name="Policy">Who may win a free lock.</param>
/// <param name="Writer">The exclusive holder.</param>
/// <param name="Readers">The shared holders, ascending.</param>
/// <param name="Waiters">In order of arrival when ordered; a set (ascending by task) when barging.</param>
public sealed record Lock(bool Shared, GrantPolicy Policy, TaskId? Writer, Sequence<TaskId> Readers, Sequence<Waiter> Waiters) : MachineState
{
    /// <summary>A free lock.</summary>
    public static Lock Free(bool shared, GrantPolicy policy) => new(shared, policy, null, Sequence<TaskId>.Empty, Sequence<Waiter>.Empty);

    /// <summary>The object it was part of is gone.</summary>
    public bool Destroyed { get; init; }

    /// <summary>The age of the transaction that holds it, for a ww_mutex taken in a context; 0 = without.</summary>
    public int OwnerStamp { get; init; }

    /// <summary>Whether nobody holds it. The readers of a phase hold it from the grant on, before they have run.</summary>
    public bool IsFree => Writer is null && !IsReadHeld;

    /// <summary>Whether readers hold it, some of them perhaps without having run since the grant.</summary>
    public bool IsReadHeld => !Readers.IsEmpty || Waiters.Any(waiter => waiter.InReaderPhase);

    /// <summary>Whether the task holds it in any mode.</summary>
    public bool IsHeldBy(TaskId task) => Writer == task || Readers.Contains(task);
}

/// <summary>The rules of kernel/locks.md section 8: rw_semaphore (8.1) and mutex (8.2, 8.3), without PREEMPT_RT.</summary>
public static partial class LockMachine
{
    /// <summary>Handles one access.</summary>
    public static Outcome Handle(Lock state, LockMessage message) => message switch
    {
        LockMessage.Init => Outcome.Done(state with { Destroyed = false }),
        LockMessage.Destroy => state.IsFree && state.Waiters.IsEmpty
            ? Outcome.Done(state with { Destroyed = true })
            : Outcome.Broken(state with { Destroyed = true }, Reply.Done, new Violation(Property.P7, "uaf", "a lock is destroyed while a task holds it or waits for it", "mutex_destroy")),
        LockMessage.Enqueue enqueue when state.Destroyed => Outcome.Broken(
            Queue(state, enqueue), Reply.Done, new Violation(Property.P7, "uaf", "a lock is taken after its owner destroyed it", "mutex_destroy")),
        LockMessage.Enqueue enqueue => Outcome.Done(Queue(state, enqueue)),
        LockMessage.Await wait => Await(state, wait.Task),
        LockMessage.EnqueueInContext or LockMessage.AwaitInContext => HandleInContext(state, message),
        LockMessage.TryAcquire attempt => CanTry(state, attempt.Mode)
            ? Outcome.Reply(Hold(state, attempt.Task, attempt.Mode), true)
            : Outcome.Reply(state, false),
        LockMessage.Release release => Release(state, release.Task),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Lock Queue(Lock state, LockMessage.Enqueue enqueue) => state with { Waiters = Insert(state, new Waiter(enqueue.Task, enqueue.Mode, false)) };

    private static Sequence<Waiter> Insert(Lock state, Waiter waiter) => state.Policy switch
    {
        GrantPolicy.Ordered => state.Waiters.Add(waiter),
        GrantPolicy.Barging => Sequence<Waiter>.From(state.Waiters.Add(waiter).OrderBy(other => other.Task.Index)),
    };

    private static Outcome Await(Lock state, TaskId task)
    {
        var index = IndexOf(state, task);
        if (index < 0)
            throw new InvalidOperationException($"{task} awaits a lock it has not queued for");
        var waiter = state.Waiters[index];
        return waiter.Mode == LockMode.Write ? AwaitWrite(state, waiter, index) : AwaitRead(state, waiter, index);
    }

    private static Outcome AwaitWrite(Lock state, Waiter waiter, int index) =>
        state.IsFree && MayOvertake(state, index, LockMode.Write) ? Outcome.Done(Grant(state, waiter, index)) : Outcome.Blocked;

    private static Outcome AwaitRead(Lock state, Waiter waiter, int index)
    {
        if (state.Writer is not null || !MayOvertake(state, index, LockMode.Read))
            return Outcome.Blocked;
        if (waiter.InReaderPhase)
            return Outcome.Done(Grant(state, waiter, index));
        if (state.IsReadHeld)
            return state.Policy == GrantPolicy.Barging && HasQueuedWriter(state) ? Outcome.Blocked : Outcome.Done(Grant(state, waiter, index));
        var alone = Grant(state, waiter, index);
        if (state.Policy == GrantPolicy.Ordered || !state.Waiters.Any(other => other.Task != waiter.Task && other.Mode == LockMode.Read) || !HasQueuedWriter(state))
            return Outcome.Done(alone);

        // Free with waiters: an arriving reader steals alone, or the releaser has granted all queued readers at once.
        var phase = alone with { Waiters = Sequence<Waiter>.From(alone.Waiters.Select(other => other with { InReaderPhase = other.Mode == LockMode.Read })) };
        return Outcome.Choice(new Possibility(alone, Reply.Done), new Possibility(phase, Reply.Done));
    }

    // Ordered: nobody passes a waiter in front, except that readers stand in front of the lock together.
    private static bool MayOvertake(Lock state, int index, LockMode mode) => state.Policy switch
    {
        GrantPolicy.Ordered => state.Waiters.Take(index).All(other => mode == LockMode.Read && other.Mode == LockMode.Read),
        GrantPolicy.Barging => true,
    };

    private static bool HasQueuedWriter(Lock state) => state.Waiters.Any(other => other.Mode == LockMode.Write);

    // rw_semaphore: a trylock never passes a queued task, free or not. Mutex: it wins whenever the lock is free; it never queues, so this passes nobody in the mailbox.
    private static bool CanTry(Lock state, LockMode mode) =>
        state.Shared
            ? state.Waiters.IsEmpty && (state.IsFree || (mode == LockMode.Read && state.Writer is null))
            : state.IsFree;

    private static Lock Grant(Lock state, Waiter waiter, int index) =>
        Hold(state with { Waiters = state.Waiters.RemoveAt(index) }, waiter.Task, waiter.Mode);

    private static Lock Hold(Lock state, TaskId task, LockMode mode) => mode == LockMode.Write
        ? state with { Writer = task }
        : state with { Readers = Sequence<TaskId>.From(state.Readers.Add(task).OrderBy(reader => reader.Index)) };

    private static Outcome Release(Lock state, TaskId task)
    {
        if (state.Writer == task)
            return Outcome.Done(state with { Writer = null, OwnerStamp = 0 });
        if (state.Readers.Contains(task))
            return Outcome.Done(state with { Readers = state.Readers.Remove(task) });
        return Outcome.Broken(state, Reply.Done, new Violation(Property.Locks, "assertion", "lock released by a task that does not hold it"));
    }

    private static int IndexOf(Lock state, TaskId task)
    {
        for (var index = 0; index < state.Waiters.Count; index++)
        {
            if (state.Waiters[index].Task == task)
                return index;
        }

        return -1;
    }
}
