using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>Which messages can be left waiting. Nobody lists them: every message a machine was sent is tried on every state the machine was seen in.</summary>
public sealed class WaitMessages
{
    private readonly Dictionary<MachineRef, HashSet<MachineState>> states = [];
    private readonly Dictionary<MachineRef, Dictionary<Message, List<TaskState>>> messages = [];
    private readonly Dictionary<MachineRef, HashSet<Ending>> endings = [];
    private readonly HashSet<(MachineKind Kind, Type Message)> waits = [];

    // The wait messages of each machine, until there may be more of them.
    private readonly Dictionary<MachineRef, Message[]> waiting = [];

    /// <summary>How much is known: kinds of waits, and what has ended them.</summary>
    public int Count => waits.Count + endings.Values.Sum(known => known.Count);

    /// <summary>Whether the message is one that can be left waiting.</summary>
    public bool IsWait(MachineRef machine, Message message) => waits.Contains((machine.Kind, message.GetType()));

    /// <summary>The messages that can be left waiting at a machine, among those it was sent.</summary>
    public IReadOnlyList<Message> Of(MachineRef machine)
    {
        if (!waiting.TryGetValue(machine, out var known))
            waiting.Add(machine, known = messages.TryGetValue(machine, out var sent) ? [.. sent.Keys.Where(message => IsWait(machine, message))] : []);
        return known;
    }

    /// <summary>Takes note of a state.</summary>
    public void See(MachineRef machine, MachineState state)
    {
        if (!Of(states, machine).Add(state))
            return;
        foreach (var message in Of(messages, machine).Keys)
            Try(machine, state, message);
    }

    /// <summary>Takes note of a message and who has sent it.</summary>
    public void See(MachineRef machine, Message message, TaskState sender)
    {
        var sent = Of(messages, machine);
        if (sent.TryGetValue(message, out var senders))
        {
            if (!senders.Exists(task => task.Id == sender.Id))
                senders.Add(sender);
            return;
        }

        sent.Add(message, [sender]);
        waiting.Clear();
        foreach (var state in Of(states, machine))
            Try(machine, state, message);
    }

    /// <summary>Takes note that a message ends a wait.</summary>
    public void SeeEnding(MachineRef machine, Ending ending) => Of(endings, machine).Add(ending);

    /// <summary>What has ended a wait at a machine.</summary>
    public IReadOnlyCollection<Ending> EndingsOf(MachineRef machine) => Of(endings, machine);

    /// <summary>Who waits with the message: some task other than the given one, or null.</summary>
    public Taking? WaitingAt(MachineRef machine, Message wait, TaskId other) =>
        Of(messages, machine).GetValueOrDefault(wait)?.Find(task => task.Id != other) is { } waiter
            ? new Taking(LockNode.OfWait(machine, wait), machine, LockMode.Write, Try: false, waiter)
            : null;

    private void Try(MachineRef machine, MachineState state, Message message)
    {
        if (IsWait(machine, message) || !MachineTable.Handle(state, message).IsBlocked)
            return;
        waits.Add((machine.Kind, message.GetType()));
        waiting.Clear();
    }

    private static T Of<T>(Dictionary<MachineRef, T> table, MachineRef machine)
        where T : new()
    {
        if (!table.TryGetValue(machine, out var entry))
            table.Add(machine, entry = new T());
        return entry;
    }
}

/// <summary>A message that ends a wait.</summary>
/// <param name="Message">The message.</param>
/// <param name="Wait">The waiting message.</param>
public sealed record Ending(Message Message, Message Wait)
{
    /// <summary>Whether it would end the wait now.</summary>
    public bool Ends(MachineState state) =>
        MachineTable.Handle(state, Wait).IsBlocked && MachineTable.Handle(state, Message).Possibilities is [{ Violation: null } answer] && !MachineTable.Handle(answer.State, Wait).IsBlocked;

    /// <summary>Whether the wait would last all the same.</summary>
    public bool Lasts(MachineState state) =>
        MachineTable.Handle(state, Wait).IsBlocked && MachineTable.Handle(state, Message).Possibilities is [{ Violation: null } answer] && MachineTable.Handle(answer.State, Wait).IsBlocked;
}
