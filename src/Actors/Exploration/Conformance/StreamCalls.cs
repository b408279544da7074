namespace Actors.Exploration.Conformance;

/// <summary>The calls that one stream of a trace is in, and which of its lines count.</summary>
internal sealed class StreamCalls(TraceRules rules, bool asksCallers)
{
    private static readonly string[] None = [];

    private readonly List<(int Depth, string Function)> callers = [];
    private bool isKnown;
    private bool showsSomething;
    private bool isRequest;
    private int? answer;

    /// <summary>What the line shows; null when it does not count.</summary>
    public (IReadOnlyList<string> Functions, int? Answer)? See(TraceLine line) => line.Kind switch
    {
        TraceLineKind.Event => rules.OfEvent(line.Function, line.Text) is { Count: > 0 } functions ? (functions, null) : null,
        TraceLineKind.Point => Pointed(line),
        TraceLineKind.Exit => Left(line),
        _ => Entered(line),
    };

    // A recording that begins inside of a call: nothing is known until it has ended.
    private (IReadOnlyList<string> Functions, int? Answer)? Entered(TraceLine line)
    {
        isKnown |= line.Depth == 0;
        if (!isKnown)
            return null;
        callers.RemoveAll(caller => caller.Depth >= line.Depth);
        if (line.Depth == 0)
            (showsSomething, isRequest, answer) = (false, !rules.Traced.Contains(line.Function), null);
        if (line.Kind == TraceLineKind.Leaf && rules.Answers(line.Function))
            answer = line.Returned;
        var counts = Counts(line.Function);
        showsSomething |= counts;
        if (line.Kind == TraceLineKind.Entry)
            callers.Add((line.Depth, line.Function));
        return counts ? ([line.Function], null) : null;
    }

    // The end of an outermost call is the end of a request, unless the recording has functions of its middle only.
    private (IReadOnlyList<string> Functions, int? Answer)? Left(TraceLine line)
    {
        callers.RemoveAll(caller => caller.Depth > line.Depth);
        var function = line.Function.Length > 0 ? line.Function : callers.Count > 0 ? callers[^1].Function : "";
        callers.RemoveAll(caller => caller.Depth >= line.Depth);
        if (rules.Answers(function))
            answer = line.Returned;
        var isEnd = isKnown && line.Depth == 0 && showsSomething && isRequest;
        return isEnd ? (None, answer) : null;
    }

    // Only the caller is known: calls are left as far as it says.
    private (IReadOnlyList<string> Functions, int? Answer)? Pointed(TraceLine line)
    {
        var caller = callers.FindLastIndex(each => each.Function == line.Caller);
        callers.RemoveRange(caller + 1, callers.Count - caller - 1);
        if (caller < 0 && line.Caller.Length > 0)
            callers.Add((0, line.Caller));
        var counts = Counts(line.Function);
        callers.Add((0, line.Function));
        return counts ? ([line.Function], null) : null;
    }

    private bool Counts(string function) =>
        rules.Counts(function, [.. callers.Select(caller => caller.Function)])
        && (!asksCallers || !rules.IsCommon(function) || callers.Exists(caller => rules.IsInside(caller.Function)));
}
