using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>The table of revisions.</summary>
public static class KernelRevisions
{
    /// <summary>The seed patch.</summary>
    public static readonly KernelRevision S0 = MainlineRevisions.S0;

    /// <summary>The newest mainline seen.</summary>
    public static readonly KernelRevision M73 = MainlineRevisions.M73;

    /// <summary>What was posted or merged, oldest first.</summary>
    public static readonly Sequence<KernelRevision> Line = MainlineRevisions.Line;

    /// <summary>All rows: the line, then the branches.</summary>
    public static readonly Sequence<KernelRevision> All = Sequence<KernelRevision>.From(Line.Concat(BranchRevisions.All));

    /// <summary>What a command compares when nothing is said: the seed patch and today's mainline.</summary>
    public static readonly Sequence<KernelRevision> Usual = Sequence<KernelRevision>.Of(S0, M73);

    /// <summary>The row that a row is written on; null for the first.</summary>
    public static KernelRevision? BaseOf(KernelRevision row) =>
        row.Base.Length > 0 ? Find(row.Base) : Line.IndexOf(row) is > 0 and var index ? Line[index - 1] : null;

    /// <summary>The newest mainline.</summary>
    public static readonly KernelRevision Newest = M73;

    /// <summary>The suffixes that stand for a configuration.</summary>
    public static readonly Sequence<string> Suffixes = Sequence<string>.Of(WithoutDmaBuf, WithoutMoveNotify, On32Bits, WithStructPages);

    /// <summary>The suffix that switches CONFIG_VFIO_PCI_DMABUF off.</summary>
    public const string WithoutDmaBuf = "-nodmabuf";

    /// <summary>The suffix that switches CONFIG_DMABUF_MOVE_NOTIFY off.</summary>
    public const string WithoutMoveNotify = "-nomovenotify";

    /// <summary>The suffix of a kernel whose size_t has 32 bits.</summary>
    public const string On32Bits = "-32bit";

    /// <summary>The suffix of the alternative of 2022: BARs backed by struct pages.</summary>
    public const string WithStructPages = "-pages";

    /// <summary>The row of that name; a name ending in <c>-nodmabuf</c>, <c>-nomovenotify</c>, <c>-32bit</c> or <c>-pages</c> is the row in that configuration. Null when there is none.</summary>
    public static KernelRevision? Find(string name)
    {
        if (All.FirstOrDefault(revision => revision.Name == name) is { } row)
            return row;
        if (name.EndsWith(WithoutDmaBuf, StringComparison.Ordinal))
            return Find(name[..^WithoutDmaBuf.Length]) is { } built ? built with { Name = name, DmaBufBuiltIn = false } : null;
        if (name.EndsWith(WithoutMoveNotify, StringComparison.Ordinal))
            return Find(name[..^WithoutMoveNotify.Length]) is { } notified ? notified with { Name = name, MoveNotifyBuiltIn = false } : null;
        if (name.EndsWith(On32Bits, StringComparison.Ordinal))
            return Find(name[..^On32Bits.Length]) is { } wide ? wide with { Name = name, SizeBits = 32 } : null;
        if (name.EndsWith(WithStructPages, StringComparison.Ordinal))
            return Find(name[..^WithStructPages.Length]) is { } bare ? PageBacking.Of(bare, name) : null;
        return null;
    }
}
