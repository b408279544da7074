namespace Actors.Core.Revisions;

/// <summary>How iommufd maps a buffer into an IOAS (importers.md 1).</summary>
public enum PagesMap
{
    /// <summary>The exporter has no call that gives its physical range: -EOPNOTSUPP.</summary>
    None,

    /// <summary>It attaches and copies the physical range under dma_resv.</summary>
    CopiesRange,

    /// <summary>It attaches, pins and copies the physical range under dma_resv.</summary>
    PinsFirst,
}

/// <summary>How the last reference to an iommufd pages object goes (importers.md 1).</summary>
public enum PagesRelease
{
    /// <summary>Its mutex is destroyed first; then it unpins without dma_resv, and detaches.</summary>
    DestroysMutexFirst,

    /// <summary>It unpins under dma_resv and detaches; then its mutex is destroyed.</summary>
    DetachesFirst,
}

/// <summary>What an in-kernel access does that pins a part of an area (importers.md 1).</summary>
public enum PagesAccess
{
    /// <summary>It takes the pages object for one of user memory.</summary>
    ReadsUserPointer,

    /// <summary>It refuses a dma-buf: -EINVAL.</summary>
    RefusesDmaBuf,
}
