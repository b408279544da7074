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
    Topology Topology, DeviceId Device, uint Bar, PciDevId? Client, string Importer, IReadOnlyList<DmaRange> Ranges, MapMode Mode, KernelRevision Revision)
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

    /// <summary>The importer's device as the DMA API sees it.</summary>
    public ImporterDma Dma => Mode switch
    {
        MapMode.Auto or MapMode.Bus => Topology.Pci is { } pci && Client is { } client ? pci[client].Dma : ImporterDma.Direct,
        MapMode.Iova => ImporterDma.Iommu,
        MapMode.Phys => ImporterDma.Direct,
    };
}
