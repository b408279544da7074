using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>Which messages can be left waiting. Nobody lists them: every message a machine was sent is tried on every state the machine was seen in.</summary>
public sealed class WaitMessages
{
    private readonly Dictionary<MachineRef, HashSet<MachineState>> states = [];
    private readonly Dictionary<MachineRef, HashSet<Message>> messages = [];
    private readonly HashSet<(MachineKind Kind, Type Message)> waits = [];

    /// <summary>How many kinds of waits are known.</summary>
    public int Count => waits.Count;

    /// <summary>Whether the message is one that can be left waiting.</summary>
    public bool IsWait(MachineRef machine, Message message) => waits.Contains((machine.Kind, message.GetType()));

    /// <summary>The messages that can be left waiting at a machine, among those it was sent.</summary>
    public IEnumerable<Message> Of(MachineRef machine) => messages.TryGetValue(machine, out var sent) ? sent.Where(message => IsWait(machine, message)) : [];

    /// <summary>Takes note of a state.</summary>
    public void See(MachineRef machine, MachineState state)
    {
        if (!Of(states, machine).Add(state))
            return;
        foreach (var message in Of(messages, machine))
            Try(machine, state, message);
    }

    /// <summary>Takes note of a message.</summary>
    public void See(MachineRef machine, Message message)
    {
        if (!Of(messages, machine).Add(message))
            return;
        foreach (var state in Of(states, machine))
            Try(machine, state, message);
    }

    private void Try(MachineRef machine, MachineState state, Message message)
    {
        if (!IsWait(machine, message) && MachineTable.Handle(state, message).IsBlocked)
            waits.Add((machine.Kind, message.GetType()));
    }

    private static T Of<T>(Dictionary<MachineRef, T> table, MachineRef machine)
        where T : new()
    {
        if (!table.TryGetValue(machine, out var entry))
            table.Add(machine, entry = new T());
        return entry;
    }
}
