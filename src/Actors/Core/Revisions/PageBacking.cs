using Actors.Core.Machines;
using Actors.Core.Messages;

namespace Actors.Core.Revisions;

/// <summary>
/// The alternative of 2022: a BAR wrapped into ZONE_DEVICE struct pages, so that a scatterlist can name pages (dma-mapping e).
/// Kernel: pci_p2pdma_add_resource(), devm_memremap_pages(). Not modelled: that the pages outlive the export until nobody refers to them.
/// </summary>
public static class PageBacking
{
    /// <summary>What the page map can be extended by: a sub-section of memory hotplug on the common architectures.</summary>
    public const ulong SubsectionBytes = 2UL << 20;

    /// <summary>The size of a struct page.</summary>
    public const ulong PageStructBytes = 64;

    /// <summary>A revision whose exports are backed by struct pages: dma_map_sgtable() maps each entry where it belongs.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="name">What it is called then.</param>
    public static KernelRevision Of(KernelRevision revision, string name) => revision with
    {
        Name = name,
        Backing = Backing.StructPages,
        CpuList = CpuList.Pages,
        SgEntries = SgEntries.PageAligned,
        MappedLength = MappedLength.SizeT,
        MappedLengthStart = 0,
        SecondRange = SecondRange.FollowsTheFirst,
    };

    /// <summary>The memory that the struct pages of some bytes take: 1/64 of them.</summary>
    /// <param name="bytes">The length of a BAR.</param>
    public static ulong CostBytes(ulong bytes) => bytes / ExportValidation.PageBytes * PageStructBytes;

    /// <summary>Whether a range has no struct pages: it does not begin and end with a sub-section.</summary>
    /// <param name="range">A physical range.</param>
    public static bool IsRefused(PhysVec range) => range.Paddr % SubsectionBytes != 0 || range.LenBytes % SubsectionBytes != 0;

    /// <summary>Whether one of the exported ranges has none.</summary>
    /// <param name="traits">The device.</param>
    /// <param name="arguments">What is asked for.</param>
    public static bool IsRefused(DeviceTraits traits, ExportArguments arguments)
    {
        var start = ExportValidation.AddressOf(traits, arguments.RegionIndex);
        return arguments.Ranges.Any(range => IsRefused(new PhysVec(start + range.Offset, range.Length)));
    }

    /// <summary>What it would mean for a BAR, in a sentence.</summary>
    /// <param name="bytes">The length of the BAR.</param>
    public static string Describe(ulong bytes) => bytes < SubsectionBytes
        ? $"struct pages: refused, the BAR is smaller than a sub-section of {SubsectionBytes >> 20} MiB"
        : $"struct pages: {CostBytes(bytes) >> 10} KiB of memory for a BAR of {bytes >> 20} MiB";
}
