using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>A finding as it is mailed: what, where, a column for each task with lock transitions and the failing line, and how to see it again. At most 40 lines.</summary>
internal static class MailReport
{
    /// <summary>The most lines.</summary>
    public const int LinesMax = 40;

    private const string Granted = ": granted";

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var head = Head(found).ToArray();
        var tail = Tail(found).ToArray();
        return [.. head, .. Columns(RunStory.Of(found), found.Steps.Count, LinesMax - head.Length - tail.Length), .. tail];
    }

    private static IEnumerable<string> Head(FindingCase found)
    {
        var finding = found.Finding;
        return
        [
            .. TextLayout.Paragraph($"MODEL {found.Model.Revision.Name}, {found.Model.Scenario.Name}: {finding.Id} {finding.Violation.Property} {finding.Violation.Kind}", "", "  "),
            .. TextLayout.Paragraph($"{finding.Violation.Text}, in {finding.Function}{(found.AtQuiescence ? "" : $", step {found.Steps.Count}")}", "  ", "  "),
            .. finding.AcceptedReason(found.Model.Revision) is { } accepted ? TextLayout.Paragraph($"accepted by design: {accepted}", "  ", "  ") : [],
            "",
        ];
    }

    private static IEnumerable<string> Tail(FindingCase found)
    {
        var finding = found.Finding;
        if (found.AtQuiescence)
        {
            foreach (var line in TextLayout.Paragraph($"{finding.Violation.Property} {finding.Violation.Text}", "!!! ", "    "))
                yield return line;
        }

        yield return "";
        yield return $"Reproduce: {found.Reproduce}";
        if (found.Smaller is { } smaller)
            yield return $"Smaller: {smaller}";
        if (found.Schedule is { Length: < TextLayout.Width } schedule)
        {
            foreach (var line in TextLayout.Paragraph($"{schedule} (model {TextLayout.Short(found.Model.Hash)})", "Schedule: ", "  "))
                yield return line;
        }
    }

    // Queueing and grant of an uncontended lock are one line, here as in a full trace.
    private static bool IsUncontended(Trace trace, TraceEvent each) =>
        each.Kind == TraceKind.Take && each.Text.EndsWith(Granted, StringComparison.Ordinal)
        && trace.Events.LastOrDefault(other => other.Number < each.Number) is { Kind: TraceKind.Queue } before && before.Task == each.Task && before.Target == each.Target;

    // As many events as fit, the telling ones first.
    private static IReadOnlyList<string> Columns(RunStory story, int steps, int linesMax)
    {
        var trace = story.Trace;
        var all = trace.Events.Count(each => each.Kind != TraceKind.Check || each.Broken.Count > 0);
        for (var count = all; count > 0; count--)
        {
            var shown = TraceSelection.Of(trace, count, story.Decisive).Select(each => IsUncontended(trace, each) ? each with { Text = each.Text[..^Granted.Length] } : each).ToArray();
            var lines = ColumnTrace.Lines(trace with { Events = shown, Tasks = [.. trace.Tasks.Where(task => Array.Exists(shown, each => each.Task == task) || trace.Waiting.Any(wait => wait.Task == task))] }, full: true);
            if (lines.Count + 1 <= linesMax)
                return shown.Length < steps ? [$"({shown.Length} of {steps:N0} steps)", .. lines] : lines;
        }

        return [];
    }
}
