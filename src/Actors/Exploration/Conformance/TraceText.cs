using System.Globalization;
using System.Text.RegularExpressions;

namespace Actors.Exploration.Conformance;

/// <summary>What a line of a trace says.</summary>
public enum TraceLineKind
{
    /// <summary>A function is entered.</summary>
    Entry,

    /// <summary>A function is entered and left.</summary>
    Leaf,

    /// <summary>A function is left.</summary>
    Exit,

    /// <summary>A recording begins: what happened before it is not known.</summary>
    Section,
}

/// <summary>A line of a trace that says something.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Stream">Who: the task where the trace names it, else the CPU.</param>
/// <param name="Kind">What.</param>
/// <param name="Depth">How deep the call is nested; 0 is outermost.</param>
/// <param name="Function">The function, without module and compiler suffixes; the name of a section; empty for an exit that names none.</param>
/// <param name="Returned">The value after <c>ret=</c>, where there is one and it is a number of 32 bits.</param>
/// <param name="Text">The line as it stands.</param>
public sealed record TraceLine(int Number, string Stream, TraceLineKind Kind, int Depth, string Function, int? Returned, string Text);

/// <summary>Reads the text of ftrace's function_graph tracer, as <c>trace</c>, <c>trace_pipe</c> and trace-cmd show it.</summary>
/// <remarks>CPU, task, time and duration columns may be there or not. Comments, events, interrupts and what else is no function call is left out.</remarks>
public static partial class TraceText
{
    private const string Begin = "#TRACE";

    /// <summary>The lines that say something, in the order of the text.</summary>
    public static IEnumerable<TraceLine> Read(IEnumerable<string> text)
    {
        var interrupted = new HashSet<string>();
        var running = new Dictionary<string, string>();
        var number = 0;
        foreach (var line in text)
        {
            number++;
            if (line.StartsWith(Begin, StringComparison.Ordinal))
                yield return new TraceLine(number, "", TraceLineKind.Section, 0, line[Begin.Length..].Trim(), null, line);
            else if (Switch().Match(line) is { Success: true } change)
                running[change.Groups["cpu"].Value] = change.Groups["to"].Value;
            else if (!line.StartsWith('#') && Call().Match(line) is { Success: true } call && Parse(call, number, line, running, interrupted) is { } parsed)
                yield return parsed;
        }
    }

    private static TraceLine? Parse(Match call, int number, string line, Dictionary<string, string> running, HashSet<string> interrupted)
    {
        var cpu = call.Groups["cpu"].Value;
        var stream = call.Groups["task"].Success ? call.Groups["task"].Value : running.GetValueOrDefault(cpu, $"CPU {cpu}");
        if (line.Contains("==========>", StringComparison.Ordinal))
            interrupted.Add(stream);
        if (line.Contains("<==========", StringComparison.Ordinal))
            interrupted.Remove(stream);
        if (interrupted.Contains(stream) || Function().Match(call.Groups["rest"].Value) is not { Success: true } function)
            return null;
        var kind = function.Groups["exit"].Success ? TraceLineKind.Exit : function.Groups["leaf"].Success ? TraceLineKind.Leaf : TraceLineKind.Entry;
        var depth = Math.Max(0, (function.Groups["indent"].Length - 2) / 2);
        return new TraceLine(number, stream, kind, depth, Bare(function.Groups[kind == TraceLineKind.Exit ? "of" : "name"].Value), Returned(function.Groups["more"].Value), line.Trim());
    }

    private static string Bare(string name) => name.Split('.')[0];

    private static int? Returned(string comment)
    {
        var value = Result().Match(comment).Groups["value"].Value;
        if (value.StartsWith("0x", StringComparison.Ordinal))
            return ulong.TryParse(value[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && (bits <= int.MaxValue || bits >= 0xffff_ffff_0000_0000 || bits is >= 0xffff_0000 and <= 0xffff_ffff) ? (int)(uint)bits : null;
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // [time |] CPU) [task-pid |] [latency] [mark duration us] | text
    [GeneratedRegex(@"^\s*(?:[\d.]+\s*\|\s*)?(?<cpu>\d+)\)\s+(?:(?<task>[^|]*\S-\d+)\s*\|\s*)?(?:[^|]*)\|(?<rest>.*)$")]
    private static partial Regex Call();

    [GeneratedRegex(@"^(?<indent>\s*)(?:(?<exit>\})(?:\s*/\*\s*(?<of>[\w.]+)?(?<more>.*)\*/)?|(?<name>[A-Za-z_][\w.]*)(?:\s\[[\w-]+\])?\(\)\s*(?:(?<leaf>;)|\{)(?<more>.*))\s*;?\s*$")]
    private static partial Regex Function();

    [GeneratedRegex(@"ret\s*=\s*(?<value>-?\w+)")]
    private static partial Regex Result();

    [GeneratedRegex(@"^\s*(?<cpu>\d+)\)\s+\S+\s+=>\s+(?<to>\S+)\s*$")]
    private static partial Regex Switch();
}
