using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>The events that a violating step collides with.</summary>
public static class Conflicts
{
    /// <summary>The last event inside the function that the finding names as the other side, or null.</summary>
    public static TraceEvent? OfFunction(FindingCase found, TraceEvent violating)
    {
        var function = found.Finding.Violation.Conflict;
        if (function.Length == 0)
            return null;
        TraceEvent[] inside = [.. found.History.Events.Where(each => each.Number < violating.Number && IsIn(each, function))];
        var about = Machines(found).Select(machine => $"{machine}").ToHashSet();
        return Array.FindLast(inside, each => each.Target is { } target && about.Contains(target) && Deciding(each).Any())
            ?? Array.FindLast(inside, each => each.Changes.Count > 0)
            ?? inside.LastOrDefault();
    }

    /// <summary>For each machine that the violating step is about: the last event that changed more of it than a reference count. Newest first.</summary>
    public static IReadOnlyList<TraceEvent> OfMachines(FindingCase found, TraceEvent violating)
    {
        var judged = Machines(found).Select(machine => $"{machine}").ToHashSet();
        return
        [
            .. found.History.Events.Where(each => each.Number < violating.Number && each.Target is { } target && judged.Contains(target) && Deciding(each).Any())
                .GroupBy(each => each.Target).Select(group => group.LastOrDefault(each => IsTelling(found, each)) ?? group.Last()).OrderByDescending(each => each.Number),
        ];
    }

    /// <summary>What an event changed besides reference counts.</summary>
    public static IEnumerable<string> Deciding(TraceEvent each) => each.Changes.Where(change => !StateChanges.IsCount(change));

    // Of an importer what counts is the mapping, of a failing request the flag that it leaves, whatever becomes of them afterwards.
    private static bool IsTelling(FindingCase found, TraceEvent each) =>
        each.Changes.Any(change => change.StartsWith("mapped:", StringComparison.Ordinal) || (found.Finding.Violation.Property == Property.P11 && change.StartsWith("revoked:", StringComparison.Ordinal)));

    private static bool IsIn(TraceEvent each, string function) =>
        each.Function == function || each.Calls.Any(call => call.Function == function) || each.Text.Contains($"{function}(", StringComparison.Ordinal);

    /// <summary>The machines that the violating step goes to or judges. Of many buffers or attachments those of which one alone would be enough to break it.</summary>
    public static IReadOnlyList<MachineRef> Machines(FindingCase found)
    {
        MachineRef[] judged = [.. Judged(found).Distinct()];
        MachineRef[] many = [.. judged.Where(machine => machine.Kind is MachineKind.DmaBuf or MachineKind.Attachment)];
        if (many.Length < 2)
            return judged;
        MachineRef[] enough = [.. many.Where(machine => IsEnough(found, machine, many))];
        return enough.Length == 0 ? judged : [.. judged.Except(many).Concat(enough)];
    }

    /// <summary>Whether the violating step breaks the same in other worlds.</summary>
    /// <param name="found">The finding.</param>
    /// <param name="slots">The world before the step.</param>
    public static bool Breaks(FindingCase found, IReadOnlyList<object> slots)
    {
        var world = new World(found.Model, slots);
        var (task, step) = (found.Steps[^1].Task, world[found.Steps[^1].Task].Next);
        return world.Successors(task).SelectMany(successor => successor.Violations).Any(violation => new Core.Properties.Finding(violation, step.Function, step.Text).Id == found.Finding.Id);
    }

    // With the others as they were at first, the step still breaks the same.
    private static bool IsEnough(FindingCase found, MachineRef alone, IEnumerable<MachineRef> many) => Breaks(found, Alone(found, alone, many));

    /// <summary>The world as the violating step finds it, but all of many machines but one as they were at first.</summary>
    public static object[] Alone(FindingCase found, MachineRef alone, IEnumerable<MachineRef> many)
    {
        object[] slots = [.. found.WorldBeforeViolation().Slots];
        var first = new World(found.Model);
        foreach (var other in many.Where(other => other != alone))
            slots[found.Model.SlotOf(other)] = first[other];
        return slots;
    }

    // A check reads what it declares; behind an access through a mapping stands the mapping.
    private static IEnumerable<MachineRef> Judged(FindingCase found)
    {
        if (found.AtQuiescence || found.Steps.Count == 0)
            return [];
        var world = found.WorldBeforeViolation();
        var task = world[found.Steps[^1].Task];
        if (task.IsIdle)
            return [];
        var locals = task.Top.Locals;
        if (task.Next is not Step.Check)
            return world.TargetOf(task.Id) is { } target ? [target] : locals.Priv is { } priv ? [MachineRef.Of(priv)] : [];
        var footprint = Obligations.Footprint(task, found.Model.Topology);
        return locals.Attach is { } attachment ? footprint.Append(MachineRef.Of(attachment)) : footprint;
    }
}
