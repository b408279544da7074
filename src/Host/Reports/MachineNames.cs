using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>Kinds of machines and lock effects in the kernel's words.</summary>
public static class MachineNames
{
    /// <summary>The kind of machine.</summary>
    public static string Of(MachineKind kind) => kind switch
    {
        MachineKind.Device => "device",
        MachineKind.DeviceFile => "device file",
        MachineKind.DmaBuf => "dma-buf",
        MachineKind.Attachment => "attachment",
        MachineKind.MemoryLock => "memory_lock",
        MachineKind.DmaResv => "dma_resv",
        MachineKind.DevSetLock => "dev_set->lock",
        MachineKind.Igate => "igate",
        MachineKind.PciDeviceLock => "device_lock",
        MachineKind.MmapLock => "mmap_lock",
        MachineKind.DmaBufLock => "dmabuf_lock",
        MachineKind.PagesMutex => "pages->mutex",
        MachineKind.DmaDevice => "DMA device",
        MachineKind.VmResv => "vm resv",
        MachineKind.WwClass => "reservation_ww_class",
        MachineKind.EpMutex => "ep->mtx",
    };

    /// <summary>The kind of lock with its mode where it has more than one.</summary>
    public static string Of(MachineKind kind, LockMode mode) => kind switch
    {
        MachineKind.MemoryLock or MachineKind.MmapLock or MachineKind.DmaBufLock => $"{Of(kind)}({(mode == LockMode.Write ? "W" : "R")})",
        MachineKind.Device or MachineKind.DeviceFile or MachineKind.DmaBuf or MachineKind.Attachment
            or MachineKind.DmaResv or MachineKind.DevSetLock or MachineKind.Igate or MachineKind.PciDeviceLock or MachineKind.PagesMutex or MachineKind.DmaDevice
            or MachineKind.VmResv or MachineKind.WwClass or MachineKind.EpMutex => Of(kind),
    };
}
