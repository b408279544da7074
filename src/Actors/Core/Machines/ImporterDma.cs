using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>How the DMA API reaches memory for a device.</summary>
public enum DmaDomain
{
    /// <summary>dma-direct: no IOMMU, or one in an identity (pass-through) domain.</summary>
    Identity,

    /// <summary>dma-iommu: a translating domain.</summary>
    Translated,

    /// <summary>dma_map_ops of the architecture, such as POWER's TCEs.</summary>
    Ops,
}

/// <summary>What an IOMMU driver does when a page is mapped already.</summary>
public enum Remapping
{
    /// <summary>As the driver did when the revision was written.</summary>
    AsRevision,

    /// <summary>It answers -EADDRINUSE, as recorded for VT-d.</summary>
    Refuses,

    /// <summary>The new entry replaces the old one.</summary>
    Overwrites,
}

/// <summary>What is fixed about an importer's device as the DMA API sees it. Kernel: attach->dev.</summary>
public sealed record ImporterDma
{
    /// <summary>A device without an IOMMU in between, and no limit of any kind.</summary>
    public static readonly ImporterDma Direct = new();

    /// <summary>A device in a translating domain.</summary>
    public static readonly ImporterDma Iommu = new() { Domain = DmaDomain.Translated };

    /// <summary>Who maps.</summary>
    public DmaDomain Domain { get; init; }

    /// <summary>dev->dma_mask: the highest address the device can issue; 0 = none set.</summary>
    public ulong Mask { get; init; } = ulong.MaxValue;

    /// <summary>dev->bus_dma_limit: the highest address its bus can carry; 0 = no limit.</summary>
    public ulong BusLimit { get; init; }

    /// <summary>swiotlb=force, or a confidential guest: every mapping of memory goes through a bounce buffer.</summary>
    public bool SwiotlbForced { get; init; }

    /// <summary>The device is behind an external port: what is not aligned to the IOMMU's pages must be bounced.</summary>
    public bool Untrusted { get; init; }

    /// <summary>dev_is_dma_coherent().</summary>
    public bool Coherent { get; init; } = true;

    /// <summary>Of <see cref="DmaDomain.Ops"/>: there is a map_phys op, or the map_resource op before it.</summary>
    public bool MapsMmio { get; init; } = true;

    /// <summary>The IOMMU's smallest page, in bytes. Kernel: iovad->granule.</summary>
    public ulong GranuleBytes { get; init; } = 4096;

    /// <summary>The longest segment it takes. Kernel: dma_get_max_seg_size().</summary>
    public ulong SegmentBytes { get; init; } = AttachmentPlace.SegmentBytesMax;

    /// <summary>What the IOMMU driver does when a page is mapped already.</summary>
    public Remapping Remapping { get; init; }

    /// <summary>Of <see cref="DmaDomain.Translated"/>: an unmap leaves the IOTLB to a flush queue (iommu.strict=0).</summary>
    public bool Lazy { get; init; }

    /// <summary>The device issues trusted requests (TDISP, T=1), and can reach private MMIO.</summary>
    public bool Trusted { get; init; }

    /// <summary>The highest address a transfer may touch.</summary>
    public ulong AddressMax => BusLimit == 0 ? Mask : Math.Min(Mask, BusLimit);
}
