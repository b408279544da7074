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
        return function.Length == 0
            ? null
            : found.Trace.Events.LastOrDefault(each => each.Number < violating.Number && each.Changes.Count > 0 && IsIn(each, function))
                ?? found.Trace.Events.LastOrDefault(each => each.Number < violating.Number && IsIn(each, function));
    }

    /// <summary>For each machine that the violating step judges or goes to: the last event that changed more of it than a reference count. Newest first.</summary>
    public static IReadOnlyList<TraceEvent> OfMachines(FindingCase found, TraceEvent violating)
    {
        var judged = Judged(found).Select(machine => $"{machine}").ToHashSet();
        return
        [
            .. found.Trace.Events.Where(each => each.Number < violating.Number && each.Target is { } target && judged.Contains(target) && Deciding(each).Any())
                .GroupBy(each => each.Target).Select(group => group.LastOrDefault(IsOfMapping) ?? group.Last()).OrderByDescending(each => each.Number),
        ];
    }

    /// <summary>What an event changed besides reference counts.</summary>
    public static IEnumerable<string> Deciding(TraceEvent each) => each.Changes.Where(change => !StateChanges.IsCount(change));

    // Of an importer what counts is the mapping, whatever it does with it afterwards.
    private static bool IsOfMapping(TraceEvent each) => each.Changes.Any(change => change.StartsWith("mapped:", StringComparison.Ordinal));

    private static bool IsIn(TraceEvent each, string function) =>
        each.Function == function || each.Calls.Any(call => call.Function == function) || each.Text.Contains($"{function}(", StringComparison.Ordinal);

    // A check reads what it declares; behind an access through a mapping stands the mapping.
    private static IEnumerable<MachineRef> Judged(FindingCase found)
    {
        if (found.AtQuiescence || found.Steps.Count == 0)
            return [];
        var world = found.WorldBeforeViolation();
        var task = world[found.Steps[^1].Task];
        if (task.IsIdle)
            return [];
        if (task.Next is not Step.Check)
            return world.TargetOf(task.Id) is { } target ? [target] : [];
        var locals = task.Top.Locals;
        var footprint = Obligations.Footprint(task, found.Model.Topology);
        return locals.Attach is { } attachment ? footprint.Append(MachineRef.Of(attachment)) : footprint;
    }
}
