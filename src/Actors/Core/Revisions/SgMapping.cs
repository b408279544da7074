using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>The way from an importer to the exported memory: what pci_p2pdma_map_type() has said, and what follows from it.</summary>
public abstract record SgRoute
{
    private SgRoute()
    {
    }

    /// <summary>PCI_P2PDMA_MAP_BUS_ADDR: below a common switch, by bus address.</summary>
    /// <param name="BusOffset">What a bus address is more than the physical address. Kernel: provider->bus_offset.</param>
    public sealed record Bus(ulong BusOffset = 0) : SgRoute;

    /// <summary>PCI_P2PDMA_MAP_THRU_HOST_BRIDGE: through the DMA API of the importer's device.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Space">The IOVA space of its domain before the mapping; null when nothing is in use.</param>
    public sealed record HostBridge(ImporterDma Device, IovaSpace? Space = null) : SgRoute;

    /// <summary>PCI_P2PDMA_MAP_NOT_SUPPORTED, or any other answer.</summary>
    public sealed record NotSupported : SgRoute;
}

/// <summary>A step of the mapping that can fail.</summary>
public enum SgStep
{
    /// <summary>None has failed.</summary>
    None,

    /// <summary>kzalloc() of the record of the mapping.</summary>
    AllocRecord,

    /// <summary>pci_p2pdma_map_type().</summary>
    MapType,

    /// <summary>kzalloc() of the IOVA state.</summary>
    AllocState,

    /// <summary>dma_iova_try_alloc(). Its failure is no error: the ranges are mapped one by one then.</summary>
    TryAlloc,

    /// <summary>sg_alloc_table().</summary>
    AllocTable,

    /// <summary>dma_iova_link() of a range.</summary>
    Link,

    /// <summary>dma_map_phys() or dma_map_resource() of a range.</summary>
    MapPhys,

    /// <summary>sg_set_page() behind the last entry: the kernel stops.</summary>
    FillEntry,

    /// <summary>dma_iova_sync().</summary>
    Sync,
}

/// <summary>A failure to inject into the mapping.</summary>
/// <param name="Step">Where.</param>
/// <param name="Range">Which range, from 0, where the step is done for each.</param>
/// <param name="Errno">What the step answers.</param>
public readonly record struct SgFault(SgStep Step, int Range = 0, Errno Errno = Errno.ENOMEM);

/// <summary>A call that takes something of a mapping back.</summary>
public enum SgUndo
{
    /// <summary>dma_iova_destroy(): unlinks and gives the window back, by the length it is told.</summary>
    DestroyWindow,

    /// <summary>dma_unmap_phys() of an entry.</summary>
    UnmapPhys,

    /// <summary>What if: dma_iova_unlink() of what is linked and dma_iova_free(): the whole window goes back.</summary>
    FreeWindow,

    /// <summary>sg_free_table().</summary>
    FreeTable,

    /// <summary>kfree() of the IOVA state.</summary>
    FreeState,

    /// <summary>kfree() of the record.</summary>
    FreeRecord,
}

/// <summary>A call that took something back.</summary>
/// <param name="Undo">Which.</param>
/// <param name="Address">The address it was told, or 0.</param>
/// <param name="LenBytes">The length it was told, or 0.</param>
public readonly record struct SgUndone(SgUndo Undo, ulong Address = 0, ulong LenBytes = 0);

/// <summary>What is not as it was before, once a mapping has failed or is gone.</summary>
/// <param name="WindowBytes">IOVA that is never given back.</param>
/// <param name="MisfiledBytes">IOVA that was given back under a smaller length than it was allocated with.</param>
/// <param name="LinkedBytes">Memory that stays linked in IOVA that was given back.</param>
/// <param name="EmptyUnmaps">Unmaps of entries that were never filled: address 0, length 0.</param>
/// <param name="PartialUnmaps">Unmaps that are told another length than the memory was mapped with.</param>
/// <param name="TableEntries">Scatterlist entries whose memory is never freed.</param>
public readonly record struct SgLeft(ulong WindowBytes = 0, ulong MisfiledBytes = 0, ulong LinkedBytes = 0, int EmptyUnmaps = 0, int PartialUnmaps = 0, int TableEntries = 0)
{
    /// <summary>Everything is as it was before.</summary>
    public bool IsNothing => this == default;
}

/// <summary>What a map of physical ranges has come to: a table, or an errno and what was unwound.</summary>
public sealed record SgMapping
{
    /// <summary>The answer; <see cref="Errno.None"/> with a table.</summary>
    public Errno Errno { get; init; }

    /// <summary>The step that failed.</summary>
    public SgStep FailedStep { get; init; }

    /// <summary>The range at which it failed, from 0.</summary>
    public int FailedRange { get; init; }

    /// <summary>The entries that importers may use (sgt->nents), in order.</summary>
    public IReadOnlyList<SgEntry> Entries { get; init; } = [];

    /// <summary>sgt->orig_nents: the entries of the CPU list, 0 where that is empty.</summary>
    public int OrigNents { get; init; }

    /// <summary>Whether each entry of the CPU list has the length, though no page.</summary>
    public bool HasCpuLengths { get; init; }

    /// <summary>The map type asks for the importer's DMA API. Kernel: dma->state is not NULL.</summary>
    public bool ThroughHostBridge { get; init; }

    /// <summary>The IOVA window as it was allocated, or null.</summary>
    public IovaRange? Window { get; init; }

    /// <summary>The IOVA space afterwards; null where no DMA API was asked.</summary>
    public IovaSpace? Space { get; init; }

    /// <summary>Where each range was linked, in order.</summary>
    public IReadOnlyList<SgLink> Links { get; init; } = [];

    /// <summary>What was mapped one by one: address and length of each range, in order.</summary>
    public IReadOnlyList<SgEntry> Mapped { get; init; } = [];

    /// <summary>How many bytes were made visible to the hardware. Kernel: dma_iova_sync().</summary>
    public ulong SyncedBytes { get; init; }

    /// <summary>The size of the buffer.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>What the page tables say.</summary>
    public IommuProtection Protection { get; init; }

    /// <summary>The addresses are of a bounce buffer, which the exported memory would be copied into.</summary>
    public bool IsBounced { get; init; }

    /// <summary>What was taken back after the failure, in order.</summary>
    public IReadOnlyList<SgUndone> Undone { get; init; } = [];

    /// <summary>What the failure leaves behind.</summary>
    public SgLeft Left { get; init; }

    /// <summary>Warnings in the kernel's log.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
