using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;

namespace Actors.Host.Maps;

/// <summary>What struct pages would cost for a BAR.</summary>
/// <param name="Bar">The BAR.</param>
/// <param name="LenBytes">Its length.</param>
/// <param name="CostBytes">The memory of its struct pages; null when it can have none.</param>
public sealed record ReportedBarPages(uint Bar, ulong LenBytes, ulong? CostBytes);

/// <summary>Exports backed by struct pages: what they cost, and what has none.</summary>
/// <param name="SubsectionBytes">What page maps can be extended by.</param>
/// <param name="Bars">The memory BARs of the exporting device.</param>
/// <param name="Refused">The ranges asked for that have no struct pages.</param>
public sealed record ReportedPages(ulong SubsectionBytes, IReadOnlyList<ReportedBarPages> Bars, IReadOnlyList<ReportedRange> Refused)
{
    /// <summary>Of a question to a kernel whose exports are backed by struct pages; null of another.</summary>
    public static ReportedPages? Of(MapQuery query) => query.Revision.Backing switch
    {
        Backing.PhysicalRanges => null,
        Backing.StructPages => new ReportedPages(
            PageBacking.SubsectionBytes,
            [.. BarsOf(query).Select(bar => new ReportedBarPages((uint)bar.Index, bar.SizeBytes, bar.SizeBytes < PageBacking.SubsectionBytes ? null : PageBacking.CostBytes(bar.SizeBytes)))],
            [.. query.RangesWithoutPages.Select(range => ReportedRange.Of(range.Offset, range.Length))]),
    };

    /// <summary>The same in words: a sentence for each memory BAR, and one for the ranges that are refused.</summary>
    public static IEnumerable<string> Lines(MapQuery query)
    {
        if (query.Revision.Backing != Backing.StructPages)
            yield break;
        foreach (var bar in BarsOf(query))
            yield return $"BAR {bar.Index}: {PageBacking.Describe(bar.SizeBytes)}";
        var refused = query.RangesWithoutPages.ToArray();
        if (refused.Length > 0)
            yield return $"refused: {MapAnswer.RangeText(refused[0])}{(refused.Length > 1 ? $" and {refused.Length - 1:N0} more" : "")}, no whole sub-sections of {PageBacking.SubsectionBytes >> 20} MiB";
    }

    private static IEnumerable<Bar> BarsOf(MapQuery query) => query.Traits.Bars.Where(bar => bar.IsMemory).OrderBy(bar => bar.Index);
}
