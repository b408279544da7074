namespace Actors.Core.Vocabulary;

/// <summary>A VFIO PCI device (<c>struct vfio_pci_core_device</c>), numbered within its scenario from 0.</summary>
public readonly record struct DeviceId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"v{Index}";
}

/// <summary>An open file of a device (<c>struct file</c> of a VFIO device fd), numbered within its scenario from 0.</summary>
public readonly record struct DeviceFileId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"f{Index}";
}

/// <summary>An exported buffer (<c>struct vfio_pci_dma_buf</c> and its <c>struct dma_buf</c>), numbered within its scenario from 0.</summary>
public readonly record struct DmaBufId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"b{Index}";
}

/// <summary>An importer's attachment (<c>struct dma_buf_attachment</c>), numbered within its scenario from 0.</summary>
public readonly record struct AttachmentId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"a{Index}";
}

/// <summary>An importer's device as the DMA API sees it (<c>attach->dev</c>), numbered within its scenario from 0.</summary>
public readonly record struct DmaDeviceId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"d{Index}";
}

/// <summary>A kernel task (user thread, worker or DMA engine), numbered within its scenario from 0.</summary>
public readonly record struct TaskId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"T{Index}";
}

/// <summary>The kind of a machine: what a step can send a message to.</summary>
public enum MachineKind
{
    /// <summary>A VFIO PCI device.</summary>
    Device,

    /// <summary>An open file of a device.</summary>
    DeviceFile,

    /// <summary>A buffer: the exporter's part, the dma-buf and its struct file.</summary>
    DmaBuf,

    /// <summary>An attachment and the importer's state behind it.</summary>
    Attachment,

    /// <summary><c>vdev->memory_lock</c>, an rw_semaphore; index = device.</summary>
    MemoryLock,

    /// <summary><c>dmabuf->resv</c>, a ww_mutex taken without context; index = buffer.</summary>
    DmaResv,

    /// <summary><c>dev_set->lock</c>, a mutex; index = device set.</summary>
    DevSetLock,

    /// <summary><c>vdev->igate</c>, a mutex; index = device.</summary>
    Igate,

    /// <summary>The PCI core's device lock (<c>device_lock</c>); index = device.</summary>
    PciDeviceLock,

    /// <summary><c>mm->mmap_lock</c> of the process whose threads the user tasks are; index 0.</summary>
    MmapLock,

    /// <summary><c>vdev->dmabuf_lock</c> of the unmerged mmap series, an rw_semaphore; index = device.</summary>
    DmaBufLock,

    /// <summary><c>pages->mutex</c> of an iommufd importer; index = attachment.</summary>
    PagesMutex,

    /// <summary>An importer's device: its page tables, IOVA space, IOTLB and scatterlists; index = DMA device.</summary>
    DmaDevice,

    /// <summary><c>vm->root.bo->tbo.base.resv</c>: the reservation lock of a DRM importer's VM, a ww_mutex; index = attachment.</summary>
    VmResv,

    /// <summary><c>reservation_ww_class</c>: stamps transactions; index 0. No lock.</summary>
    WwClass,

    /// <summary><c>ep->mtx</c> of the epoll instance of the process whose threads the user tasks are; index 0.</summary>
    EpMutex,
}

/// <summary>One machine of a world, by kind and index.</summary>
public readonly record struct MachineRef(MachineKind Kind, int Index)
{
    /// <summary>Whether the machine is a lock.</summary>
    public bool IsLock => Kind is >= MachineKind.MemoryLock and not (MachineKind.DmaDevice or MachineKind.WwClass);

    /// <summary>The machine of a device.</summary>
    public static MachineRef Of(DeviceId id) => new(MachineKind.Device, id.Index);

    /// <summary>The machine of a device file.</summary>
    public static MachineRef Of(DeviceFileId id) => new(MachineKind.DeviceFile, id.Index);

    /// <summary>The machine of a buffer.</summary>
    public static MachineRef Of(DmaBufId id) => new(MachineKind.DmaBuf, id.Index);

    /// <summary>The machine of an attachment.</summary>
    public static MachineRef Of(AttachmentId id) => new(MachineKind.Attachment, id.Index);

    /// <summary>The machine of an importer's device.</summary>
    public static MachineRef Of(DmaDeviceId id) => new(MachineKind.DmaDevice, id.Index);

    /// <summary>The device's memory_lock.</summary>
    public static MachineRef MemoryLock(DeviceId id) => new(MachineKind.MemoryLock, id.Index);

    /// <summary>The buffer's reservation lock.</summary>
    public static MachineRef DmaResv(DmaBufId id) => new(MachineKind.DmaResv, id.Index);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        MachineKind.Device => $"v{Index}",
        MachineKind.DeviceFile => $"f{Index}",
        MachineKind.DmaBuf => $"b{Index}",
        MachineKind.Attachment => $"a{Index}",
        MachineKind.MemoryLock => $"v{Index}.memory_lock",
        MachineKind.DmaResv => $"b{Index}.resv",
        MachineKind.DevSetLock => $"dev_set{Index}.lock",
        MachineKind.Igate => $"v{Index}.igate",
        MachineKind.PciDeviceLock => $"v{Index}.device_lock",
        MachineKind.MmapLock => "mmap_lock",
        MachineKind.DmaBufLock => $"v{Index}.dmabuf_lock",
        MachineKind.PagesMutex => $"a{Index}.pages_mutex",
        MachineKind.DmaDevice => $"d{Index}",
        MachineKind.VmResv => $"a{Index}.vm_resv",
        MachineKind.WwClass => "ww_class",
        MachineKind.EpMutex => "ep.mtx",
    };
}
