using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;

namespace Actors.Host.Commands;

/// <summary>The objects that a trace may be about: of each device two buffers, and importers of three kinds. What a trace does not say is tried out.</summary>
/// <param name="Devices">What the functions are.</param>
/// <param name="AreTogether">Whether several are in one device set.</param>
internal sealed record ConformObjects(IReadOnlyList<DeviceTraits> Devices, bool AreTogether)
{
    private const int BuffersOfDevice = 2;
    private static readonly ImporterKind[] Kinds = [ImporterKind.Unmaps, ImporterKind.UnmapsLater, ImporterKind.Iommufd];
    private static readonly DeviceTraits NoFlr = DeviceTraits.Plain with { Name = "no_flr no_af", HasPcieFlr = false, HasAfFlr = false };
    private static readonly DeviceTraits OnlyBus = NoFlr with { Name = "no_pm no_flr no_af", HasPowerManagement = false };

    /// <summary>What is tried, few objects before many: one function with all capabilities and poorer ones, then two functions.</summary>
    public static IReadOnlyList<ConformObjects> All { get; } =
    [
        new([DeviceTraits.Plain], false),
        new([NoFlr], false),
        new([OnlyBus], false),
        new([DeviceTraits.Plain, DeviceTraits.Plain], false),
        new([NoFlr, NoFlr], true),
    ];

    /// <summary>How far the search goes; two devices have so many more worlds that fewer requests are tried in front.</summary>
    public FollowerLimits Limits => Devices.Count == 1 ? new FollowerLimits() : new FollowerLimits(Silent: 2, Worlds: 200);

    /// <summary>In words.</summary>
    public string Name => Devices.Count == 1 ? "one device" : $"{Devices.Count} devices{(AreTogether ? " in one device set" : "")}";

    /// <summary>The objects, and user tasks that ask nothing yet.</summary>
    public Scenario Scenario(int tasks)
    {
        var ids = Enumerable.Range(0, Devices.Count).Select(index => new DeviceId(index)).ToArray();
        var buffers = Sequence<DeviceId>.From(ids.SelectMany(id => Enumerable.Repeat(id, BuffersOfDevice)));
        AttachmentPlace[] importers = [.. ids.SelectMany(id => Kinds.Select(kind => new AttachmentPlace(new DmaBufId(BuffersOfDevice * id.Index), kind)))];
        return new Scenario
        {
            Name = "conform",
            Topology = new Topology(
                Sequence<DevicePlace>.From(Devices.Select((traits, index) => new DevicePlace(traits, AreTogether ? 0 : index))), Sequence<DeviceId>.From(ids), buffers,
                Sequence<AttachmentPlace>.From(importers), tasks),
            Devices = Sequence<DeviceStart>.From(ids.Select(_ => new DeviceStart())),
            Buffers = Sequence<BufferStart>.From(buffers.Select(_ => new BufferStart(Exported: false))),
            Attachments = Sequence<AttachmentStart>.From(importers.Select(_ => new AttachmentStart(Attached: false))),
            Tasks = Sequence<Sequence<Call>>.From(Enumerable.Repeat(Sequence<Call>.Empty, tasks)),
        };
    }

    /// <summary>What may be asked of them.</summary>
    public static IReadOnlyList<Request> Requests(Topology topology) =>
    [
        .. Enumerable.Range(0, topology.Devices.Count).SelectMany(index => OfDevice(new DeviceFileId(index), new DeviceId(index))),
        .. Enumerable.Range(0, topology.Buffers.Count).SelectMany(index => new Request[] { new Request.ExportDmaBuf(new DeviceFileId(topology.Buffers[index].Index), new DmaBufId(index), ExportArguments.OnePage), new Request.CloseDmaBuf(new DmaBufId(index)) }),
        .. Enumerable.Range(0, topology.Attachments.Count).Select(index => new AttachmentId(index)).SelectMany(importer => new Request[] { new Request.Attach(importer), new Request.Map(importer), new Request.Unmap(importer), new Request.Detach(importer) }),
    ];

    /// <summary>What may have been asked before a recording began: what brings the objects into each state, once.</summary>
    public static IReadOnlyList<Request> Silent(Topology topology) =>
        [.. Requests(topology).Where(request => request is Request.OpenDevice or Request.CloseDevice or Request.WriteCommand or Request.SetPowerState or Request.EnterLowPower { Wakeup: WakeupArgument.None } or Request.ExitLowPower
            or Request.ExportDmaBuf or Request.CloseDmaBuf or Request.Attach or Request.Map or Request.Unmap)];

    private static Request[] OfDevice(DeviceFileId file, DeviceId device) =>
    [
        new Request.OpenDevice(file), new Request.OpenCdev(file), new Request.BindIommufd(file), new Request.CloseDevice(file), new Request.Reset(file), new Request.WriteCommand(file, false), new Request.WriteCommand(file, true),
        new Request.SetPowerState(file, PowerState.D3hot), new Request.SetPowerState(file, PowerState.D0), new Request.FunctionLevelReset(file, false),
        new Request.FunctionLevelReset(file, true), new Request.EnterLowPower(file, WakeupArgument.None), new Request.EnterLowPower(file, WakeupArgument.Eventfd),
        new Request.ExitLowPower(file), new Request.ReadConfig(file), new Request.ReadBar(file), new Request.FaultBar(file), new Request.Unbind(device), new Request.Bind(device),
        new Request.HotReset(file, Sequence<DeviceId>.Empty), new Request.SysfsReset(device),
    ];
}
