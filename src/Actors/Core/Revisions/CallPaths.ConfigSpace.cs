using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 7 to 10 and 15 of kernel/exporter-paths.md: configuration space writes, FLR, VFIO_DEVICE_RESET, BAR access.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_basic_config_write() of PCI_COMMAND.</summary>
    public Program CommandWrite { get; }

    /// <summary>vfio_pm_config_write(): vfio_lock_and_set_power_state().</summary>
    public Program PowerStateWrite { get; }

    /// <summary>vfio_exp_config_write() with the FLR bit.</summary>
    public Program PcieFlrWrite { get; }

    /// <summary>vfio_af_config_write() with the FLR bit.</summary>
    public Program AfFlrWrite { get; }

    /// <summary>vfio_default_config_read().</summary>
    public Program ConfigRead { get; }

    /// <summary>pci_try_reset_function().</summary>
    public Program TryResetFunction { get; }

    /// <summary>vfio_pci_ioctl_reset(): VFIO_DEVICE_RESET.</summary>
    public Program DeviceReset { get; }

    /// <summary>An ioctl that only reads.</summary>
    public Program GetInfo { get; }

    /// <summary>vfio_pci_bar_rw(): one access.</summary>
    public Program BarRead { get; }

    /// <summary>vfio_pci_ioeventfd_handler(), with its worker.</summary>
    public Program SignalIoeventfd { get; }

    /// <summary>vfio_pci_mmap_huge_fault().</summary>
    public Program BarFault { get; }

    private void LockAndZap(PathBuilder path)
    {
        if (Revision.MoveZaps)
        {
            path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
            return;
        }

        path.Lock("vfio_pci_zap_and_down_write_memory_lock(vdev)", Paths.MemoryLock);
        path.Device("vfio_pci_zap_bars(vdev): unmap_mapping_range()", new DeviceMessage.Zap());
    }

    // The sites of FLR, power state and low power, which not every revision has.
    private void MoveAtOtherSites(PathBuilder path, bool revoked)
    {
        if (Revision.RevokeSites == RevokeSites.All)
            MoveTo(path, revoked);
    }

    private void MoveTo(PathBuilder path, bool revoked)
    {
        path.CallVoid($"vfio_pci_dma_buf_move(vdev, {(revoked ? "true" : "false")})", () => Move, locals => locals with { Revoked = revoked });
        if (revoked)
            path.Check("the CPU has not kept what peers have lost", Obligation.CpuNotBehindPeers);
    }

    private void UnrevokeIfEnabled(PathBuilder path)
    {
        if (Revision.UnrevokeTest == UnrevokeTest.MemoryEnabled)
            path.Device("if (__vfio_pci_memory_enabled(vdev))", new DeviceMessage.MemoryEnabled());
        else
            path.Device("if (!vdev->pm_runtime_engaged && __vfio_pci_memory_enabled(vdev))", new DeviceMessage.FaultAllowed());
        path.If("memory enabled", locals => locals.Reply != 0, enabled => MoveTo(enabled, revoked: false));
    }

    private static void UnlockMemory(PathBuilder path)
    {
        path.Check("flags and device agree; CPU and peers lost access together", Obligation.FlagAgrees, Obligation.CpuAndPeersTogether);
        path.Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
    }

    // Argument: the new memory bit.
    private PathBuilder WriteCommandWrite()
    {
        var path = new PathBuilder("vfio_basic_config_write");
        path.MayFail("ret = pci_user_read_config_word(pdev, PCI_COMMAND, &phys_cmd)", FaultPoint.ConfigRead, Errno.EIO);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Return("return ret", locals => locals.Reply));
        path.If("if (!new_mem)", locals => locals.Argument == 0,
            off =>
            {
                LockAndZap(off);
                MoveTo(off, revoked: true);
            },
            on => on.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock));
        path.Note("if (vfio_need_bar_restore(vdev)): vfio_bar_restore(vdev)");
        path.MayFail("vfio_default_config_write()", FaultPoint.ConfigWrite, Errno.EIO);
        path.If("if (count < 0)", locals => locals.Reply < 0, failed =>
        {
            if (Revision.WakeUpAndFailedWriteUnrevoke)
                UnrevokeIfEnabled(failed);
            UnlockMemory(failed);
            failed.Return("return count");
        });
        path.If("memory bit 1 -> 0", locals => locals.Argument == 0, CheckMappings);
        path.Device("vfio_default_config_write(): PCI_COMMAND", locals => new DeviceMessage.WriteUserCommand(locals.Argument != 0));
        path.Device("*virt_cmd |= new_cmd & mask", locals => new DeviceMessage.SetVconfigMemory(locals.Argument != 0));
        UnrevokeIfEnabled(path);
        UnlockMemory(path);
        path.IfRequest("if (virt_intx_disable != vdev->virq_disabled)", request => request is Request.WriteCommand { TogglesIntx: true }, toggled => toggled
            .Lock("vfio_pci_intx_mask() or _unmask(): mutex_lock(&vdev->igate)", Paths.Igate)
            .Unlock("mutex_unlock(&vdev->igate)", Paths.Igate));
        return path.Return("return count", _ => 0);
    }

    // The bits written here are read-only to the user, or act by the code behind.
    private static void WriteDefaultWrite(PathBuilder path)
    {
        path.MayFail("count = vfio_default_config_write()", FaultPoint.ConfigWrite, Errno.EIO);
        path.If("if (count < 0)", locals => locals.Reply < 0, failed => failed.Return("return count", locals => locals.Reply));
    }

    // Argument: the target power state.
    private PathBuilder WritePowerStateWrite()
    {
        var path = new PathBuilder("vfio_lock_and_set_power_state");
        path.Device("vfio_pm_config_write(): the capability is present", new DeviceMessage.ReadTrait(DeviceTrait.PowerManagement));
        path.Refuse("no PM capability", locals => locals.Reply == 0, Errno.EINVAL);
        WriteDefaultWrite(path);
        path.If("if (state >= PCI_D3hot)", locals => locals.Argument >= (int)PowerState.D3hot,
            down =>
            {
                LockAndZap(down);
                MoveAtOtherSites(down, revoked: true);
            },
            up => up.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock));
        path.If("power down", locals => locals.Argument >= (int)PowerState.D3hot, CheckMappings);
        path.Device("vfio_pci_set_power_state(vdev, state)", locals => new DeviceMessage.SetPowerState((PowerState)locals.Argument));
        if (Revision.RevokeSites == RevokeSites.All)
            UnrevokeIfEnabled(path);
        UnlockMemory(path);
        return path.Return("return count", _ => 0);
    }

    private PathBuilder WriteFlrWrite(bool advancedFeatures)
    {
        var path = new PathBuilder(advancedFeatures ? "vfio_af_config_write" : "vfio_exp_config_write");
        WriteDefaultWrite(path);
        path.Device(advancedFeatures ? "cap & PCI_AF_CAP_FLR && cap & PCI_AF_CAP_TP" : "cap & PCI_EXP_DEVCAP_FLR",
            new DeviceMessage.ReadTrait(advancedFeatures ? DeviceTrait.AfFlr : DeviceTrait.PcieFlr));
        path.If("FLR supported", locals => locals.Reply != 0, flr =>
        {
            LockAndZap(flr);
            MoveAtOtherSites(flr, revoked: true);
            flr.CallVoid("pci_try_reset_function(vdev->pdev)", () => TryResetFunction);
            switch (Revision.AfterFlr)
            {
                case AfterFlr.Nothing:
                    break;
                case AfterFlr.RevokesAgain:
                    flr.Device("if (__vfio_pci_memory_enabled(vdev))", new DeviceMessage.MemoryEnabled());
                    flr.If("memory enabled", locals => locals.Reply != 0, enabled => MoveTo(enabled, revoked: true));
                    break;
                case AfterFlr.Unrevokes:
                    UnrevokeIfEnabled(flr);
                    break;
            }

            UnlockMemory(flr);
        });
        return path.Return("return count", _ => 0);
    }

    private PathBuilder WriteConfigRead() =>
        new PathBuilder("vfio_default_config_read")
            .Device("pci_user_read_config_word()", new DeviceMessage.ReadTrait(DeviceTrait.PowerManagement))
            .Return("return count", _ => 0);

    private PathBuilder WriteTryResetFunction()
    {
        var path = new PathBuilder("pci_try_reset_function");
        path.Device("pci_reset_supported(dev)", new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks));
        path.Refuse("!pci_reset_supported(dev)", locals => locals.Reply == 0, Errno.ENOTTY);
        path.TryLock("pci_dev_trylock(dev)", Paths.PciDeviceLock);
        path.Refuse("!pci_dev_trylock(dev)", locals => locals.Reply == 0, Errno.EAGAIN);
        WriteLockedReset(path);
        path.Unlock("pci_dev_unlock(dev)", Paths.PciDeviceLock);
        return path.Return("return rc", _ => 0);
    }

    private PathBuilder WriteDeviceReset()
    {
        var path = new PathBuilder("vfio_pci_ioctl_reset");
        path.Device("if (!vdev->reset_works)", new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks));
        path.Refuse("!vdev->reset_works", locals => locals.Reply == 0, Errno.EINVAL);
        if (Revision.ResetLock == ResetLock.First)
        {
            path.TryLock("pci_dev_trylock(vdev->pdev)", Paths.PciDeviceLock);
            path.Refuse("!pci_dev_trylock(vdev->pdev)", locals => locals.Reply == 0, Errno.EAGAIN);
        }

        LockAndZap(path);
        path.Check("no user PTE while the function changes its power state", Obligation.NoPteInTransition);
        path.Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0));
        MoveTo(path, revoked: true);
        if (Revision.ResetLock == ResetLock.First)
            WriteLockedReset(path);
        else
            path.Call("ret = pci_try_reset_function(vdev->pdev)", () => TryResetFunction);
        UnrevokeIfEnabled(path);
        UnlockMemory(path);
        if (Revision.ResetLock == ResetLock.First)
            path.Unlock("pci_dev_unlock(vdev->pdev)", Paths.PciDeviceLock);
        return path;
    }

    // pci_reset_function() between its lock and unlock.
    private void WriteLockedReset(PathBuilder path)
    {
        CheckMappings(path);
        path.Device("pci_dev_save_and_disable(dev)", new DeviceMessage.SaveAndDisable());
        path.Device("__pci_reset_function_locked(dev): begin", new DeviceMessage.BeginReset());
        path.Device("__pci_reset_function_locked(dev): end", new DeviceMessage.EndReset());
        path.Device("pci_dev_restore(dev)", new DeviceMessage.Restore());
    }

    private PathBuilder WriteGetInfo() =>
        new PathBuilder("vfio_pci_ioctl_get_info")
            .Device("info.num_regions", new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks))
            .Return("return 0", _ => 0);

    private PathBuilder WriteBarRead()
    {
        var path = new PathBuilder("vfio_pci_bar_rw");
        if (Revision.BarSetup == BarSetup.Lazy)
            WriteBarSetup(path);
        path.Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        path.Device("if (!__vfio_pci_memory_enabled(vdev))", new DeviceMessage.MemoryEnabled(), (locals, reply) => locals with { Ret = reply.Yes ? 0 : -(int)Errno.EIO });
        path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        return path;
    }

    // The eventfd's wake-up is atomic: it tries the lock, and leaves the write to a worker if it fails. Here the request is not over before the worker is.
    // The last close tears ioeventfds down before vdev goes; the model takes a reference to the file instead.
    private PathBuilder WriteSignalIoeventfd()
    {
        var path = new PathBuilder("vfio_pci_ioeventfd_handler");
        BeginFileCall(path);
        path.TryLock("down_read_trylock(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        path.If("if (!locked)", locals => locals.Reply == 0, contended => contended
            .Lock("vfio_pci_ioeventfd_thread(): vfio_pci_ioeventfd_do_write(): down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read));
        path.Device("if (!__vfio_pci_memory_enabled(vdev))", new DeviceMessage.MemoryEnabled(), (locals, reply) => locals with { Ret = reply.Yes ? 0 : -(int)Errno.EIO });
        path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        return EndFileCall(path);
    }

    private PathBuilder WriteBarFault()
    {
        var path = new PathBuilder("vfio_pci_mmap_huge_fault");
        path.File("vma->vm_file keeps the device open", locals => new DeviceFileMessage.Fdget(locals.Current));
        path.Refuse("no mapping", locals => locals.Reply < 0, Errno.EBADF);
        if (Revision.BarSetup == BarSetup.Lazy)
            WriteBarSetup(path, busy => busy.CallVoid("mmap() fails: fput(vma->vm_file)", () => FdputDevice));
        path.Lock("mmap_read_lock(current->mm)", Paths.MmapLock, LockMode.Read);
        path.Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Lock("down_read(&vdev->dmabuf_lock)", Paths.DmaBufLock, LockMode.Read);
        path.Device("if (vdev->pm_runtime_engaged || !__vfio_pci_memory_enabled(vdev))", new DeviceMessage.FaultAllowed());
        path.If("SIGBUS", locals => locals.Reply == 0,
            sigbus => sigbus.Set("ret = VM_FAULT_SIGBUS", locals => locals with { Ret = -(int)Errno.EFAULT }),
            insert => insert
                .Device("vmf_insert_pfn(vmf->vma, vmf->address, pfn)", new DeviceMessage.InsertPte())
                .Check("PTE of an accessible BAR", Obligation.PteOnlyWhileAccessible));
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Unlock("up_read(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
        path.Unlock("mmap_read_unlock(current->mm)", Paths.MmapLock);
        path.CallVoid("munmap() later: fput(vma->vm_file)", () => FdputDevice);
        return path;
    }
}
