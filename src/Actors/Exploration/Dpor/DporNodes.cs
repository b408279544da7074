namespace Actors.Exploration.Dpor;

/// <summary>A world on the stack of a stateless search; task sets are bits.</summary>
internal struct DporNode
{
    /// <summary>Who can move.</summary>
    public ulong Enabled;

    /// <summary>Whose next step need not be tried here: it was, and nothing since depends on it.</summary>
    public ulong Sleep;

    /// <summary>Who was tried last; -1 = nobody.</summary>
    public int Task;

    /// <summary>Which of its successors.</summary>
    public int Choice;
}

/// <summary>The worlds on the stack, and for each the source set: who has to be tried there.</summary>
internal sealed class DporNodes
{
    private DporNode[] nodes = new DporNode[64];

    /// <summary>The source sets.</summary>
    public ulong[] Backtracks { get; private set; } = new ulong[64];

    /// <summary>A node.</summary>
    public ref DporNode this[int depth] => ref nodes[depth];

    /// <summary>Makes room for so many.</summary>
    public void Reserve(int count)
    {
        if (count < nodes.Length)
            return;
        Array.Resize(ref nodes, nodes.Length * 2);
        var moved = new ulong[nodes.Length];
        Backtracks.CopyTo(moved, 0);
        Backtracks = moved;
    }
}
