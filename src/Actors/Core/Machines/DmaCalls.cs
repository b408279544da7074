using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>What the IOMMU's page tables say of a mapping's memory.</summary>
public enum IommuProtection
{
    /// <summary>The mapping has no page table entries.</summary>
    None,

    /// <summary>IOMMU_MMIO.</summary>
    Mmio,

    /// <summary>IOMMU_CACHE: memory that snoops.</summary>
    Cache,

    /// <summary>Neither: memory of a device that does not snoop.</summary>
    Uncached,
}

/// <summary>The DMA API of one device during one mapping (dma-mapping c). Kernel: dma-iommu.c, direct.h, mapping.c.</summary>
/// <param name="device">The device.</param>
/// <param name="taken">The IOVA space before; null when nothing is in use.</param>
/// <param name="attribute">What the caller says of the memory.</param>
public sealed class DmaCalls(ImporterDma device, IovaSpace? taken, MapAttribute attribute)
{
    // DMA_IOVA_USE_SWIOTLB.
    private const ulong SwiotlbBit = 1UL << 63;

    private readonly IovaAllocator space = (taken ?? IovaSpace.Empty).Allocator();

    /// <summary>The device.</summary>
    public ImporterDma Device => device;

    /// <summary>The IOVA space as it is now.</summary>
    public IovaSpace Space => space.Space;

    /// <summary>An address that was given is of a bounce buffer.</summary>
    public bool HasBounced { get; private set; }

    /// <summary>What the page tables say of what is mapped.</summary>
    public IommuProtection Protection => device.Domain != DmaDomain.Translated ? IommuProtection.None
        : attribute != MapAttribute.SkipCpuSync ? IommuProtection.Mmio
        : device.Coherent ? IommuProtection.Cache
        : IommuProtection.Uncached;

    private bool IsMmio => attribute != MapAttribute.SkipCpuSync;

    /// <summary>dma_iova_try_alloc(): null when the device has no translating domain, the size is impossible or the space is used up.</summary>
    public IovaRange? TryAlloc(ulong bytes, List<string> warnings)
    {
        if (device.Domain != DmaDomain.Translated)
            return null;
        if (bytes == 0 || (bytes & SwiotlbBit) != 0)
        {
            warnings.Add(bytes == 0 ? "WARN_ON_ONCE(!size)" : "WARN_ON_ONCE(size & DMA_IOVA_USE_SWIOTLB)");
            return null;
        }

        return space.Allocate(bytes, Math.Min(device.AddressMax, IovaSpace.ApertureMax), device.GranuleBytes);
    }

    /// <summary>dma_iova_link().</summary>
    public Errno Link(IovaRange window, PhysVec range, ulong offset, bool isMapped, bool refusesRemap)
    {
        var isUnaligned = (range.Paddr | range.LenBytes) % device.GranuleBytes != 0;
        if (range.Paddr % device.GranuleBytes != 0 && offset > 0)
            return Errno.EIO;
        if (isUnaligned && device.Untrusted && IsMmio)
            return Errno.EPERM;
        if (offset + range.LenBytes > window.Bytes || range.LenBytes == 0)
            return Errno.EINVAL;
        return isMapped && refusesRemap ? Errno.EADDRINUSE : Errno.None;
    }

    /// <summary>dma_map_phys() or dma_map_resource(): null is DMA_MAPPING_ERROR.</summary>
    public ulong? MapPhys(PhysVec range, List<string> warnings)
    {
        if (device.Mask == 0)
        {
            warnings.Add("WARN_ON_ONCE(!dev->dma_mask)");
            return null;
        }

        return device.Domain switch
        {
            DmaDomain.Identity => MapDirect(range, warnings),
            DmaDomain.Translated => MapIommu(range),
            DmaDomain.Ops => device.MapsMmio ? range.Paddr : null,
        };
    }

    private ulong? MapDirect(PhysVec range, List<string> warnings)
    {
        var isReachable = range.Paddr + (range.LenBytes - 1) is var last && last >= range.Paddr && last <= device.AddressMax;
        switch (attribute)
        {
            case MapAttribute.SkipCpuSync when device.SwiotlbForced || !isReachable:
                HasBounced = true;
                return range.Paddr;
            case MapAttribute.Mmio when device.SwiotlbForced:
                return null;
            default:
                if (isReachable)
                    return range.Paddr;
                warnings.Add("DMA addr overflow");
                return null;
        }
    }

    private ulong? MapIommu(PhysVec range)
    {
        var pad = range.Paddr % device.GranuleBytes;
        if (device.Untrusted && (range.Paddr | range.LenBytes) % device.GranuleBytes != 0 && IsMmio)
            return null;
        return space.Allocate(range.LenBytes + pad, Math.Min(device.AddressMax, IovaSpace.ApertureMax), device.GranuleBytes)?.Start + pad;
    }
}
