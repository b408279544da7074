using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 17 of kernel/exporter-paths.md: nvgrace-gpu, whose memory is ready only some time after a reset; mmap of a BAR; memory failure.</content>
public sealed partial class CallPaths
{
    /// <summary>nvgrace_gpu_check_device_ready().</summary>
    public Program NvgraceCheckReady { get; }

    /// <summary>nvgrace_gpu_read() of one of the special memory regions.</summary>
    public Program NvgraceRead { get; }

    /// <summary>nvgrace_gpu_vfio_pci_huge_fault().</summary>
    public Program NvgraceFault { get; }

    /// <summary>vfio_pci_core_mmap().</summary>
    public Program MmapBar { get; }

    /// <summary>memory_failure() of a page of the device's memory.</summary>
    public Program MemoryFailure { get; }

    // The flag is set by the PCI core's reset_done callback, which steps of a reset bring along.
    private PathBuilder WriteNvgraceCheckReady()
    {
        var path = new PathBuilder("nvgrace_gpu_check_device_ready");
        path.AssertHeld("lockdep_assert_held_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        path.At("F2").Device("if (!nvdev->reset_done)", new DeviceMessage.ReadResetDone());
        path.If("reset since the last access", locals => locals.Reply != 0, reset =>
        {
            if (Revision.NvgraceReady == NvgraceReady.TestsMemoryFirst)
            {
                reset.At("F2").Device("if (!__vfio_pci_memory_enabled(vdev))", new DeviceMessage.MemoryEnabled());
                reset.Refuse("!__vfio_pci_memory_enabled(vdev)", locals => locals.Reply == 0, Errno.EIO);
            }

            if (WaitsWithoutLock)
            {
                reset.If("if (nvdev->cxl_dvsec)", IsCxl,
                    cxl => cxl
                        .At("F2").Device("ready now? one test", new DeviceMessage.ReadReady())
                        .Refuse("a reset has raced with the wait", locals => locals.Reply == 0, Errno.EAGAIN),
                    PollBar);
            }
            else
            {
                reset.At("F2").Device("nvgrace_gpu_wait_device_ready(): polls BAR 0", new DeviceMessage.WaitReady());
            }

            reset.At("F2").Device("nvdev->reset_done = false", new DeviceMessage.ClearResetDone());
        });
        return path.Return("return 0", _ => 0);
    }

    private bool WaitsWithoutLock => Revision.NvgraceReady == NvgraceReady.TestsMemoryFirst;

    private bool IsCxl(Locals locals) => Traits(locals).Driver == VariantDriver.NvgraceCxl;

    // That the 30 s pass is not modelled.
    private static void PollBar(PathBuilder path)
    {
        path.At("F2").MayFail("nvgrace_gpu_wait_device_ready(): fatal_signal_pending(current)", FaultPoint.Signal, Errno.EINTR);
        path.If("if (ret)", locals => locals.Reply < 0, killed => killed.Return("return -EINTR", locals => locals.Reply));
        path.At("F2").Device("nvgrace_gpu_wait_device_ready(): polls BAR 0", new DeviceMessage.WaitReady());
    }

    // Where a CXL part begins again when a reset came between the wait and memory_lock.
    private void WriteWaitWithoutLock(PathBuilder path, string killedLabel)
    {
        if (!WaitsWithoutLock)
            return;
        path.Label("retry");
        path.If("if (nvdev->cxl_dvsec)", IsCxl, cxl => cxl
            .At("F1").Device("READ_ONCE(nvdev->reset_done)", new DeviceMessage.ReadResetDone())
            .If("reset since the last access", locals => locals.Reply != 0, reset => reset
                .MayFail("nvgrace_gpu_wait_device_ready_cxl(): fatal_signal_pending(current)", FaultPoint.Signal, Errno.EINTR)
                .If("if (ret)", locals => locals.Reply < 0, killed => killed.Set("ret = -EINTR", locals => locals with { Ret = locals.Request is Request.FaultBar ? locals.Ret : locals.Reply }).Goto(killedLabel))
                .At("F1").Device("nvgrace_gpu_wait_device_ready_cxl(): polls configuration space", new DeviceMessage.WaitReady())));
    }

    private void WriteRetry(PathBuilder path, Func<Locals, int> answer)
    {
        if (!WaitsWithoutLock)
            return;
        path.If("if (rc == -EAGAIN)", locals => answer(locals) == -(int)Errno.EAGAIN, again => again
            .Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock)
            .Goto("retry"));
    }

    // copy_to_user() stands under memory_lock; the page of the user's buffer is never present.
    private PathBuilder WriteNvgraceRead()
    {
        var path = new PathBuilder("nvgrace_gpu_read");
        BeginFileCall(path);
        RefuseWithoutAccess(path);
        RefuseWhenFrozen(path);
        GetPower(path, "pm_runtime_resume_and_get(&vdev->pdev->dev)");
        WriteWaitWithoutLock(path, "out_put");
        path.Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        path.Call("ret = nvgrace_gpu_check_device_ready(nvdev)", () => NvgraceCheckReady);
        WriteRetry(path, locals => locals.Ret);
        if (Revision.NvgraceCopy == NvgraceCopy.AfterMemoryLock)
            path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        path.If("if (!ret)", locals => locals.Ret == 0, ready => ready
            .Lock("nvgrace_gpu_map_and_read(): copy_to_user() faults: mmap_read_lock(current->mm)", Paths.MmapLock, LockMode.Read)
            .Note("handle_mm_fault()")
            .Unlock("mmap_read_unlock(current->mm)", Paths.MmapLock));
        if (Revision.NvgraceCopy == NvgraceCopy.UnderMemoryLock)
            path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        path.Label("out_put");
        path.CallVoid("pm_runtime_put(&vdev->pdev->dev)", () => PmPut);
        return EndFileCall(path);
    }

    private PathBuilder WriteNvgraceFault()
    {
        var path = new PathBuilder("nvgrace_gpu_vfio_pci_huge_fault");
        path.File("vma->vm_file keeps the device open", locals => new DeviceFileMessage.Fdget(locals.Current));
        path.Refuse("no mapping", locals => locals.Reply < 0, Errno.EBADF);
        path.Lock("mmap_read_lock(current->mm)", Paths.MmapLock, LockMode.Read);
        path.Set("ret = VM_FAULT_SIGBUS", locals => locals with { Ret = -(int)Errno.EFAULT });
        if (Revision.NvgraceReady == NvgraceReady.TestsMemoryFirst)
        {
            path.At("F0").Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
            path.At("F0").Device("if (vdev->pm_runtime_engaged)", new DeviceMessage.ReadEngaged());
            path.At("F0").Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
            path.If("engaged", locals => locals.Reply != 0, engaged => engaged.Goto("out"));
        }

        WriteWaitWithoutLock(path, "out");
        path.Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        if (Revision.NvgraceReady == NvgraceReady.TestsMemoryFirst)
        {
            path.At("F2").Device("if (vdev->pm_runtime_engaged)", new DeviceMessage.ReadEngaged());
            path.If("engaged", locals => locals.Reply != 0, engaged => engaged.Goto("out_unlock"));
        }

        path.Call("if (nvgrace_gpu_check_device_ready(nvdev))", () => NvgraceCheckReady, then: (locals, ret) => locals with { Reply = ret });
        WriteRetry(path, locals => locals.Reply);
        path.If("not ready", locals => locals.Reply != 0, failed => failed.Goto("out_unlock"));
        path.At("F3").Device("if (vdev->pm_runtime_engaged || !__vfio_pci_memory_enabled(vdev))", new DeviceMessage.FaultAllowed());
        path.If("if (allowed)", locals => locals.Reply != 0, insert => insert
            .At("F3").Device("vfio_pci_vmf_insert_pfn(vdev, vmf, pfn, order)", new DeviceMessage.InsertPte())
            .Check("PTE of an accessible BAR", Obligation.PteOnlyWhileAccessible)
            .Set("ret = VM_FAULT_NOPAGE", locals => locals with { Ret = 0 }));
        path.Label("out_unlock");
        path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        path.Label("out");
        path.Unlock("mmap_read_unlock(current->mm)", Paths.MmapLock);
        return path.CallVoid("munmap() later: fput(vma->vm_file)", () => FdputDevice);
    }

    // The PTEs are left to the fault handler.
    // The buffer behind a BAR mmap has no importer and no fd: of its export only the locks can be met by others.
    private void WriteExportOfMmap(PathBuilder path)
    {
        var (name, listLock) = ListLockOf();
        path.Lock($"vfio_pci_core_mmap_prep_dmabuf(): down_write(&vdev->{name})", listLock);
        path.Note("list_add_tail(&priv->dmabufs_elm, &vdev->dmabufs)");
        path.Unlock($"up_write(&vdev->{name})", listLock);
    }

    private PathBuilder WriteMmapBar()
    {
        var path = new PathBuilder("vfio_pci_core_mmap");
        BeginFileCall(path);
        RefuseWithoutAccess(path);
        RefuseWhenFrozen(path);
        path.Lock("vm_mmap_pgoff(): mmap_write_lock(current->mm)", Paths.MmapLock);
        path.Set("ret = 0", locals => locals with { Ret = 0 });
        if (Revision.BarSetup == BarSetup.Lazy)
        {
            path.Device("vfio_pci_core_setup_barmap(): if (vdev->barmap[bar])", new DeviceMessage.ReadRegions());
            path.If("not yet", locals => locals.Reply == 0, lazy => lazy
                .Device("pci_request_selected_regions(pdev, 1 << bar, \"vfio-pci\")", new DeviceMessage.RequestRegions(), (locals, reply) => locals with { Ret = reply.Value }));
        }

        if (Revision.MoveZaps)
            WriteExportOfMmap(path);
        path.Unlock("mmap_write_unlock(current->mm)", Paths.MmapLock);
        return EndFileCall(path);
    }

    // Tasks that map the page are told by SIGBUS; their PTEs stay, and buffers over it are neither revoked nor notified.
    private PathBuilder WriteMemoryFailure() =>
        new PathBuilder("memory_failure")
            .Device("the hardware finds a poisoned page", new DeviceMessage.PoisonPage())
            .If("memory_failure_pfn(): the driver registered the range", locals => Traits(locals).IsNvgrace,
                registered => registered
                    .Device("collect_procs_pfn(), kill_procs()", new DeviceMessage.HandlePoison())
                    .Set("ret = 0", locals => locals with { Ret = 0 }),
                unknown => unknown.Set("ret = -EBUSY", locals => locals with { Ret = -(int)Errno.EBUSY }));
}
