using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>How the export ioctl describes what to export.</summary>
public enum ExportInput
{
    /// <summary>One slice: region, offset, length (payload of 24 bytes).</summary>
    SingleSlice,

    /// <summary>An array of ranges behind a fixed struct of 16 bytes.</summary>
    Ranges,
}

/// <summary>What happens when no fd is free after the buffer was published (exporter-paths 2.3).</summary>
public enum FdFailure
{
    /// <summary>The errno is returned and nothing is put.</summary>
    LeaksBuffer,

    /// <summary>dma_buf_put() only.</summary>
    PutsBuffer,
}

/// <summary>What the attach op tests and touches (exporter-paths 3).</summary>
public enum AttachTest
{
    /// <summary>peer2peer, revoked (unlocked), then the provider through <c>priv->vdev</c>.</summary>
    ProviderThroughVdev,

    /// <summary>peer2peer, revoked, revocable (dma_buf_attach_revocable).</summary>
    Revocable,
}

/// <summary>What the map op tests before it maps (exporter-paths 3).</summary>
public enum MapTest
{
    /// <summary>Nothing; it reads the provider through <c>priv->vdev</c>.</summary>
    NoneThroughVdev,

    /// <summary>revoked, under dma_resv.</summary>
    Revoked,
}

/// <summary>When a revoke returns (exporter-paths 4).</summary>
public enum RevokeReturns
{
    /// <summary>After the importers' callbacks.</summary>
    AfterNotify,

    /// <summary>After all fences and all unmaps; the counter is re-armed at once.</summary>
    AfterFencesAndUnmaps,
}

/// <summary>Where the last close cleans up the buffers (exporter-paths 5, 13).</summary>
public enum CleanupPlace
{
    /// <summary>After vfio_pci_core_disable().</summary>
    AfterDisable,

    /// <summary>Before vfio_pci_core_disable().</summary>
    BeforeDisable,
}

/// <summary>What the FLR paths do with the buffers after the reset (exporter-paths 9).</summary>
public enum AfterFlr
{
    /// <summary>move(true) again: the slip of the first postings.</summary>
    RevokesAgain,

    /// <summary>move(false).</summary>
    Unrevokes,
}

/// <summary>When the BAR regions are requested (exporter-paths 13).</summary>
public enum BarSetup
{
    /// <summary>At the first mmap or access; export does not ask.</summary>
    Lazy,

    /// <summary>In vfio_pci_core_enable(); export refuses a BAR that was not reserved.</summary>
    AtEnable,
}

/// <summary>A kernel revision is data: named switches that only call paths read. Rows are in <see cref="KernelRevisions"/>.</summary>
/// <param name="Name">The tag of kernel/exporter-paths.md section 0.</param>
/// <param name="Title">What it is.</param>
/// <param name="Date">When it was posted or released.</param>
public sealed record KernelRevision(string Name, string Title, string Date)
{
    /// <summary>CONFIG_VFIO_PCI_DMABUF.</summary>
    public bool DmaBufBuiltIn { get; init; } = true;

    /// <summary>The shape of the export ioctl.</summary>
    public ExportInput ExportInput { get; init; }

    /// <summary>The unwinding after a failed fd allocation.</summary>
    public FdFailure FdFailure { get; init; }

    /// <summary>The attach op.</summary>
    public AttachTest AttachTest { get; init; }

    /// <summary>The map op.</summary>
    public MapTest MapTest { get; init; }

    /// <summary>When a revoke returns.</summary>
    public RevokeReturns RevokeReturns { get; init; }

    /// <summary>Where the last close cleans up.</summary>
    public CleanupPlace CleanupPlace { get; init; }

    /// <summary>The end of the FLR paths.</summary>
    public AfterFlr AfterFlr { get; init; }

    /// <summary>When BARs are requested.</summary>
    public BarSetup BarSetup { get; init; }

    /// <summary>The name of the call that notifies attachments.</summary>
    public string NotifyCall { get; init; } = "dma_buf_move_notify";

    /// <summary>What-if changes of call paths; empty for the rows of <see cref="KernelRevisions"/>.</summary>
    public Sequence<PathEdit> Edits { get; init; } = Sequence<PathEdit>.Empty;

    /// <summary>Whether live mappings are counted, so that a revoke can wait for them.</summary>
    public bool CountsMappings => RevokeReturns == RevokeReturns.AfterFencesAndUnmaps;
}

/// <summary>The revisions, oldest first. A row reads like the patch it stands for.</summary>
public static class KernelRevisions
{
    /// <summary>The seed patch.</summary>
    public static readonly KernelRevision S0 = new("S0", "vfio/pci: Add dma-buf export support for MMIO regions (the seed patch)", "2025-07-23");

    /// <summary>The newest mainline seen: v7.2.6 to v7.3-rc7.</summary>
    public static readonly KernelRevision M73 = S0 with
    {
        Name = "M73",
        Title = "mainline v7.2.6 to v7.3-rc7",
        Date = "2026-11",
        ExportInput = ExportInput.Ranges,
        FdFailure = FdFailure.PutsBuffer,
        AttachTest = AttachTest.Revocable,
        MapTest = MapTest.Revoked,
        RevokeReturns = RevokeReturns.AfterFencesAndUnmaps,
        CleanupPlace = CleanupPlace.BeforeDisable,
        AfterFlr = AfterFlr.Unrevokes,
        BarSetup = BarSetup.AtEnable,
        NotifyCall = "dma_buf_invalidate_mappings",
    };

    /// <summary>All rows, oldest first.</summary>
    public static readonly Sequence<KernelRevision> All = Sequence<KernelRevision>.Of(S0, M73);

    /// <summary>The suffix that switches CONFIG_VFIO_PCI_DMABUF off.</summary>
    public const string WithoutDmaBuf = "-nodmabuf";

    /// <summary>The row of that name; a name ending in <c>-nodmabuf</c> is the row with the feature compiled out. Null when there is none.</summary>
    public static KernelRevision? Find(string name)
    {
        var bare = name.EndsWith(WithoutDmaBuf, StringComparison.Ordinal);
        var row = All.FirstOrDefault(revision => revision.Name == (bare ? name[..^WithoutDmaBuf.Length] : name));
        return row is not null && bare ? row with { Name = name, DmaBufBuiltIn = false } : row;
    }
}
