namespace Actors.Core.Revisions;

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

/// <summary>How epoll polls a file that it watches (dma-buf-core 7).</summary>
public enum EpollFile
{
    /// <summary>Through the item's pointer: the file's count may be zero already.</summary>
    PolledByPointer,

    /// <summary>With a reference of its own, unless the count is zero (4efaa5acf0a1).</summary>
    TakesReference,
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
    /// <summary>Nothing, as before it.</summary>
    Nothing,

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

/// <summary>What memory maps the buffers into user space, and what a fault on such a mapping relies on.</summary>
public enum DmaBufMmap
{
    /// <summary>The exporter has no mmap op.</summary>
    None,

    /// <summary>The fault handler reads priv->vdev and takes its memory_lock.</summary>
    FaultReadsVdev,

    /// <summary>The fault handler reads priv->vdev under dma_resv while the buffer is not revoked, and pins the registration.</summary>
    FaultPinsRegistration,
}

/// <summary>What protects vdev->dmabufs.</summary>
public enum ListLock
{
    /// <summary>memory_lock, held for write.</summary>
    MemoryLock,

    /// <summary>dmabuf_lock inside memory_lock; export takes it alone and reads a shadow of the revoked state.</summary>
    DmaBufLock,
}

/// <summary>What VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE holds while it drains.</summary>
public enum PermanentRevoke
{
    /// <summary>There is no such feature.</summary>
    None,

    /// <summary>memory_lock for write.</summary>
    UnderMemoryLock,

    /// <summary>memory_lock for read and dmabuf_lock for write.</summary>
    UnderDmaBufLock,
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
