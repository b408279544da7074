using Actors.Core.Messages;

namespace Actors.Core.Machines;

/// <summary>How many scatterlist entries lengths take, with the arithmetic of a kernel. Kernel: calc_sg_nents().</summary>
public static class EntryCount
{
    /// <summary>The sum over lengths, as an unsigned int.</summary>
    /// <param name="lengths">The lengths in bytes.</param>
    /// <param name="how">The longest entry, the width of size_t, and what becomes of a sum that does not fit.</param>
    public static uint Of(IEnumerable<ulong> lengths, DmaBufMessage.CountEntries how)
    {
        uint sum = 0;
        foreach (var bytes in lengths)
        {
            var added = RoundedUp(bytes, Math.Max(1, how.ChunkBytes), how.SizeBits);
            if (how.ChecksOverflow && sum + added < sum)
                return 0;
            sum += added;
        }

        return sum;
    }

    // DIV_ROUND_UP() adds before it divides, in the width of size_t.
    private static uint RoundedUp(ulong bytes, ulong chunk, int sizeBits) =>
        sizeBits == 32 ? (uint)(bytes + chunk - 1) / (uint)chunk : (uint)((bytes / chunk) + (bytes % chunk == 0 ? 0UL : 1));
}
