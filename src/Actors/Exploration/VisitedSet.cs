namespace Actors.Exploration;

/// <summary>The fingerprints of all worlds seen: open addressing over 128-bit values. The value 0 marks a free place and is kept apart.</summary>
internal sealed class VisitedSet
{
    private UInt128[] places = new UInt128[1 << 16];
    private bool containsZero;

    /// <summary>Number of fingerprints.</summary>
    public long Count { get; private set; }

    /// <summary>Size of the table in bytes.</summary>
    public long Bytes => places.LongLength * 16;

    /// <summary>Adds a fingerprint; false when it was there.</summary>
    public bool Add(UInt128 fingerprint)
    {
        if (fingerprint == UInt128.Zero)
        {
            if (containsZero)
                return false;
            containsZero = true;
            Count++;
            return true;
        }

        var mask = places.Length - 1;
        var index = (int)((ulong)fingerprint & (uint)mask);
        while (true)
        {
            ref var place = ref places[index];
            if (place == fingerprint)
                return false;
            if (place == UInt128.Zero)
            {
                place = fingerprint;
                if (++Count * 3 > places.LongLength * 2)
                    Grow();
                return true;
            }

            index = (index + 1) & mask;
        }
    }

    private void Grow()
    {
        var old = places;
        places = new UInt128[old.Length * 2];
        var mask = places.Length - 1;
        foreach (var fingerprint in old)
        {
            if (fingerprint == UInt128.Zero)
                continue;
            var index = (int)((ulong)fingerprint & (uint)mask);
            while (places[index] != UInt128.Zero)
                index = (index + 1) & mask;
            places[index] = fingerprint;
        }
    }
}

/// <summary>How each world was first reached: its parent and the step taken there. Numbered in order of discovery.</summary>
internal sealed class ParentLog
{
    private int[] parents = new int[1 << 16];
    private ushort[] steps = new ushort[1 << 16];

    /// <summary>Number of worlds.</summary>
    public int Count { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => parents.LongLength * (sizeof(int) + sizeof(ushort));

    /// <summary>Records a world; answers its number.</summary>
    public int Add(int parent, int task, int choice)
    {
        if (Count == parents.Length)
        {
            Array.Resize(ref parents, Count * 2);
            Array.Resize(ref steps, Count * 2);
        }

        parents[Count] = parent;
        steps[Count] = checked((ushort)((task << 6) | choice));
        return Count++;
    }

    /// <summary>The steps from the first world to the given one.</summary>
    public List<(int Task, int Choice)> PathTo(int world)
    {
        var path = new List<(int, int)>();
        for (var current = world; parents[current] >= 0; current = parents[current])
            path.Add((steps[current] >> 6, steps[current] & 63));
        path.Reverse();
        return path;
    }
}
