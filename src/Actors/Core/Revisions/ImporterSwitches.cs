namespace Actors.Core.Revisions;

/// <summary>The invalidate callback of a pinned RDMA umem (importers.md 2b).</summary>
public enum PinnedUmemOps
{
    /// <summary>It prints a warning and does nothing; the core wants a callback of every dynamic importer.</summary>
    WarnsWhenTold,

    /// <summary>There is none (575157b1b5fc makes it optional).</summary>
    HaveNoCallback,
}

/// <summary>What ib_umem_dmabuf_get_pinned() does when it cannot map what it has pinned.</summary>
public enum PinnedMapFailure
{
    /// <summary>It unpins, and so does the release behind it: umem_dmabuf->pinned stays set.</summary>
    UnpinsTwice,

    /// <summary>It leaves that to the release (104016eb671e).</summary>
    UnpinsOnce,
}

/// <summary>What amdgpu_dma_buf_move_notify() does before it updates page tables.</summary>
public enum AmdgpuNotify
{
    /// <summary>Nothing.</summary>
    WithoutFenceSlots,

    /// <summary>It reserves slots for two fences (316baf09d355).</summary>
    ReservesFenceSlots,
}
