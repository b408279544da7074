using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>conform</c>.</summary>
internal sealed class ConformRun(HostContext context, string path, KernelRevision revision, string? rulesPath, IReadOnlyList<string> untraced, bool json)
{
    private const int StreamsMax = 4;
    private const int SilentMax = 4;

    /// <summary>Follows; answers the exit code.</summary>
    public ExitCode Run()
    {
        var rules = Rules();
        TraceLine[] lines = [.. Read(path)];
        if (!lines.Any(line => line.Kind is TraceLineKind.Entry or TraceLineKind.Leaf && rules.Traced.Contains(line.Function)))
        {
            context.Error.WriteLine($"actors: nothing was checked: {path} enters no function that the rules name");
            return ExitCode.NothingChecked;
        }

        var streams = Math.Clamp(lines.Select(line => line.Stream).Where(stream => stream.Length > 0).Distinct().Count(), 1, StreamsMax);
        (TraceFollower Follower, TraceRefusal? Refusal)? best = null;
        foreach (var traits in Functions().TakeWhile(_ => best is not { Refusal: null }))
        {
            var scenario = ObjectsOf(traits, streams);
            var follower = new TraceFollower(new Model(revision, scenario, GrantPolicy.Barging), rules, [.. RequestsOf(scenario.Topology)], SilentMax, context.Cancellation);
            var refusal = follower.Follow(lines);
            if (best is not { } known || refusal is null || refusal.Line.Number > known.Refusal!.Line.Number)
                best = (follower, refusal);
        }

        return Tell(best!.Value.Follower, best.Value.Refusal, lines, rules);
    }

    private ExitCode Tell(TraceFollower follower, TraceRefusal? refusal, TraceLine[] lines, TraceRules rules)
    {
        if (json)
        {
            JsonOutput.Write(context.Out, new
            {
                Revision = revision.Name, Trace = path, Conforms = refusal is null, follower.Followed,
                Readings = follower.Readings.Select(reading => new { reading.Section, reading.Line, reading.Requests }),
                Line = refusal?.Line.Number, Text = refusal?.Line.Text, refusal?.Expected, Requests = refusal?.Request,
            });
            return refusal is null ? ExitCode.Clean : ExitCode.Violation;
        }

        foreach (var (section, line, requests) in follower.Readings)
            Paragraph($"{path}:{line}: {(section.Length > 0 ? $"{section}: " : "")}{(requests.Length > 0 ? requests : "nothing the rules name")}");
        if (refusal is null)
        {
            Paragraph($"{revision.Name} follows {path}: {Coverage.Count(follower.Followed, "function entry").Replace("entrys", "entries", StringComparison.Ordinal)}.");
            return ExitCode.Clean;
        }

        Paragraph($"{path}:{refusal.Line.Number}: {revision.Name} cannot follow here:");
        context.Out.WriteLine($"    {refusal.Line.Text}");
        Paragraph($"it could have: {(refusal.Expected.Count == 0 ? "nothing; no request of the model begins so" : string.Join(", ", refusal.Expected))}", "  ", "    ");
        if (refusal.Request.Count > 0)
            Paragraph($"in {string.Join(" or ", refusal.Request)}", "  ", "    ");
        TellNeverSeen(refusal, lines);
        return ExitCode.Violation;
    }

    private void TellNeverSeen(TraceRefusal refusal, TraceLine[] lines)
    {
        var entered = lines.Select(line => line.Function).ToHashSet();
        var never = refusal.Expected.Select(expected => expected.TrimEnd('(', ')')).Where(expected => expected.All(letter => letter != ' ') && !entered.Contains(expected)).ToArray();
        if (never.Length > 0)
            Paragraph($"the trace never enters {string.Join(", ", never)}; if it was not traced, or inlined: --untraced {string.Join(",", never)}", "  ", "    ");
    }

    private void Paragraph(string text, string first = "", string hanging = "  ")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            context.Out.WriteLine(line);
    }

    /// <summary>Shows what each request shows in a trace, by the rules.</summary>
    public ExitCode ShowWords()
    {
        var scenario = ObjectsOf(DeviceTraits.Plain, 1);
        var follower = new TraceFollower(new Model(revision, scenario, GrantPolicy.Barging), Rules(), [.. RequestsOf(scenario.Topology)], 0, context.Cancellation);
        foreach (var (request, shown) in follower.Words())
            Paragraph($"{request}: {string.Join(' ', shown.Select(each => each.IsOptional ? $"[{each.Function}]" : each.Function))}", "", "    ");
        return ExitCode.Clean;
    }

    private IEnumerable<TraceLine> Read(string file) => TraceText.Read((file == Inputs.ScenarioFiles.StandardInput ? context.In.ReadToEnd() : TextOf(file)).Split('\n').Select(line => line.TrimEnd('\r')));

    private TraceRules Rules()
    {
        var file = rulesPath ?? (File.Exists(ConformCommand.ShippedRules) ? ConformCommand.ShippedRules : Path.Combine(AppContext.BaseDirectory, ConformCommand.ShippedRules));
        return TraceRules.Parse(TextOf(file), untraced, (line, wrong) => new InputException($"{file}:{line}:1: error: {wrong}"));
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

    // Which function it is the trace does not say: one with all capabilities, and poorer ones.
    private static IEnumerable<DeviceTraits> Functions() =>
    [
        DeviceTraits.Plain,
        DeviceTraits.Plain with { Name = "no_flr no_af", HasPcieFlr = false, HasAfFlr = false },
        DeviceTraits.Plain with { Name = "no_pm no_flr no_af", HasPowerManagement = false, HasPcieFlr = false, HasAfFlr = false },
    ];

    private static Scenario ObjectsOf(DeviceTraits traits, int streams)
    {
        ImporterKind[] kinds = [ImporterKind.Unmaps, ImporterKind.UnmapsLater, ImporterKind.Iommufd];
        var buffers = Sequence<DeviceId>.Of(new DeviceId(0), new DeviceId(0));
        return new Scenario
        {
            Name = "conform",
            Topology = new Topology(
                Sequence<DevicePlace>.Of(new DevicePlace(traits, 0)), Sequence<DeviceId>.Of(new DeviceId(0)), buffers,
                Sequence<AttachmentPlace>.From(kinds.Select(kind => new AttachmentPlace(new DmaBufId(0), kind))), streams),
            Devices = Sequence<DeviceStart>.Of(new DeviceStart()),
            Buffers = Sequence<BufferStart>.From(buffers.Select(_ => new BufferStart(Exported: false))),
            Attachments = Sequence<AttachmentStart>.From(kinds.Select(_ => new AttachmentStart(Attached: false))),
            Tasks = Sequence<Sequence<Call>>.From(Enumerable.Repeat(Sequence<Call>.Empty, streams)),
        };
    }

    private static IEnumerable<Request> RequestsOf(Topology topology)
    {
        var (file, device) = (new DeviceFileId(0), new DeviceId(0));
        Request[] ofDevice =
        [
            new Request.OpenDevice(file), new Request.CloseDevice(file), new Request.Reset(file), new Request.WriteCommand(file, false), new Request.WriteCommand(file, true),
            new Request.SetPowerState(file, PowerState.D3hot), new Request.SetPowerState(file, PowerState.D0), new Request.FunctionLevelReset(file, false),
            new Request.FunctionLevelReset(file, true), new Request.EnterLowPower(file, WakeupArgument.None), new Request.EnterLowPower(file, WakeupArgument.Eventfd),
            new Request.ExitLowPower(file), new Request.ReadConfig(file), new Request.ReadBar(file), new Request.FaultBar(file), new Request.Unbind(device), new Request.Bind(device),
        ];
        var ofBuffers = Enumerable.Range(0, topology.Buffers.Count).Select(index => new DmaBufId(index))
            .SelectMany(buffer => new Request[] { new Request.ExportDmaBuf(file, buffer, ExportArguments.OnePage), new Request.CloseDmaBuf(buffer) });
        var ofImporters = Enumerable.Range(0, topology.Attachments.Count).Select(index => new AttachmentId(index))
            .SelectMany(importer => new Request[] { new Request.Attach(importer), new Request.Map(importer), new Request.Unmap(importer), new Request.Detach(importer) });
        return [.. ofDevice, .. ofBuffers, .. ofImporters];
    }
}
