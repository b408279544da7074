namespace Actors.Core.Vocabulary;

/// <summary>How a peer's accesses to a provider can be made. Kernel: enum pci_p2pdma_map_type, with its numbers.</summary>
public enum MapType
{
    /// <summary>Not computed yet: what an empty cache entry reads as.</summary>
    Unknown = 0,

    /// <summary>Ordinary memory; of struct pages only.</summary>
    None = 1,

    /// <summary>Refused.</summary>
    NotSupported = 2,

    /// <summary>By bus address, without the host bridge.</summary>
    BusAddr = 3,

    /// <summary>As any other DMA, through the host bridge.</summary>
    ThruHostBridge = 4,
}
