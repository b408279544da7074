namespace Actors.Exploration.Sampling;

/// <summary>Counts different hashes and how many of them came once. Exact up to a limit; then only hashes that end in enough zeros are kept (adaptive sampling, Flajolet 1990).</summary>
/// <remarks>What is kept does not depend on the order in which hashes come, so neither do the estimates.</remarks>
internal sealed class Census(int kept = Census.KeptDefault)
{
    private const int KeptDefault = 1 << 20;

    private ulong[] keys = new ulong[1 << 12];
    private uint[] counts = new uint[1 << 12];
    private int used;
    private int zeros;
    private long added;

    /// <summary>What was counted.</summary>
    public TraceEstimate Estimate
    {
        get
        {
            var once = 0L;
            foreach (var count in counts)
                once += count == 1 ? 1 : 0;
            return new TraceEstimate(added, (long)used << zeros, once << zeros, zeros == 0);
        }
    }

    /// <summary>Counts one.</summary>
    public void Add(ulong hash)
    {
        added++;
        if ((hash & ((1ul << zeros) - 1)) != 0)
            return;
        if (Put(hash, 1))
        {
            used++;
            if (used > kept)
                Thin();
            else if (used * 2 > keys.Length)
                Rebuild(keys.Length * 2);
        }
    }

    // The place of a hash is given by its upper half; the lower bits decide whether it is kept. A count of 0 marks a free place.
    private bool Put(ulong hash, uint count)
    {
        var mask = keys.Length - 1;
        for (var index = (int)(hash >> 32) & mask; ; index = (index + 1) & mask)
        {
            if (counts[index] == 0)
            {
                keys[index] = hash;
                counts[index] = count;
                return true;
            }

            if (keys[index] == hash)
            {
                counts[index] = Math.Max(counts[index], counts[index] + count);
                return false;
            }
        }
    }

    private void Thin()
    {
        while (used > kept)
        {
            zeros++;
            Rebuild(keys.Length);
        }
    }

    private void Rebuild(int size)
    {
        var (oldKeys, oldCounts) = (keys, counts);
        (keys, counts, used) = (new ulong[size], new uint[size], 0);
        for (var index = 0; index < oldKeys.Length; index++)
        {
            if (oldCounts[index] > 0 && (oldKeys[index] & ((1ul << zeros) - 1)) == 0 && Put(oldKeys[index], oldCounts[index]))
                used++;
        }
    }
}
