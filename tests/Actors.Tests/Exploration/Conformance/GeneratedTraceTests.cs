using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;
using Actors.Host;
using Actors.Tests.Host;

namespace Actors.Tests.Exploration.Conformance;

/// <summary>What the model itself has done, written down as a recording, the model follows; with a call left out it does not.</summary>
public sealed class GeneratedTraceTests : IDisposable
{
    private static readonly string Rules = Path.Combine(Tidy.SourceTree.Root, "config", "ftrace.rules");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("M73", TraceStyle.Graph, 2, 1)]
    [InlineData("M73", TraceStyle.GraphOfTasks, 3, 2)]
    [InlineData("M73", TraceStyle.TraceCmd, 2, 3)]
    [InlineData("M73", TraceStyle.Function, 2, 4)]
    [InlineData("S0", TraceStyle.GraphOfTasks, 2, 5)]
    [InlineData("M73", TraceStyle.GraphOfTasks, 6, 6)]
    public void Conform_OfARunOfTheModel_FollowsIt(string revision, TraceStyle style, int tasks, int seed)
    {
        var run = Conform(Record(revision, style, tasks, devices: 1, seed, requests: tasks > 4 ? 8 : 12), revision);

        Assert.True(run.Code == ExitCode.Clean, run.Out + run.Error);
    }

    [Fact]
    public void Conform_OfARunOverTwoDevices_FollowsIt()
    {
        var run = Conform(Record("M73", TraceStyle.GraphOfTasks, tasks: 2, devices: 2, seed: 7, requests: 8), "M73");

        Assert.True(run.Code == ExitCode.Clean, run.Out + run.Error);
    }

    // A call left out is one that the model would have made; now and then another run explains what is left.
    [Fact]
    public void Conform_OfARunWithACallLeftOut_RefusesAlmostAllOfThem()
    {
        var lines = Record("M73", TraceStyle.GraphOfTasks, tasks: 1, devices: 1, seed: 2, requests: 6);
        int[] calls = [.. Enumerable.Range(0, lines.Count).Where(index => lines[index].EndsWith("();", StringComparison.Ordinal))];

        var refused = calls.Where((_, number) => number % 7 == 0).Select(gone => Conform([.. lines.Where((_, index) => index != gone)], "M73").Code == ExitCode.Violation).ToArray();

        Assert.True(refused.Length >= 3, "too few calls to leave out");
        Assert.True(refused.Count(each => each) >= 0.7 * refused.Length, $"{refused.Count(each => each)} of {refused.Length} refused");
    }

    private CommandRun Conform(IReadOnlyList<string> lines, string revision)
    {
        var file = Path.Combine(folder.Path, "t.txt");
        File.WriteAllLines(file, lines);
        return CommandRun.Of("conform", file, "--revision", revision, "--rules", Rules);
    }

    private static IReadOnlyList<string> Record(string revision, TraceStyle style, int tasks, int devices, int seed, int requests)
    {
        var rules = TraceRules.Parse(File.ReadAllText(Rules), (line, wrong) => new InvalidOperationException($"{line}: {wrong}"));
        var model = new Model(KernelRevisions.All.Single(each => each.Name == revision), ObjectsOf(devices, tasks), GrantPolicy.Barging);
        Request[] asked = [.. Enumerable.Range(0, devices).SelectMany(OfDevice)];
        return new RecordedModel(model, rules, asked, style, seed).Write(requests);
    }

    private static Scenario ObjectsOf(int devices, int tasks)
    {
        var ids = Sequence<DeviceId>.From(Enumerable.Range(0, devices).Select(index => new DeviceId(index)));
        return new Scenario
        {
            Name = "recorded",
            Topology = new Topology(
                Sequence<DevicePlace>.From(ids.Select(id => new DevicePlace(DeviceTraits.Plain, id.Index))), ids, ids,
                Sequence<AttachmentPlace>.From(ids.Select(id => new AttachmentPlace(new DmaBufId(id.Index), ImporterKind.Unmaps))), tasks),
            Devices = Sequence<DeviceStart>.From(ids.Select(_ => new DeviceStart())),
            Buffers = Sequence<BufferStart>.From(ids.Select(_ => new BufferStart(Exported: false))),
            Attachments = Sequence<AttachmentStart>.From(ids.Select(_ => new AttachmentStart(Attached: false))),
            Tasks = Sequence<Sequence<Call>>.From(Enumerable.Repeat(Sequence<Call>.Empty, tasks)),
        };
    }

    private static Request[] OfDevice(int index)
    {
        var (file, buffer, importer) = (new DeviceFileId(index), new DmaBufId(index), new AttachmentId(index));
        return
        [
            new Request.ExportDmaBuf(file, buffer, ExportArguments.OnePage), new Request.Attach(importer), new Request.Map(importer), new Request.Unmap(importer),
            new Request.Reset(file), new Request.WriteCommand(file, false), new Request.WriteCommand(file, true), new Request.FunctionLevelReset(file, false),
            new Request.EnterLowPower(file, WakeupArgument.None), new Request.ExitLowPower(file), new Request.CloseDmaBuf(buffer), new Request.ReadBar(file),
        ];
    }
}
