using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>A slice of a BAR: <c>struct vfio_region_dma_range</c>. Both in bytes.</summary>
public readonly record struct DmaRange(ulong Offset, ulong Length);

/// <summary>How much of the memory behind the ioctl argument can be read.</summary>
public enum UserMemory
{
    /// <summary>All of it.</summary>
    Readable,

    /// <summary>Not even the 8-byte header.</summary>
    HeaderUnreadable,

    /// <summary>The header, but not the fixed struct behind it.</summary>
    FixedPartUnreadable,

    /// <summary>All but the range array, or a part of it.</summary>
    RangesUnreadable,
}

/// <summary>The eventfd of VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP.</summary>
public enum WakeupArgument
{
    /// <summary>Low power entry without wakeup: no argument.</summary>
    None,

    /// <summary>An eventfd.</summary>
    Eventfd,

    /// <summary>Memory that cannot be read.</summary>
    Unreadable,

    /// <summary>A negative fd.</summary>
    Negative,

    /// <summary>The fd of something else.</summary>
    OtherFile,

    /// <summary>An fd that is not open.</summary>
    ClosedFd,
}

/// <summary>The arguments of VFIO_DEVICE_FEATURE with VFIO_DEVICE_FEATURE_DMA_BUF.</summary>
public sealed record ExportArguments
{
    /// <summary>VFIO_DEVICE_FEATURE_GET.</summary>
    public const uint Get = 1 << 16;

    /// <summary>VFIO_DEVICE_FEATURE_SET.</summary>
    public const uint Set = 1 << 17;

    /// <summary>VFIO_DEVICE_FEATURE_PROBE.</summary>
    public const uint Probe = 1 << 18;

    /// <summary>VFIO_DEVICE_FEATURE_DMA_BUF.</summary>
    public const uint DmaBufFeature = 11;

    /// <summary>A plain request: one page of BAR 0.</summary>
    public static readonly ExportArguments OnePage = new();

    /// <summary>Size of the argument in bytes, as the caller states it.</summary>
    public uint Argsz { get; init; } = 40;

    /// <summary>Feature number and operation bits.</summary>
    public uint Flags { get; init; } = Get | DmaBufFeature;

    /// <summary>VFIO region index: 0 to 5 are BARs.</summary>
    public uint RegionIndex { get; init; }

    /// <summary>O_CLOEXEC, O_NONBLOCK, access mode.</summary>
    public uint OpenFlags { get; init; } = 0x80002;

    /// <summary>The payload's own flags; must be 0.</summary>
    public uint DmaBufFlags { get; init; }

    /// <summary>nr_ranges. More than <see cref="Ranges"/> holds: the last range is given again for the rest.</summary>
    public uint NrRanges { get; init; } = 1;

    /// <summary>The ranges.</summary>
    public Sequence<DmaRange> Ranges { get; init; } = Sequence<DmaRange>.Of(new DmaRange(0, 4096));

    /// <summary>What a copy from user space meets.</summary>
    public UserMemory Memory { get; init; }

    /// <summary>The i-th range.</summary>
    public DmaRange RangeAt(long index) => Ranges[(int)Math.Min(index, Ranges.Count - 1)];
}

/// <summary>What somebody asks of the kernel. A request is a message; it starts a task's next call path and is journaled.</summary>
public abstract record Request
{
    private Request()
    {
    }

    // The device file.

    /// <summary>Opens the device and gives the file access to it. Kernel: cdev open and VFIO_DEVICE_BIND_IOMMUFD, or VFIO_GROUP_GET_DEVICE_FD.</summary>
    public sealed record OpenDevice(DeviceFileId File) : Request;

    /// <summary>Opens the device's cdev: the file has no access yet.</summary>
    public sealed record OpenCdev(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_BIND_IOMMUFD of an open cdev.</summary>
    public sealed record BindIommufd(DeviceFileId File) : Request;

    /// <summary>close(2) of the device fd.</summary>
    public sealed record CloseDevice(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_RESET.</summary>
    public sealed record Reset(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_PCI_HOT_RESET.</summary>
    /// <param name="File">The device file.</param>
    /// <param name="Foreign">Devices that the caller does not prove to own, by groups or by its iommufd context.</param>
    public sealed record HotReset(DeviceFileId File, Sequence<DeviceId> Foreign) : Request;

    /// <summary>VFIO_DEVICE_SET_IRQS: MSI or MSI-X is enabled.</summary>
    public sealed record SetIrqs(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_GET_REGION_INFO of the expansion ROM.</summary>
    public sealed record GetRomInfo(DeviceFileId File) : Request;

    /// <summary>Write of PCI_COMMAND with the memory bit set or clear.</summary>
    /// <param name="File">The device file.</param>
    /// <param name="Memory">The memory bit.</param>
    /// <param name="TogglesIntx">The write also changes the INTx disable bit.</param>
    public sealed record WriteCommand(DeviceFileId File, bool Memory, bool TogglesIntx = false) : Request;

    /// <summary>Write of PCI_PM_CTRL.</summary>
    public sealed record SetPowerState(DeviceFileId File, PowerState State) : Request;

    /// <summary>Write of the FLR bit in PCI_EXP_DEVCTL, or of AF control.</summary>
    public sealed record FunctionLevelReset(DeviceFileId File, bool AdvancedFeatures) : Request;

    /// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, or _WITH_WAKEUP when there is an argument.</summary>
    public sealed record EnterLowPower(DeviceFileId File, WakeupArgument Wakeup) : Request;

    /// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_EXIT.</summary>
    public sealed record ExitLowPower(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_FEATURE with GET and DMA_BUF: the buffer slot takes the new export.</summary>
    public sealed record ExportDmaBuf(DeviceFileId File, DmaBufId Buffer, ExportArguments Arguments) : Request;

    /// <summary>A read of configuration space.</summary>
    public sealed record ReadConfig(DeviceFileId File) : Request;

    /// <summary>An ioctl that only reads: VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, a PROBE.</summary>
    public sealed record GetInfo(DeviceFileId File) : Request;

    /// <summary>pread() of a memory BAR.</summary>
    public sealed record ReadBar(DeviceFileId File) : Request;

    /// <summary>A CPU access to an mmap of a memory BAR: the page fault.</summary>
    public sealed record FaultBar(DeviceFileId File) : Request;

    /// <summary>mmap() of a memory BAR.</summary>
    public sealed record MmapBar(DeviceFileId File) : Request;

    /// <summary>A signal of an eventfd that is an ioeventfd of a memory BAR. Kernel: vfio_pci_ioeventfd_handler().</summary>
    public sealed record SignalIoeventfd(DeviceFileId File) : Request;

    /// <summary>The live update orchestrator freezes a preserved device file before kexec. Kernel: liveupdate_file_ops.freeze.</summary>
    public sealed record Freeze(DeviceFileId File) : Request;

    /// <summary>VFIO_DEVICE_FEATURE with SET and DMA_BUF_TPH: a steering tag and a processing hint for a buffer.</summary>
    public sealed record SetTph(DeviceFileId File, DmaBufId Buffer) : Request;

    // The dma-buf file.

    /// <summary>close(2) of a dma-buf fd.</summary>
    public sealed record CloseDmaBuf(DmaBufId Buffer) : Request;

    /// <summary>dup() of a dma-buf fd.</summary>
    public sealed record DupDmaBuf(DmaBufId Buffer) : Request;

    /// <summary>open("/proc/self/fd/N", O_PATH) of a dma-buf fd.</summary>
    public sealed record OpenPath(DmaBufId Buffer) : Request;

    /// <summary>close(2) of the O_PATH descriptor.</summary>
    public sealed record ClosePath(DmaBufId Buffer) : Request;

    /// <summary>mmap() of a dma-buf fd.</summary>
    public sealed record MmapDmaBuf(DmaBufId Buffer) : Request;

    /// <summary>A CPU access to an mmap of a dma-buf: the page fault.</summary>
    public sealed record FaultDmaBuf(DmaBufId Buffer) : Request;

    /// <summary>VFIO_DEVICE_FEATURE with SET and DMA_BUF_REVOKE: revokes a buffer for ever (unmerged mmap series).</summary>
    public sealed record RevokeForEver(DeviceFileId File, DmaBufId Buffer) : Request;

    /// <summary>A file operation on a dma-buf fd.</summary>
    public sealed record OperateFile(DmaBufId Buffer, DmaBufFileOperation Operation) : Request;

    /// <summary>EPOLL_CTL_ADD of a dma-buf fd for EPOLLIN and EPOLLOUT, level-triggered: the process's epoll instance watches its file.</summary>
    public sealed record EpollAdd(DmaBufId Buffer) : Request;

    /// <summary>epoll_wait() without a timeout, as far as one file is concerned: it is polled when its item is ready. Answers how many events there are.</summary>
    public sealed record EpollWait(DmaBufId Buffer) : Request;

    // The importer.

    /// <summary>dma_buf_get() and dma_buf_dynamic_attach() (or dma_buf_attach()).</summary>
    public sealed record Attach(AttachmentId Attachment) : Request;

    /// <summary>Unmaps if need be, dma_buf_detach(), dma_buf_put().</summary>
    public sealed record Detach(AttachmentId Attachment) : Request;

    /// <summary>dma_buf_pin() under dma_resv.</summary>
    public sealed record Pin(AttachmentId Attachment) : Request;

    /// <summary>dma_buf_unpin() under dma_resv.</summary>
    public sealed record Unpin(AttachmentId Attachment) : Request;

    /// <summary>dma_buf_map_attachment() under dma_resv.</summary>
    public sealed record Map(AttachmentId Attachment) : Request;

    /// <summary>dma_buf_unmap_attachment() under dma_resv.</summary>
    public sealed record Unmap(AttachmentId Attachment) : Request;

    /// <summary>The importer lets its DMA engine access the mapping once.</summary>
    public sealed record StartDma(AttachmentId Attachment) : Request;

    /// <summary>An administrator sets ACS P2P Request Redirect in the port above an importer's device.</summary>
    public sealed record SetAcsRedirect(DmaDeviceId Device) : Request;

    /// <summary>The peer accesses the address that it was given last, whatever has become of the mapping: a device that breaks its promise.</summary>
    public sealed record UseKeptAddress(AttachmentId Attachment) : Request;

    /// <summary>IOMMU_IOAS_COPY: iommufd maps the pages of its area at a further IOVA. An importer of another kind has no area: -ENOENT.</summary>
    public sealed record CopyArea(AttachmentId Attachment) : Request;

    /// <summary>A device is attached to the IOAS of an iommufd importer, whose areas are put into its domain.</summary>
    public sealed record AddDomain(AttachmentId Attachment) : Request;

    /// <summary>An in-kernel access pins a page of the area of an iommufd importer. Kernel: iommufd_access_pin_pages().</summary>
    public sealed record PinAccess(AttachmentId Attachment) : Request;

    /// <summary>A DRM importer submits one job over two buffers: it locks the reservations of both in one transaction. An importer of another kind uses the first one only.</summary>
    public sealed record Submit(AttachmentId First, AttachmentId Second) : Request;

    /// <summary>The importer asks for the buffer's steering tag and processing hint. Kernel: dma_buf_ops.get_tph.</summary>
    public sealed record GetTph(AttachmentId Attachment) : Request;

    // The administrator.

    /// <summary>Write to the driver's unbind attribute.</summary>
    public sealed record Unbind(DeviceId Device) : Request;

    /// <summary>Write to the driver's bind attribute.</summary>
    public sealed record Bind(DeviceId Device) : Request;

    /// <summary>Write to the function's sriov_numvfs attribute: VFs on.</summary>
    public sealed record EnableSriov(DeviceId Device) : Request;

    /// <summary>Write of 0 to the function's sriov_numvfs attribute.</summary>
    public sealed record DisableSriov(DeviceId Device) : Request;

    /// <summary>Write to the function's reset attribute.</summary>
    public sealed record SysfsReset(DeviceId Device) : Request;

    // The hardware.

    /// <summary>An error on the link: AER or DPC recovery resets it.</summary>
    public sealed record RecoverFromError(DeviceId Device) : Request;

    /// <summary>A page of the function's memory is poisoned: memory_failure().</summary>
    public sealed record MemoryFailure(DeviceId Device) : Request;

    /// <summary>The function is removed without warning.</summary>
    public sealed record RemoveBySurprise(DeviceId Device) : Request;
}
