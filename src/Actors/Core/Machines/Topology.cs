using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A device of a topology.</summary>
/// <param name="Traits">What is fixed about the function.</param>
/// <param name="DevSet">The device set (slot or bus) it belongs to.</param>
public sealed record DevicePlace(DeviceTraits Traits, int DevSet)
{
    /// <summary>Where it sits in the PCI topology; null when the scenario gives none.</summary>
    public PciDevId? PciDev { get; init; }
}

/// <summary>An attachment of a topology.</summary>
/// <param name="Buffer">The buffer it attaches to.</param>
/// <param name="Kind">The importer.</param>
/// <param name="Peer2Peer">importer_ops->allow_peer2peer.</param>
/// <param name="Mode">How its accesses are routed.</param>
/// <param name="SegmentBytes">dma_get_max_seg_size() of its device.</param>
public sealed record AttachmentPlace(DmaBufId Buffer, ImporterKind Kind, bool Peer2Peer = true, ImporterMode Mode = ImporterMode.Phys, ulong SegmentBytes = AttachmentPlace.SegmentBytesMax)
{
    /// <summary>The longest segment a scatterlist entry can have.</summary>
    public const ulong SegmentBytesMax = uint.MaxValue;

    /// <summary>The device that the importer attaches with; null when the scenario names the mode instead. Kernel: attach->dev.</summary>
    public PciDevId? Dev { get; init; }

    /// <summary>The device it attaches with, where the scenario describes one; its mappings are modelled call by call then. Kernel: attach->dev.</summary>
    public DmaDeviceId? DmaDevice { get; init; }

    /// <summary>The importer has operations with an invalidate callback.</summary>
    public bool HasCallback => Kind is not (ImporterKind.Static or ImporterKind.NoCallback);

    /// <summary>attachment->peer2peer: false without importer operations, whatever else is said.</summary>
    public bool AllowsPeer2Peer => Peer2Peer && Kind != ImporterKind.Static;
}

/// <summary>An importer's device of a topology.</summary>
/// <param name="Dma">What is fixed about it.</param>
public sealed record DmaDevicePlace(ImporterDma Dma);

/// <summary>The fixed shape of a scenario: which machines exist, which belong together, and which task slots deferred work uses.</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Files">The device files, each with its device.</param>
/// <param name="Buffers">The buffer slots, each with the device it is exported from.</param>
/// <param name="Attachments">The attachment slots.</param>
/// <param name="UserTasks">Number of user tasks; they have the first task slots.</param>
public sealed record Topology(
    Sequence<DevicePlace> Devices,
    Sequence<DeviceId> Files,
    Sequence<DeviceId> Buffers,
    Sequence<AttachmentPlace> Attachments,
    int UserTasks)
{
    /// <summary>The devices around the functions and importers; null when the scenario gives none.</summary>
    public PciTopology? Pci { get; init; }

    /// <summary>The importers' devices that the scenario describes.</summary>
    public Sequence<DmaDevicePlace> DmaDevices { get; init; } = Sequence<DmaDevicePlace>.Empty;

    /// <summary>The process has an epoll instance.</summary>
    public bool HasEpoll { get; init; }

    /// <summary>Number of device sets.</summary>
    public int DevSets => Devices.Count == 0 ? 0 : Devices.Max(device => device.DevSet) + 1;

    /// <summary>Number of task slots: user tasks, then a PM worker per device, a worker and a DMA engine per attachment, a flush timer per lazy DMA device.</summary>
    public int TaskCount => FirstFlush + DmaDevices.Count(place => place.Dma.Lazy);

    private int FirstFlush => UserTasks + Devices.Count + (2 * Attachments.Count);

    /// <summary>The slot of the timer of a lazy DMA device's flush queue.</summary>
    public TaskId FlushTimer(DmaDeviceId device) => new(FirstFlush + DmaDevices.Take(device.Index).Count(place => place.Dma.Lazy));

    /// <summary>The slot of a device's runtime-PM work.</summary>
    public TaskId PmWorker(DeviceId device) => new(UserTasks + device.Index);

    /// <summary>The slot of an importer's work queue item.</summary>
    public TaskId ImporterWorker(AttachmentId attachment) => new(UserTasks + Devices.Count + attachment.Index);

    /// <summary>The slot of the DMA engine that uses an attachment's mapping.</summary>
    public TaskId DmaEngine(AttachmentId attachment) => new(UserTasks + Devices.Count + Attachments.Count + attachment.Index);

    /// <summary>The name a reader knows a task by.</summary>
    public string NameOf(TaskId task)
    {
        var index = task.Index;
        if (index < UserTasks)
            return $"P{index}";
        index -= UserTasks;
        if (index < Devices.Count)
            return $"v{index}.pm";
        index -= Devices.Count;
        if (index >= 2 * Attachments.Count)
            return $"{LazyDevice(index - (2 * Attachments.Count))}.flush";
        return index < Attachments.Count ? $"a{index}.work" : $"a{index - Attachments.Count}.dma";
    }

    private DmaDeviceId LazyDevice(int number) =>
        new(Enumerable.Range(0, DmaDevices.Count).Where(index => DmaDevices[index].Dma.Lazy).ElementAt(number));

    /// <summary>All machines, in the order of their slots.</summary>
    public IEnumerable<MachineRef> Machines()
    {
        var all = new (MachineKind Kind, int Count)[]
        {
            (MachineKind.Device, Devices.Count), (MachineKind.DeviceFile, Files.Count), (MachineKind.DmaBuf, Buffers.Count),
            (MachineKind.Attachment, Attachments.Count), (MachineKind.MemoryLock, Devices.Count), (MachineKind.DmaResv, Buffers.Count),
            (MachineKind.DevSetLock, DevSets), (MachineKind.Igate, Devices.Count), (MachineKind.PciDeviceLock, Devices.Count),
            (MachineKind.MmapLock, 1), (MachineKind.DmaBufLock, Devices.Count),
        };
        return all.SelectMany(entry => Enumerable.Range(0, entry.Count).Select(index => new MachineRef(entry.Kind, index)))
            .Concat(OfImporters(MachineKind.PagesMutex, kind => kind == ImporterKind.Iommufd))
            .Concat(OfImporters(MachineKind.VmResv, ImporterKinds.IsDrm))
            .Concat(Attachments.Any(place => ImporterKinds.IsDrm(place.Kind)) ? [new MachineRef(MachineKind.WwClass, 0)] : [])
            .Concat(HasEpoll ? [new MachineRef(MachineKind.EpMutex, 0)] : [])
            .Concat(Enumerable.Range(0, DmaDevices.Count).Select(index => new MachineRef(MachineKind.DmaDevice, index)));
    }

    private IEnumerable<MachineRef> OfImporters(MachineKind machine, Func<ImporterKind, bool> has) =>
        Enumerable.Range(0, Attachments.Count).Where(index => has(Attachments[index].Kind)).Select(index => new MachineRef(machine, index));

    /// <summary>The devices of a device set, in list order.</summary>
    public IReadOnlyList<DeviceId> DevicesOf(int devSet) => index.Of(this).DevicesOf[devSet];

    /// <summary>The buffers exported from a device.</summary>
    public IReadOnlyList<DmaBufId> BuffersOf(DeviceId device) => index.Of(this).BuffersOf[device.Index];

    /// <summary>The attachments to a buffer.</summary>
    public IReadOnlyList<AttachmentId> AttachmentsOf(DmaBufId buffer) => index.Of(this).AttachmentsOf[buffer.Index];

    /// <summary>How an importer reaches the device its buffer is exported from, by the topology; null when the scenario names the mode instead.</summary>
    public MapTypeAndDist? RouteOf(AttachmentId attachment) => index.Of(this).Routes[attachment.Index];

    /// <summary>What pci_p2pdma_map_type() would answer to an importer: at the beginning, and once the port above its device redirects.</summary>
    public (MapType Direct, MapType Redirected) MapTypesOf(AttachmentId attachment) => index.Of(this).MapTypes[attachment.Index];

    private readonly Index index = new();

    // What belongs to what, computed once. Says nothing new, so it takes no part in equality.
    private sealed class Index : IEquatable<Index>
    {
        private Lookup? lookup;

        // A copy made by "with" shares this object until it asks for itself.
        public Lookup Of(Topology topology) => lookup is { } known && ReferenceEquals(known.Topology, topology) ? known : lookup = new Lookup(topology);

        public bool Equals(Index? other) => true;

        public override bool Equals(object? obj) => obj is Index;

        public override int GetHashCode() => 0;
    }

    private sealed class Lookup
    {
        public Lookup(Topology topology)
        {
            Topology = topology;
            DevicesOf = Grouped(topology.Devices.Select(device => device.DevSet), topology.DevSets, member => new DeviceId(member));
            BuffersOf = Grouped(topology.Buffers.Select(device => device.Index), topology.Devices.Count, member => new DmaBufId(member));
            Routes = [.. topology.Attachments.Select(place => Route(topology, topology.Pci, place))];
            MapTypes = [.. topology.Attachments.Select((place, number) => Types(topology, place, Routes[number]))];
            AttachmentsOf = Grouped(topology.Attachments.Select(place => place.Buffer.Index), topology.Buffers.Count, member => new AttachmentId(member));
        }

        public Topology Topology { get; }

        public DeviceId[][] DevicesOf { get; }

        public DmaBufId[][] BuffersOf { get; }

        public AttachmentId[][] AttachmentsOf { get; }

        public MapTypeAndDist?[] Routes { get; }

        public (MapType Direct, MapType Redirected)[] MapTypes { get; }

        private static (MapType Direct, MapType Redirected) Types(Topology topology, AttachmentPlace place, MapTypeAndDist? route) =>
            route is not null ? (route.MapType, Route(topology, topology.Pci!.WithRedirectAbove(place.Dev!.Value), place)!.MapType)
            : place.Mode == ImporterMode.Bus ? (MapType.BusAddr, MapType.ThruHostBridge)
            : (MapType.ThruHostBridge, MapType.ThruHostBridge);

        private static MapTypeAndDist? Route(Topology topology, PciTopology? around, AttachmentPlace place) =>
            around is { } pci && place.Dev is { } client && topology.Devices[topology.Buffers[place.Buffer.Index].Index].PciDev is { } provider
                ? P2pdma.MapTypeOf(pci, provider, client)
                : null;

        private static T[][] Grouped<T>(IEnumerable<int> owners, int count, Func<int, T> make)
        {
            var groups = Enumerable.Range(0, count).Select(_ => new List<T>()).ToArray();
            foreach (var (member, owner) in owners.Select((owner, member) => (member, owner)))
                groups[owner].Add(make(member));
            return [.. groups.Select(group => group.ToArray())];
        }
    }
}
