namespace Actors.Exploration.Search;

/// <summary>A few bits for each world in a table of fixed size (Holzmann 1998; probes as in Dillinger and Manolios 2004). A new world whose bits are all set already is lost.</summary>
/// <param name="bytes">Size of the table.</param>
internal sealed class BitstateSet(long bytes) : VisitedSet
{
    /// <summary>Bits set for each world.</summary>
    public const int Probes = 3;

    private readonly ulong[] bits = new ulong[Math.Max(1, bytes / 8)];
    private readonly HashSet<UInt128> open = [];

    /// <summary>Size of the table in bits.</summary>
    public double SizeBits => bits.LongLength * 64.0;

    /// <summary>The part of set bits, to the power of the probes: the probability that the next new world is lost.</summary>
    public double OmissionProbability => Math.Pow(bits.Sum(word => (double)System.Numerics.BitOperations.PopCount(word)) / SizeBits, Probes);

    /// <inheritdoc/>
    public override long Bytes => (bits.LongLength * 8) + (open.Count * 40L);

    /// <inheritdoc/>
    public override Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world)
    {
        if (open.Contains(fingerprint))
            return Seen.Open;
        var isNew = false;
        var (place, stride) = ((ulong)fingerprint, (ulong)(fingerprint >> 59) | 1);
        for (var probe = 0; probe < Probes; probe++, place += stride)
        {
            var bit = place % ((ulong)bits.LongLength * 64);
            ref var word = ref bits[bit >> 6];
            isNew |= (word >> (int)(bit & 63) & 1) == 0;
            word |= 1UL << (int)(bit & 63);
        }

        if (!isNew)
            return Seen.Closed;
        open.Add(fingerprint);
        Count++;
        return Seen.New;
    }

    /// <inheritdoc/>
    public override void Close() => open.Clear();
}
