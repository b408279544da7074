using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

var f0 = new DeviceFileId(0);
var a0 = new AttachmentId(0);
var b0 = new DmaBufId(0);
var one = Sequence<AttachmentPlace>.Of(new AttachmentPlace(new DmaBufId(0), ImporterKind.Unmaps));
Scenario Make(string name, Sequence<AttachmentPlace> atts, bool mapped, params Request[][] tasks) => new()
{
    Name = name,
    Topology = new Topology(Sequence<DevicePlace>.Of(new DevicePlace(DeviceTraits.Plain, 0)), Sequence<DeviceId>.Of(new DeviceId(0)), Sequence<DeviceId>.Of(new DeviceId(0)), atts, tasks.Length),
    Devices = Sequence<DeviceStart>.Of(new DeviceStart()),
    Buffers = Sequence<BufferStart>.Of(new BufferStart()),
    Attachments = Sequence<AttachmentStart>.From(atts.Select(_ => new AttachmentStart(true, mapped))),
    Tasks = Sequence<Sequence<Call>>.From(tasks.Select(t => Sequence<Call>.From(t.Select(Call.Of)))),
};
var scenarios = new[]
{
    Make("flr", one, true, [new Request.FunctionLevelReset(f0, false)]),
    Make("flr+map", one, false, [new Request.FunctionLevelReset(f0, false)], [new Request.Map(a0), new Request.StartDma(a0)]),
    Make("close+dma", one, true, [new Request.CloseDevice(f0)], [new Request.StartDma(a0)]),
    Make("close+map", one, false, [new Request.CloseDevice(f0)], [new Request.Map(a0)]),
    Make("reset;mem + map + close", one, false, [new Request.Reset(f0), new Request.WriteCommand(f0, false), new Request.WriteCommand(f0, true)], [new Request.Map(a0), new Request.StartDma(a0), new Request.Unmap(a0)], [new Request.CloseDmaBuf(b0)], [new Request.CloseDevice(f0)]),
    Make("lp", one, true, [new Request.EnterLowPower(f0, false), new Request.WriteCommand(f0, true), new Request.ExitLowPower(f0)], [new Request.Map(a0), new Request.StartDma(a0)]),
    Make("lpwake", one, true, [new Request.EnterLowPower(f0, true), new Request.ReadConfig(f0)]),
};
foreach (var s in scenarios)
foreach (var r in KernelRevisions.All)
{
    var res = new Explorer(new Model(r, s, GrantPolicy.Barging), new ExplorerOptions { StatesMax = 6_000_000 }).Run();
    Console.WriteLine($"{s.Name} {r.Name}: {res.Completion} states {res.States} trans {res.Transitions} depth {res.Depth} finals {res.FinalStates} {res.Elapsed.TotalSeconds:F2}s {res.States / res.Elapsed.TotalSeconds / 1e6:F2}M/s comp {res.Components}");
    foreach (var w in res.Findings)
        Console.WriteLine($"   {w.Finding} ({w.Schedule.Count} steps) {w.Finding.AcceptedReason(r)}");
}
return 0;
