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

/// <summary>Which tests the export ioctl makes on its arguments, and in which order (exporter-paths 2.1).</summary>
public enum ExportChecks
{
    /// <summary>One slice; offset and length both 0 mean the whole BAR; the kind of the BAR is not tested.</summary>
    WholeBarAllowed,

    /// <summary>One slice of a memory BAR.</summary>
    MemoryBar,

    /// <summary>Ranges; the kind of the BAR is tested after they are copied; empty ranges pass.</summary>
    MemoryBarAfterCopy,

    /// <summary>As before, but the P2P provider is looked up in place of the memory test, and the wrong pointer is tested for NULL.</summary>
    ProviderPointer,

    /// <summary>The provider itself is tested; empty ranges and overflowing sums are refused.</summary>
    ProviderAfterCopy,

    /// <summary>vfio_pci_core_fill_phys_vec() behind the driver's get_dmabuf_phys op; all fixed fields are tested before the copy.</summary>
    FillPhysVec,
}

/// <summary>What a refused range array becomes.</summary>
public enum RangesOnError
{
    /// <summary>The copy is never freed.</summary>
    Leaked,

    /// <summary>It is freed.</summary>
    Freed,
}

/// <summary>How export asks the variant driver.</summary>
public enum DriverTest
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A driver with an ioctl op of its own gets -EOPNOTSUPP.</summary>
    RefusesOwnIoctl,

    /// <summary>vdev->pci_ops->get_dmabuf_phys, without a test of pci_ops.</summary>
    CallsOpUnchecked,

    /// <summary>Both pointers are tested.</summary>
    CallsOp,
}

/// <summary>When export takes its registration reference (exporter-paths 2.1, row 18).</summary>
public enum RegistrationGet
{
    /// <summary>After dma_buf_export(), under memory_lock, unconditionally.</summary>
    AfterExport,

    /// <summary>Before dma_buf_export(), inc-not-zero, result tested.</summary>
    BeforeExport,
}

/// <summary>What happens when no fd is free after the buffer was published (exporter-paths 2.3).</summary>
public enum FdFailure
{
    /// <summary>The errno is returned and nothing is put.</summary>
    LeaksBuffer,

    /// <summary>dma_buf_put(), and then the rest of the unwind chain as well.</summary>
    UnwindsTwice,

    /// <summary>dma_buf_put() only.</summary>
    PutsBuffer,
}

/// <summary>What the attach op tests and touches (exporter-paths 3).</summary>
public enum AttachTest
{
    /// <summary>Nothing is tested; the P2P distance is asked through <c>priv->vdev->pdev</c>.</summary>
    DeviceThroughVdev,

    /// <summary>peer2peer, revoked (unlocked), then the provider through <c>priv->vdev</c>.</summary>
    ProviderThroughVdev,

    /// <summary>peer2peer, revoked (unlocked), then the provider cached in priv.</summary>
    CachedProvider,

    /// <summary>peer2peer and revoked (unlocked), nothing else.</summary>
    Revoked,

    /// <summary>peer2peer, revoked, revocable (dma_buf_attach_revocable).</summary>
    Revocable,
}

/// <summary>What the pin op answers (exporter-paths 3).</summary>
public enum PinOp
{
    /// <summary>There is none, so the core reports success.</summary>
    None,

    /// <summary>-EINVAL, always.</summary>
    RefusesInvalid,

    /// <summary>-EOPNOTSUPP, always.</summary>
    RefusesUnsupported,
}

/// <summary>What the map op tests before it maps (exporter-paths 3).</summary>
public enum MapTest
{
    /// <summary>peer2peer, and <c>priv->revoked</c> with the sign turned round.</summary>
    NotRevoked,

    /// <summary>peer2peer (-EPERM) and <c>priv->revoked</c>; then it maps through <c>priv->vdev->pdev</c>.</summary>
    RevokedThroughVdev,

    /// <summary>Nothing; it reads the provider through <c>priv->vdev</c>.</summary>
    NoneThroughVdev,

    /// <summary>revoked, under dma_resv.</summary>
    Revoked,
}

/// <summary>How the walks over vdev->dmabufs take a file reference (exporter-paths 4, M1).</summary>
public enum FileReference
{
    /// <summary>dma_buf_try_get(): inc-not-zero.</summary>
    TryGet,

    /// <summary>get_file_rcu(), which tries again while the count is zero and the pointer unchanged.</summary>
    GetFileRcu,

    /// <summary>get_file_active(): one try.</summary>
    GetFileActive,

    /// <summary>None: the walks visit every entry under dma_resv, and whoever unlinks an entry puts its registration reference.</summary>
    None,
}

/// <summary>What dma_buf_file_release() does besides leaving the debug list.</summary>
public enum FileRelease
{
    /// <summary>Nothing: the exporter's release hangs off the dentry (4ab59c3c638c).</summary>
    LeavesFilePointer,

    /// <summary>dmabuf->file := NULL.</summary>
    AnnulsFilePointer,

    /// <summary>It runs the exporter's release; only name and object memory are left to the dentry.</summary>
    RunsExporterRelease,
}

/// <summary>When a revoke returns (exporter-paths 4).</summary>
public enum RevokeReturns
{
    /// <summary>After the importers' callbacks.</summary>
    AfterNotify,

    /// <summary>After all fences and all unmaps, or after one second, whichever comes first.</summary>
    AfterFencesAndOneSecond,

    /// <summary>After all fences and all unmaps.</summary>
    AfterFencesAndUnmaps,
}

/// <summary>When the counter of live mappings is armed again after a revoke has drained it.</summary>
public enum KrefRearm
{
    /// <summary>In the next un-revoke.</summary>
    OnUnrevoke,

    /// <summary>At once.</summary>
    AfterDrain,
}

/// <summary>Where the last close cleans up the buffers (exporter-paths 5, 13).</summary>
public enum CleanupPlace
{
    /// <summary>After vfio_pci_core_disable().</summary>
    AfterDisable,

    /// <summary>Before vfio_pci_core_disable().</summary>
    BeforeDisable,
}

/// <summary>Which paths revoke at all (exporter-paths 19).</summary>
public enum RevokeSites
{
    /// <summary>COMMAND writes, VFIO_DEVICE_RESET, hot reset and close.</summary>
    CommandAndReset,

    /// <summary>FLR, power state and low power as well.</summary>
    All,
}

/// <summary>What the FLR paths do with the buffers after the reset (exporter-paths 9).</summary>
public enum AfterFlr
{
    /// <summary>move(true) again: the slip of the first postings.</summary>
    RevokesAgain,

    /// <summary>move(false).</summary>
    Unrevokes,
}

/// <summary>Where hot reset revokes and un-revokes (exporter-paths 11).</summary>
public enum HotReset
{
    /// <summary>Revokes when all devices are locked, un-revokes in a forward loop after the bus reset.</summary>
    RevokesLate,

    /// <summary>Revokes while it locks; the undo walk only unlocks.</summary>
    RevokesWhileLocking,

    /// <summary>The undo begins with a forward loop that un-revokes and loses the list cursor.</summary>
    UndoLosesCursor,

    /// <summary>The reverse undo walk un-revokes.</summary>
    UnrevokesInUndo,

    /// <summary>The reverse undo walk un-revokes devices that are open.</summary>
    UnrevokesOpenDevices,
}

/// <summary>When the BAR regions are requested (exporter-paths 13).</summary>
public enum BarSetup
{
    /// <summary>At the first mmap or access; export does not ask.</summary>
    Lazy,

    /// <summary>In vfio_pci_core_enable(); export refuses a BAR that was not reserved.</summary>
    AtEnable,
}

/// <summary>What the device's init op makes of P2PDMA (exporter-paths 13).</summary>
public enum DeviceInit
{
    /// <summary>It does not ask.</summary>
    WithoutProvider,

    /// <summary>Any error of the P2P setup is returned: the function cannot be bound.</summary>
    ProviderRequired,

    /// <summary>The comparison is wrong: success returns before the list head and memory_lock are set up.</summary>
    ReturnsOnSuccess,

    /// <summary>-EOPNOTSUPP is tolerated; export then fails.</summary>
    ProviderOptional,
}

/// <summary>Whether a BAR that is flagged non-mappable has a P2P provider (951ebc18d181).</summary>
public enum NonMappableBar
{
    /// <summary>It has one.</summary>
    HasProvider,

    /// <summary>It has none, so export refuses it.</summary>
    HasNone,
}

/// <summary>How the flags of vfio_pci_core_device that change at run time are stored.</summary>
public enum DeviceFlags
{
    /// <summary>A byte each.</summary>
    Bytes,

    /// <summary>Bit-fields that share storage units: a write is a read-modify-write of its neighbours.</summary>
    BitFields,
}

/// <summary>When SR-IOV enable creates the VFs (exporter-paths 18a).</summary>
public enum VfCreation
{
    /// <summary>Under memory_lock.</summary>
    UnderMemoryLock,

    /// <summary>After sriov_active was marked and memory_lock dropped.</summary>
    AfterUnlock,
}

/// <summary>What nvgrace-gpu does before it gives access to its memory after a reset (exporter-paths 17).</summary>
public enum NvgraceReady
{
    /// <summary>It waits under memory_lock(R) until the function is ready.</summary>
    Waits,

    /// <summary>Before it waits, it refuses when low power is engaged or memory is not enabled; with CXL it waits before it takes memory_lock.</summary>
    TestsMemoryFirst,
}

/// <summary>What freezing a device for a live update does (exporter-paths 18).</summary>
public enum FreezeOp
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It resets the function under dev_set->lock and the PCI core's lock.</summary>
    ResetsOnly,

    /// <summary>It zaps, revokes, resets and publishes the frozen flag under dev_set->lock, igate and memory_lock.</summary>
    RevokesAndResets,
}

/// <summary>How steering tag and processing hint of a buffer are stored and read (the unmerged TPH series).</summary>
public enum SteeringTags
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Stored under memory_lock; the importer's getter takes no lock.</summary>
    UnlockedGetter,

    /// <summary>Stored once under memory_lock, published with release; the getter acquires.</summary>
    WriteOnce,

    /// <summary>Stored and read under dma_resv.</summary>
    UnderDmaResv,
}

/// <summary>A kernel revision is data: named switches that only call paths read. Rows are in <see cref="KernelRevisions"/>.</summary>
/// <param name="Name">The tag of kernel/exporter-paths.md section 0.</param>
/// <param name="Title">What it is.</param>
/// <param name="Date">When it was posted or released.</param>
public sealed record KernelRevision(string Name, string Title, string Date)
{
    /// <summary>The row a branch is written on; empty for the line, where it is the row before.</summary>
    public string Base { get; init; } = "";

    /// <summary>CONFIG_VFIO_PCI_DMABUF.</summary>
    public bool DmaBufBuiltIn { get; init; } = true;

    /// <summary>CONFIG_DMABUF_MOVE_NOTIFY; without it the core pins an attachment when it is mapped.</summary>
    public bool MoveNotifyBuiltIn { get; init; } = true;

    /// <summary>Whether the file operations of a device take a runtime-PM reference (not in the base of 2022).</summary>
    public bool IoctlTakesRuntimePm { get; init; } = true;

    /// <summary>The shape of the export ioctl.</summary>
    public ExportInput ExportInput { get; init; }

    /// <summary>The tests of the export ioctl.</summary>
    public ExportChecks ExportChecks { get; init; }

    /// <summary>What a refused range array becomes.</summary>
    public RangesOnError RangesOnError { get; init; }

    /// <summary>How export asks the variant driver.</summary>
    public DriverTest DriverTest { get; init; }

    /// <summary>When export takes its registration reference.</summary>
    public RegistrationGet RegistrationGet { get; init; }

    /// <summary>Whether export stores <c>revoked</c> with the sign turned round.</summary>
    public bool RevokedInverted { get; init; }

    /// <summary>The unwinding after a failed fd allocation.</summary>
    public FdFailure FdFailure { get; init; }

    /// <summary>The attach op.</summary>
    public AttachTest AttachTest { get; init; }

    /// <summary>The pin op.</summary>
    public PinOp PinOp { get; init; }

    /// <summary>The map op.</summary>
    public MapTest MapTest { get; init; }

    /// <summary>The file reference of the list walks.</summary>
    public FileReference FileReference { get; init; }

    /// <summary>The file's release in the dma-buf core.</summary>
    public FileRelease FileRelease { get; init; }

    /// <summary>When a revoke returns.</summary>
    public RevokeReturns RevokeReturns { get; init; }

    /// <summary>When the counter of live mappings is armed again.</summary>
    public KrefRearm KrefRearm { get; init; }

    /// <summary>Where the last close cleans up.</summary>
    public CleanupPlace CleanupPlace { get; init; }

    /// <summary>Which paths revoke.</summary>
    public RevokeSites RevokeSites { get; init; }

    /// <summary>The end of the FLR paths.</summary>
    public AfterFlr AfterFlr { get; init; }

    /// <summary>Where hot reset revokes and un-revokes.</summary>
    public HotReset HotReset { get; init; }

    /// <summary>When BARs are requested.</summary>
    public BarSetup BarSetup { get; init; }

    /// <summary>The device's init op.</summary>
    public DeviceInit DeviceInit { get; init; }

    /// <summary>What a non-mappable BAR has.</summary>
    public NonMappableBar NonMappableBar { get; init; }

    /// <summary>How run-time flags are stored.</summary>
    public DeviceFlags DeviceFlags { get; init; }

    /// <summary>When SR-IOV enable creates the VFs.</summary>
    public VfCreation VfCreation { get; init; }

    /// <summary>What nvgrace-gpu does after a reset.</summary>
    public NvgraceReady NvgraceReady { get; init; }

    /// <summary>What freezing for a live update does.</summary>
    public FreezeOp Freeze { get; init; }

    /// <summary>How steering tags are stored and read.</summary>
    public SteeringTags SteeringTags { get; init; }

    /// <summary>The name of the call that notifies attachments.</summary>
    public string NotifyCall { get; init; } = "dma_buf_move_notify";

    /// <summary>How move drops its temporary file reference.</summary>
    public string MovePut { get; init; } = "dma_buf_put(priv->dmabuf)";

    /// <summary>How cleanup drops its temporary file reference.</summary>
    public string CleanupPut { get; init; } = "dma_buf_put(priv->dmabuf)";

    /// <summary>What-if changes of call paths; empty for the rows of <see cref="KernelRevisions"/>.</summary>
    public Sequence<PathEdit> Edits { get; init; } = Sequence<PathEdit>.Empty;

    /// <summary>Whether live mappings are counted, so that a revoke can wait for them.</summary>
    public bool CountsMappings => RevokeReturns != RevokeReturns.AfterNotify;
}
