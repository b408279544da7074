namespace Actors.Core.Revisions;

/// <summary>What a path asks before it gives access back, and what a new buffer begins with.</summary>
public enum UnrevokeTest
{
    /// <summary>__vfio_pci_memory_enabled().</summary>
    MemoryEnabled,

    /// <summary>What if: pm_runtime_engaged as well, as the BAR fault handler does.</summary>
    MemoryEnabledAndNotEngaged,
}

/// <summary>Where nvgrace-gpu copies what it read to the user's buffer (exporter-paths 17).</summary>
public enum NvgraceCopy
{
    /// <summary>Under memory_lock.</summary>
    UnderMemoryLock,

    /// <summary>What if: from a bounce buffer, behind memory_lock.</summary>
    AfterMemoryLock,
}

/// <summary>When low power entry looks whether low power is engaged already.</summary>
public enum EntryTest
{
    /// <summary>After it has zapped and revoked.</summary>
    AfterRevoke,

    /// <summary>What if: before.</summary>
    BeforeZap,
}

/// <summary>When VFIO_DEVICE_RESET tries the PCI core's lock of the function.</summary>
public enum ResetLock
{
    /// <summary>In pci_try_reset_function(), when the function is in D0 and buffers are revoked.</summary>
    InsideReset,

    /// <summary>What if: before anything else.</summary>
    First,
}

/// <summary>How COMMAND is read and written to size the ROM or to set up MSI.</summary>
public enum CommandAccess
{
    /// <summary>pci_read_config_word(), pci_write_config_word(): also while the function is reset.</summary>
    Kernel,

    /// <summary>What if: pci_user_read_config_word(), pci_user_write_config_word(), which wait for a reset to end.</summary>
    User,
}

/// <summary>What dma_buf_phys_vec_to_sgt() takes back when it fails (dma-mapping b.2).</summary>
public enum Unwinding
{
    /// <summary>Of a window the bytes that are linked, of a range 0 that failed and of a table that cannot be allocated nothing; of single ranges all entries of the table.</summary>
    AsWritten,

    /// <summary>What if: the window as it was allocated, and the entries that are filled.</summary>
    TakesBackWhatItTook,
}

/// <summary>For how long pci_p2pdma_map_type() keeps an answer (dma-mapping a.2).</summary>
public enum MapTypeAnswer
{
    /// <summary>Until the provider's driver is unbound.</summary>
    KeptWithTheProvider,

    /// <summary>What if: not at all.</summary>
    AskedAtEachMap,
}

/// <summary>What P2PDMA makes of the MMIO of a device that is locked for a confidential guest (dma-mapping d).</summary>
public enum PrivateMmio
{
    /// <summary>Nothing: it does not know of it.</summary>
    LikeAnyOther,

    /// <summary>What if: the provider carries the attribute, and there is no way to it for a device that issues untrusted requests.</summary>
    NotSupportedUntrusted,
}
