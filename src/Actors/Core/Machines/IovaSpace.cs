using System.Numerics;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A part of an IOVA space that is in use.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Bytes">Its length as it was allocated, which can be more than was asked for.</param>
public readonly record struct IovaRange(ulong Start, ulong Bytes)
{
    /// <summary>The address behind it.</summary>
    public ulong End => Start + Bytes;
}

/// <summary>The IOVA space of a domain: what is in use, from the top down. Kernel: struct iova_domain.</summary>
/// <param name="Used">What is in use, by descending address.</param>
public sealed record IovaSpace(Sequence<IovaRange> Used)
{
    /// <summary>The interrupt window of x86, which no allocation may contain.</summary>
    public static readonly IovaRange Interrupts = new(0xfee0_0000, 1 << 20);

    /// <summary>The highest address that an IOMMU of four levels translates.</summary>
    public const ulong ApertureMax = (1UL << 48) - 1;

    /// <summary>Nothing but the interrupt window is in use.</summary>
    public static readonly IovaSpace Empty = new(Sequence<IovaRange>.Of(Interrupts));

    /// <summary>How many bytes are in use beside the interrupt window.</summary>
    public ulong UsedBytes => Used.Where(range => range != Interrupts).Aggregate(0UL, (sum, range) => sum + range.Bytes);

    /// <summary>An allocator that begins with this space.</summary>
    public IovaAllocator Allocator() => new(Used);
}

/// <summary>Hands out IOVA from the top of the space down, below 4 GiB first. Kernel: iommu_dma_alloc_iova(), alloc_iova_fast().</summary>
/// <param name="inUse">What is in use, by descending address.</param>
public sealed class IovaAllocator(IEnumerable<IovaRange> inUse)
{
    // Sizes below this many pages are rounded up to a power of two, because they are kept in caches by order (IOVA_RANGE_CACHE_MAX_SIZE).
    private const ulong CachedPagesMax = 32;
    private const ulong Low = 0xffff_ffff;

    private readonly List<IovaRange> used = [.. inUse];
    private int hint;
    private ulong hintMax;

    /// <summary>The space as it is now.</summary>
    public IovaSpace Space => new(Sequence<IovaRange>.From(used));

    /// <summary>How many bytes an allocation takes.</summary>
    /// <param name="bytes">What is asked for.</param>
    /// <param name="granule">The IOMMU's page.</param>
    public static ulong Allocated(ulong bytes, ulong granule)
    {
        var pages = (bytes / granule) + (bytes % granule == 0 ? 0UL : 1);
        return granule * (pages < CachedPagesMax ? BitOperations.RoundUpToPowerOf2(pages) : pages);
    }

    /// <summary>Takes a piece of the space, or answers null when there is none below the highest address.</summary>
    /// <param name="bytes">Length asked for.</param>
    /// <param name="max">The highest address that may be used.</param>
    /// <param name="granule">The IOMMU's page.</param>
    public IovaRange? Allocate(ulong bytes, ulong max, ulong granule) =>
        Below(Math.Min(max, Low), bytes, granule) ?? (max > Low ? Below(max, bytes, granule) : null);

    /// <summary>Gives a piece back under the length that the caller says.</summary>
    public void Free(ulong start)
    {
        used.RemoveAll(range => range.Start == start);
        hint = 0;
    }

    // The search goes on where the last one under the same limit has ended, as the kernel's cached node does.
    private IovaRange? Below(ulong max, ulong bytes, ulong granule)
    {
        var size = Allocated(bytes, granule);
        var from = max == hintMax ? Math.Min(hint, used.Count) : 0;
        return Search(from, max, size, granule) ?? (from > 0 ? Search(0, max, size, granule) : null);
    }

    private IovaRange? Search(int from, ulong max, ulong size, ulong granule)
    {
        var align = BitOperations.RoundUpToPowerOf2(size);
        for (var index = from; index <= used.Count; index++)
        {
            // The gap between the range before and the range after; page 0 is never given out.
            var top = index == 0 ? max : Math.Min(max, used[index - 1].Start - 1);
            var bottom = index == used.Count ? granule : used[index].End;
            if (size == 0 || align == 0 || top < size - 1)
                continue;
            var start = (top - (size - 1)) & ~(align - 1);
            if (start < bottom || (index > 0 && start >= used[index - 1].Start))
                continue;
            used.Insert(index, new IovaRange(start, size));
            (hint, hintMax) = (index + 1, max);
            return used[index];
        }

        return null;
    }
}
