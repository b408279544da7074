using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Persistence.Tests.Support;

namespace Actors.Persistence.Tests;

public sealed class JournalJsonLinesTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Export_OfAStartedTask_ShowsRequestParentAndClocks()
    {
        var faults = new FaultPlan(2, 0, Sequence<FaultPoint>.Of(FaultPoint.FdTable));
        var export = new Call(new Request.ExportDmaBuf(new DeviceFileId(0), new DmaBufId(1), ExportArguments.OnePage), faults, 3);
        var parent = new TaskLink(new TaskId(0), 1);

        var lines = Export(
            Step(0, 1, new LockMessage.Enqueue(new TaskId(0), LockMode.Write), stamp: 1) with { Call = export },
            Step(1, 1, new DeviceMessage.UsageGet(Holder.Session), stamp: 1) with { Machine = new MachineRef(MachineKind.Device, 0), MachineSequence = 1, Choice = 1 },
            Step(0, 2, new LockMessage.Await(new TaskId(0)), stamp: 2) with { MachineSequence = 2 },
            Step(2, 1, new DeviceMessage.NextDmaBuf(null), stamp: 3) with { Machine = new MachineRef(MachineKind.Device, 0), MachineSequence = 2, Parent = parent, Reply = new Reply(1, 2) });

        Assert.Equal(
            """
            {"seq":1,"task":"T0","step":1,"op":"Enqueue","args":{"task":"T0","mode":"Write"},"obj":"v0.memory_lock","kind":"MemoryLock","objseq":1,"choice":0,"branch":0,"reply":0,"stamp":1,"vc":{"T0":1},"request":{"op":"ExportDmaBuf","args":{"file":"f0","buffer":"b1","arguments":{"argsz":40,"flags":65547,"regionIndex":0,"openFlags":524290,"dmaBufFlags":0,"nrRanges":1,"ranges":[{"offset":0,"length":4096}],"memory":"Readable"}}},"faults":{"countdown":2,"anywhere":0,"points":["FdTable"]},"register":3}
            {"seq":2,"task":"T1","step":1,"op":"UsageGet","args":{"holder":"session"},"obj":"v0","kind":"Device","objseq":1,"choice":1,"branch":0,"reply":0,"stamp":1,"vc":{"T1":1}}
            {"seq":3,"task":"T0","step":2,"op":"Await","args":{"task":"T0"},"obj":"v0.memory_lock","kind":"MemoryLock","objseq":2,"choice":0,"branch":0,"reply":0,"stamp":2,"vc":{"T0":2}}
            {"seq":4,"task":"T2","step":1,"op":"NextDmaBuf","args":{"after":null},"obj":"v0","kind":"Device","objseq":2,"choice":0,"branch":0,"reply":1,"next":2,"stamp":3,"vc":{"T0":1,"T1":1,"T2":1},"parent":"T0:1"}

            """,
            lines);
    }

    [Fact]
    public void Export_OfEveryMessageAndRequest_IsJson()
    {
        var entries = Arbitrary.CasesOf(typeof(Message)).Concat(Arbitrary.CasesOf(typeof(Request))).Select((type, index) =>
        {
            var value = new Arbitrary(index).Of(type);
            var entry = Step(0, index + 1, value as Message ?? new LockMessage.Await(new TaskId(0)), index) with { MachineSequence = index + 1 };
            return value is Request request ? entry with { Call = Call.Of(request) } : entry;
        }).ToArray();

        var lines = Export(entries).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(entries.Length, lines.Length);
        Assert.All(lines, line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    private string Export(params JournalEntry[] entries)
    {
        using var store = JournalStore.Create(scratch.Journal, Sample.Header);
        store.Append(entries);
        using var text = new StringWriter();
        JournalJsonLines.Export(store, text);
        return text.ToString();
    }

    private static JournalEntry Step(int task, long sequence, Message message, long stamp) =>
        new(new MachineRef(MachineKind.MemoryLock, 0), sequence, new TaskLink(new TaskId(task), sequence), message, 0, 0, Reply.Done, stamp, null, null);
}
