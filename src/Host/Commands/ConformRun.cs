using System.IO.Compression;
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
            context.Error.WriteLine($"actors: nothing was checked: {(lines.Count == 0 ? $"no line of {path} reads as one of ftrace" : $"{path} enters no function that the rules name")}");
            return ExitCode.NothingChecked;
        }

        var (follower, refusal, expected) = Best(sections, rules);
        var entered = lines.Select(line => line.Function).ToHashSet();
        return Tell(follower, refusal, sections, [.. expected.Where(function => !entered.Contains(function) && !rules.IsOptional(function))], rules, lines);
    }

    // Also which functions the model could have entered where it was refused, with all objects that were tried.
    private (TraceFollower Follower, TraceRefusal? Refusal, IReadOnlyList<string> Expected) Best(IReadOnlyList<TraceSection> sections, TraceRules rules)
    {
        (TraceFollower Follower, TraceRefusal? Refusal)? best = null;
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var objects in ConformObjects.All.TakeWhile(_ => best is not { Refusal: null }))
        {
            var follower = Follower(objects, sections.Max(section => section.Streams), rules);
            var refusal = follower.Follow(sections);
            expected.UnionWith((refusal?.Expected ?? []).Where(each => each.EndsWith("()", StringComparison.Ordinal)).Select(each => each[..^2]));
            if (best is not { } known || refusal is null || refusal.Line.Number > known.Refusal!.Line.Number)
                best = (follower, refusal);
        }

        return (best!.Value.Follower, best.Value.Refusal, best.Value.Refusal is null ? [] : [.. expected]);
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
            TellRefusal(refusal, sections, never, rules, lines);
        return code;
    }

    private static string Entries(long count) => Coverage.Count(count, "function entry").Replace("entrys", "entries", StringComparison.Ordinal);

    private void TellRefusal(TraceRefusal refusal, IReadOnlyList<TraceSection> sections, IReadOnlyList<string> never, TraceRules rules, IReadOnlyList<TraceLine> lines)
    {
        context.Out.WriteLine($"{path}:{refusal.Line.Number}: {revision.Name} cannot follow here:");
        context.Out.WriteLine($"    {refusal.Line.Text}");
        Paragraph($"it could have: {(refusal.Expected.Count == 0 ? "nothing; no request of the model begins so" : string.Join(", ", refusal.Expected))}", "  ", "    ");
        if (refusal.Request.Count > 0)
            Paragraph($"in {string.Join(" or ", refusal.Request)}", "  ", "    ");
        Paragraph($"tried: one device and two, and up to {Coverage.Count(refusal.Silent, "request")} that the recording does not show in front of this part", "  ", "    ");
        if (refusal.IsBounded)
            Paragraph("not decided: the places the model may be in were too many, and not all were looked at", "  ", "    ");
        if (never.Count > 0 && TellWithout($"the trace never enters {string.Join(", ", never)}; if it was not traced, or inlined", never, sections, rules))
            return;
        string[] common = [.. lines.Where(line => line is { Kind: TraceLineKind.Point, Caller: "" } && rules.IsCommon(line.Function)).Select(line => line.Function).Distinct().Order(StringComparer.Ordinal)];
        if (common.Length > 0)
            TellWithout($"the trace shows no callers; if {string.Join(", ", common)} were entered on others' behalf, too", common, sections, rules);
    }

    // What may not be the model's fault is said, not assumed; answers whether it would help.
    private bool TellWithout(string words, IReadOnlyList<string> functions, IReadOnlyList<TraceSection> sections, TraceRules rules)
    {
        var without = rules.Without(functions);
        var refusal = Best([.. sections.Select(section => section.Without(without))], without).Refusal;
        var then = refusal is null ? $"{revision.Name} follows all of it" : $"it cannot follow at line {refusal.Line.Number}";
        Paragraph($"{words} (--untraced {string.Join(",", functions)}), {then}", "  ", "    ");
        return refusal is null;
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
            using Stream bytes = File.OpenRead(file);
            var isPacked = bytes.ReadByte() == 0x1f && bytes.ReadByte() == 0x8b;
            bytes.Position = 0;
            using var text = new StreamReader(isPacked ? new GZipStream(bytes, CompressionMode.Decompress) : bytes);
            var read = text.ReadToEnd();
            return read.Contains('\0') ? throw new InputException($"'{file}' is no text: conform reads what 'trace-cmd report' or 'perf script' makes of it") : read;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"cannot read '{file}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}");
        }
    }
}
