namespace Actors.Exploration;

/// <summary>The worlds of one layer, side by side in one array.</summary>
internal sealed class Frontier(int slotCount)
{
    private int[] slots = new int[slotCount * 256];
    private UInt128[] fingerprints = new UInt128[256];
    private int[] numbers = new int[256];

    /// <summary>Number of worlds.</summary>
    public int Count { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => ((long)slots.Length * sizeof(int)) + (fingerprints.LongLength * 20);

    /// <summary>The slots of a world.</summary>
    public ReadOnlySpan<int> World(int index) => slots.AsSpan(index * slotCount, slotCount);

    /// <summary>The fingerprint of a world.</summary>
    public UInt128 Fingerprint(int index) => fingerprints[index];

    /// <summary>The number of a world in order of discovery.</summary>
    public int Number(int index) => numbers[index];

    /// <summary>Appends a copy of a world and answers its slots for writing.</summary>
    public Span<int> Add(ReadOnlySpan<int> world, UInt128 fingerprint, int number)
    {
        if (Count == numbers.Length)
        {
            Array.Resize(ref slots, checked(slots.Length * 2));
            Array.Resize(ref fingerprints, Count * 2);
            Array.Resize(ref numbers, Count * 2);
        }

        var copy = slots.AsSpan(Count * slotCount, slotCount);
        world.CopyTo(copy);
        fingerprints[Count] = fingerprint;
        numbers[Count] = number;
        Count++;
        return copy;
    }

    /// <summary>Forgets all worlds.</summary>
    public void Clear() => Count = 0;
}
