using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>A stretch of a trace over which a task waits for a lock or holds it.</summary>
/// <param name="Task">Who.</param>
/// <param name="Lock">Which lock.</param>
/// <param name="Mode">How.</param>
/// <param name="Waits">It waits; else it holds.</param>
/// <param name="From">The step that begins it.</param>
/// <param name="To">The step that ends it, or one past the trace.</param>
public sealed record LockSpan(string Task, string Lock, LockMode? Mode, bool Waits, int From, int To);

/// <summary>The lock spans of a trace.</summary>
public static class LockSpans
{
    /// <summary>All spans, in the order of their ends; those that last come at the end.</summary>
    public static IEnumerable<LockSpan> Of(Trace trace)
    {
        var open = new Dictionary<(string Task, string Lock), LockSpan>();
        foreach (var each in trace.Events)
        {
            if (each.Target is not { } target || each.Kind is not (TraceKind.Queue or TraceKind.Take or TraceKind.Release))
                continue;
            if (open.Remove((each.Task, target), out var ended))
                yield return ended with { To = each.Number };
            if (each.Kind != TraceKind.Release)
                open[(each.Task, target)] = new LockSpan(each.Task, target, each.Mode, each.Kind == TraceKind.Queue, each.Number, 0);
        }

        var end = trace.Events.Count == 0 ? 1 : trace.Events[^1].Number + 1;
        foreach (var span in open.Values)
            yield return span with { To = end };
    }
}
