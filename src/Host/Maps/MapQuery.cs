using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Maps;

/// <summary>How the addresses of a mapping are chosen.</summary>
public enum MapMode
{
    /// <summary>As the topology says.</summary>
    Auto,

    /// <summary>As if the map type were PCI_P2PDMA_MAP_BUS_ADDR.</summary>
    Bus,

    /// <summary>As if it were through the host bridge, for a device in a translating domain.</summary>
    Iova,

    /// <summary>As if it were through the host bridge, for a device in an identity domain.</summary>
    Phys,
}

/// <summary>What is to be mapped, for whom, and by which kernel.</summary>
/// <param name="Topology">The objects of the topology file.</param>
/// <param name="Device">The exporting device.</param>
/// <param name="Bar">The BAR.</param>
/// <param name="Client">The importer's device; null where no PCI topology is given.</param>
/// <param name="Importer">What the caller called it.</param>
/// <param name="Ranges">The ranges of the BAR.</param>
/// <param name="Mode">How the addresses are chosen.</param>
/// <param name="Revision">The kernel.</param>
public sealed record MapQuery(
    Topology Topology, DeviceId Device, uint Bar, PciDevId? Client, string Importer, Sequence<DmaRange> Ranges, MapMode Mode, KernelRevision Revision)
{
    /// <summary>The exporting function.</summary>
    public DevicePlace Exporter => Topology.Devices[Device.Index];

    /// <summary>What is fixed about it.</summary>
    public DeviceTraits Traits => Exporter.Traits;

    /// <summary>The way between the two, by the topology; null without one.</summary>
    public MapTypeAndDist? Route => Topology.Pci is { } pci && Client is { } client ? P2pdma.MapTypeOf(pci, Exporter.PciDev!.Value, client) : null;

    /// <summary>The map type that counts.</summary>
    public MapType MapType => Mode switch
    {
        MapMode.Auto => Route!.MapType,
        MapMode.Bus => MapType.BusAddr,
        MapMode.Iova or MapMode.Phys => MapType.ThruHostBridge,
    };

    /// <summary>The longest segment that the importer says its device takes; null when it says nothing of it. Kernel: dma_get_max_seg_size(attach->dev).</summary>
    public ulong? SegmentBytes { get; init; }

    /// <summary>The importer's device as the DMA API sees it. What if in a mode: the same device in another domain.</summary>
    public ImporterDma Dma
    {
        get
        {
            var dma = Topology.Pci is { } pci && Client is { } client ? pci[client].Dma : ImporterDma.Direct;
            return Mode switch
            {
                MapMode.Auto or MapMode.Bus => dma,
                MapMode.Iova => dma with { Domain = DmaDomain.Translated },
                MapMode.Phys => dma with { Domain = DmaDomain.Identity, Lazy = false },
            } with { SegmentBytes = SegmentBytes ?? dma.SegmentBytes };
        }
    }

    /// <summary>Exports of this kernel are backed by struct pages, and some of these ranges have none.</summary>
    public bool IsWithoutPages => RangesWithoutPages.Any();

    /// <summary>The ranges of whole pages that have no struct pages, where exports are backed by them.</summary>
    public IEnumerable<DmaRange> RangesWithoutPages => Revision.Backing == Backing.StructPages
        ? Ranges.Where(range => PageBacking.IsRefused(new PhysVec(ExportValidation.AddressOf(Traits, Bar) + range.Offset, range.Length)))
        : [];
}
