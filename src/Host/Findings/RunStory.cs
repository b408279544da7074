using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>Of a long run of many tasks what one finding is about: the request that breaks the property and those that made the state it meets, and of these the steps on the objects concerned.</summary>
/// <param name="Trace">These steps.</param>
/// <param name="Decisive">The numbers of those without which the property would hold.</param>
internal sealed record RunStory(Trace Trace, IReadOnlySet<int> Decisive)
{
    private const int TasksMax = 3;

    /// <summary>The story: at most three tasks. A run that is shown whole is its own.</summary>
    public static RunStory Of(FindingCase found)
    {
        var trace = found.History;
        if (found.Before == 0 || trace.Events.Count == 0)
            return new RunStory(found.Trace, new HashSet<int>());
        if (found.AtQuiescence)
            return AtTheEnd(trace);
        var violating = trace.Events[^1];
        var (machines, decisive) = DecisiveWrites.Of(found);
        var about = About(found, machines);
        var named = Conflicts.OfFunction(found, violating) is { } other && about.Contains(other.Target ?? "") ? other : null;
        TraceEvent[] made = [.. DecisiveWrites.Makers(found, machines, decisive).Append(named).OfType<TraceEvent>().DistinctBy(each => each.Number)];
        string[] tasks = [.. made.Prepend(violating).Select(each => each.Task).Distinct().Take(TasksMax)];
        var requests = made.Prepend(violating).Where(each => tasks.Contains(each.Task)).Select(each => RequestOf(trace, each)).Distinct().ToArray();
        TraceEvent[] told =
        [
            .. trace.Events.Where(each => each == violating || (requests.Any(request => request.Holds(each)) && IsAbout(each, about, tasks)))
                .Select(each => each == violating ? each : each with { Broken = [], Wakes = [.. each.Wakes.Where(tasks.Contains)], Starts = [.. each.Starts.Where(tasks.Contains)] }),
        ];
        return new RunStory(new Trace([.. trace.Tasks.Where(tasks.Contains)], told, []), decisive.Select(each => each.Number).ToHashSet());
    }

    // Who waits, for what, and who moved that last.
    private static RunStory AtTheEnd(Trace trace)
    {
        var about = trace.Waiting.Select(wait => wait.Target?.Split('.')[0]).OfType<string>().ToHashSet();
        TraceEvent[] moved = [.. trace.Events.Where(each => each.Target is { } target && about.Contains(target.Split('.')[0]) && each.Changes.Count > 0).Reverse()];
        string[] tasks = [.. trace.Waiting.Select(wait => wait.Task).Concat(moved.Select(each => each.Task)).Distinct().Take(TasksMax)];
        TraceEvent[] told = [.. trace.Events.Where(each => IsAbout(each, about, []) && tasks.Contains(each.Task)).Select(each => each with { Broken = [] })];
        return new RunStory(new Trace([.. trace.Tasks.Where(tasks.Contains)], told, [.. trace.Waiting.Where(wait => tasks.Contains(wait.Task))]), new HashSet<int>());
    }

    // One request of a task, or one run of deferred work.
    private sealed record Asked(string Task, int First, int Last)
    {
        public bool Holds(TraceEvent each) => each.Task == Task && each.Number >= First && each.Number <= Last;
    }

    private static Asked RequestOf(Trace trace, TraceEvent within)
    {
        TraceEvent[] own = [.. trace.Events.Where(each => each.Task == within.Task)];
        var place = Array.FindIndex(own, each => each.Number == within.Number);
        var (first, last) = (place, place);
        while (first > 0 && own[first - 1].Calls[0] == within.Calls[0] && !Begins(trace, own[first]))
            first--;
        while (last < own.Length - 1 && own[last + 1].Calls[0] == within.Calls[0] && !Begins(trace, own[last + 1]))
            last++;
        return new Asked(within.Task, own[first].Number, own[last].Number);
    }

    private static bool Begins(Trace trace, TraceEvent each)
    {
        var before = trace.Events.LastOrDefault(other => other.Number < each.Number && (other.Task == each.Task || other.Starts.Contains(each.Task)));
        return before is not null && before.Starts.Contains(each.Task);
    }

    // The objects of the violating step with what they belong to.
    private static HashSet<string> About(FindingCase found, IReadOnlyList<MachineRef> machines)
    {
        var topology = found.Model.Topology;
        var about = machines.ToHashSet();
        foreach (var attachment in about.Where(machine => machine.Kind == MachineKind.Attachment).ToArray())
            about.Add(MachineRef.Of(topology.Attachments[attachment.Index].Buffer));
        foreach (var buffer in about.Where(machine => machine.Kind == MachineKind.DmaBuf).ToArray())
            about.Add(MachineRef.Of(topology.Buffers[buffer.Index]));
        return [.. about.Select(machine => $"{machine}")];
    }

    // A lock is named by its object.
    private static bool IsAbout(TraceEvent each, HashSet<string> about, string[] tasks) =>
        (each.Target is { } target && about.Contains(target.Split('.')[0])) || each.Starts.Any(tasks.Contains);
}
