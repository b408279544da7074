using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>The writes that a broken check hangs on: had one of them left its field as it was, the check would hold.</summary>
internal static class DecisiveWrites
{
    private sealed record LastWrite(MachineRef Machine, MachineState Before, MachineState After, int Number);

    /// <summary>The machines that the finding is about, of several buffers or importers the one written last, and the writes, newest first; none where the violating step is no check.</summary>
    public static (IReadOnlyList<MachineRef> Machines, IReadOnlyList<TraceEvent> Writes) Of(FindingCase found)
    {
        var machines = Conflicts.Machines(found);
        var before = found.WorldBeforeViolation();
        if (before[found.Steps[^1].Task].Next is not Step.Check)
            return (machines, []);
        var writes = LastWrites(found, machines);
        var many = machines.Where(machine => machine.Kind is MachineKind.DmaBuf or MachineKind.Attachment).ToArray();
        var chosen = many.Where(machine => writes.Exists(write => write.Machine == machine)).MaxBy(machine => writes.Where(write => write.Machine == machine).Max(write => write.Number));
        object[] slots = [.. before.Slots];
        if (many.Length > 1 && Array.IndexOf(many, chosen) >= 0 && Conflicts.Alone(found, chosen, many) is var alone && Conflicts.Breaks(found, alone))
            (slots, machines) = (alone, [.. machines.Except(many).Append(chosen)]);

        var decisive = writes.Where(write => machines.Contains(write.Machine) && Decides(found, slots, write)).Select(write => write.Number).ToHashSet();
        return (machines, [.. found.History.Events.Where(each => decisive.Contains(each.Number)).Reverse()]);
    }

    /// <summary>Who made the state that the violating step meets: the decisive writes and the mappings concerned, or, where none decides, the last write of each machine; of a failing request what it did itself.</summary>
    /// <param name="found">The finding.</param>
    /// <param name="machines">The machines that it is about.</param>
    /// <param name="decisive">The decisive writes.</param>
    public static IReadOnlyList<TraceEvent> Makers(FindingCase found, IReadOnlyList<MachineRef> machines, IReadOnlyList<TraceEvent> decisive)
    {
        var about = machines.Select(machine => $"{machine}").ToHashSet();
        var violating = found.History.Events[^1];
        var others = Conflicts.OfMachines(found, violating).Where(each => about.Contains(each.Target!) && (decisive.Count == 0 || each.TargetKind == MachineKind.Attachment));
        return [.. decisive.Concat(others).Where(each => found.Finding.Violation.Property != Property.P11 || each.Task == violating.Task)];
    }

    // The last write of each field.
    private static List<LastWrite> LastWrites(FindingCase found, IReadOnlyList<MachineRef> machines)
    {
        var last = new Dictionary<(MachineRef, string), LastWrite>();
        var world = found.HistoryWorld();
        var number = found.Steps.Count - found.HistorySteps.Count;
        foreach (var step in found.HistorySteps.SkipLast(1))
        {
            number++;
            MachineState[] states = [.. machines.Select(machine => world[machine])];
            step.TakeIn(world);
            for (var index = 0; index < states.Length; index++)
            {
                foreach (var (field, _) in StateChanges.Undone(states[index], world[machines[index]], world[machines[index]]))
                    last[(machines[index], field)] = new LastWrite(machines[index], states[index], world[machines[index]], number);
            }
        }

        return [.. last.Values.Distinct()];
    }

    private static bool Decides(FindingCase found, object[] slots, LastWrite write)
    {
        var slot = found.Model.SlotOf(write.Machine);
        foreach (var (_, undone) in StateChanges.Undone(write.Before, write.After, (MachineState)slots[slot]))
        {
            object[] other = [.. slots];
            other[slot] = undone;
            if (!Conflicts.Breaks(found, other))
                return true;
        }

        return false;
    }
}
