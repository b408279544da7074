using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>The events of a trace that a short form shows: what is broken, what changed, locks that more than one task wants; the rest as far as there is room.</summary>
public static class TraceSelection
{
    /// <summary>At most so many events, in their order.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="eventsMax">How many.</param>
    /// <param name="decisive">The numbers of events that are told before all others, or null.</param>
    public static IReadOnlyList<TraceEvent> Of(Trace trace, int eventsMax, IReadOnlySet<int>? decisive = null)
    {
        if (trace.Events.Count <= eventsMax)
            return trace.Events;
        var contended = trace.Events.Where(each => each.Mode is not null && each.Target is not null).GroupBy(each => each.Target)
            .Where(group => group.Select(each => each.Task).Concat(trace.Waiting.Where(wait => wait.Target == group.Key).Select(wait => wait.Task)).Distinct().Count() > 1)
            .Select(group => group.Key).ToHashSet();
        var told = trace.Events.SelectMany(each => each.Broken).Count();
        return
        [
            .. trace.Events.Select((each, index) => (Event: each, Rank: decisive?.Contains(each.Number) == true ? 0 : RankOf(each, contended, told > 0), Index: index))
                .OrderBy(entry => entry.Rank).ThenByDescending(entry => entry.Index).Take(eventsMax)
                .OrderBy(entry => entry.Index).Select(entry => entry.Event),
        ];
    }

    // Lower is told first; among equals the later one, which is nearer to what is broken.
    private static int RankOf(TraceEvent each, HashSet<string?> contended, bool isTold) => each switch
    {
        { Broken.Count: > 0 } => 0,
        { Fault: not null } or { Starts.Count: > 0 } or { Wakes.Count: > 0 } => 1,
        { Kind: TraceKind.Write } when each.Changes.Any(change => !StateChanges.IsCount(change)) => 1,
        { Kind: TraceKind.Queue } when !isTold && contended.Contains(each.Target) => 1,
        { Kind: TraceKind.Take or TraceKind.Release } when contended.Contains(each.Target) => 2,
        { Kind: TraceKind.Take or TraceKind.Release, TargetKind: MachineKind.MemoryLock or MachineKind.DmaResv } => 2,
        { Kind: TraceKind.Read } when each.Text.StartsWith("if (", StringComparison.Ordinal) => 3,
        { Kind: TraceKind.Take or TraceKind.Release } => 4,
        { Kind: TraceKind.Write } => 5,
        { Kind: TraceKind.Read } => 6,
        { Kind: TraceKind.Queue or TraceKind.Check } => 7,
        _ => 8,
    };
}
