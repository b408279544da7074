using System.Text.RegularExpressions;

namespace Actors.Exploration.Conformance;

/// <summary>Reads ftrace's text: function_graph and function tracer, probes and events, as <c>trace</c>, <c>trace_pipe</c> and trace-cmd show them.</summary>
/// <remarks>A recording begins at <c>#TRACE name</c>, and where a header stands in the middle. Comments, interrupts and what else is no call and no event are left out.</remarks>
public static partial class TraceText
{
    private const string Begin = "#TRACE";
    private const string Header = "# tracer:";

    /// <summary>The lines that say something, in the order of the text.</summary>
    public static IReadOnlyList<TraceLine> Read(IEnumerable<string> text)
    {
        var reader = new Reader();
        foreach (var line in text)
            reader.Read(line);
        return reader.Lines;
    }

    private sealed class Reader
    {
        private readonly List<TraceLine> lines = [];
        private readonly HashSet<string> interrupted = [];
        private readonly Dictionary<string, string> running = [];
        private int number;
        private int start;

        public IReadOnlyList<TraceLine> Lines => lines;

        public void Read(string text)
        {
            number++;
            var line = Printk().Replace(text, "");
            if (line.StartsWith(Begin, StringComparison.Ordinal))
                BeginSection(line[Begin.Length..].Trim(), line);
            else if (line.StartsWith(Header, StringComparison.Ordinal) && lines.Count > start)
                BeginSection("", line);
            else if (Lost().IsMatch(line))
                lines.Add(new TraceLine(number, "", TraceLineKind.Lost, 0, "", null, line.Trim()));
            else if (Switch().Match(line) is { Success: true } change)
                Change(change.Groups["cpu"].Value, change.Groups["from"].Value, change.Groups["to"].Value);
            else if (!line.StartsWith('#'))
                ReadCall(line);
        }

        private void BeginSection(string name, string line)
        {
            running.Clear();
            interrupted.Clear();
            lines.Add(new TraceLine(number, "", TraceLineKind.Section, 0, name, null, line));
            start = lines.Count;
        }

        // What a CPU did before its first switch was the task's that it switched from.
        private void Change(string cpu, string from, string to)
        {
            for (var index = start; index < lines.Count && !running.ContainsKey(cpu); index++)
            {
                if (lines[index].Stream == CpuStream(cpu))
                    lines[index] = lines[index] with { Stream = from };
            }

            running[cpu] = to;
        }

        private void ReadCall(string line)
        {
            if (EventLine.Of(line, number) is { } told)
                Add(told.Line, told.Stream, told.Interrupt);
            else if (GraphLine.Of(line) is { } graph)
            {
                var stream = graph.Task.Length > 0 ? graph.Task[(graph.Task.LastIndexOf('-') + 1)..] : running.GetValueOrDefault(graph.Cpu, CpuStream(graph.Cpu));
                Add(GraphLine.Call(graph.Text, number, stream, line), stream, graph.Interrupt);
            }
        }

        private void Add(TraceLine? line, string stream, int interrupt)
        {
            if (interrupt > 0)
                interrupted.Add(stream);
            if (interrupt < 0)
                interrupted.Remove(stream);
            if (line is not null && !interrupted.Contains(stream))
                lines.Add(line);
        }

        private static string CpuStream(string cpu) => $"CPU {cpu}";
    }

    // The kernel's log, where a trace was dumped into it.
    [GeneratedRegex(@"^(?:<\d+>)?\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+\])?\s")]
    private static partial Regex Printk();

    [GeneratedRegex(@"^\s*(?:[\d.]+\s*\|\s*)?(?<cpu>\d+)\)\s+\S.*?-(?<from>\d+)\s+=>\s+\S.*?-(?<to>\d+)\s*$")]
    private static partial Regex Switch();

    [GeneratedRegex(@"^\s*CPU:\s*\d+\s*\[.*(?:LOST|DROPPED|EVENTS).*\]")]
    private static partial Regex Lost();
}
