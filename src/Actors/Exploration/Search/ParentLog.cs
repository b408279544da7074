namespace Actors.Exploration.Search;

/// <summary>How each world of a shard was first reached: the number of its parent and the step taken there, in order of discovery.</summary>
internal sealed class ParentLog
{
    private const int BlockBits = 10;
    private const int BlockSize = 1 << BlockBits;

    private readonly List<(uint[] Parents, ushort[] Steps)> blocks = [];

    /// <summary>Number of worlds.</summary>
    public int Count { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => (long)blocks.Count * BlockSize * (sizeof(uint) + sizeof(ushort));

    /// <summary>The parent and step of a world.</summary>
    public (uint Parent, ushort Step) this[int index] =>
        (blocks[index >> BlockBits].Parents[index & (BlockSize - 1)], blocks[index >> BlockBits].Steps[index & (BlockSize - 1)]);

    /// <summary>Records a world.</summary>
    public void Add(uint parent, ushort step)
    {
        var place = Count & (BlockSize - 1);
        if (place == 0 && Count >> BlockBits == blocks.Count)
            blocks.Add((new uint[BlockSize], new ushort[BlockSize]));
        var (parents, steps) = blocks[Count >> BlockBits];
        parents[place] = parent;
        steps[place] = step;
        Count++;
    }
}
