namespace Actors.Exploration.Conformance;

/// <summary>What a trace shows of one stream at one line, as far as the rules look at it.</summary>
/// <param name="Line">The line.</param>
/// <param name="Stream">Which stream of the section, from 0.</param>
/// <param name="Functions">The function that is entered, or those of which one is; empty where an outermost call ends.</param>
/// <param name="Answer">What the ended call answered; null when the trace does not say.</param>
public sealed record Sighting(TraceLine Line, int Stream, IReadOnlyList<string> Functions, int? Answer)
{
    /// <summary>Whether an outermost call ends here.</summary>
    public bool IsEnd => Functions.Count == 0;
}

/// <summary>A part of a trace before which anything may have happened.</summary>
/// <param name="Name">What the recording calls it.</param>
/// <param name="Line">Its first line.</param>
/// <param name="Streams">How many streams show something in it.</param>
/// <param name="Sightings">What it shows.</param>
/// <param name="LosesEvents">It ends where the tracer lost events: who was in a call may be anywhere.</param>
public sealed record TraceSection(string Name, int Line, int Streams, IReadOnlyList<Sighting> Sightings, bool LosesEvents)
{
    /// <summary>The sections of a trace.</summary>
    public static IReadOnlyList<TraceSection> Of(IReadOnlyList<TraceLine> lines, TraceRules rules)
    {
        // Where the recording shows on whose behalf common functions are called, others do not count.
        var asksCallers = Calls(lines, rules, asksCallers: true).Any(shown => shown.Functions.Any(rules.IsCommon));
        var sections = new List<TraceSection>();
        for (var start = 0; start < lines.Count;)
        {
            var end = start + 1;
            while (end < lines.Count && lines[end].Kind is not (TraceLineKind.Section or TraceLineKind.Lost))
                end++;
            TraceLine[] part = [.. lines.Skip(start).Take(end - start)];
            var name = part[0].Kind switch { TraceLineKind.Section => part[0].Function, TraceLineKind.Lost => "behind lost events", _ => "" };
            var shown = Calls(part, rules, asksCallers).ToArray();
            sections.Add(new TraceSection(name, part[0].Number, shown.Select(each => each.Stream).Distinct().Count(), shown, end < lines.Count && lines[end].Kind == TraceLineKind.Lost));
            start = end;
        }

        return sections;
    }

    /// <summary>The same part by rules that trace fewer functions.</summary>
    public TraceSection Without(TraceRules rules) =>
        this with { Sightings = [.. Sightings.Where(seen => seen.IsEnd || seen.Functions.Any(rules.Traced.Contains)).Select(seen => seen with { Functions = [.. seen.Functions.Where(rules.Traced.Contains)] })] };

    private static IEnumerable<Sighting> Calls(IReadOnlyList<TraceLine> lines, TraceRules rules, bool asksCallers)
    {
        var streams = new Dictionary<string, StreamCalls>();
        var numbers = new Dictionary<string, int>();
        foreach (var line in lines.Where(line => line.Kind is not (TraceLineKind.Section or TraceLineKind.Lost)))
        {
            if (!streams.TryGetValue(line.Stream, out var calls))
                streams[line.Stream] = calls = new StreamCalls(rules, asksCallers);
            if (calls.See(line) is not { } shown)
                continue;
            if (!numbers.TryGetValue(line.Stream, out var number))
                numbers[line.Stream] = number = numbers.Count;
            yield return new Sighting(line, number, shown.Functions, shown.Answer);
        }
    }
}
