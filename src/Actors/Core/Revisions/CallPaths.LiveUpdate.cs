using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 18 of kernel/exporter-paths.md: the unmerged live-update series freezes a device before kexec.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_liveupdate_freeze().</summary>
    public Program Freeze { get; }

    /// <summary>vfio_pci_core_try_reset(): the reset of the last close, without save and restore.</summary>
    public Program TryReset { get; }

    // Tested without a lock, where a file operation begins.
    private void RefuseWhenFrozen(PathBuilder path)
    {
        if (Revision.Freeze != FreezeOp.RevokesAndResets)
            return;
        path.Device("if (smp_load_acquire(&vdev->liveupdate_frozen))", new DeviceMessage.ReadFrozen());
        path.If("frozen", locals => locals.Reply != 0, frozen => frozen.Set("ret = -EIO", locals => locals with { Ret = -(int)Errno.EIO }).Goto("out_fdput"));
    }

    private PathBuilder WriteTryReset()
    {
        var path = new PathBuilder("vfio_pci_core_try_reset");
        path.Device("if (vdev->reset_works)", new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks));
        path.If("reset works", locals => locals.Reply != 0, works =>
        {
            works.TryLock("pci_dev_trylock(pdev)", Paths.PciDeviceLock);
            works.If("locked", locals => locals.Reply != 0, locked =>
            {
                CheckMappings(locked);
                locked.Device("__pci_reset_function_locked(pdev): begin", new DeviceMessage.BeginReset());
                locked.Device("__pci_reset_function_locked(pdev): end", new DeviceMessage.EndReset());
                locked.Unlock("pci_dev_unlock(pdev)", Paths.PciDeviceLock);
            });
        });
        return path;
    }

    // The orchestrator holds the file; the model takes the fd table's reference for the time of the call.
    private PathBuilder WriteFreeze()
    {
        var path = new PathBuilder("vfio_pci_liveupdate_freeze");
        if (Revision.Freeze == FreezeOp.None)
            return path.Return("no liveupdate_file_ops: return -EOPNOTSUPP", _ => -(int)Errno.EOPNOTSUPP);
        BeginFileCall(path);
        path.If("vfio_pci_liveupdate_can_preserve(): device->ops != &vfio_pci_ops", locals => Traits(locals).Driver != VariantDriver.VfioPci, other =>
            other.Set("ret = -EOPNOTSUPP", locals => locals with { Ret = -(int)Errno.EOPNOTSUPP }).Goto("out_fdput"));
        path.Lock("guard(mutex)(&device->dev_set->lock)", DevSetLock);
        if (Revision.Freeze == FreezeOp.ResetsOnly)
            WriteResetAndRestore(path);
        else
            WriteRevokeAndReset(path);
        path.Label("out");
        path.Unlock("mutex_unlock(&device->dev_set->lock)", DevSetLock);
        return EndFileCall(path);
    }

    private static void RefuseFreeze(PathBuilder path, string text, Func<Locals, bool> condition, string label) =>
        path.If(text, condition, refused => refused.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto(label));

    private static void WriteResetAndRestore(PathBuilder path)
    {
        path.Device("if (vdev->irq_type != VFIO_PCI_NUM_IRQS)", new DeviceMessage.ReadInterrupts());
        RefuseFreeze(path, "interrupts are enabled", locals => locals.Reply != 0, "out");
        path.Lock("pci_dev_lock(pdev)", Paths.PciDeviceLock);
        path.Device("__pci_reset_function_locked(pdev): begin", new DeviceMessage.BeginReset());
        path.Device("__pci_reset_function_locked(pdev): end", new DeviceMessage.EndReset());
        path.Device("pci_restore_state(pdev): PCI_COMMAND as at open", new DeviceMessage.WriteCommand(true));
        path.Unlock("pci_dev_unlock(pdev)", Paths.PciDeviceLock);
    }

    private void WriteRevokeAndReset(PathBuilder path)
    {
        path.Lock("guard(mutex)(&vdev->igate)", Paths.Igate);
        path.Lock("guard(rwsem_write)(&vdev->memory_lock)", Paths.MemoryLock);
        path.Device("if (vdev->irq_type != VFIO_PCI_NUM_IRQS)", new DeviceMessage.ReadInterrupts());
        RefuseFreeze(path, "interrupts are enabled", locals => locals.Reply != 0, "out_unlock");
        path.Device("if (pdev->current_state != PCI_D0)", new DeviceMessage.ReadPowerState());
        RefuseFreeze(path, "not in D0", locals => locals.Reply != (int)PowerState.D0, "out_unlock");
        path.Device("vfio_pci_zap_bars(vdev)", new DeviceMessage.Zap());
        MoveTo(path, revoked: true);
        path.CallVoid("vfio_pci_core_try_reset(vdev)", () => TryReset);
        path.Device("pci_write_config_word(pdev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE)", new DeviceMessage.DisableDevice());
        path.Device("smp_store_release(&vdev->liveupdate_frozen, true)", new DeviceMessage.Freeze());
        path.Label("out_unlock");
        UnlockMemory(path);
        path.Unlock("mutex_unlock(&vdev->igate)", Paths.Igate);
    }
}
