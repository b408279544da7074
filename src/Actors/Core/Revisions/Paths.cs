using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>Where the steps of call paths go, by the local variable that names the object.</summary>
public static class Paths
{
    /// <summary><c>vdev</c>.</summary>
    public static MachineRef? Vdev(Locals locals) => locals.Vdev is { } id ? MachineRef.Of(id) : null;

    /// <summary><c>priv</c>.</summary>
    public static MachineRef? Priv(Locals locals) => locals.Priv is { } id ? MachineRef.Of(id) : null;

    /// <summary><c>attach</c>.</summary>
    public static MachineRef? Attach(Locals locals) => locals.Attach is { } id ? MachineRef.Of(id) : null;

    /// <summary><c>filep</c>.</summary>
    public static MachineRef? Filep(Locals locals) => locals.Filep is { } id ? MachineRef.Of(id) : null;

    /// <summary><c>vdev->memory_lock</c>.</summary>
    public static MachineRef? MemoryLock(Locals locals) => locals.Vdev is { } id ? MachineRef.MemoryLock(id) : null;

    /// <summary><c>priv->dmabuf->resv</c>.</summary>
    public static MachineRef? DmaResv(Locals locals) => locals.Priv is { } id ? MachineRef.DmaResv(id) : null;

    /// <summary><c>current->mm->mmap_lock</c>: user tasks are threads of one process.</summary>
    public static MachineRef? MmapLock(Locals locals) => new MachineRef(MachineKind.MmapLock, 0);

    /// <summary><c>vdev->dmabuf_lock</c>.</summary>
    public static MachineRef? DmaBufLock(Locals locals) => locals.Vdev is { } id ? new MachineRef(MachineKind.DmaBufLock, id.Index) : null;

    /// <summary><c>vdev->igate</c>.</summary>
    public static MachineRef? Igate(Locals locals) => locals.Vdev is { } id ? new MachineRef(MachineKind.Igate, id.Index) : null;

    /// <summary><c>pages->mutex</c> of an iommufd importer.</summary>
    public static MachineRef? PagesMutex(Locals locals) => locals.Attach is { } id ? new MachineRef(MachineKind.PagesMutex, id.Index) : null;

    /// <summary>The reservation lock of a DRM importer's VM.</summary>
    public static MachineRef? VmResv(Locals locals) => locals.Attach is { } id ? new MachineRef(MachineKind.VmResv, id.Index) : null;

    /// <summary>The class of the reservation locks.</summary>
    public static MachineRef? WwClass(Locals locals) => new MachineRef(MachineKind.WwClass, 0);

    /// <summary><c>ep->mtx</c> of the process's epoll instance.</summary>
    public static MachineRef? EpMutex(Locals locals) => new MachineRef(MachineKind.EpMutex, 0);

    /// <summary>The PCI core's lock of the function.</summary>
    public static MachineRef? PciDeviceLock(Locals locals) => locals.Vdev is { } id ? new MachineRef(MachineKind.PciDeviceLock, id.Index) : null;
}
