using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 16, 18a of kernel/exporter-paths.md: other writers of the same state, and what happens outside vfio.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_ioctl_set_irqs(): MSI(-X) enable.</summary>
    public Program SetIrqs { get; }

    /// <summary>VFIO_DEVICE_GET_REGION_INFO of the ROM.</summary>
    public Program RomInfo { get; }

    /// <summary>sriov_numvfs_store(): the PCI core's side.</summary>
    public Program SriovStore { get; }

    /// <summary>vfio_pci_core_sriov_configure(): VFs on.</summary>
    public Program SriovConfigure { get; }

    /// <summary>vfio_pci_core_sriov_configure() of no VFs.</summary>
    public Program SriovDisable { get; }

    /// <summary>The reset attribute in sysfs.</summary>
    public Program SysfsReset { get; }

    /// <summary>pci_reset_function().</summary>
    public Program ResetFunction { get; }

    /// <summary>An error recovery that resets the link.</summary>
    public Program ErrorRecovery { get; }

    /// <summary>The function is pulled out.</summary>
    public Program SurpriseRemoval { get; }

    // Decode is on in hardware for the duration; nothing is revoked or un-revoked.
    private void WriteMemoryLockAndEnable(PathBuilder path, string body)
    {
        var isUser = Revision.CommandAccess == CommandAccess.User;
        var user = isUser ? "pci_user" : "pci";
        path.Lock("vfio_pci_memory_lock_and_enable(vdev): down_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Device($"{user}_read_config_word(pdev, PCI_COMMAND)", isUser ? new DeviceMessage.ReadUserCommand() : new DeviceMessage.ReadDecode(), (locals, reply) => locals with { Argument = reply.Value })
            .If("if (!(cmd & PCI_COMMAND_MEMORY))", locals => locals.Argument == 0, off => off
                .Device($"{user}_write_config_word(pdev, PCI_COMMAND, cmd | PCI_COMMAND_MEMORY)", _ => Write(true)))
            .Note(body)
            .Device($"vfio_pci_memory_unlock_and_restore(): {user}_write_config_word(pdev, PCI_COMMAND, cmd)", locals => Write(locals.Argument != 0))
            .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);

        DeviceMessage Write(bool memory) => isUser ? new DeviceMessage.WriteUserCommand(memory) : new DeviceMessage.WriteCommand(memory);
    }

    private PathBuilder WriteSetIrqs()
    {
        var path = new PathBuilder("vfio_pci_ioctl_set_irqs");
        path.Lock("mutex_lock(&vdev->igate)", Paths.Igate);
        WriteMemoryLockAndEnable(path, "pci_alloc_irq_vectors(pdev, 1, nvec, flag)");
        if (Revision.Freeze != FreezeOp.None)
            path.Device("vdev->irq_type = msix ? VFIO_PCI_MSIX_IRQ_INDEX : VFIO_PCI_MSI_IRQ_INDEX", new DeviceMessage.ConfigureInterrupts());
        path.Unlock("mutex_unlock(&vdev->igate)", Paths.Igate);
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteRomInfo()
    {
        var path = new PathBuilder("vfio_pci_ioctl_get_region_info", "ROM");
        WriteMemoryLockAndEnable(path, "pci_map_rom(pdev, &size), pci_unmap_rom(pdev, io)");
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteSriovStore() =>
        new PathBuilder("sriov_numvfs_store")
            .Lock("device_lock(&pdev->dev)", Paths.PciDeviceLock)
            .Device("num_vfs == pdev->sriov->num_VFs", new DeviceMessage.ReadSriovActive())
            .If("as many as there are", locals => locals.Reply != 0 == locals.Request is Request.EnableSriov, same => same
                .Set("ret = 0", locals => locals with { Ret = 0 })
                .Goto("exit"))
            .Device("if (!pdev->driver)", new DeviceMessage.ReadDriver())
            .If("no driver", locals => locals.Reply == 0, free => free.Set("ret = -ENOENT", locals => locals with { Ret = -(int)Errno.ENOENT }).Goto("exit"))
            .IfRequest("if (num_vfs == 0)", request => request is Request.DisableSriov, off => off.Call("ret = pdev->driver->sriov_configure(pdev, 0)", () => SriovDisable))
            .IfRequest("if (num_vfs)", request => request is Request.EnableSriov, on => on.Call("ret = pdev->driver->sriov_configure(pdev, num_vfs)", () => SriovConfigure))
            .Label("exit")
            .Unlock("device_unlock(&pdev->dev)", Paths.PciDeviceLock);

    // While there are VFs the function keeps a runtime-PM reference: its power state must not be below theirs.
    private PathBuilder WriteSriovConfigure()
    {
        var path = new PathBuilder("vfio_pci_core_sriov_configure");
        path.AssertHeld("device_lock_assert(&pdev->dev)", Paths.PciDeviceLock);
        path.MayFail("pm_runtime_resume_and_get(&pdev->dev)", FaultPoint.RuntimeResume, Errno.EIO);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Return("return ret", locals => locals.Reply));
        path.Device("pm_runtime_resume_and_get(&pdev->dev): usage_count++", new DeviceMessage.UsageGet(Holder.VirtualFunctions));
        path.CallVoid("pm_runtime_resume_and_get(&pdev->dev): rpm_resume()", () => RpmResume);
        path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        path.Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0));
        if (Revision.VfCreation == VfCreation.UnderMemoryLock)
        {
            path.MayFail("ret = pci_enable_sriov(pdev, nr_virtfn)", FaultPoint.Allocation, Errno.ENOMEM);
            path.If("if (!ret)", locals => locals.Reply == 0, made => made.Device("pci_enable_sriov(pdev, nr_virtfn)", new DeviceMessage.SetSriovActive(true)),
                failed => failed.Set("ret", locals => locals with { Ret = locals.Reply }));
        }
        else
        {
            path.Device("vdev->sriov_active = true", new DeviceMessage.SetSriovActive(true));
        }

        path.Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
        if (Revision.VfCreation == VfCreation.AfterUnlock)
        {
            path.MayFail("ret = pci_enable_sriov(pdev, nr_virtfn)", FaultPoint.Allocation, Errno.ENOMEM);
            path.If("if (ret)", locals => locals.Reply < 0, failed => failed
                .Set("ret", locals => locals with { Ret = locals.Reply })
                .Device("vdev->sriov_active = false", new DeviceMessage.SetSriovActive(false)));
        }

        path.If("if (ret)", locals => locals.Ret < 0, failed => PutOfVirtualFunctions(failed).Return("return ret"));
        return path.Return("return nr_virtfn", _ => 0);
    }

    private PathBuilder PutOfVirtualFunctions(PathBuilder path) =>
        path.SendAndStart("pm_runtime_put(&pdev->dev)", Paths.Vdev, _ => new DeviceMessage.UsagePut(Holder.VirtualFunctions), reply => reply.Yes, StartSuspend);

    // No lock of vfio: sriov_active is cleared as it is.
    private PathBuilder WriteSriovDisable()
    {
        var path = new PathBuilder("vfio_pci_core_sriov_configure", "0");
        path.AssertHeld("device_lock_assert(&pdev->dev)", Paths.PciDeviceLock);
        path.Device("if (pci_num_vf(pdev))", new DeviceMessage.ReadSriovActive());
        path.If("there are VFs", locals => locals.Reply != 0, active => PutOfVirtualFunctions(active
            .Device(Revision.VfCreation == VfCreation.AfterUnlock ? "pci_disable_sriov(pdev), vdev->sriov_active = false" : "pci_disable_sriov(pdev)", new DeviceMessage.SetSriovActive(false))));
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteSysfsReset() =>
        new PathBuilder("reset_store")
            .Device("dev->driver", new DeviceMessage.ReadDriver())
            .If("its callbacks run", locals => locals.Reply != 0, bound => bound
                .Device("pm_runtime_get_sync(dev): usage_count++", locals => new DeviceMessage.UsageGet(Holder.Of(locals.Current)))
                .CallVoid("pm_runtime_get_sync(dev): rpm_resume()", () => RpmResume)
                .CallVoid("pci_reset_function(dev)", () => ResetFunction)
                .CallVoid("pm_runtime_put(dev)", () => PmPut),
                free => free.CallVoid("pci_reset_function(dev)", () => ResetFunction))
            .Return("return count", _ => 0);

    // Config accesses of users wait from the lock to the unlock; what vfio itself writes by pci_write_config_word() does not.
    private static PathBuilder WriteResetFunction() =>
        new PathBuilder("pci_reset_function")
            .Lock("pci_dev_lock(dev): device_lock(&dev->dev)", Paths.PciDeviceLock)
            .Device("pci_dev_lock(dev): pci_cfg_access_lock(dev)", new DeviceMessage.Disturb(Disturbance.SysfsReset))
            .Device("pci_dev_save_and_disable(dev)", new DeviceMessage.SaveAndDisable())
            .Device("__pci_reset_function_locked(dev)", new DeviceMessage.EndReset())
            .Device("pci_dev_restore(dev)", new DeviceMessage.Restore())
            .Device("pci_dev_unlock(dev): pci_cfg_access_unlock(dev)", new DeviceMessage.Disturb(Disturbance.None))
            .Unlock("pci_dev_unlock(dev): device_unlock(&dev->dev)", Paths.PciDeviceLock);

    private PathBuilder WriteErrorRecovery() =>
        new PathBuilder("pcie_do_recovery")
            .Device("reset_subordinates(dev): aer_root_reset()", new DeviceMessage.Disturb(Disturbance.ErrorRecovery))
            .Device("link up, configuration lost", new DeviceMessage.Disturb(Disturbance.ConfigurationLost));

    private PathBuilder WriteSurpriseRemoval() =>
        new PathBuilder("pciehp_unconfigure_device")
            .Device("pci_dev_set_disconnected(dev)", new DeviceMessage.Disturb(Disturbance.Removed));
}
