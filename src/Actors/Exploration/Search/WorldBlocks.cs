namespace Actors.Exploration.Search;

/// <summary>Room for a few worlds: their slots side by side, and their fingerprints.</summary>
internal sealed class WorldBlock(int slotCount)
{
    /// <summary>Worlds of a block, as a power of two.</summary>
    public const int Bits = 5;

    /// <summary>Worlds of a block.</summary>
    public const int Worlds = 1 << Bits;

    public int[] Slots { get; } = GC.AllocateUninitializedArray<int>(Worlds * slotCount, pinned: true);

    public UInt128[] Fingerprints { get; } = GC.AllocateUninitializedArray<UInt128>(Worlds, pinned: true);
}

/// <summary>Blocks for the frontiers of one search: a block that one frontier gives back serves another. For any number of threads.</summary>
internal sealed class WorldBlocks(int slotCount)
{
    private readonly Lock gate = new();
    private readonly Stack<WorldBlock> free = [];
    private long made;

    /// <summary>Slots of a world.</summary>
    public int SlotCount => slotCount;

    /// <summary>Size in bytes of all blocks, in use or not.</summary>
    public long Bytes => made * WorldBlock.Worlds * ((slotCount * sizeof(int)) + 16L);

    /// <summary>A block of any content.</summary>
    public WorldBlock Rent()
    {
        lock (gate)
        {
            if (free.TryPop(out var block))
                return block;
            made++;
        }

        return new WorldBlock(slotCount);
    }

    /// <summary>Takes a block back.</summary>
    public void Return(WorldBlock block)
    {
        lock (gate)
            free.Push(block);
    }
}
