using System.Globalization;
using System.Text.RegularExpressions;

namespace Actors.Exploration.Conformance;

/// <summary>A line of the function_graph tracer, taken apart into its columns.</summary>
/// <param name="Cpu">The CPU; empty without that column.</param>
/// <param name="Task">The task, as <c>comm-pid</c>; empty without that column.</param>
/// <param name="Text">The call, indented as it is nested.</param>
/// <param name="Interrupt">1 where an interrupt begins, -1 where it ends, else 0.</param>
/// <remarks>Columns for time, CPU, task, flags and duration may be there or not, as the tracer's options say.</remarks>
internal readonly partial record struct GraphLine(string Cpu, string Task, string Text, int Interrupt)
{
    private const string InterruptBegins = "==========>";
    private const string InterruptEnds = "<==========";

    /// <summary>The columns; null for what is no line of that tracer.</summary>
    public static GraphLine? Of(string line)
    {
        var front = Front().Match(line);
        var (rest, task, interrupt, columns) = (line[front.Length..], "", 0, front.Value.Count(letter => letter == '|'));
        for (var bar = rest.IndexOf('|'); bar >= 0; bar = rest.IndexOf('|'))
        {
            var cell = rest[..bar].Trim();
            if (cell is InterruptBegins or InterruptEnds)
                interrupt = cell == InterruptBegins ? 1 : -1;
            else if (TaskCell().IsMatch(cell))
                task = cell;
            else if (cell.Length > 0 && !Duration().IsMatch(cell) && !Flags().IsMatch(cell))
                break;
            columns++;
            rest = rest[(bar + 1)..];
        }

        return front.Groups["cpu"].Success || columns > 0 ? new GraphLine(front.Groups["cpu"].Value, task, rest, interrupt) : null;
    }

    /// <summary>The call that a text in the last column says; null for a comment, an event or anything else.</summary>
    public static TraceLine? Call(string text, int number, string stream, string line)
    {
        var trimmed = text.TrimStart();
        var depth = Math.Max(0, (text.Length - trimmed.Length - 1) / 2);
        if (Exit().Match(trimmed) is { Success: true } exit)
            return new TraceLine(number, stream, TraceLineKind.Exit, depth, Bare(exit.Groups["of"].Value), Returned(exit.Groups["more"].Value), line.Trim());
        if (Entry().Match(trimmed) is not { Success: true } entry)
            return null;
        var kind = entry.Groups["end"].Value == ";" ? TraceLineKind.Leaf : TraceLineKind.Entry;
        return new TraceLine(number, stream, kind, depth, Bare(entry.Groups["name"].Value), Returned(entry.Groups["more"].Value), line.Trim());
    }

    /// <summary>A function's name without the suffixes of a compiler (<c>.part.0</c>, <c>.isra.0</c>).</summary>
    public static string Bare(string name) => name.Split('.')[0];

    private static int? Returned(string comment)
    {
        var value = Result().Match(comment).Groups["value"].Value;
        if (value.StartsWith("0x", StringComparison.Ordinal))
            return ulong.TryParse(value[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && (bits <= int.MaxValue || bits >= 0xffff_ffff_0000_0000 || bits is >= 0xffff_0000 and <= 0xffff_ffff) ? (int)(uint)bits : null;
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    [GeneratedRegex(@"^(?:\s*[\d.]+(?:\s+us)?\s*\|)*(?:\s*(?<cpu>\d+)\))?")]
    private static partial Regex Front();

    [GeneratedRegex(@"^\S.*-\d+$")]
    private static partial Regex TaskCell();

    [GeneratedRegex(@"^(?:[$@*#!+]\s*)?[\d.]+\s*us$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^[\w.!#*^$+-]{3,9}$")]
    private static partial Regex Flags();

    // name [module](arguments) { or ; and a comment
    [GeneratedRegex(@"^(?<name>[A-Za-z_][\w.]*)(?:\s?\[[\w-]+\])?\(.*?\)\s*(?<end>[;{])(?<more>.*)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\}(?:\s*/\*\s*(?:(?<of>(?>[A-Za-z_][\w.]*))(?!\s*=)(?:\s?\[[\w-]+\])?)?(?<more>.*)\*/)?")]
    private static partial Regex Exit();

    [GeneratedRegex(@"(?:\bret\s*)?=\s*(?<value>-?\w+)")]
    private static partial Regex Result();
}
