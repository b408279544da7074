using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <content>ww_mutex in an acquire context (section 5 of kernel/dma-buf-core.md): wait-die, which is what DEFINE_WD_CLASS(reservation_ww_class) asks for. Kernel: kernel/locking/ww_mutex.h.</content>
public static partial class LockMachine
{
    private static Outcome HandleInContext(Lock state, LockMessage message) => message switch
    {
        LockMessage.EnqueueInContext enqueue => Outcome.Done(state with { Waiters = InsertByStamp(state, new Waiter(enqueue.Task, LockMode.Write, false, enqueue.Stamp)) }),
        LockMessage.AwaitInContext wait => AwaitInContext(state, wait),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // __ww_mutex_add_waiter(): in stamp order among those with a context, past those without that stand behind a younger one.
    private static Sequence<Waiter> InsertByStamp(Lock state, Waiter waiter)
    {
        if (state.Policy == GrantPolicy.Barging)
            return Insert(state, waiter);
        var younger = state.Waiters.TakeWhile(other => other.Stamp == 0 || other.Stamp < waiter.Stamp).Count();
        return Sequence<Waiter>.From(state.Waiters.Take(younger).Append(waiter).Concat(state.Waiters.Skip(younger)));
    }

    private static Outcome AwaitInContext(Lock state, LockMessage.AwaitInContext wait)
    {
        var index = IndexOf(state, wait.Task);
        if (index < 0)
            throw new InvalidOperationException($"{wait.Task} awaits a lock it has not queued for");
        var waiter = state.Waiters[index];
        if (state.Writer == wait.Task)
            return Outcome.Refuse(Left(state, index), Errno.EALREADY);
        if (state.IsFree && MayOvertake(state, index, LockMode.Write))
            return Outcome.Reply(Grant(state, waiter, index) with { OwnerStamp = waiter.Stamp }, 0);
        return wait.Acquired > 0 && IsBehindOlder(state, waiter) ? Outcome.Refuse(Left(state, index), Errno.EDEADLK) : Outcome.Blocked;
    }

    private static Lock Left(Lock state, int index) => state with { Waiters = state.Waiters.RemoveAt(index) };

    private static bool IsBehindOlder(Lock state, Waiter waiter) =>
        (state.OwnerStamp > 0 && state.OwnerStamp < waiter.Stamp) || state.Waiters.Any(other => other.Stamp > 0 && other.Stamp < waiter.Stamp);
}
