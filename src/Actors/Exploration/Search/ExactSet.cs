namespace Actors.Exploration.Search;

/// <summary>Whole worlds, compared component by component. The fingerprint only finds their place.</summary>
internal sealed class ExactSet(int slotCount) : VisitedSet
{
    private readonly List<int[]> blocks = [];
    private const int BlockWorlds = 256;
    private int[] places = new int[64];
    private long closed;

    /// <inheritdoc/>
    public override long Bytes => (places.LongLength * 4) + ((long)blocks.Count * BlockWorlds * slotCount * 4);

    /// <inheritdoc/>
    public override bool NeedsWorld => true;

    /// <inheritdoc/>
    public override Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world)
    {
        var mask = places.Length - 1;
        var index = (int)(ulong)fingerprint & mask;
        for (; places[index] != 0; index = (index + 1) & mask)
        {
            if (World(places[index] - 1).SequenceEqual(world))
                return places[index] > closed ? Seen.Open : Seen.Closed;
        }

        var number = checked((int)Count++);
        if (number % BlockWorlds == 0)
            blocks.Add(new int[BlockWorlds * slotCount]);
        world.CopyTo(World(number));
        places[index] = number + 1;
        fingerprints.Add((uint)(ulong)fingerprint);
        if (Count * 2 > places.Length)
            Grow();
        return Seen.New;
    }

    /// <inheritdoc/>
    public override void Close() => closed = Count;

    private readonly List<uint> fingerprints = [];

    private Span<int> World(int number) => blocks[number / BlockWorlds].AsSpan(number % BlockWorlds * slotCount, slotCount);

    private void Grow()
    {
        places = new int[places.Length * 2];
        var mask = places.Length - 1;
        for (var number = 0; number < fingerprints.Count; number++)
        {
            var index = (int)fingerprints[number] & mask;
            while (places[index] != 0)
                index = (index + 1) & mask;
            places[index] = number + 1;
        }
    }
}
