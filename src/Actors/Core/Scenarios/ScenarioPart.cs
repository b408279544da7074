using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>A part of a scenario: some of its objects and tasks, in a new order. What belongs to an object that is left out is left out with it.</summary>
public sealed class ScenarioPart
{
    private readonly Scenario scenario;
    private readonly Dictionary<MachineRef, MachineRef> places = [];

    /// <summary>Chooses the objects. A device's first file among those given takes the place of its own file.</summary>
    /// <param name="scenario">The whole.</param>
    /// <param name="devices">Devices, by number.</param>
    /// <param name="files">Files, by number; a device without any keeps its own.</param>
    /// <param name="buffers">Buffers, by number.</param>
    /// <param name="attachments">Attachments, by number.</param>
    public ScenarioPart(Scenario scenario, IEnumerable<int> devices, IEnumerable<int> files, IEnumerable<int> buffers, IEnumerable<int> attachments)
    {
        this.scenario = scenario;
        var topology = scenario.Topology;
        Devices = [.. devices];
        var wanted = files.Where(file => Devices.Contains(topology.Files[file].Index)).ToArray();
        int[] own = [.. Devices.Select(device => wanted.Where(file => topology.Files[file].Index == device).Append(topology.Files.IndexOf(new DeviceId(device))).First())];
        Files = [.. own, .. wanted.Except(own)];
        Buffers = [.. buffers.Where(buffer => Devices.Contains(topology.Buffers[buffer].Index))];
        Attachments = [.. attachments.Where(attachment => Buffers.Contains(topology.Attachments[attachment].Buffer.Index))];
        Place(MachineKind.Device, Devices);
        Place(MachineKind.DeviceFile, Files);
        Place(MachineKind.DmaBuf, Buffers);
        Place(MachineKind.Attachment, Attachments);
    }

    /// <summary>All of a scenario.</summary>
    public static ScenarioPart All(Scenario scenario) => new(
        scenario, Enumerable.Range(0, scenario.Topology.Devices.Count), Enumerable.Range(0, scenario.Topology.Files.Count),
        Enumerable.Range(0, scenario.Topology.Buffers.Count), Enumerable.Range(0, scenario.Topology.Attachments.Count));

    /// <summary>The devices kept, by their old numbers.</summary>
    public IReadOnlyList<int> Devices { get; }

    /// <summary>The files kept, by their old numbers.</summary>
    public IReadOnlyList<int> Files { get; }

    /// <summary>The buffers kept, by their old numbers.</summary>
    public IReadOnlyList<int> Buffers { get; }

    /// <summary>The attachments kept, by their old numbers.</summary>
    public IReadOnlyList<int> Attachments { get; }

    /// <summary>Where an object is in the part, or null.</summary>
    public MachineRef? PlaceOf(MachineRef machine) => places.TryGetValue(machine, out var place) ? place : null;

    /// <summary>A call in the part, or null when it names an object that is left out.</summary>
    public Call? CallOf(Call call) => RequestObjects.Renamed(call.Request, PlaceOf) is { } request ? call with { Request = request } : null;

    /// <summary>The part as a scenario.</summary>
    /// <param name="tasks">The tasks of the whole to keep, by number, in their new order. Clauses over registers of other tasks are not kept.</param>
    public Scenario With(IEnumerable<int> tasks) =>
        With(tasks.Select(task => Sequence<Call>.From(scenario.Tasks[task].Select(CallOf).OfType<Call>())).ToArray());

    /// <summary>The objects of the part, with tasks of their own.</summary>
    public Scenario With(IReadOnlyCollection<Sequence<Call>> tasks)
    {
        var topology = scenario.Topology;
        int[] sets = [.. Devices.Select(device => topology.Devices[device].DevSet).Distinct()];
        return Possible(scenario with
        {
            Topology = new Topology(
                Map(Devices, device => topology.Devices[device] with { DevSet = Array.IndexOf(sets, topology.Devices[device].DevSet) }),
                Map(Files, file => new DeviceId(PlaceOf(MachineRef.Of(topology.Files[file]))!.Value.Index)),
                Map(Buffers, buffer => new DeviceId(PlaceOf(MachineRef.Of(topology.Buffers[buffer]))!.Value.Index)),
                Map(Attachments, attachment => topology.Attachments[attachment] with { Buffer = new DmaBufId(PlaceOf(MachineRef.Of(topology.Attachments[attachment].Buffer))!.Value.Index) }),
                SlotsOf(tasks)) { Pci = topology.Pci, DmaDevices = topology.DmaDevices, HasEpoll = Scenario.UsesEpoll(tasks) },
            Devices = Map(Devices, device => scenario.Devices[device]),
            Buffers = Map(Buffers, buffer => scenario.Buffers[buffer]),
            Attachments = Map(Attachments, attachment => scenario.Attachments[attachment]),
            Tasks = Sequence<Sequence<Call>>.From(tasks),
            Locations = Sequence<Location>.Empty,
            Condition = null,
        });
    }

    /// <summary>The user tasks that lists of calls need: one each, and one for each call that is not waited for.</summary>
    public static int SlotsOf(IReadOnlyCollection<Sequence<Call>> tasks) => tasks.Count + tasks.Sum(calls => calls.Count(call => call.IsAsync));

    /// <summary>The nearest beginning that the language can say: what needs something that is not there does not begin.</summary>
    public static Scenario Possible(Scenario scenario)
    {
        var topology = scenario.Topology;
        var devices = Sequence<DeviceStart>.From(scenario.Devices.Select(start => start switch
        {
            { Bound: false } => new DeviceStart(Open: false, Bound: false),
            { Open: false } => new DeviceStart(Open: false),
            _ => start,
        }));
        var buffers = Sequence<BufferStart>.From(scenario.Buffers.Select((start, index) => new BufferStart(start.Exported && devices[topology.Buffers[index].Index].Open)));
        var attachments = Sequence<AttachmentStart>.From(scenario.Attachments.Select((start, index) =>
        {
            var place = topology.Attachments[index];
            var attached = start.Attached && buffers[place.Buffer.Index].Exported && place.Peer2Peer && place.HasCallback && place.Kind != ImporterKind.Iommufd;
            return new AttachmentStart(attached, attached && start.Mapped && devices[topology.Buffers[place.Buffer.Index].Index].Memory);
        }));
        return scenario with { Devices = devices, Buffers = buffers, Attachments = attachments, Tasks = ExportedOnce(scenario.Tasks, buffers) };
    }

    // A buffer slot takes one export.
    private static Sequence<Sequence<Call>> ExportedOnce(Sequence<Sequence<Call>> tasks, Sequence<BufferStart> buffers)
    {
        var taken = Enumerable.Range(0, buffers.Count).Where(buffer => buffers[buffer].Exported).Select(buffer => new DmaBufId(buffer)).ToHashSet();
        return Sequence<Sequence<Call>>.From(tasks.Select(calls => Sequence<Call>.From(calls.Where(call => call.Request is not Request.ExportDmaBuf export || taken.Add(export.Buffer)))));
    }

    private void Place(MachineKind kind, IReadOnlyList<int> kept)
    {
        for (var index = 0; index < kept.Count; index++)
            places[new MachineRef(kind, kept[index])] = new MachineRef(kind, index);
    }

    private static Sequence<T> Map<T>(IEnumerable<int> kept, Func<int, T> make) => Sequence<T>.From(kept.Select(make));
}
