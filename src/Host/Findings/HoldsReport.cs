using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>Holds while waiting: for each lock of a schedule that makes somebody wait, or under which its holder waits, how long it is held, for whom, and what is waited for meanwhile.</summary>
/// <remarks>Lengths are steps of the schedule: a shape, not a latency.</remarks>
internal static class HoldsReport
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        text.Begin();
        text.Line("HOLDS WHILE WAITING: lock, holder, steps; what the holder waits for; who waits");
        text.Blank();
        LockSpan[] spans = [.. LockSpans.Of(found.Trace)];
        var rows = spans.Where(span => !span.Waits).Select(hold => Row.Of(hold, spans, found.Trace)).Where(row => row.Under.Count + row.Stalled.Count > 0).OrderByDescending(row => row.Length).ToArray();
        foreach (var row in rows)
            Tell(text, row);
        if (rows.Length == 0)
            text.Line("no lock makes anybody wait in this schedule, and nobody waits with a lock held");
        else
            text.Line($"longest chain of waiting tasks: {string.Join(" <- ", Chain(spans, found.Trace))}");
        text.Blank();
        text.End();
        return text.Lines;
    }

    private static void Tell(SplatText text, Row row)
    {
        var mode = row.Hold.Mode == LockMode.Read ? "(R)" : "";
        text.Line($"{row.Hold.Lock}{mode}, {row.Hold.Task}, {Coverage.Count(row.Length, "step")} ({row.Hold.From}-{row.Hold.To})", "", "    ");
        foreach (var under in row.Under)
            text.Line($"holder waits: {under}", "    ", "    ");
        foreach (var stalled in row.Stalled)
            text.Line($"makes wait: {stalled}", "    ", "    ");
    }

    // From a task that does not wait, or waits for itself in a circle, to the last one behind it.
    private static IReadOnlyList<string> Chain(LockSpan[] spans, Trace trace)
    {
        var behind = spans.Where(span => span.Waits).SelectMany(wait => spans.Where(hold => Blocks(hold, wait)).Select(hold => (Front: hold.Task, Behind: wait.Task))).Distinct().ToLookup(pair => pair.Front, pair => pair.Behind);
        return trace.Tasks.Select(task => Longest([task], behind)).MaxBy(chain => chain.Count) ?? [];
    }

    private static List<string> Longest(List<string> chain, ILookup<string, string> behind)
    {
        var best = chain;
        foreach (var next in behind[chain[^1]].Where(task => !chain.Contains(task)))
        {
            var longer = Longest([.. chain, next], behind);
            best = longer.Count > best.Count ? longer : best;
        }

        return best;
    }

    // Queueing for a lock and taking it at the next step is no wait; a holder makes wait who queues before it lets go.
    private static bool Blocks(LockSpan hold, LockSpan wait) =>
        !hold.Waits && hold.Task != wait.Task && hold.Lock == wait.Lock && hold.From < wait.To && wait.From < hold.To && (hold.Mode != LockMode.Read || wait.Mode != LockMode.Read);

    private sealed record Row(LockSpan Hold, int Length, IReadOnlyList<string> Under, IReadOnlyList<string> Stalled)
    {
        public static Row Of(LockSpan hold, LockSpan[] spans, Trace trace)
        {
            var under = spans.Where(span => span.Waits && span.Task == hold.Task && span.From >= hold.From && span.From < hold.To && span.To - span.From > 1)
                .Select(span => $"{span.Lock}, {span.From}-{span.To}");
            var ends = trace.Waiting.Where(wait => wait.Task == hold.Task && !spans.Any(span => span.Waits && span.Task == wait.Task && span.Lock == wait.Target)).Select(wait => $"{wait.Text}, for ever");
            var stalled = spans.Where(span => span.Waits && Blocks(hold, span)).Select(span => $"{span.Task}, {Math.Max(span.From, hold.From)}-{Math.Min(span.To, hold.To)}");
            return new Row(hold, hold.To - hold.From, [.. under.Concat(ends)], [.. stalled]);
        }
    }
}
