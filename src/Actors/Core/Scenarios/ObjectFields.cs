using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>A field of an object that a condition can read in a final state.</summary>
/// <param name="Letter">The letter of the object's name: v, f, b or a.</param>
/// <param name="Machine">The kind of machine that has it; a lock is a field of the object it belongs to.</param>
/// <param name="Name">Its name, in the kernel's words.</param>
/// <param name="Read">Its value; a truth value is 0 or 1.</param>
/// <param name="Says">What it is.</param>
public sealed record ObjectField(char Letter, MachineKind Machine, string Name, Func<MachineState, int> Read, string Says)
{
    /// <summary>Words for its values, or null when they are plain numbers.</summary>
    public IReadOnlyDictionary<string, int>? Words { get; init; }

    /// <summary>A value as it is written.</summary>
    public string Text(int value) => Words?.FirstOrDefault(word => word.Value == value).Key ?? $"{value}";
}

/// <summary>The fields of objects that conditions can read: one row each.</summary>
public static class ObjectFields
{
    /// <summary>All fields, in the order of the manual.</summary>
    public static readonly Sequence<ObjectField> All = Sequence<ObjectField>.From([.. OfDevices(), .. OfFiles(), .. OfBuffers(), .. OfImporters()]);

    /// <summary>The fields of objects of a letter.</summary>
    public static IEnumerable<ObjectField> Of(char letter) => All.Where(field => field.Letter == letter);

    /// <summary>The field of a machine, or null.</summary>
    public static ObjectField? Find(MachineKind machine, string name) => All.FirstOrDefault(field => field.Machine == machine && field.Name == name);

    /// <summary>The value at a location as it is written in a final state.</summary>
    public static string Text(Location place, int value) => place is Location.Field field ? Find(field.Machine.Kind, field.Name)!.Text(value) : $"{value}";

    private static ObjectField[] OfDevices() =>
    [
        Device("bound", device => Bit(device.Findable), "the driver is bound and the device registered"),
        Device("open_count", device => device.OpenCount, "vfio_device.open_count"),
        Device("memory", device => Bit(device.Vconfig is { Memory: true }), "the virtual COMMAND.mem; 0 while the device is closed"),
        Device("power", device => (int)device.PowerState, "pdev->current_state: D0 to D3cold") with { Words = Enum.GetValues<PowerState>().ToDictionary(state => $"{state}", state => (int)state, StringComparer.Ordinal) },
        Device("decode", device => Bit(device.DecodeOn), "the function decodes its memory BARs"),
        Device("accessible", device => Bit(device.Inaccessible is null), "a peer's access would reach the function as vfio's own"),
        Device("regions", device => Bit(device.RegionsOwned), "vfio has requested the BAR regions"),
        Device("in_reset", device => Bit(device.InReset), "the function is in reset"),
        Device("registrations", device => device.RegistrationHolders.Count, "the registration refcount"),
        Device("usage", device => device.UsageHolders.Count, "the runtime-PM usage count"),
        Device("low_power", device => Bit(device.PmEngaged), "vdev->pm_runtime_engaged"),
        Device("dmabufs", device => device.DmaBufs.Count, "buffers on vdev->dmabufs"),
        Device("user_ptes", device => Bit(device.UserPtes), "user PTEs into the BARs exist"),
        Lock('v', MachineKind.MemoryLock, "memory_lock"),
        Lock('v', MachineKind.Igate, "igate"),
        Lock('v', MachineKind.PciDeviceLock, "device_lock"),
    ];

    private static ObjectField[] OfFiles() =>
    [
        new('f', MachineKind.DeviceFile, "open", state => Bit(((DeviceFile)state).FdOpen), "the fd table has an entry"),
        new('f', MachineKind.DeviceFile, "file_count", state => ((DeviceFile)state).Holders.Count, "f_count"),
    ];

    private static ObjectField[] OfBuffers() =>
    [
        Buffer("exported", buffer => Bit(buffer.Phase == DmaBufPhase.Exported), "dma-buf and priv exist"),
        Buffer("freed", buffer => Bit(buffer.Phase == DmaBufPhase.Freed), "everything is freed"),
        Buffer("revoked", buffer => Bit(buffer.Revoked), "priv->revoked"),
        Buffer("dead", buffer => Bit(buffer.Dead), "revoked for ever"),
        Buffer("vdev", buffer => Bit(buffer.Vdev is not null), "priv->vdev is not NULL"),
        Buffer("kref", buffer => buffer.Kref, "priv->kref; 0 where mappings are not counted"),
        Buffer("completed", buffer => Bit(buffer.Completed), "priv->comp is done"),
        Buffer("file_count", buffer => buffer.FileHolders.Count, "f_count"),
        Buffer("fd_count", buffer => buffer.FdCount, "open fds"),
        Buffer("path_count", buffer => buffer.PathCount, "open O_PATH descriptors"),
        Buffer("attachments", buffer => buffer.Attachments.Count, "attachments on dmabuf->attachments"),
        Buffer("fences", buffer => buffer.Fences.Count, "unsignalled fences of dmabuf->resv"),
        Buffer("user_ptes", buffer => Bit(buffer.UserPtes), "user PTEs of mappings of the buffer exist"),
        Lock('b', MachineKind.DmaResv, "resv"),
    ];

    private static ObjectField[] OfImporters() =>
    [
        Importer("attached", importer => Bit(importer.IsAttached), "it holds a successful attach"),
        Importer("mapped", importer => Bit(importer.Mapped), "a mapping the exporter produced is alive"),
        Importer("pinned", importer => Bit(importer.Pinned), "it has pinned the buffer"),
        Importer("dma", importer => Bit(importer.DmaInFlight), "DMA through its mapping is in flight"),
        Importer("work", importer => Bit(importer.WorkPending || importer.WorkRunning), "its work item is queued or runs"),
    ];

    private static ObjectField Device(string name, Func<Device, int> read, string says) => new('v', MachineKind.Device, name, state => read((Device)state), says);

    private static ObjectField Buffer(string name, Func<DmaBuf, int> read, string says) => new('b', MachineKind.DmaBuf, name, state => read((DmaBuf)state), says);

    private static ObjectField Importer(string name, Func<Attachment, int> read, string says) => new('a', MachineKind.Attachment, name, state => read((Attachment)state), says);

    private static ObjectField Lock(char letter, MachineKind machine, string name) => new(letter, machine, name, state => Bit(!((Lock)state).IsFree), "the lock is held");

    private static int Bit(bool value) => value ? 1 : 0;
}
