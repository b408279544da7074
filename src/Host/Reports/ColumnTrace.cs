using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>A trace as it is mailed: one column per task, one line per event, function names where they are entered. Plain ASCII, 72 columns.</summary>
public sealed class ColumnTrace
{
    /// <summary>A trace with more events leaves out what only looks something up.</summary>
    public const int EventsMax = 40;

    private const int TextMin = 24;

    private readonly Trace trace;
    private readonly List<string> lines = [];
    private readonly Dictionary<string, int> columns = [];
    private readonly Dictionary<string, IReadOnlyList<TraceCall>> entered = [];
    private readonly int gutter;
    private readonly int indent;

    private ColumnTrace(Trace trace)
    {
        this.trace = trace;
        gutter = Math.Max(2, $"{trace.Events.Select(each => each.Number).DefaultIfEmpty(0).Max()}".Length) + 2;
        var step = trace.Tasks.Count < 2 ? 0 : Math.Min(30, (TextLayout.Width - gutter - 36) / (trace.Tasks.Count - 1));
        for (var index = 0; index < trace.Tasks.Count; index++)
            columns[trace.Tasks[index]] = gutter + (index * step);
        indent = trace.Tasks.Count == 1 ? 2 : 1;
    }

    /// <summary>The lines.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="full">Every event; otherwise a long trace leaves out what changed nothing.</param>
    /// <param name="eventsMax">How many events are not long.</param>
    public static IReadOnlyList<string> Lines(Trace trace, bool full, int eventsMax = EventsMax)
    {
        var result = new ColumnTrace(trace);
        result.Render(full, eventsMax);
        return result.lines;
    }

    private void Render(bool full, int eventsMax)
    {
        var shown = trace.Events.Where(each => full || each.Kind != TraceKind.Check || each.Broken.Count > 0 || each.Value is not null).ToList();
        var kept = full || shown.Count <= eventsMax ? shown : shown.Where((each, index) => index >= shown.Count - 8 || !IsBoring(each)).ToList();
        if (kept.Count < shown.Count)
            lines.Add($"({shown.Count - kept.Count} of {shown.Count} steps only look something up: left out, see --full)");
        RenderNames();
        for (var index = 0; index < kept.Count; index++)
        {
            // Queueing and grant of an uncontended lock are one line.
            var granted = index + 1 < kept.Count && kept[index].Kind == TraceKind.Queue && kept[index + 1] is { Kind: TraceKind.Take } next
                && next.Task == kept[index].Task && next.Target == kept[index].Target;
            Render(granted ? kept[index] with { Number = kept[index + 1].Number, Kind = TraceKind.Take, Broken = [.. kept[index].Broken, .. kept[index + 1].Broken] } : kept[index]);
            index += granted ? 1 : 0;
        }

        foreach (var wait in trace.Waiting)
            Put(wait.Task, "", '*', 0, $"waits: {wait.Text}{(wait.Target is { Length: > 0 } target ? $" [{target}]" : "")}");
    }

    // Files and devices that were only read; the buffer's and the importer's own state is what the story is about.
    private static bool IsBoring(TraceEvent each) =>
        each.Broken.Count == 0 && each.Fault is null
        && (each.TargetKind == MachineKind.DeviceFile || each.Value is "end of list"
            || (each.Kind == TraceKind.Read && each.TargetKind == MachineKind.Device && !each.Text.StartsWith("if (", StringComparison.Ordinal)));

    private void RenderNames()
    {
        var rest = trace.Tasks;
        while (rest.Count > 0)
        {
            var row = "";
            var later = new List<string>();
            foreach (var task in rest)
            {
                if (row.Length == 0 || row.Length < columns[task])
                    row = row.PadRight(columns[task]) + task;
                else
                    later.Add(task);
            }

            lines.Add(row);
            rest = later;
        }
    }

    private void Render(TraceEvent each)
    {
        var known = entered.GetValueOrDefault(each.Task) ?? [];
        var common = known.Zip(each.Calls).TakeWhile(pair => pair.First == pair.Second).Count();
        var depth = each.Calls.Count;
        var isCallItself = common < depth && each.Calls[^1].Function is { Length: > 0 } function && each.Text.StartsWith($"{function}(", StringComparison.Ordinal);
        if (isCallItself)
            depth--;
        for (var level = common; level < depth; level++)
            Put(each.Task, "", level == 0 ? '>' : ' ', level, each.Calls[level].Text);
        entered[each.Task] = each.Calls;
        Put(each.Task, $"{each.Number}", MarkOf(each), depth, TextOf(each));
        if (each.Fault is not null)
            Put(each.Task, "", 'x', depth, $"fails: {each.Fault}");
        foreach (var line in each.Broken.Distinct().SelectMany(broken => TextLayout.Paragraph(broken, "!!!".PadRight(gutter), new string(' ', gutter))))
            lines.Add(line);
    }

    private static char MarkOf(TraceEvent each) => each.Broken.Count > 0
        ? '!'
        : each.Kind switch
        {
            TraceKind.Queue => '?',
            TraceKind.Take => '+',
            TraceKind.Release => '-',
            TraceKind.Write or TraceKind.Read or TraceKind.Check => ' ',
        };

    private string TextOf(TraceEvent each)
    {
        var text = $"{each.Text}{(IsAmbiguous(each) ? $" [{each.Target}]" : "")}";
        return each switch
        {
            { Kind: TraceKind.Check, Value: null } => $"({each.Text})",
            { Kind: TraceKind.Check } => $"returns {each.Value}",
            { Value: null } => text,
            _ when text.EndsWith($"= {each.Value}", StringComparison.Ordinal) => text,
            _ when text.StartsWith("if (", StringComparison.Ordinal) => $"{text} reads {each.Value}",
            _ => $"{text} => {each.Value}",
        };
    }

    private bool IsAmbiguous(TraceEvent each) =>
        each.TargetKind is { } kind && trace.Events.Any(other => other.TargetKind == kind && other.Target != each.Target);

    private void Put(string task, string number, char mark, int depth, string text)
    {
        var start = Math.Min(columns[task] + (depth * indent), TextLayout.Width - TextMin);
        var first = $"{number.PadLeft(gutter - 2)}{mark}".PadRight(start);
        foreach (var line in TextLayout.Paragraph(text, first, new string(' ', start + 2)))
            lines.Add(line.TrimEnd());
    }
}
