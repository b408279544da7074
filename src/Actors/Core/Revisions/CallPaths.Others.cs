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

    /// <summary>vfio_pci_core_sriov_configure().</summary>
    public Program SriovConfigure { get; }

    /// <summary>The reset attribute in sysfs.</summary>
    public Program SysfsReset { get; }

    /// <summary>An error recovery that resets the link.</summary>
    public Program ErrorRecovery { get; }

    /// <summary>The function is pulled out.</summary>
    public Program SurpriseRemoval { get; }

    // Decode is on in hardware for the duration; nothing is revoked or un-revoked.
    private static void WriteMemoryLockAndEnable(PathBuilder path, string body) => path
        .Lock("vfio_pci_memory_lock_and_enable(vdev): down_write(&vdev->memory_lock)", Paths.MemoryLock)
        .Device("pci_read_config_word(pdev, PCI_COMMAND)", new DeviceMessage.ReadDecode(), (locals, reply) => locals with { Argument = reply.Value })
        .Device("pci_write_config_word(pdev, PCI_COMMAND, cmd | PCI_COMMAND_MEMORY)", new DeviceMessage.WriteCommand(true))
        .Note(body)
        .Device("vfio_pci_memory_unlock_and_restore(): pci_write_config_word(pdev, PCI_COMMAND, cmd)", locals => new DeviceMessage.WriteCommand(locals.Argument != 0))
        .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);

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

    private PathBuilder WriteSriovConfigure()
    {
        var path = new PathBuilder("vfio_pci_core_sriov_configure");
        path.Device("dev->driver", new DeviceMessage.ReadDriver());
        path.Refuse("not bound", locals => locals.Reply == 0, Errno.ENOENT);
        path.CallVoid("pm_runtime_resume_and_get(&pdev->dev)", () => PmGet);
        path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        path.Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0));
        if (Revision.VfCreation == VfCreation.UnderMemoryLock)
            path.Device("ret = pci_enable_sriov(pdev, nr_virtfn)", new DeviceMessage.SetSriovActive(true));
        else
            path.Device("vdev->sriov_active = true", new DeviceMessage.SetSriovActive(true));
        path.Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
        if (Revision.VfCreation == VfCreation.AfterUnlock)
            path.Note("ret = pci_enable_sriov(pdev, nr_virtfn)");
        path.CallVoid("pm_runtime_put(&pdev->dev)", () => PmPut);
        return path.Return("return nr_virtfn", _ => 0);
    }

    private PathBuilder WriteSysfsReset() =>
        new PathBuilder("reset_store")
            .Lock("pci_reset_function(dev): pci_dev_lock(dev)", Paths.PciDeviceLock)
            .Device("pci_dev_save_and_disable(), __pci_reset_function_locked(dev)", new DeviceMessage.Disturb(Disturbance.SysfsReset))
            .Device("pci_dev_restore(dev)", new DeviceMessage.Disturb(Disturbance.None))
            .Unlock("pci_dev_unlock(dev)", Paths.PciDeviceLock)
            .Return("return count", _ => 0);

    private PathBuilder WriteErrorRecovery() =>
        new PathBuilder("pcie_do_recovery")
            .Device("reset_subordinates(dev): aer_root_reset()", new DeviceMessage.Disturb(Disturbance.ErrorRecovery))
            .Device("link up, configuration lost", new DeviceMessage.Disturb(Disturbance.ConfigurationLost));

    private PathBuilder WriteSurpriseRemoval() =>
        new PathBuilder("pciehp_unconfigure_device")
            .Device("pci_dev_set_disconnected(dev)", new DeviceMessage.Disturb(Disturbance.Removed));
}
