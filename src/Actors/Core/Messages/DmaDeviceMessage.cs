using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>A physical range to be mapped. Kernel: struct phys_vec.</summary>
/// <param name="Paddr">CPU physical address.</param>
/// <param name="LenBytes">Length.</param>
public readonly record struct PhysVec(ulong Paddr, ulong LenBytes);

/// <summary>An entry of the scatterlist. There is no page behind it.</summary>
/// <param name="DmaAddress">sg_dma_address().</param>
/// <param name="LenBytes">sg_dma_len().</param>
public readonly record struct SgEntry(ulong DmaAddress, ulong LenBytes);

/// <summary>What map says of the memory when it asks the DMA API.</summary>
public enum MapAttribute
{
    /// <summary>dma_map_resource(): MMIO, and no attribute.</summary>
    Resource,

    /// <summary>DMA_ATTR_SKIP_CPU_SYNC: memory like any other, but for the caches of the CPU.</summary>
    SkipCpuSync,

    /// <summary>DMA_ATTR_MMIO.</summary>
    Mmio,
}

/// <summary>Messages to an importer's device as the DMA API, its IOMMU and the allocator of its scatterlists see it.</summary>
public abstract record DmaDeviceMessage : Message
{
    private DmaDeviceMessage()
    {
    }

    /// <summary>Reserves an IOVA window: its first page, or -ENOMEM where the boolean is false. Kernel: dma_iova_try_alloc().</summary>
    public sealed record TryAlloc(AttachmentId Attachment, ulong Bytes) : DmaDeviceMessage;

    /// <summary>Reads whether the mapping's state has a window: its first page, or -ENOMEM. Kernel: dma_use_iova().</summary>
    public sealed record ReadWindow(AttachmentId Attachment) : DmaDeviceMessage, IReadingMessage;

    /// <summary>Allocates a scatterlist of zeroed entries. Kernel: sg_alloc_table().</summary>
    public sealed record AllocTable(AttachmentId Attachment, uint Entries) : DmaDeviceMessage;

    /// <summary>Puts a range into the page tables of the window. Kernel: dma_iova_link().</summary>
    /// <param name="Attachment">Whose mapping.</param>
    /// <param name="Offset">Where in the window.</param>
    /// <param name="Range">What.</param>
    /// <param name="Attribute">As what.</param>
    /// <param name="Overwrites">The IOMMU driver of this kernel replaces an entry that is there; else it answers -EADDRINUSE. A device that is said to do otherwise does.</param>
    /// <param name="Private">The memory is a locked device's, reached by trusted requests only.</param>
    public sealed record Link(AttachmentId Attachment, ulong Offset, PhysVec Range, MapAttribute Attribute, bool Overwrites, bool Private) : DmaDeviceMessage;

    /// <summary>Makes what is linked visible to the hardware. Kernel: dma_iova_sync().</summary>
    public sealed record Sync(AttachmentId Attachment, ulong Bytes) : DmaDeviceMessage;

    /// <summary>Maps one range: its first page as the device sees it, or -ENOMEM for DMA_MAPPING_ERROR. Kernel: dma_map_phys(), dma_map_resource().</summary>
    public sealed record MapPhys(AttachmentId Attachment, PhysVec Range, MapAttribute Attribute, bool Private) : DmaDeviceMessage;

    /// <summary>Fills the next entries of the scatterlist. Kernel: fill_sg_entry().</summary>
    public sealed record Fill(AttachmentId Attachment, Sequence<SgEntry> Entries) : DmaDeviceMessage;

    /// <summary>Reads how many entries the scatterlist has. Kernel: sgt->nents.</summary>
    public sealed record ReadTable(AttachmentId Attachment) : DmaDeviceMessage, IReadingMessage;

    /// <summary>Unlinks the first bytes of the window and gives it back under that length; yes when a flush has to be queued. Kernel: dma_iova_destroy().</summary>
    public sealed record DestroyWindow(AttachmentId Attachment, ulong Bytes) : DmaDeviceMessage;

    /// <summary>Unmaps an entry of the scatterlist as it says now; yes when a flush has to be queued. Kernel: dma_unmap_phys(sg_dma_address(sgl), sg_dma_len(sgl)).</summary>
    public sealed record UnmapEntry(AttachmentId Attachment, int Index) : DmaDeviceMessage;

    /// <summary>Unmaps a number of bytes from where the first entry begins; yes when a flush has to be queued. Kernel: dma_unmap_resource(sg_dma_address(sgt->sgl), size).</summary>
    public sealed record UnmapResource(AttachmentId Attachment, ulong Bytes) : DmaDeviceMessage;

    /// <summary>Frees as many entries of the scatterlist. Kernel: sg_free_table(), which goes by orig_nents.</summary>
    public sealed record FreeTable(AttachmentId Attachment, uint Entries) : DmaDeviceMessage;

    /// <summary>Frees the IOVA state. Kernel: kfree(dma->state).</summary>
    public sealed record FreeState(AttachmentId Attachment) : DmaDeviceMessage;

    /// <summary>The peer issues an access at the address it was given last: yes when it gets through a live mapping.</summary>
    /// <param name="Attachment">Whose peer.</param>
    /// <param name="IsPromised">Its importer holds the mapping for this access; else the peer uses what it has kept.</param>
    public sealed record Access(AttachmentId Attachment, bool IsPromised) : DmaDeviceMessage;

    /// <summary>Unlinks whatever is linked and gives the whole window back; yes when a flush has to be queued. Kernel: dma_iova_unlink(), dma_iova_free().</summary>
    public sealed record FreeWindow(AttachmentId Attachment) : DmaDeviceMessage;

    /// <summary>The provider's cache of map types goes with its record. Kernel: pci_p2pdma_release(): xa_destroy(&amp;p2pdma->map_types).</summary>
    public sealed record ForgetMapType(DeviceId Provider) : DmaDeviceMessage;

    /// <summary>Asks for the way to a provider. The first answer is cached. Kernel: pci_p2pdma_map_type().</summary>
    /// <param name="Provider">The exporter's device.</param>
    /// <param name="Direct">What the topology says as it is at the beginning.</param>
    /// <param name="Redirected">What it says once the port above the device redirects.</param>
    /// <param name="IsKept">The answer is cached.</param>
    public sealed record ReadMapType(DeviceId Provider, MapType Direct, MapType Redirected, bool IsKept = true) : DmaDeviceMessage;

    /// <summary>An administrator sets P2P Request Redirect in the port above the device. Kernel: none; setpci, or a hot-plugged switch.</summary>
    public sealed record SetRedirect : DmaDeviceMessage;

    /// <summary>The flush queue empties: the IOTLB is invalidated, then IOVA goes back. Kernel: fq_flush_timeout().</summary>
    public sealed record Flush : DmaDeviceMessage;
}
