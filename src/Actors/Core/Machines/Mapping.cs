using Actors.Core.Messages;

namespace Actors.Core.Machines;

/// <summary>A part of a mapping as a peer sees it: where its accesses arrive.</summary>
/// <param name="Address">The physical address they reach; null when the IOMMU translates nothing there.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct Piece(ulong? Address, ulong Length);

/// <summary>A range in an IOVA window. Kernel: dma_iova_link().</summary>
/// <param name="Offset">Where in the window.</param>
/// <param name="Range">The physical range.</param>
public readonly record struct SgLink(ulong Offset, PhysVec Range);

/// <summary>The pieces that a map path has just produced, in the order of the scatterlist.</summary>
/// <param name="exported">What the buffer exports.</param>
/// <param name="traits">Its device.</param>
/// <param name="place">The attachment.</param>
public delegate IReadOnlyList<Piece> MapPieces(Exported exported, DeviceTraits traits, AttachmentPlace place);

/// <summary>The IOVA window of an attachment whose state outlives its mappings. Kernel: struct dma_iova_state.</summary>
public enum IovaWindow
{
    /// <summary>There is none, or it lives with the mapping.</summary>
    None,

    /// <summary>It is reserved for the importer.</summary>
    Held,

    /// <summary>Given back; the state still names it.</summary>
    Destroyed,
}
