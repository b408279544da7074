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
