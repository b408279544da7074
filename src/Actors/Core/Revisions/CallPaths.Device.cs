using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 13 and 14 of kernel/exporter-paths.md: open, enable, close, disable, the device file.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_core_enable().</summary>
    public Program Enable { get; }

    /// <summary>vfio_pci_core_disable().</summary>
    public Program Disable { get; }

    /// <summary>vfio_pci_core_close_device().</summary>
    public Program CloseDevice { get; }

    /// <summary>vfio_df_close().</summary>
    public Program DfClose { get; }

    /// <summary>vfio_device_fops_release().</summary>
    public Program FopsRelease { get; }

    /// <summary>close(2) of a device file.</summary>
    public Program CloseFile { get; }

    /// <summary>fdget() of the device file.</summary>
    public Program FdgetDevice { get; }

    /// <summary>fdput() of the device file.</summary>
    public Program FdputDevice { get; }

    /// <summary>vfio_device_fops_unl_ioctl() around one of the ioctls.</summary>
    public Program Ioctl { get; }

    /// <summary>vfio_device_fops_write() around a configuration space access.</summary>
    public Program ConfigWrite { get; }

    private MachineRef? DevSetLock(Locals locals) => locals.Vdev is { } id ? new MachineRef(MachineKind.DevSetLock, Topology.Devices[id.Index].DevSet) : null;

    private PathBuilder WriteEnable()
    {
        var path = new PathBuilder("vfio_pci_core_enable");
        path.MayFail("pm_runtime_resume_and_get(&pdev->dev)", FaultPoint.RuntimeResume, Errno.EIO);
        path.If("if (ret < 0)", locals => locals.Reply < 0, failed => failed.Return("return ret", locals => locals.Reply));
        path.Device("pm_runtime_resume_and_get(): usage_count++", new DeviceMessage.UsageGet(Holder.Session));
        path.CallVoid("pm_runtime_resume_and_get(): rpm_resume()", () => RpmResume);
        path.Device("pci_clear_master(), pci_enable_device(pdev)", new DeviceMessage.EnableDevice());
        path.Call("ret = pci_try_reset_function(pdev)", () => TryResetFunction);
        path.If("if (ret == -EAGAIN)", locals => locals.Ret == -(int)Errno.EAGAIN, busy => busy.Goto("out_disable_device"));
        path.Note("pci_save_state(pdev), pci_store_saved_state(pdev)");
        path.MayFail("vfio_config_init(vdev)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Goto("out_disable_device"));
        path.Device("vfio_config_init(vdev)", new DeviceMessage.ConfigInit());
        if (Revision.BarSetup == BarSetup.AtEnable)
            path.Device("vfio_pci_core_map_bars(vdev)", new DeviceMessage.RequestRegions());
        path.Return("return 0", _ => 0);
        path.Label("out_disable_device");
        path.Device("pci_disable_device(pdev)", new DeviceMessage.DisableDevice());
        PutSession(path);
        return path;
    }

    // Lazy setup: two tasks may both find the BARs unrequested. What a caller took before is given back before it returns.
    private static void WriteBarSetup(PathBuilder path, Action<PathBuilder>? undo = null)
    {
        path.Device("if (vdev->barmap[bar]) return 0", new DeviceMessage.ReadRegions());
        path.If("not yet", locals => locals.Reply == 0, lazy => lazy
            .Device("vfio_pci_core_setup_barmap(): pci_request_selected_regions(pdev, 1 << bar, \"vfio\")", new DeviceMessage.RequestRegions(), (locals, reply) => locals with { Ret = reply.Value })
            .If("if (ret)", locals => locals.Ret < 0, busy =>
            {
                undo?.Invoke(busy);
                busy.Return("return ret", locals => locals.Ret);
            }));
    }

    private void PutSession(PathBuilder path) =>
        path.SendAndStart("pm_runtime_put(&pdev->dev)", Paths.Vdev, _ => new DeviceMessage.UsagePut(Holder.Session), reply => reply.Yes, StartSuspend);

    private PathBuilder WriteDisable()
    {
        var path = new PathBuilder("vfio_pci_core_disable");
        path.AssertHeld("lockdep_assert_held(&vdev->vdev.dev_set->lock)", DevSetLock);
        path.CallVoid("vfio_pci_runtime_pm_exit(vdev)", () => LowPowerExit);
        path.CallVoid("pm_runtime_resume(&pdev->dev)", () => RpmResume);
        path.Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0));
        path.Note("pci_clear_master(pdev), vfio_pci_set_irqs_ioctl(VFIO_IRQ_SET_ACTION_TRIGGER): interrupts, ioeventfds and regions torn down");
        path.Device("vfio_config_free(vdev)", new DeviceMessage.ConfigFree());
        CheckMappings(path);
        path.Device("pci_iounmap(), pci_release_selected_regions()", new DeviceMessage.ReleaseRegions());
        path.Device("vdev->needs_reset = true", new DeviceMessage.SetNeedsReset(true));
        path.Device("pci_write_config_word(pdev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE)", new DeviceMessage.DisableDevice());
        path.Device("if (vdev->reset_works)", new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks));
        path.If("reset works", locals => locals.Reply != 0, reset => reset
            .TryLock("pci_dev_trylock(pdev)", Paths.PciDeviceLock)
            .If("locked", locals => locals.Reply != 0, locked => locked
                .Device("__pci_reset_function_locked(pdev): begin", new DeviceMessage.BeginReset())
                .Device("__pci_reset_function_locked(pdev): end", new DeviceMessage.EndReset())
                .Device("vdev->needs_reset = false", new DeviceMessage.SetNeedsReset(false))
                .Unlock("pci_dev_unlock(pdev)", Paths.PciDeviceLock)));
        path.Device("pci_restore_state(pdev), pci_disable_device(pdev)", new DeviceMessage.DisableDevice());
        path.CallVoid("vfio_pci_dev_set_try_reset(vdev->vdev.dev_set)", () => DevSetTryReset,
            locals => locals with { DevSet = Topology.Devices[locals.Vdev!.Value.Index].DevSet });
        PutSession(path);
        return path;
    }

    private PathBuilder WriteCloseDevice()
    {
        var path = new PathBuilder("vfio_pci_core_close_device");
        if (Revision.CleanupPlace == CleanupPlace.BeforeDisable)
            path.CallVoid("vfio_pci_dma_buf_cleanup(vdev)", () => Cleanup);
        path.CallVoid("vfio_pci_core_disable(vdev)", () => Disable);
        if (Revision.CleanupPlace == CleanupPlace.AfterDisable)
            path.CallVoid("vfio_pci_dma_buf_cleanup(vdev)", () => Cleanup);
        path.Lock("mutex_lock(&vdev->igate)", Paths.Igate);
        path.Unlock("mutex_unlock(&vdev->igate): err and req eventfds dropped", Paths.Igate);
        return path;
    }

    private PathBuilder WriteDfClose() =>
        new PathBuilder("vfio_df_close")
            .Lock("mutex_lock(&device->dev_set->lock)", DevSetLock)
            .Device("if (device->open_count == 1)", new DeviceMessage.ReadOpenCount())
            .If("last close", locals => locals.Reply == 1, last => last
                .At("C0").CallVoid("vfio_df_device_last_close(): vfio_pci_core_close_device(vdev)", () => CloseDevice))
            .Device("device->open_count--", new DeviceMessage.LowerOpenCount())
            .Unlock("mutex_unlock(&device->dev_set->lock)", DevSetLock);

    private PathBuilder WriteFopsRelease() =>
        new PathBuilder("vfio_device_fops_release")
            .If("if (df->access_granted)", locals => locals.Argument != 0, granted => granted.CallVoid("vfio_df_close(df)", () => DfClose))
            .Device("vfio_device_put_registration(device)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Filep!.Value)));

    // close(2): the last reference is released synchronously, with no locks held.
    private PathBuilder WriteCloseFile() =>
        new PathBuilder("close")
            .File("file_close_fd(fd)", locals => new DeviceFileMessage.CloseFd(locals.Current))
            .Refuse("!file", locals => locals.Reply < 0, Errno.EBADF)
            .CallVoid("filp_close(): fput_close_sync(file)", () => FdputDevice)
            .Return("return 0", _ => 0);

    private PathBuilder WriteFdgetDevice() =>
        new PathBuilder("fdget")
            .File("fdget(fd)", locals => new DeviceFileMessage.Fdget(locals.Current))
            .Return("return", locals => locals.Reply);

    private PathBuilder WriteFdputDevice() =>
        new PathBuilder("fdput")
            .File("atomic_long_dec_and_test(&file->f_count)", locals => new DeviceFileMessage.Fdput(locals.Current), (locals, reply) => locals with { Argument = reply.Next })
            .If("if (last)", locals => locals.Reply != 0, last => last
                .CallVoid("__fput(): vfio_device_fops_release(filep)", () => FopsRelease)
                .Forget("the close did this, not the call that held the last reference"));

    // One wrapper for all ioctls: the request says which one.
    private PathBuilder WriteIoctl()
    {
        var path = new PathBuilder("vfio_device_fops_unl_ioctl");
        BeginFileCall(path);
        RefuseWithoutAccess(path);
        RefuseWhenFrozen(path);
        if (Revision.IoctlTakesRuntimePm)
            GetPower(path, "vfio_device_pm_runtime_get(device)");
        path.IfRequest("case VFIO_DEVICE_FEATURE: DMA_BUF", request => request is Request.ExportDmaBuf, export => export.Call("vfio_pci_core_feature_dma_buf()", () => Export));
        path.IfRequest("case VFIO_DEVICE_FEATURE: DMA_BUF_REVOKE", request => request is Request.RevokeForEver, revoke => revoke.Call("vfio_pci_core_feature_dma_buf_revoke()", () => RevokeForEver));
        path.IfRequest("case VFIO_DEVICE_FEATURE: DMA_BUF_TPH", request => request is Request.SetTph, tph => tph.Call("vfio_pci_core_feature_dma_buf_tph()", () => SetTph));
        path.IfRequest("case VFIO_DEVICE_FEATURE: LOW_POWER_ENTRY", request => request is Request.EnterLowPower { Wakeup: WakeupArgument.None }, entry => entry.Call("vfio_pci_core_pm_entry()", () => LowPowerEntry));
        path.IfRequest("case VFIO_DEVICE_FEATURE: LOW_POWER_ENTRY_WITH_WAKEUP", request => request is Request.EnterLowPower { Wakeup: not WakeupArgument.None }, entry => entry.Call("vfio_pci_core_pm_entry_with_wakeup()", () => LowPowerEntryWithWakeup));
        path.IfRequest("case VFIO_DEVICE_FEATURE: LOW_POWER_EXIT", request => request is Request.ExitLowPower, exit => exit.Call("vfio_pci_core_pm_exit()", () => LowPowerExit));
        path.IfRequest("case VFIO_DEVICE_RESET", request => request is Request.Reset, reset => reset.Call("vfio_pci_ioctl_reset()", () => DeviceReset));
        path.IfRequest("case VFIO_DEVICE_PCI_HOT_RESET", request => request is Request.HotReset, reset => reset.Call("vfio_pci_ioctl_pci_hot_reset()", () => HotResetIoctl));
        path.IfRequest("case VFIO_DEVICE_SET_IRQS", request => request is Request.SetIrqs, irqs => irqs.Call("vfio_pci_ioctl_set_irqs()", () => SetIrqs));
        path.IfRequest("case VFIO_DEVICE_GET_REGION_INFO: ROM", request => request is Request.GetRomInfo, rom => rom.Call("vfio_pci_ioctl_get_region_info()", () => RomInfo));
        path.IfRequest("case VFIO_DEVICE_GET_INFO", request => request is Request.GetInfo, info => info.Call("vfio_pci_ioctl_get_info()", () => GetInfo));
        if (Revision.IoctlTakesRuntimePm)
            path.CallVoid("vfio_device_pm_runtime_put(device)", () => PmPut);
        return EndFileCall(path);
    }

    private PathBuilder WriteConfigWrite()
    {
        var path = new PathBuilder("vfio_pci_rw");
        BeginFileCall(path);
        RefuseWithoutAccess(path);
        RefuseWhenFrozen(path);
        GetPower(path, "pm_runtime_resume_and_get(&vdev->pdev->dev)");
        path.IfRequest("PCI_COMMAND", request => request is Request.WriteCommand, command => command.Call("vfio_basic_config_write()", () => CommandWrite));
        path.IfRequest("PCI_PM_CTRL", request => request is Request.SetPowerState, power => power.Call("vfio_pm_config_write()", () => PowerStateWrite));
        path.IfRequest("PCI_EXP_DEVCTL", request => request is Request.FunctionLevelReset { AdvancedFeatures: false }, flr => flr.Call("vfio_exp_config_write()", () => PcieFlrWrite));
        path.IfRequest("PCI_AF_CTRL", request => request is Request.FunctionLevelReset { AdvancedFeatures: true }, flr => flr.Call("vfio_af_config_write()", () => AfFlrWrite));
        path.IfRequest("read", request => request is Request.ReadConfig, read => read.Call("vfio_default_config_read()", () => ConfigRead));
        path.IfRequest("BAR", request => request is Request.ReadBar, bar => bar.Call("vfio_pci_bar_rw()", () => BarRead));
        path.CallVoid("pm_runtime_put(&vdev->pdev->dev)", () => PmPut);
        return EndFileCall(path);
    }

    private void BeginFileCall(PathBuilder path)
    {
        path.Call("fdget(fd)", () => FdgetDevice);
        path.Refuse("fd_empty(f)", locals => locals.Ret < 0, Errno.EBADF);
    }

    // vfio_device_fops: ioctl, read, write, mmap.
    private static void RefuseWithoutAccess(PathBuilder path)
    {
        path.File("if (!smp_load_acquire(&df->access_granted))", _ => new DeviceFileMessage.ReadAccessGranted());
        path.If("no access", locals => locals.Reply == 0, refused => refused.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto("out_fdput"));
    }

    private void GetPower(PathBuilder path, string text)
    {
        path.Call(text, () => PmGet);
        path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Goto("out_fdput"));
    }

    private PathBuilder EndFileCall(PathBuilder path)
    {
        path.Label("out_fdput");
        return path.CallVoid("fdput(f)", () => FdputDevice);
    }
}
