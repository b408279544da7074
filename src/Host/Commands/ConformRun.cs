using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>conform</c>.</summary>
internal sealed class ConformRun(HostContext context, string path, KernelRevision revision, string? rulesPath, IReadOnlyList<string> untraced, bool json)
{
    /// <summary>Follows; answers the exit code.</summary>
    public ExitCode Run()
    {
        var lines = TraceText.Read((path == Inputs.ScenarioFiles.StandardInput ? context.In.ReadToEnd() : TextOf(path)).Split('\n').Select(line => line.TrimEnd('\r')));
        var rules = RulesFor(lines);
        var sections = TraceSection.Of(lines, rules);
        if (sections.All(section => section.Sightings.Count == 0))
        {
            context.Error.WriteLine($"actors: nothing was checked: {path} enters no function that the rules name");
            return ExitCode.NothingChecked;
        }

        var (follower, refusal) = Best(sections, rules);
        var entered = lines.Select(line => line.Function).ToHashSet();
        return Tell(follower, refusal, sections, refusal is null ? [] : [.. refusal.Expected.Select(expected => expected.TrimEnd('(', ')')).Where(expected => expected.All(letter => letter != ' ') && !entered.Contains(expected))], rules, lines);
    }

    private (TraceFollower Follower, TraceRefusal? Refusal) Best(IReadOnlyList<TraceSection> sections, TraceRules rules)
    {
        (TraceFollower Follower, TraceRefusal? Refusal)? best = null;
        foreach (var objects in ConformObjects.All.TakeWhile(_ => best is not { Refusal: null }))
        {
            var follower = Follower(objects, sections.Max(section => section.Streams), rules);
            var refusal = follower.Follow(sections);
            if (best is not { } known || refusal is null || refusal.Line.Number > known.Refusal!.Line.Number)
                best = (follower, refusal);
        }

        return best!.Value;
    }

    // One task more than streams: for what nobody's stream shows.
    private TraceFollower Follower(ConformObjects objects, int streams, TraceRules rules)
    {
        var scenario = objects.Scenario(streams + 1);
        return new TraceFollower(new Model(revision, scenario, GrantPolicy.Barging), rules, ConformObjects.Requests(scenario.Topology), ConformObjects.Silent(scenario.Topology), objects.Limits, context.Cancellation);
    }

    // A recording without any calls shows only what its events tell.
    private TraceRules RulesFor(IReadOnlyList<TraceLine> lines)
    {
        var rules = Rules().Without(untraced);
        if (lines.Any(line => line.Kind is TraceLineKind.Entry or TraceLineKind.Leaf or TraceLineKind.Point))
            return rules.WithoutEvents();
        var told = lines.Where(line => line.Kind == TraceLineKind.Event).SelectMany(line => rules.OfEvent(line.Function, line.Text)).ToHashSet();
        return rules.Only(told.Contains);
    }

    private ExitCode Tell(TraceFollower follower, TraceRefusal? refusal, IReadOnlyList<TraceSection> sections, IReadOnlyList<string> never, TraceRules rules, IReadOnlyList<TraceLine> lines)
    {
        var lost = lines.Count(line => line.Kind == TraceLineKind.Lost);
        var streams = sections.Max(section => section.Streams);
        var code = refusal switch { null => ExitCode.Clean, { IsBounded: true } => ExitCode.Incomplete, _ => ExitCode.Violation };
        if (json)
        {
            JsonOutput.Write(context.Out, new
            {
                Revision = revision.Name, Trace = path, Conforms = refusal is null, Decided = refusal is not { IsBounded: true }, follower.Followed, Streams = streams, LostEvents = lost,
                Readings = follower.Readings.Select(reading => new { reading.Section, reading.Line, reading.Requests }),
                Line = refusal?.Line.Number, Text = refusal?.Line.Text, refusal?.Expected, Requests = refusal?.Request, NeverEntered = never,
            });
            return code;
        }

        foreach (var (section, line, requests) in follower.Readings.Where(reading => reading.Section.Length > 0 || reading.Requests.Length > 0))
            Paragraph($"line {line}: {(section.Length > 0 ? $"{section}: " : "")}{(requests.Length > 0 ? requests : "nothing the rules name")}");
        if (lost > 0)
            Paragraph($"events were lost in {lost} places: what was asked there is not known, and anything is tried");
        if (refusal is null)
            Paragraph($"{revision.Name} follows all of it: {Entries(follower.Followed)}{(streams > 1 ? $" of up to {streams} streams at a time" : "")}.");
        else
            TellRefusal(refusal, sections, never, rules);
        return code;
    }

    private static string Entries(long count) => Coverage.Count(count, "function entry").Replace("entrys", "entries", StringComparison.Ordinal);

    private void TellRefusal(TraceRefusal refusal, IReadOnlyList<TraceSection> sections, IReadOnlyList<string> never, TraceRules rules)
    {
        context.Out.WriteLine($"{path}:{refusal.Line.Number}: {revision.Name} cannot follow here:");
        context.Out.WriteLine($"    {refusal.Line.Text}");
        Paragraph($"it could have: {(refusal.Expected.Count == 0 ? "nothing; no request of the model begins so" : string.Join(", ", refusal.Expected))}", "  ", "    ");
        if (refusal.Request.Count > 0)
            Paragraph($"in {string.Join(" or ", refusal.Request)}", "  ", "    ");
        Paragraph($"tried: one device and two, and up to {Coverage.Count(refusal.Silent, "request")} that the recording does not show in front of this part", "  ", "    ");
        if (refusal.IsBounded)
            Paragraph("not decided: the places the model may be in were too many, and not all were looked at", "  ", "    ");
        if (never.Count > 0)
            TellUntraced(never, sections, rules);
    }

    // What a recording never enters it may not have traced: said, not assumed.
    private void TellUntraced(IReadOnlyList<string> never, IReadOnlyList<TraceSection> sections, TraceRules rules)
    {
        var refusal = Best(sections, rules.Without(never)).Refusal;
        var then = refusal is null ? $"{revision.Name} follows all of it" : $"it cannot follow at line {refusal.Line.Number}";
        Paragraph($"the trace never enters {string.Join(", ", never)}; if it was not traced, or inlined (--untraced {string.Join(",", never)}), {then}", "  ", "    ");
    }

    private void Paragraph(string text, string first = "", string hanging = "  ")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            context.Out.WriteLine(line);
    }

    /// <summary>Shows what each request shows in a trace, by the rules.</summary>
    public ExitCode ShowWords()
    {
        foreach (var (request, shown) in Follower(ConformObjects.All[0], 1, Rules().Without(untraced)).Words())
            Paragraph($"{request}: {string.Join(' ', shown.Select(each => each.IsOptional ? $"[{each.Function}]" : each.Function))}", "", "    ");
        return ExitCode.Clean;
    }

    private TraceRules Rules()
    {
        var file = rulesPath ?? (File.Exists(ConformCommand.ShippedRules) ? ConformCommand.ShippedRules : Path.Combine(AppContext.BaseDirectory, ConformCommand.ShippedRules));
        return TraceRules.Parse(TextOf(file), (line, wrong) => new InputException($"{file}:{line}:1: error: {wrong}"));
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read '{file}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}");
        }
    }
}
