using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>
/// From physical ranges to a scatterlist: the map op of a revision as one function, with its failures (dma-mapping b).
/// Kernel: dma_buf_phys_vec_to_sgt() and dma_buf_free_sgt(), and the map ops of the postings before them.
/// </summary>
public static class PhysVecToSgt
{
    /// <summary>Maps ranges for an importer.</summary>
    /// <param name="revision">Its switches say how.</param>
    /// <param name="ranges">The ranges, in order.</param>
    /// <param name="route">The way from the importer to them.</param>
    /// <param name="fault">A step that fails.</param>
    public static SgMapping Map(KernelRevision revision, IReadOnlyList<PhysVec> ranges, SgRoute route, SgFault fault = default) =>
        new MapRun(revision, ranges, route, fault).Run();

    /// <summary>What the unmap of a mapping does, and what it leaves behind.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="mapping">A mapping that has succeeded.</param>
    public static (IReadOnlyList<SgUndone> Undone, SgLeft Left) Unmap(KernelRevision revision, SgMapping mapping)
    {
        var undone = new List<SgUndone>();
        var left = new SgLeft();
        if (mapping.Window is { } window)
        {
            undone.Add(new SgUndone(SgUndo.DestroyWindow, window.Start, mapping.SizeBytes));
        }
        else if (mapping.ThroughHostBridge && revision.MapAttribute == MapAttribute.Resource)
        {
            var whole = new SgEntry(mapping.Entries[0].DmaAddress, mapping.SizeBytes);
            undone.Add(new SgUndone(SgUndo.UnmapPhys, whole.DmaAddress, whole.LenBytes));
            left = left with { PartialUnmaps = Partial([whole], mapping.Mapped) };
        }
        else if (mapping.ThroughHostBridge)
        {
            undone.AddRange(mapping.Entries.Select(entry => new SgUndone(SgUndo.UnmapPhys, entry.DmaAddress, entry.LenBytes)));
            left = left with { PartialUnmaps = Partial(mapping) };
        }

        var lost = FreesByCpuList(revision) ? mapping.Entries.Count - mapping.OrigNents : 0;
        undone.Add(new SgUndone(SgUndo.FreeTable, 0, (ulong)(mapping.Entries.Count - lost)));
        if (mapping.ThroughHostBridge && revision.WindowOwner == WindowOwner.Mapping)
            undone.Add(new SgUndone(SgUndo.FreeState));
        undone.Add(new SgUndone(SgUndo.FreeRecord));
        return (undone, left with { TableEntries = lost });
    }

    /// <summary>Whether unmap frees as many entries as the CPU list has, which it has made empty itself.</summary>
    public static bool FreesByCpuList(KernelRevision revision) => revision.CpuList == CpuList.Empty || revision.OrigNents == OrigNents.NotKept;

    /// <summary>The most bytes of an entry.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="segmentBytes">The longest segment of the importer's device.</param>
    public static ulong ChunkBytes(KernelRevision revision, ulong segmentBytes = AttachmentPlace.SegmentBytesMax) => revision.SgEntries switch
    {
        SgEntries.BySegmentSize => Math.Max(1, segmentBytes),
        SgEntries.One => ulong.MaxValue,
        SgEntries.Product32 or SgEntries.Product64 => uint.MaxValue,
        SgEntries.PageAligned => uint.MaxValue - (ExportValidation.PageBytes - 1),
    };

    /// <summary>How entries are counted before the table is allocated.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="segmentBytes">The longest segment of the importer's device.</param>
    public static DmaBufMessage.CountEntries CountOf(KernelRevision revision, ulong segmentBytes = AttachmentPlace.SegmentBytesMax) =>
        new(ChunkBytes(revision, segmentBytes), revision.SizeBits, revision.SgEntries == SgEntries.PageAligned);

    /// <summary>The entries of a run of bytes. Kernel: fill_sg_entry().</summary>
    /// <param name="revision">Its switches say where a run is cut, and how the addresses are computed.</param>
    /// <param name="run">Where it begins, and its length.</param>
    /// <param name="segmentBytes">The longest segment of the importer's device.</param>
    public static IEnumerable<SgEntry> Entries(KernelRevision revision, SgEntry run, ulong segmentBytes = AttachmentPlace.SegmentBytesMax)
    {
        if (revision.SgEntries == SgEntries.One)
        {
            yield return run with { LenBytes = (uint)run.LenBytes };
            yield break;
        }

        var chunk = ChunkBytes(revision, segmentBytes);
        uint index = 0;
        for (ulong done = 0; done < run.LenBytes; index++)
        {
            var offset = revision.SgEntries == SgEntries.Product32 ? index * (uint)chunk : done;
            var length = Math.Min(chunk, run.LenBytes - done);
            yield return new SgEntry(run.DmaAddress + offset, length);
            done += length;
        }
    }

    // An unmap has to name what a map has named: a run that is cut into several entries was one call.
    private static int Partial(SgMapping mapping) => Partial(mapping.Entries, mapping.Mapped);

    /// <summary>How many entries are not what one call has mapped.</summary>
    internal static int Partial(IReadOnlyList<SgEntry> entries, IReadOnlyList<SgEntry> mapped)
    {
        var whole = mapped.ToHashSet();
        return entries.Count(entry => !whole.Contains(entry));
    }
}
