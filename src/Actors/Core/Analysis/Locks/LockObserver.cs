using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>One send, as the graph wants to see it.</summary>
/// <param name="Task">The task before it.</param>
/// <param name="Target">Where it went.</param>
/// <param name="Message">What was asked.</param>
/// <param name="Reply">What was answered.</param>
/// <param name="Before">The machine before it.</param>
/// <param name="After">The machine after it.</param>
internal sealed record SeenSend(TaskState Task, MachineRef Target, Message Message, Reply Reply, MachineState Before, MachineState After)
{
    public TaskId Id => Task.Id;

    public Step.Send Step => (Step.Send)Task.Next;
}

/// <summary>Draws the lock and wait graph while runs go by.</summary>
/// <remarks>
/// Held before wanted is an edge; a trylock wants nothing, but what it got is held. From a wait there is an edge to everything its waker asks for first.
/// Who a waker is, is seen and not listed: somebody waits, and after the step the machine no longer answers Blocked;
/// or the task had made the wait longer itself (it mapped), and now makes it as short as before.
/// </remarks>
internal sealed class LockObserver(LockGraph graph, WaitMessages waits)
{
    /// <summary>Takes note of a send; true when from here on somebody else would have to wait.</summary>
    /// <param name="notes">The notes of the run it belongs to.</param>
    /// <param name="send">The send.</param>
    /// <param name="others">The tasks of the world, to see who waits.</param>
    public bool See(RunNotes notes, SeenSend send, IEnumerable<TaskState> others)
    {
        notes.Tick();
        switch (send.Step.Kind)
        {
            case SendKind.Enqueue:
                Want(notes, new Taking(LockNode.OfLock(send.Target), send.Target, send.Step.Mode, Try: false, send.Task));
                break;
            case SendKind.Await when send.Reply.Value < 0:
                break;
            case SendKind.Await:
                Hold(notes, Asked(notes, send) ?? new Taking(LockNode.OfLock(send.Target), send.Target, send.Step.Mode, Try: false, send.Task));
                break;
            case SendKind.Try when send.Reply.Yes:
                Hold(notes, new Taking(LockNode.OfLock(send.Target), send.Target, send.Step.Mode, Try: true, send.Task));
                break;
            case SendKind.Release:
                Release(notes, send);
                break;
            case SendKind.Access:
                return Access(notes, send, others);
            case SendKind.Try:
                break;
        }

        return false;
    }

    /// <summary>Takes note of what tasks that have finished still owe.</summary>
    public void SeeDebts(RunNotes notes, Func<TaskId, bool> hasFinished)
    {
        foreach (var (machine, wait, owing) in notes.Debts.Where(debt => hasFinished(debt.Owing.Id)))
        {
            if (waits.WaitingAt(machine, wait, owing.Id) is { } waiting)
                graph.Add(new OpenWait(waiting, IsStuck: false, owing));
        }
    }

    /// <summary>Takes note of a world in which nothing can move: who waits there and should not, waits for what nobody does.</summary>
    public void SeeEnd(World world)
    {
        foreach (var finding in world.JudgeQuiescence().Where(finding => StuckWorld.IsDeadlock(finding, world.Model.Scenario)))
        {
            foreach (var task in world.Tasks.Where(task => !task.IsIdle && task.Next.Function == finding.Function && task.Next.Text == finding.Step))
            {
                if (WaitOf(task) is { } waiting)
                    graph.Add(new OpenWait(waiting, IsStuck: true, null));
            }
        }
    }

    /// <summary>Takes note of a wait that has not been let through.</summary>
    public void SeeWaiting(RunNotes notes, TaskState task)
    {
        if (WaitOf(task) is { } waiting)
            Want(notes, waiting);
    }

    private static Taking? WaitOf(TaskState task) => task.Next is Step.Send && TaskMachine.Pending(task) is ({ IsLock: false } target, var message)
        ? new Taking(LockNode.OfWait(target, message), target, LockMode.Write, Try: false, task)
        : null;

    private void Want(RunNotes notes, Taking wanted)
    {
        var own = notes[wanted.Task];
        foreach (var held in own.Held.Where(held => !(held.InTransaction && wanted.InTransaction)))
        {
            var (from, to) = LockNode.Between(held.Node, held.Object, wanted.Node, wanted.Object);
            graph.Add(new LockEdge(from, to, held, wanted, own.Held, null));
        }

        if (wanted.Node.IsLock)
            graph.Add(wanted);
        notes[wanted.Task] = own with { Taken = new Taken(own.Taken, wanted, own.Held, notes.Clock) };
    }

    private static Taking? Asked(RunNotes notes, SeenSend send) =>
        notes[send.Id].Taken is { } newest && newest.What.Object == send.Target ? newest.What : null;

    private static void Hold(RunNotes notes, Taking taken) => notes[taken.Task] = notes[taken.Task] with { Held = notes[taken.Task].Held.Add(taken) };

    private static void Release(RunNotes notes, SeenSend send)
    {
        var held = notes[send.Id].Held;
        for (var index = held.Count - 1; index >= 0; index--)
        {
            if (held[index].Object != send.Target)
                continue;
            notes[send.Id] = notes[send.Id] with { Held = held.RemoveAt(index) };
            return;
        }
    }

    private bool Access(RunNotes notes, SeenSend send, IEnumerable<TaskState> others)
    {
        waits.See(send.Target, send.Message, send.Task);
        waits.See(send.Target, send.Before);
        waits.See(send.Target, send.After);
        if (waits.IsWait(send.Target, send.Message))
            Want(notes, new Taking(LockNode.OfWait(send.Target, send.Message), send.Target, LockMode.Write, Try: false, send.Task));
        var opened = false;
        if (send.Before.Equals(send.After))
            return opened;
        foreach (var message in waits.Of(send.Target))
        {
            var (before, after) = (MachineTable.Handle(send.Before, message).IsBlocked, MachineTable.Handle(send.After, message));
            if (before && !after.IsBlocked)
            {
                waits.SeeEnding(send.Target, new Ending(send.Message, message));
                Wake(notes, send, message, others);
            }

            if (before || !after.IsBlocked)
                continue;
            notes.Open(send.Target, message, send.Id);
            opened = true;
        }

        Owe(notes, send);
        return opened;
    }

    // Who makes a wait longer, so that what would have ended it does not, owes what is to shorten it again.
    private void Owe(RunNotes notes, SeenSend send)
    {
        foreach (var ending in waits.EndingsOf(send.Target))
        {
            if (ending.Ends(send.Before) && ending.Lasts(send.After))
                notes.Owe(send.Target, ending, send.Task);
            else if (!ending.Lasts(send.After) && notes.Settle(send.Target, ending, send.Id) is { } since && waits.WaitingAt(send.Target, ending.Wait, send.Id) is { } waiting)
                WantFirst(notes, waiting, send.Task, since);
        }
    }

    private void Wake(RunNotes notes, SeenSend send, Message message, IEnumerable<TaskState> others)
    {
        if (others.FirstOrDefault(task => task.Id != send.Id && Awaits(task, send.Target, message)) is not { } waiter)
            return;
        var waiting = new Taking(LockNode.OfWait(send.Target, message), send.Target, LockMode.Write, Try: false, waiter);
        WantFirst(notes, waiting, send.Task, notes.OpenedBy(send.Id, send.Target, message));
    }

    // What the task has asked for before the step that ends the wait.
    private void WantFirst(RunNotes notes, Taking waiting, TaskState ending, long since)
    {
        foreach (var taken in Taken.Since(notes[ending.Id].Taken, since))
        {
            var (from, to) = LockNode.Between(waiting.Node, waiting.Object, taken.What.Node, taken.What.Object);
            if (from != to)
                graph.Add(new LockEdge(from, to, waiting, taken.What, taken.Holding, ending));
        }
    }

    private static bool Awaits(TaskState task, MachineRef target, Message message) =>
        !task.IsIdle && task.Next is Step.Send && TaskMachine.Pending(task) is var pending && pending.Target == target && pending.Message == message;
}
