using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A page table entry's worth of a mapping: where the device's addresses lead.</summary>
/// <param name="Iova">The first address as the device sees it.</param>
/// <param name="Range">The physical range behind it.</param>
public readonly record struct Translation(ulong Iova, PhysVec Range)
{
    /// <summary>The address behind it.</summary>
    public ulong End => Iova + Range.LenBytes;

    /// <summary>Whether an address of the device is in it.</summary>
    public bool Covers(ulong address) => address >= Iova && address < End;
}

/// <summary>A mapping of an attachment: its IOVA state and its scatterlist. Kernel: struct dma_iova_state, struct sg_table.</summary>
/// <param name="Attachment">Whose.</param>
public sealed record DmaMapping(AttachmentId Attachment)
{
    /// <summary>The IOVA state exists.</summary>
    public bool HasState { get; init; }

    /// <summary>The window that the state names, or null.</summary>
    public IovaRange? Window { get; init; }

    /// <summary>The window was given back; the state still names it.</summary>
    public bool IsReturned { get; init; }

    /// <summary>What is linked into the window or mapped one by one, in order.</summary>
    public Sequence<Translation> Linked { get; init; } = Sequence<Translation>.Empty;

    /// <summary>Entries of the scatterlist; 0 = there is none.</summary>
    public uint TableEntries { get; init; }

    /// <summary>The entries that are filled, in order.</summary>
    public Sequence<SgEntry> Filled { get; init; } = Sequence<SgEntry>.Empty;

    /// <summary>Its entries are bus addresses, which no DMA API has seen.</summary>
    public bool IsOnBus => !HasState && Linked.IsEmpty;

    /// <summary>Nothing is left of it.</summary>
    public bool IsEmpty => !HasState && Window is null && Linked.IsEmpty && TableEntries == 0;
}

/// <summary>An importer's device as the DMA API, its IOMMU and the allocator of its scatterlists see it.</summary>
public sealed record DmaDevice : MachineState
{
    /// <summary>What is fixed.</summary>
    public required ImporterDma Dma { get; init; }

    /// <summary>Its mappings, by attachment.</summary>
    public Sequence<DmaMapping> Mappings { get; init; } = Sequence<DmaMapping>.Empty;

    /// <summary>The IOVA space that is in use, by descending address.</summary>
    public Sequence<IovaRange> Used { get; init; } = IovaSpace.Empty.Used;

    /// <summary>What the IOTLB has cached, in order of its first use.</summary>
    public Sequence<Translation> Iotlb { get; init; } = Sequence<Translation>.Empty;

    /// <summary>IOVA that is unmapped, and goes back when the IOTLB has been flushed.</summary>
    public Sequence<IovaRange> FlushQueue { get; init; } = Sequence<IovaRange>.Empty;

    /// <summary>The address that each attachment's peer was given last.</summary>
    public Sequence<KeptAddress> Kept { get; init; } = Sequence<KeptAddress>.Empty;

    /// <summary>The ports above it redirect peer requests to the root complex.</summary>
    public bool Redirects { get; init; }

    /// <summary>The providers whose map type is cached. Kernel: p2pdma->map_types.</summary>
    public Sequence<MapTypeEntry> MapTypes { get; init; } = Sequence<MapTypeEntry>.Empty;

    /// <summary>The mapping of an attachment, or an empty one.</summary>
    public DmaMapping MappingOf(AttachmentId attachment) => Mappings.FirstOrDefault(mapping => mapping.Attachment == attachment) ?? new DmaMapping(attachment);

    /// <summary>The same with another mapping of that attachment.</summary>
    public DmaDevice With(DmaMapping mapping) => this with
    {
        Mappings = Sequence<DmaMapping>.From(Mappings.Where(other => other.Attachment != mapping.Attachment)
            .Concat(mapping.IsEmpty ? [] : [mapping]).OrderBy(other => other.Attachment.Index)),
    };

    /// <summary>Where an address of the device leads by the page tables: the last link lies on top. Null when nowhere.</summary>
    public Translation? Walk(ulong address)
    {
        foreach (var translation in Mappings.Reverse().SelectMany(mapping => mapping.Linked.Reverse()))
        {
            if (translation.Covers(address))
                return translation;
        }

        return null;
    }

    /// <summary>Where a peer's accesses through a mapping arrive, in the order of its scatterlist.</summary>
    /// <param name="attachment">Whose mapping.</param>
    /// <param name="fabric">What the fabric takes off a bus address.</param>
    public IReadOnlyList<Piece> PiecesOf(AttachmentId attachment, ulong fabric)
    {
        var mapping = MappingOf(attachment);
        if (Dma.Domain != DmaDomain.Translated || mapping.IsOnBus)
            return [.. mapping.Filled.Select(entry => new Piece(entry.DmaAddress - (mapping.IsOnBus ? fabric : 0), entry.LenBytes))];
        return [.. mapping.Filled.SelectMany(Translated)];
    }

    private IEnumerable<Piece> Translated(SgEntry entry)
    {
        var end = entry.DmaAddress + entry.LenBytes;
        for (var address = entry.DmaAddress; address < end;)
        {
            var next = Borders(address).Where(border => border > address).Append(end).Min();
            yield return new Piece(Walk(address) is { } found ? found.Range.Paddr + (address - found.Iova) : null, Math.Min(next, end) - address);
            address = Math.Min(next, end);
        }
    }

    private IEnumerable<ulong> Borders(ulong address) => Mappings.SelectMany(mapping => mapping.Linked).SelectMany(translation => new[] { translation.Iova, translation.End });
}

/// <summary>The address that a peer was given last.</summary>
/// <param name="Attachment">Its importer's attachment.</param>
/// <param name="Address">The address.</param>
public readonly record struct KeptAddress(AttachmentId Attachment, ulong Address);

/// <summary>A cached answer of pci_p2pdma_map_type().</summary>
/// <param name="Provider">The exporter's device, which owns the cache.</param>
/// <param name="Type">The answer.</param>
public readonly record struct MapTypeEntry(DeviceId Provider, MapType Type);
