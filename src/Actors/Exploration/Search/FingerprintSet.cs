namespace Actors.Exploration.Search;

/// <summary>128-bit fingerprints: two worlds of equal fingerprint count as one. Open addressing; the value 0 marks a free place, and the fingerprint 0 is stored as 1.</summary>
/// <remarks>The table lies in blocks. It grows by half, block by block, and the blocks that are copied are used again: no moment needs two tables, and few pages are new to the process.</remarks>
/// <param name="tellsOpen">Whether worlds added since the last <see cref="Close"/> are told from earlier ones; otherwise all that were seen are closed.</param>
internal sealed class FingerprintSet(bool tellsOpen = true) : VisitedSet
{
    private const int BlockBits = 12;
    private const int BlockPlaces = 1 << BlockBits;
    private const int FirstSize = 64;

    private readonly Stack<UInt128[]> spare = [];
    private UInt128[][] blocks = [new UInt128[FirstSize + Tail(FirstSize)]];
    private int homes = FirstSize;
    private ulong[] open = new ulong[(FirstSize + Tail(FirstSize) + 63) / 64];
    private int made = 1;
    private bool hasOpen;
    private ulong touched;

    /// <inheritdoc/>
    public override long Bytes => (Capacity * 16L) + (open.LongLength * 8);

    /// <summary>The fingerprints.</summary>
    public IEnumerable<UInt128> Fingerprints => blocks.SelectMany(block => block).Where(place => place != UInt128.Zero);

    private int Capacity => homes + Tail(homes);

    /// <summary>Whether a fingerprint was added.</summary>
    public bool Contains(UInt128 fingerprint)
    {
        fingerprint = Stored(fingerprint);
        return At(PlaceOf(fingerprint)) == fingerprint;
    }

    /// <inheritdoc/>
    public override void Touch(ReadOnlySpan<Candidate> candidates)
    {
        var sum = 0UL;
        foreach (ref readonly var candidate in candidates)
            sum += (ulong)At(Home(candidate.Fingerprint));
        touched = sum;
    }

    /// <inheritdoc/>
    public override Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world)
    {
        fingerprint = Stored(fingerprint);
        for (var index = Home(fingerprint); ; index++)
        {
            ref var place = ref At(index);
            if (place == fingerprint)
                return tellsOpen && IsOpen(index) ? Seen.Open : Seen.Closed;
            if (place != UInt128.Zero)
                continue;
            place = fingerprint;
            if (tellsOpen)
                SetOpen(index);
            if (++Count * 5L > homes * 4L || index == Capacity - 1)
                Grow();
            return Seen.New;
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
        if (tellsOpen)
            SetOpen(PlaceOf(Stored(fingerprint)));
    }

    private static UInt128 Stored(UInt128 fingerprint) => fingerprint == UInt128.Zero ? UInt128.One : fingerprint;

    // Where it is, or the free place at which the search for it ends.
    private int PlaceOf(UInt128 stored)
    {
        var index = Home(stored);
        while (At(index) != stored && At(index) != UInt128.Zero)
            index++;
        return index;
    }

    // Room behind the last home, so that no search wraps round. The last place is never taken for long.
    private static int Tail(int homes) => Math.Min(BlockPlaces, homes);

    // Spreads 32 bits over any size; the bits that choose the shard are others.
    private int Home(UInt128 fingerprint) => (int)(((ulong)(uint)(ulong)fingerprint * (uint)homes) >> 32);

    private ref UInt128 At(int index) => ref blocks[index >> BlockBits][index & (BlockPlaces - 1)];

    private bool IsOpen(int index) => (open[index >> 6] >> index & 1) != 0;

    private void SetOpen(int index)
    {
        open[index >> 6] |= 1UL << index;
        hasOpen = true;
    }

    // The order of homes is kept, so the copy runs through both tables in order.
    private void Grow()
    {
        var (old, oldOpen) = (blocks, open);
        homes = homes < BlockPlaces ? homes * 2 : checked(((homes / 2 * 3) + BlockPlaces) & ~(BlockPlaces - 1));
        var capacity = Capacity;
        blocks = new UInt128[(capacity + BlockPlaces - 1) >> BlockBits][];
        made = 0;
        if (tellsOpen)
            open = new ulong[(capacity + 63) / 64];
        for (var number = 0; number < old.Length; number++)
        {
            var block = old[number];
            for (var place = 0; place < block.Length; place++)
            {
                if (block[place] != UInt128.Zero)
                    Put(block[place], capacity, tellsOpen && (oldOpen[((number << BlockBits) + place) >> 6] >> place & 1) != 0);
            }

            if (block.Length == BlockPlaces)
                spare.Push(block);
        }

        Extend(capacity, capacity - 1);
        spare.Clear();
    }

    private void Put(UInt128 fingerprint, int capacity, bool isOpen)
    {
        var index = Home(fingerprint);
        Extend(capacity, index);
        while (At(index) != UInt128.Zero)
            Extend(capacity, ++index);
        At(index) = fingerprint;
        if (isOpen)
            SetOpen(index);
    }

    // Blocks up to the one of a place.
    private void Extend(int capacity, int index)
    {
        while (index >> BlockBits >= made)
        {
            if (spare.TryPop(out var block))
                Array.Clear(block);
            blocks[made] = block ?? GC.AllocateArray<UInt128>(Math.Min(BlockPlaces, capacity - (made << BlockBits)), pinned: capacity > BlockPlaces);
            made++;
        }
    }
}
