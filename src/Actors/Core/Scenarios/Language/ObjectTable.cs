using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>The kinds of objects a scenario declares.</summary>
internal enum ObjectKind
{
    /// <summary>v0, v1, ...</summary>
    Device,

    /// <summary>f0, f1, ...</summary>
    File,

    /// <summary>b0, b1, ...</summary>
    DmaBuf,

    /// <summary>a0, a1, ...</summary>
    Importer,

    /// <summary>d0, d1, ...</summary>
    DmaDevice,
}

/// <summary>The objects declared so far. The first file of each device is there without a declaration and has the device's number.</summary>
internal sealed class ObjectTable
{
    public ObjectTable() => Pci = new PciTable(DmaDevices);

    public List<DevicePlace> Devices { get; } = [];

    public List<DeviceStart> DeviceStarts { get; } = [];

    public List<DeviceId> MoreFiles { get; } = [];

    public List<DeviceId> Buffers { get; } = [];

    public List<BufferStart> BufferStarts { get; } = [];

    public List<DmaDevicePlace> DmaDevices { get; } = [];

    public List<AttachmentPlace> Attachments { get; } = [];

    public List<AttachmentStart> AttachmentStarts { get; } = [];

    public PciTable Pci { get; }

    public IEnumerable<DeviceId> Files => Enumerable.Range(0, Devices.Count).Select(index => new DeviceId(index)).Concat(MoreFiles);

    public Topology Topology(int userTasks) =>
        new(
            Sequence<DevicePlace>.From(Devices),
            Sequence<DeviceId>.From(Files),
            Sequence<DeviceId>.From(Buffers),
            Sequence<AttachmentPlace>.From(Attachments),
            userTasks) { Pci = Pci.Topology, DmaDevices = Sequence<DmaDevicePlace>.From(DmaDevices) };

    public int CountOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Device => Devices.Count,
        ObjectKind.File => Devices.Count + MoreFiles.Count,
        ObjectKind.DmaBuf => Buffers.Count,
        ObjectKind.Importer => Attachments.Count,
        ObjectKind.DmaDevice => DmaDevices.Count,
    };

    /// <summary>The kind and number a name stands for, or null when it is not the name of a declared object.</summary>
    public (ObjectKind Kind, int Index)? Find(string name)
    {
        foreach (var kind in Enum.GetValues<ObjectKind>())
        {
            for (var index = 0; index < CountOf(kind); index++)
            {
                if (NameOf(kind, index) == name)
                    return (kind, index);
            }
        }

        return null;
    }

    /// <summary>The names of all declared objects of some kinds, for an error message.</summary>
    public string Names(params ObjectKind[] kinds)
    {
        var names = kinds.SelectMany(kind => Enumerable.Range(0, CountOf(kind)).Select(index => NameOf(kind, index))).ToArray();
        return names.Length == 0 ? "none is declared" : TokenReader.Listed(names);
    }

    public static string NameOf(ObjectKind kind, int index) => $"{LetterOf(kind)}{index}";

    /// <summary>The kind as an error message says it.</summary>
    public static string KindPhrase(ObjectKind kind) => kind == ObjectKind.Importer ? "an importer" : $"a {KindName(kind)}";

    /// <summary>The kind's keyword.</summary>
    public static string KindName(ObjectKind kind) => kind switch
    {
        ObjectKind.Device => "device",
        ObjectKind.File => "file",
        ObjectKind.DmaBuf => "dma_buf",
        ObjectKind.Importer => "importer",
        ObjectKind.DmaDevice => "dma_device",
    };

    private static char LetterOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Device => 'v',
        ObjectKind.File => 'f',
        ObjectKind.DmaBuf => 'b',
        ObjectKind.Importer => 'a',
        ObjectKind.DmaDevice => 'd',
    };
}
