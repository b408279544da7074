using System.Globalization;
using System.Text.RegularExpressions;

namespace Actors.Exploration.Conformance;

/// <summary>A line as events and the function tracer have it: <c>task-pid [cpu] flags time: what</c>. trace-cmd writes function_graph so, too.</summary>
internal static partial class EventLine
{
    private const int EntryOffsetMax = 16;

    /// <summary>Takes a line apart: what it says of a call or an event, who says it, and whether an interrupt begins (1) or ends (-1). Null for what is no such line.</summary>
    public static (TraceLine? Line, string Stream, int Interrupt)? Of(string line, int number)
    {
        if (Columns().Match(line) is not { Success: true } columns)
            return null;
        var (pid, what) = (columns.Groups["pid"].Value, columns.Groups["what"].Value);
        if (Graph().Match(what) is not { Success: true } graph)
            return (Said(what, number, pid, line), pid, 0);
        var call = GraphLine.Of($"{graph.Groups["columns"].Value}|{graph.Groups["text"].Value}");
        return (call is { } known ? GraphLine.Call(known.Text, number, pid, line) : null, pid, call?.Interrupt ?? 0);
    }

    private static TraceLine? Said(string what, int number, string pid, string line)
    {
        if (Traced().Match(what) is { Success: true } traced)
            return Point(traced.Groups["name"].Value, traced.Groups["caller"].Value);
        if (PerfProbe().Match(what) is { Success: true } perf)
            return Point(perf.Groups["name"].Value, "");
        if (Probe().Match(what) is { Success: true } probe)
            return int.TryParse(probe.Groups["offset"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset) && offset < EntryOffsetMax ? Point(probe.Groups["name"].Value, "") : null;
        return Event().Match(what) is { Success: true } named ? new TraceLine(number, pid, TraceLineKind.Event, 0, named.Groups["name"].Value, null, line.Trim()) : null;

        TraceLine Point(string function, string caller) =>
            new(number, pid, TraceLineKind.Point, 0, GraphLine.Bare(function), null, line.Trim()) { Caller = GraphLine.Bare(caller) };
    }

    // comm-pid (tgid) [cpu] flags time: what; by perf: comm pid/tid [cpu] time: what; latency format: comm-pid cpu+flags time: what
    [GeneratedRegex(@"^\s*\S.*?(?:(?:-(?<pid>\d+)|\s(?:\d+/)?(?<pid>\d+))\s+(?:\(\s*[-\d]+\)\s+)?\[\d+\]\s+(?:[^\s:]+\s+)?[\d.]+|-(?<pid>\d+)\s+\d+[\w.#]{4,5}\s+\d+(?:us)?[!+*#$@]?\s*):\s+(?<what>\S.*)$")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^funcgraph_(?:entry|exit):(?<columns>[^|]*)\|(?<text>.*)$")]
    private static partial Regex Graph();

    // function <-caller, with offsets, addresses and arguments as the tracer's options say; by trace-cmd and perf: function: function <-- caller
    [GeneratedRegex(@"^(?:(?:ftrace:)?function:\s+)?(?<name>[A-Za-z_][\w.]*)(?:\+0x[0-9a-f/x]+)?(?:\s?\[[\w-]+\])?(?:\s<[0-9a-f]+>)?(?:\(.*\))?\s+<--?\s*(?<caller>[A-Za-z_][\w.]*)")]
    private static partial Regex Traced();

    // perf probe names an event as the function
    [GeneratedRegex(@"^probe:(?<name>[A-Za-z_]\w*?)(?:_\d+)?:\s+\([0-9a-f]+\)")]
    private static partial Regex PerfProbe();

    // kprobe: name: (function+0x0/0x1c0 [module])
    [GeneratedRegex(@"^[\w:.]+:\s+\((?<name>[A-Za-z_][\w.]*)\+0x(?<offset>[0-9a-f]+)(?:/0x[0-9a-f]+)?(?:\s\[[\w-]+\])?\)")]
    private static partial Regex Probe();

    [GeneratedRegex(@"^(?:\w+:)?(?<name>[A-Za-z_]\w*):(?:\s|$)")]
    private static partial Regex Event();
}
