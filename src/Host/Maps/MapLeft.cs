using Actors.Core.Revisions;

namespace Actors.Host.Maps;

/// <summary>What a mapping leaves behind, in words.</summary>
internal static class MapLeft
{
    /// <summary>One line for each kind of rest.</summary>
    public static IEnumerable<string> Lines(SgLeft left)
    {
        if (left.WindowBytes > 0)
            yield return $"0x{left.WindowBytes:x} bytes of IOVA are never given back";
        if (left.MisfiledBytes > 0)
            yield return $"0x{left.MisfiledBytes:x} bytes of IOVA are given back under a smaller length";
        if (left.LinkedBytes > 0)
            yield return $"0x{left.LinkedBytes:x} bytes stay linked in IOVA that is given back";
        if (left.EmptyUnmaps > 0)
            yield return $"{left.EmptyUnmaps} unmaps of entries that were never filled";
        if (left.PartialUnmaps > 0)
            yield return $"{left.PartialUnmaps} unmaps that are told another length than was mapped";
        if (left.TableEntries > 0)
            yield return $"{left.TableEntries:N0} scatterlist {(left.TableEntries == 1 ? "entry" : "entries")} that sg_free_table() does not free";
    }
}
