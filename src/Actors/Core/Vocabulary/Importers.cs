namespace Actors.Core.Vocabulary;

/// <summary>What an importer does with an attachment and with the exporter's invalidate callback.</summary>
public enum ImporterKind
{
    /// <summary>Dynamic; unmaps inside its callback.</summary>
    Unmaps,

    /// <summary>Dynamic; unmaps inside its callback and maps again from a worker ("on demand").</summary>
    Remaps,

    /// <summary>Dynamic; its worker unmaps some time after the callback.</summary>
    UnmapsLater,

    /// <summary>Dynamic; its callback does nothing, so it never unmaps by itself.</summary>
    Ignores,

    /// <summary>Importer operations without an invalidate callback; peer2peer is set.</summary>
    NoCallback,

    /// <summary>No importer operations: <c>dma_buf_attach()</c>; peer2peer is false.</summary>
    Static,

    /// <summary>An area of an iommufd IOAS: its callback unmaps the IOMMU domains under its pages mutex; it never maps again by itself. Attach and map are one operation.</summary>
    Iommufd,

    /// <summary>mlx5 with on-demand paging: zaps its key and unmaps inside its callback, maps on the next page fault. Registration maps, deregistration unmaps and detaches.</summary>
    Mlx5,

    /// <summary>RDMA umem that pins (ib_umem_dmabuf_get_pinned()): one mapping from registration to deregistration; it cannot be told of a revoke.</summary>
    PinnedUmem,

    /// <summary>irdma: a pinned umem that can be revoked; its callback invalidates the key, unmaps and unpins for good.</summary>
    Irdma,

    /// <summary>amdgpu: its callback unmaps at once when the buffer is idle, else leaves the mapping to a ghost object whose worker waits for the job's fence.</summary>
    Amdgpu,

    /// <summary>xe: its callback evicts the BO and keeps the mapping until the next submission or the BO's end.</summary>
    Xe,

    /// <summary>xe with a VM in fault mode: as <see cref="Xe"/>, but the callback waits for the jobs and invalidates the page tables first.</summary>
    XeFaultMode,

    /// <summary>Bad: unmaps inside its callback and adds a fence that never signals.</summary>
    NeverSignals,

    /// <summary>Bad: unmaps inside its callback and maps again there.</summary>
    RemapsInCallback,

    /// <summary>Bad: unmaps inside its callback and closes the buffer's fd there.</summary>
    ClosesFd,

    /// <summary>Bad: its worker reads a BAR of the exporting device before it unmaps, which takes memory_lock.</summary>
    NeedsMemoryLock,

    /// <summary>Bad: copies page frame numbers out of its mapping and uses them after it has unmapped.</summary>
    CopiesPfns,

    /// <summary>Bad: never unmaps, not even when it detaches.</summary>
    NeverUnmaps,
}

/// <summary>What kinds of importers have in common.</summary>
public static class ImporterKinds
{
    /// <summary>Whether it is a graphics driver: jobs, fences, a VM with a reservation of its own.</summary>
    public static bool IsDrm(ImporterKind kind) => kind is ImporterKind.Amdgpu or ImporterKind.Xe or ImporterKind.XeFaultMode;

    /// <summary>Whether attach and map are one operation, and so are unmap and detach.</summary>
    public static bool IsRegistered(ImporterKind kind) => kind is ImporterKind.Iommufd or ImporterKind.Mlx5 or ImporterKind.PinnedUmem or ImporterKind.Irdma;

    /// <summary>Whether it keeps its mapping through a revoke until its own next operation, or for ever.</summary>
    public static bool KeepsMapping(ImporterKind kind) =>
        kind is ImporterKind.Ignores or ImporterKind.NeverUnmaps or ImporterKind.PinnedUmem or ImporterKind.Xe or ImporterKind.XeFaultMode;
}

/// <summary>How a peer's accesses to another function are routed, which decides the addresses it is given.</summary>
public enum ImporterMode
{
    /// <summary>Through the host bridge, untranslated: dma_map_phys() of each range.</summary>
    Phys,

    /// <summary>Below a common switch: bus addresses.</summary>
    Bus,

    /// <summary>Through the host bridge and a translating IOMMU: an IOVA window.</summary>
    Iova,
}

/// <summary>What a fence in a reservation object stands for (<c>enum dma_resv_usage</c>). A wait for one usage waits for all before it as well.</summary>
public enum FenceUsage
{
    /// <summary>DMA_RESV_USAGE_KERNEL: moves and clears by the kernel's memory management.</summary>
    Kernel,

    /// <summary>DMA_RESV_USAGE_WRITE: implicitly synchronised writers.</summary>
    Write,

    /// <summary>DMA_RESV_USAGE_READ: implicitly synchronised readers.</summary>
    Read,

    /// <summary>DMA_RESV_USAGE_BOOKKEEP: preemption, page-table updates, explicitly synchronised jobs.</summary>
    Bookkeep,
}

/// <summary>What poll on a dma-buf can wait for; each direction has one callback.</summary>
public enum PollDirection
{
    /// <summary>EPOLLOUT: nobody accesses the buffer.</summary>
    Out,

    /// <summary>EPOLLIN: nobody writes to the buffer.</summary>
    In,
}

/// <summary>What an importer's driver has noted about its mapping, besides that it has one.</summary>
[Flags]
public enum ImporterMarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The importer's hardware has the addresses: a memory key, page tables.</summary>
    Programmed = 1,

    /// <summary>umem_dmabuf->revoked: this registration never maps again.</summary>
    UmemRevoked = 2,

    /// <summary>umem_dmabuf->pinned_revoke is set: the driver's callback takes part in a revoke.</summary>
    PinnedRevoke = 4,

    /// <summary>The BO is in the system domain although its scatterlist is still mapped.</summary>
    Evicted = 8,

    /// <summary>Page frame numbers were copied out of the mapping.</summary>
    CopiedPfns = 16,

    /// <summary>umem_dmabuf->pinned: whether the umem's end has to unpin.</summary>
    UmemPinned = 32,
}
