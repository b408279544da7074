namespace Actors.Exploration.Search;

/// <summary>Where a world stands with a set of worlds seen.</summary>
internal enum Seen
{
    /// <summary>It was not there and is now.</summary>
    New,

    /// <summary>It was added since the last <see cref="VisitedSet.Close"/>.</summary>
    Open,

    /// <summary>It was added before that.</summary>
    Closed,
}

/// <summary>A part of the worlds seen so far. One thread at a time.</summary>
internal abstract class VisitedSet
{
    /// <summary>Number of worlds.</summary>
    public long Count { get; protected set; }

    /// <summary>Size in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether <see cref="Add"/> looks at the world itself, not only at its fingerprint.</summary>
    public virtual bool NeedsWorld => false;

    /// <summary>Adds a world.</summary>
    public abstract Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world);

    /// <summary>All worlds count as closed from here on.</summary>
    public abstract void Close();

    /// <summary>A world that is there counts as open again.</summary>
    public virtual void Reopen(UInt128 fingerprint) => throw new NotSupportedException();
}

/// <summary>128-bit fingerprints: two worlds of equal fingerprint count as one. Open addressing; the value 0 marks a free place, and the fingerprint 0 is stored as 1.</summary>
internal sealed class FingerprintSet : VisitedSet
{
    private const int FirstSize = 64;

    private UInt128[] places = new UInt128[FirstSize];
    private ulong[] open = new ulong[(FirstSize + 63) / 64];
    private bool hasOpen;

    /// <inheritdoc/>
    public override long Bytes => (places.LongLength * 16) + (open.LongLength * 8);

    /// <summary>The fingerprints.</summary>
    public IEnumerable<UInt128> Fingerprints => places.Where(place => place != UInt128.Zero);

    /// <summary>Whether a fingerprint was added.</summary>
    public bool Contains(UInt128 fingerprint)
    {
        if (fingerprint == UInt128.Zero)
            fingerprint = UInt128.One;
        var index = Home(fingerprint, places.Length);
        while (places[index] != fingerprint)
        {
            if (places[index] == UInt128.Zero)
                return false;
            if (++index == places.Length)
                index = 0;
        }

        return true;
    }

    /// <inheritdoc/>
    public override Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world)
    {
        if (fingerprint == UInt128.Zero)
            fingerprint = UInt128.One;
        var index = Home(fingerprint, places.Length);
        while (true)
        {
            ref var place = ref places[index];
            if (place == fingerprint)
                return IsOpen(index) ? Seen.Open : Seen.Closed;
            if (place == UInt128.Zero)
            {
                place = fingerprint;
                SetOpen(open, index);
                hasOpen = true;
                if (++Count * 5 > places.LongLength * 4)
                    Grow();
                return Seen.New;
            }

            if (++index == places.Length)
                index = 0;
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (hasOpen)
            Array.Clear(open);
        hasOpen = false;
    }

    /// <inheritdoc/>
    public override void Reopen(UInt128 fingerprint)
    {
        if (fingerprint == UInt128.Zero)
            fingerprint = UInt128.One;
        var index = Home(fingerprint, places.Length);
        while (places[index] != fingerprint)
            index = index + 1 == places.Length ? 0 : index + 1;
        SetOpen(open, index);
        hasOpen = true;
    }

    // Spreads 32 bits over any size; the bits that choose the shard are others.
    private static int Home(UInt128 fingerprint, int size) => (int)(((ulong)(uint)(ulong)fingerprint * (uint)size) >> 32);

    private static void SetOpen(ulong[] bits, int index) => bits[index >> 6] |= 1UL << index;

    private bool IsOpen(int index) => (open[index >> 6] >> index & 1) != 0;

    // By half, so that the table is never far from full. The order of places is kept, so the copy runs through both in order.
    private void Grow()
    {
        var (old, oldOpen) = (places, open);
        var size = checked((int)Math.Min(Array.MaxLength, (old.LongLength * 3 / 2) + 1));
        places = new UInt128[size];
        open = new ulong[(size + 63) / 64];
        for (var from = 0; from < old.Length; from++)
        {
            var fingerprint = old[from];
            if (fingerprint == UInt128.Zero)
                continue;
            var index = Home(fingerprint, size);
            while (places[index] != UInt128.Zero)
            {
                if (++index == size)
                    index = 0;
            }

            places[index] = fingerprint;
            if ((oldOpen[from >> 6] >> from & 1) != 0)
                SetOpen(open, index);
        }
    }
}
