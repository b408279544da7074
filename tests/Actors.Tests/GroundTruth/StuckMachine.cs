using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>Four exported buffers; an importer that never unmaps by itself holds the second, and RESET waits for it in a thread of its own.</summary>
internal sealed class StuckMachine
{
    private const int Buffers = 6;

    private static readonly DmaBufId First = new(0);
    private static readonly DmaBufId Second = new(1);
    private static readonly DmaBufId Third = new(2);
    private static readonly DmaBufId Alone = new(3);
    private static readonly DmaBufId New = new(4);
    private static readonly DmaBufId NeverMade = new(5);

    private static readonly TaskId Resetting = new(1);

    private readonly RecordedMachine machine;
    private readonly SortedDictionary<string, TaskId> waiting = new(StringComparer.Ordinal);
    private TaskId latest = Resetting;
    private string latestOperation = "";

    public StuckMachine(DeviceTraits traits, int threads)
    {
        machine = RecordedMachine.Fresh(traits, Buffers, index => index == Second.Index ? ImporterKind.Ignores : ImporterKind.Unmaps, threads + 2);
        foreach (var buffer in new[] { First, Second, Third, Alone })
            Ask(new Request.ExportDmaBuf(machine.File, buffer, Operations.Page(new DeviceTraitsView(traits))));
        Ask(new Request.Attach(RecordedMachine.Importer(First)));
        Ask(new Request.Attach(RecordedMachine.Importer(Third)));
    }

    public SequentialRun Run => machine.Run;

    /// <summary>Begins the RESET that will wait.</summary>
    public void BeginReset() => Run.Request(Resetting, new Request.Reset(machine.File));

    /// <summary>Performs an operation in a thread of its own, or looks after one that waits; false when its name is not known.</summary>
    public bool Perform(string operation)
    {
        Run.Forget();
        latestOperation = operation;
        if (operation is "reset done?" or "reset")
        {
            Run.Note(world => world.AnswerOf(Resetting));
            return true;
        }

        if (waiting.TryGetValue(operation, out var thread))
        {
            Run.Note(world => world.AnswerOf(thread));
            return true;
        }

        if (RequestOf(operation) is not { } request)
            return false;
        latest = new TaskId(latest.Index + 1);
        Run.Request(latest, request);
        return true;
    }

    /// <summary>Keeps the worlds that agree; an operation that waits in all of them can be looked after later.</summary>
    public void Keep(Func<PossibleWorld, bool> agrees)
    {
        Run.Keep(agrees);
        if (Run.Worlds.Count > 0 && Run.Worlds.All(world => world.Answer is null))
            waiting.TryAdd(latestOperation, latest);
    }

    private void Ask(Request request) => Run.Request(RecordedMachine.Recorder, request);

    private Request? RequestOf(string operation) => operation switch
    {
        "attach second" => new Request.Attach(RecordedMachine.Importer(Second)),
        "map second" or "map same dma-buf (already revoked)" => new Request.Map(RecordedMachine.Importer(Second)),
        "map first dma-buf (already revoked)" => new Request.Map(RecordedMachine.Importer(First)),
        "map third dma-buf (not reached yet)" => new Request.Map(RecordedMachine.Importer(Third)),
        "attach to revoked" => new Request.Attach(RecordedMachine.Probe(First)),
        "attach to not reached" => new Request.Attach(RecordedMachine.Probe(Third)),
        "iommufd map of revoked" => new Request.Map(RecordedMachine.Iommufd(First)),
        "iommufd map of not reached" => new Request.Map(RecordedMachine.Iommufd(Third)),
        "poll" => new Request.OperateFile(First, DmaBufFileOperation.Poll),
        "probe feature" or "get info" => new Request.GetInfo(machine.File),
        "export bad region" => new Request.ExportDmaBuf(machine.File, NeverMade, ExportArguments.OnePage with { RegionIndex = 20 }),
        "export" => new Request.ExportDmaBuf(machine.File, New, Operations.Page(new DeviceTraitsView(machine.Traits))),
        "config read of command" or "config read" => new Request.ReadConfig(machine.File),
        "bar pread" => new Request.ReadBar(machine.File),
        "close of a dma-buf an importer holds" or "close of a dma-buf" => new Request.CloseDmaBuf(First),
        "close of a dma-buf nobody else holds" => new Request.CloseDmaBuf(Alone),
        "memory off" => new Request.WriteCommand(machine.File, Memory: false),
        "memory on" => new Request.WriteCommand(machine.File, Memory: true),
        "low power entry" => new Request.EnterLowPower(machine.File, WakeupArgument.None),
        "low power exit" => new Request.ExitLowPower(machine.File),
        "second reset" => new Request.Reset(machine.File),
        "driver unbind" => new Request.Unbind(new DeviceId(0)),
        "importer unmaps" => new Request.Unmap(RecordedMachine.Importer(Second)),
        "device close" => new Request.CloseDevice(machine.File),
        _ => null,
    };
}
