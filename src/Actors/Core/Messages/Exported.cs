using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>What a buffer exports: the slices of one region, as they were asked for. Kernel: priv->phys_vec, or the slice of the first postings.</summary>
/// <param name="Region">VFIO region index.</param>
/// <param name="NrRanges">Number of ranges. More than <paramref name="Ranges"/> holds: the last one is given again.</param>
/// <param name="Ranges">The ranges.</param>
public sealed record Exported(uint Region, uint NrRanges, Sequence<DmaRange> Ranges)
{
    /// <summary>One page of BAR 0: what a scenario's buffers begin with.</summary>
    public static readonly Exported OnePage = new(0, 1, Sequence<DmaRange>.Of(new DmaRange(0, 4096)));

    /// <summary>The ranges, one by one.</summary>
    public IEnumerable<DmaRange> All => NrRanges == Ranges.Count ? Ranges : Repeated();

    /// <summary>How many scatterlist entries it takes when none may be longer than this.</summary>
    public int EntriesOf(ulong segmentBytes)
    {
        var longest = Math.Max(1, segmentBytes);
        return (int)Math.Min(int.MaxValue, All.Aggregate(0UL, (sum, range) => sum + (range.Length / longest) + (range.Length % longest == 0 ? 0UL : 1)));
    }

    // The last range given stands for all behind it.
    private IEnumerable<DmaRange> Repeated()
    {
        for (long index = 0; index < NrRanges && !Ranges.IsEmpty; index++)
            yield return Ranges[(int)Math.Min(index, Ranges.Count - 1)];
    }
}
