namespace Actors.Exploration.Search;

/// <summary>The worlds whose fingerprints begin alike: which were seen, how each was reached, and those of the layer in work and of the next.</summary>
internal sealed class Shard(VisitedSet visited, WorldBlocks blocks)
{
    /// <summary>Bits of a fingerprint that choose the shard.</summary>
    public const int Bits = 5;

    /// <summary>Number of shards. Fixed, so that nothing depends on the number of threads.</summary>
    public const int Many = 1 << Bits;

    private const int IndexBits = 32 - Bits;

    /// <summary>The parent of the first world.</summary>
    public const uint NoParent = uint.MaxValue;

    public VisitedSet Visited => visited;

    public ParentLog Parents { get; } = new();

    public Frontier Current { get; private set; } = new(blocks);

    public Frontier Next { get; private set; } = new(blocks);

    /// <summary>Size in bytes, without the worlds of the layers.</summary>
    public long Bytes => visited.Bytes + Parents.Bytes;

    /// <summary>The shard of a fingerprint.</summary>
    public static int Of(UInt128 fingerprint) => (int)(ulong)(fingerprint >> (128 - Bits));

    /// <summary>The number of a world: its shard and its place in the shard's order of discovery.</summary>
    public static uint Number(int shard, int index) => index < 1 << IndexBits
        ? ((uint)shard << IndexBits) | (uint)index
        : throw new InvalidOperationException("more worlds than a world's number can tell");

    /// <summary>Shard and place of a number.</summary>
    public static (int Shard, int Index) Place(uint number) => ((int)(number >> IndexBits), (int)(number & ((1u << IndexBits) - 1)));

    /// <summary>The next layer becomes the current one.</summary>
    public void Advance()
    {
        visited.Close();
        (Current, Next) = (Next, Current);
        Next.Clear();
        Next.First = Parents.Count;
    }

    /// <summary>Puts the worlds of the layer in work and of the next back, by their numbers in the shard.</summary>
    public void Restore(int current, int next, Func<int, int[]> worldOf, Func<int[], UInt128> fingerprintOf)
    {
        (Current.First, Next.First) = (current, next);
        for (var index = current; index < Parents.Count; index++)
        {
            var world = worldOf(index);
            (index < next ? Current : Next).Add(world, fingerprintOf(world));
            if (index >= next)
                visited.Reopen(fingerprintOf(world));
        }
    }
}
