using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A transaction over ww_mutexes. Kernel: struct ww_acquire_ctx.</summary>
/// <param name="Task">Whose.</param>
/// <param name="Stamp">Its age: the smaller, the older. From 1.</param>
public readonly record struct Transaction(TaskId Task, int Stamp);

/// <summary>The class of the reservation locks: which transactions are under way. Kernel: reservation_ww_class, of whose counter only the order matters.</summary>
/// <param name="Active">The transactions, oldest first.</param>
public sealed record WwClass(Sequence<Transaction> Active) : MachineState
{
    /// <summary>No transaction is under way.</summary>
    public static readonly WwClass Idle = new(Sequence<Transaction>.Empty);
}

/// <summary>Kernel: ww_acquire_init(), ww_acquire_fini() in include/linux/ww_mutex.h.</summary>
public static class WwClassMachine
{
    /// <summary>Handles one access.</summary>
    public static Outcome Handle(WwClass state, WwClassMessage message) => message switch
    {
        WwClassMessage.AcquireInit init => Begin(state, init.Task),
        WwClassMessage.AcquireFini fini => Outcome.Done(new WwClass(Sequence<Transaction>.From(state.Active.Where(transaction => transaction.Task != fini.Task)))),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome Begin(WwClass state, TaskId task)
    {
        var stamp = state.Active.IsEmpty ? 1 : state.Active.Last.Stamp + 1;
        return Outcome.Reply(new WwClass(state.Active.Add(new Transaction(task, stamp))), stamp);
    }
}
