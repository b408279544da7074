namespace Actors.Exploration.Search;

/// <summary>The worlds of one layer in one shard, in blocks.</summary>
internal sealed class Frontier(WorldBlocks source)
{
    private readonly List<WorldBlock?> blocks = [];

    /// <summary>Number of worlds.</summary>
    public int Count { get; private set; }

    /// <summary>Number of the first world, in order of discovery in the shard; the others follow.</summary>
    public int First { get; set; }

    /// <summary>The slots of a world.</summary>
    public Span<int> World(int index) => blocks[index >> WorldBlock.Bits]!.Slots.AsSpan((index & (WorldBlock.Worlds - 1)) * source.SlotCount, source.SlotCount);

    /// <summary>The fingerprint of a world.</summary>
    public UInt128 Fingerprint(int index) => blocks[index >> WorldBlock.Bits]!.Fingerprints[index & (WorldBlock.Worlds - 1)];

    /// <summary>Appends a copy of a world and answers its slots for writing.</summary>
    public Span<int> Add(ReadOnlySpan<int> world, UInt128 fingerprint)
    {
        var place = Count & (WorldBlock.Worlds - 1);
        if (place == 0)
            blocks.Add(source.Rent());
        blocks[^1]!.Fingerprints[place] = fingerprint;
        var copy = World(Count++);
        world.CopyTo(copy);
        return copy;
    }

    /// <summary>Gives back the blocks that hold only worlds before the given one: they are not asked for again.</summary>
    public void Release(int before)
    {
        for (var block = (before >> WorldBlock.Bits) - 1; block >= 0 && blocks[block] is { } used; block--)
        {
            source.Return(used);
            blocks[block] = null;
        }
    }

    /// <summary>Forgets all worlds.</summary>
    public void Clear()
    {
        foreach (var block in blocks)
        {
            if (block is not null)
                source.Return(block);
        }

        blocks.Clear();
        Count = 0;
    }
}
