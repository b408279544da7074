using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>Who holds which lock in a world, and since which event of the trace that led to it.</summary>
public static class HeldLocks
{
    /// <summary>A line for each lock held, by task, in the order they were taken.</summary>
    public static IReadOnlyList<string> Lines(World world, Trace trace) =>
    [
        .. from task in world.Tasks
           from held in task.Held
           select Line(world.Model.Topology.NameOf(task.Id), held, trace),
    ];

    private static string Line(string task, Held held, Trace trace)
    {
        var mode = held.Mode == LockMode.Write ? "write" : "read";
        var taken = trace.Events.LastOrDefault(each => each.Kind == TraceKind.Take && each.Task == task && each.Target == $"{held.Lock}");
        return $"{task,-8}{held.Lock,-18}{(held.Lock.Kind == MachineKind.MemoryLock ? mode : ""),-7}{(taken is null ? "" : $"since {taken.Number}")}".TrimEnd();
    }
}
