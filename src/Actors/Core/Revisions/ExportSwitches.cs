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
