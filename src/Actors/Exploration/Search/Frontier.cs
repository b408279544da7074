namespace Actors.Exploration.Search;

/// <summary>The worlds of one layer in one shard, side by side in one array.</summary>
internal sealed class Frontier(int slotCount)
{
    private int[] slots = new int[slotCount * 16];
    private UInt128[] fingerprints = new UInt128[16];

    /// <summary>Number of worlds.</summary>
    public int Count { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => ((long)slots.Length * sizeof(int)) + (fingerprints.LongLength * 16);

    /// <summary>Number of the first world, in order of discovery in the shard; the others follow.</summary>
    public int First { get; set; }

    /// <summary>The slots of a world.</summary>
    public Span<int> World(int index) => slots.AsSpan(index * slotCount, slotCount);

    /// <summary>The fingerprint of a world.</summary>
    public UInt128 Fingerprint(int index) => fingerprints[index];

    /// <summary>Appends a copy of a world and answers its slots for writing.</summary>
    public Span<int> Add(ReadOnlySpan<int> world, UInt128 fingerprint)
    {
        if (Count == fingerprints.Length)
        {
            Array.Resize(ref slots, checked(slots.Length * 2));
            Array.Resize(ref fingerprints, Count * 2);
        }

        var copy = World(Count);
        world.CopyTo(copy);
        fingerprints[Count++] = fingerprint;
        return copy;
    }

    /// <summary>Takes back the last world.</summary>
    public void RemoveLast() => Count--;

    /// <summary>Forgets all worlds; large arrays are given back.</summary>
    public void Clear()
    {
        if (Count * 8 < fingerprints.Length && fingerprints.Length > 1024)
        {
            slots = new int[slotCount * 16];
            fingerprints = new UInt128[16];
        }

        Count = 0;
    }
}
