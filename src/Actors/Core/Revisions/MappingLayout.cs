using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>Which addresses a map path puts into its scatterlist, by revision (exporter-paths 3, dma-mapping b). Addresses only: what can fail is in the call paths.</summary>
public static class MappingLayout
{
    /// <summary>Where a peer's accesses through the mapping arrive, in the order of the scatterlist.</summary>
    /// <param name="revision">Its switches say how entries are filled.</param>
    /// <param name="exported">What the buffer exports.</param>
    /// <param name="traits">The device it is exported from.</param>
    /// <param name="place">The importer.</param>
    public static IReadOnlyList<Piece> Of(KernelRevision revision, Exported exported, DeviceTraits traits, AttachmentPlace place)
    {
        var mapping = PhysVecToSgt.Map(revision, Ranges(revision, exported, traits), RouteOf(revision, traits, place));
        return mapping.Window is { } window
            ? [.. mapping.Entries.SelectMany(entry => Slice(Translated(mapping.Links), entry.DmaAddress - window.Start, entry.LenBytes))]
            : [.. mapping.Entries.Select(entry => new Piece(entry.DmaAddress - Fabric(revision, traits, place), entry.LenBytes))];
    }

    /// <summary>The physical ranges of a buffer. Kernel: priv->phys_vec.</summary>
    public static IReadOnlyList<PhysVec> Ranges(KernelRevision revision, Exported exported, DeviceTraits traits)
    {
        var start = ExportValidation.AddressOf(traits, revision.RegionStored == RegionStored.Never ? 0 : exported.Region);
        return [.. exported.All.Select(range => new PhysVec(start + range.Offset, range.Length))];
    }

    /// <summary>The slices that were asked for, by physical address.</summary>
    public static IEnumerable<Piece> Asked(Exported exported, DeviceTraits traits) => Addresses(exported, ExportValidation.AddressOf(traits, exported.Region));

    private static IEnumerable<Piece> Addresses(Exported exported, ulong start) =>
        exported.All.Select(range => new Piece(start + range.Offset, range.Length));

    /// <summary>The way of an importer that attaches with a device that the scenario describes.</summary>
    public static SgRoute RouteOf(KernelRevision revision, Topology topology, DeviceTraits traits, AttachmentPlace place, IovaSpace space) =>
        place.Mode == ImporterMode.Bus
            ? new SgRoute.Bus(ProviderOffset(revision, traits))
            : new SgRoute.HostBridge(topology.DmaDevices[place.DmaDevice!.Value.Index].Dma with { SegmentBytes = place.SegmentBytes }, space);

    /// <summary>What the provider of a BAR adds to physical addresses.</summary>
    public static ulong BusOffset(KernelRevision revision, DeviceTraits traits, uint region) => traits.BarAt(region).IsMemory ? ProviderOffset(revision, traits) : 0;

    private static SgRoute RouteOf(KernelRevision revision, DeviceTraits traits, AttachmentPlace place) => place.Mode switch
    {
        ImporterMode.Bus => new SgRoute.Bus(ProviderOffset(revision, traits)),
        ImporterMode.Phys => new SgRoute.HostBridge(ImporterDma.Direct with { SegmentBytes = place.SegmentBytes }),
        ImporterMode.Iova when revision.MapAttribute == MapAttribute.Resource => new SgRoute.HostBridge(ImporterDma.Direct with { SegmentBytes = place.SegmentBytes }),
        ImporterMode.Iova => new SgRoute.HostBridge(ImporterDma.Iommu with { SegmentBytes = place.SegmentBytes, Remapping = Remapping.Overwrites }),
    };

    // One provider for all BARs takes its offset from BAR 0, which is none when that is no memory.
    private static ulong ProviderOffset(KernelRevision revision, DeviceTraits traits) =>
        revision.ProviderScope == ProviderScope.Device && !traits.BarAt(0).IsMemory ? 0 : traits.BusOffset;

    // The fabric takes the BAR's own offset off a bus address again. The first postings give none: they ask the DMA API only.
    private static ulong Fabric(KernelRevision revision, DeviceTraits traits, AttachmentPlace place) =>
        place.Mode == ImporterMode.Bus && revision.MapAttribute != MapAttribute.Resource ? traits.BusOffset : 0;

    // What a window translates, from its start on. Links at one offset lie over each other, the last one on top:
    // of an earlier one there is left what is longer than all later ones.
    private static List<Piece> Translated(IReadOnlyList<SgLink> links)
    {
        var window = new List<Piece>();
        if (links.Skip(1).All(link => link.Offset > 0))
        {
            window.AddRange(links.Select(link => new Piece(link.Range.Paddr, link.Range.LenBytes)));
            return window;
        }

        var covered = 0UL;
        foreach (var range in links.Select(link => link.Range).Reverse().Where(range => range.LenBytes > 0))
        {
            if (range.LenBytes <= covered)
                continue;
            window.Add(new Piece(range.Paddr + covered, range.LenBytes - covered));
            covered = range.LenBytes;
        }

        return window;
    }

    /// <summary>The way that a map path takes for a map type.</summary>
    /// <param name="revision">Its switches say where the bus offset is from.</param>
    /// <param name="traits">The device the buffer is exported from.</param>
    /// <param name="type">What pci_p2pdma_map_type() answers.</param>
    /// <param name="client">The importer's device.</param>
    public static SgRoute RouteOf(KernelRevision revision, DeviceTraits traits, MapType type, ImporterDma client) => type switch
    {
        // The first postings ask the DMA API of the importer's device, wherever it is.
        MapType.BusAddr when revision.MapAttribute == MapAttribute.Resource => new SgRoute.HostBridge(client),
        MapType.BusAddr => new SgRoute.Bus(ProviderOffset(revision, traits)),
        MapType.ThruHostBridge => new SgRoute.HostBridge(client),
        MapType.Unknown or MapType.None or MapType.NotSupported => new SgRoute.NotSupported(),
    };

    private static IEnumerable<Piece> Slice(IReadOnlyList<Piece> window, ulong offset, ulong length)
    {
        var start = 0UL;
        foreach (var part in window)
        {
            var (from, to) = (Math.Max(offset, start), Math.Min(offset + length, start + part.Length));
            if (from < to)
                yield return new Piece(part.Address + (from - start), to - from);
            start += part.Length;
        }

        if (offset + length > start)
            yield return new Piece(null, offset + length - Math.Max(offset, start));
    }
}
