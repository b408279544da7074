using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 12 of kernel/exporter-paths.md: runtime PM and low power; resume runs in the caller, idle suspend in the PM work queue.</content>
public sealed partial class CallPaths
{
    /// <summary>rpm_resume() with the driver's callback.</summary>
    public Program RpmResume { get; }

    /// <summary>rpm_suspend() with the driver's callback: the PM work item.</summary>
    public Program RpmSuspend { get; }

    /// <summary>vfio_pci_core_runtime_resume().</summary>
    public Program RuntimeResume { get; }

    /// <summary>vfio_pci_core_runtime_suspend().</summary>
    public Program RuntimeSuspend { get; }

    /// <summary>pm_runtime_resume_and_get().</summary>
    public Program PmGet { get; }

    /// <summary>pm_runtime_put().</summary>
    public Program PmPut { get; }

    /// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY.</summary>
    public Program LowPowerEntry { get; }

    /// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP.</summary>
    public Program LowPowerEntryWithWakeup { get; }

    /// <summary>VFIO_DEVICE_FEATURE_LOW_POWER_EXIT.</summary>
    public Program LowPowerExit { get; }

    private PathBuilder WriteRpmResume() =>
        new PathBuilder("rpm_resume")
            .Device("dev->power.runtime_status == RPM_SUSPENDED: pci_pm_power_up_and_restore_state()", new DeviceMessage.ResumeBegin())
            .If("was suspended", locals => locals.Reply != 0, resume => resume
                .CallVoid("pci_pm_runtime_resume(): pm->runtime_resume(dev)", () => RuntimeResume)
                .Device("__update_runtime_status(dev, RPM_ACTIVE)", new DeviceMessage.ResumeEnd()));

    private PathBuilder WriteRpmSuspend()
    {
        var path = new PathBuilder("rpm_suspend");
        path.Device("usage_count == 0: RPM_SUSPENDING", new DeviceMessage.SuspendBegin());
        path.If("may suspend", locals => locals.Reply != 0, suspend =>
        {
            suspend.CallVoid("pci_pm_runtime_suspend(): pm->runtime_suspend(dev)", () => RuntimeSuspend);
            CheckMappings(suspend);
            suspend.Device("pci_finish_runtime_suspend(): D3hot", new DeviceMessage.SuspendPci());
            suspend.Device("__update_runtime_status(dev, RPM_SUSPENDED)", new DeviceMessage.SuspendEnd());
        });
        return path;
    }

    private PathBuilder WriteRuntimeResume()
    {
        var path = new PathBuilder("vfio_pci_core_runtime_resume")
            .Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Device("if (vdev->pm_wake_eventfd_ctx) eventfd_signal()", new DeviceMessage.SignalWakeEventfd())
            .If("wake eventfd", locals => locals.Reply != 0, wake =>
            {
                wake.Device("__vfio_pci_runtime_pm_exit(vdev)", new DeviceMessage.ExitLowPower());
                wake.Forget("the wake-up, not the call, ends low power", EffectKind.Engaged);
                if (!Revision.WakeUpAndFailedWriteUnrevoke)
                    return;
                UnrevokeIfEnabled(wake);
                wake.Forget("the wake-up, not the call, gives access back", EffectKind.Revoked);
            });
        return path
            .Check("flags and device agree", Obligation.FlagAgrees)
            .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Lock("mutex_lock(&vdev->igate): unmask INTx", Paths.Igate)
            .Unlock("mutex_unlock(&vdev->igate)", Paths.Igate);
    }

    private PathBuilder WriteRuntimeSuspend()
    {
        var path = new PathBuilder("vfio_pci_core_runtime_suspend");
        path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0))
            .Check("flags and device agree", Obligation.FlagAgrees)
            .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Lock("mutex_lock(&vdev->igate): vfio_pci_intx_mask()", Paths.Igate)
            .Unlock("mutex_unlock(&vdev->igate)", Paths.Igate);
        if (Revision.DeviceFlags == DeviceFlags.BitFields)
        {
            path.Device("vdev->pm_intx_masked = ...: load its storage unit", new DeviceMessage.LoadFlagUnit(), (locals, reply) => locals with { Argument = reply.Value });
            path.Device("vdev->pm_intx_masked = ...: store the unit", locals => new DeviceMessage.StoreFlagUnit(locals.Argument != 0));
        }

        return path;
    }

    private PathBuilder WritePmGet() =>
        new PathBuilder("pm_runtime_resume_and_get")
            .MayFail("rpm_resume(dev)", FaultPoint.RuntimeResume, Errno.EIO)
            .If("if (ret < 0)", locals => locals.Reply < 0, failed => failed.Return("pm_runtime_put_noidle(dev), return ret", locals => locals.Reply))
            .Device("atomic_inc(&dev->power.usage_count)", locals => new DeviceMessage.UsageGet(Holder.Of(locals.Current)))
            .CallVoid("rpm_resume(dev)", () => RpmResume)
            .Return("return 0", _ => 0);

    private PathBuilder WritePmPut() =>
        new PathBuilder("pm_runtime_put")
            .SendAndStart("atomic_dec_and_test(&dev->power.usage_count): queue idle suspend", Paths.Vdev, locals => new DeviceMessage.UsagePut(Holder.Of(locals.Current)), reply => reply.Yes, StartSuspend);

    private Start StartSuspend(Locals locals, Topology topology) =>
        new(topology.PmWorker(locals.Vdev!.Value), RpmSuspend, new Locals { Vdev = locals.Vdev });

    // With wakeup the argument is looked at first: before memory_lock, before any revoke.
    private PathBuilder WriteLowPowerEntry(bool wakeup)
    {
        var path = new PathBuilder("vfio_pci_runtime_pm_entry", wakeup ? "with wakeup" : "");
        if (wakeup)
        {
            path.Refuse("vfio_pci_core_pm_entry_with_wakeup(): copy_from_user(&entry)", locals => Wakeup(locals) == WakeupArgument.Unreadable, Errno.EFAULT);
            path.Refuse("entry.wakeup_eventfd < 0", locals => Wakeup(locals) == WakeupArgument.Negative, Errno.EINVAL);
            path.Refuse("IS_ERR(eventfd_ctx_fdget(entry.wakeup_eventfd)): fd_empty()", locals => Wakeup(locals) == WakeupArgument.ClosedFd, Errno.EBADF);
            path.Refuse("IS_ERR(eventfd_ctx_fdget(entry.wakeup_eventfd)): not an eventfd", locals => Wakeup(locals) == WakeupArgument.OtherFile, Errno.EINVAL);
        }

        WriteEntryTest(path);
        MoveAtOtherSites(path, revoked: true);
        return path
            .Device("if (vdev->pm_runtime_engaged) -EINVAL; pm_runtime_engaged = true, pm_runtime_put_noidle()", new DeviceMessage.EnterLowPower(wakeup),
                (locals, reply) => locals with { Ret = reply.Value })
            .Check("flags and device agree; CPU and peers lost access together", Obligation.FlagAgrees, Obligation.CpuAndPeersTogether)
            .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
    }

    private void WriteEntryTest(PathBuilder path)
    {
        switch (Revision.EntryTest)
        {
            case EntryTest.AfterRevoke:
                LockAndZap(path);
                break;
            case EntryTest.BeforeZap:
                path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
                path.Device("if (vdev->pm_runtime_engaged)", new DeviceMessage.ReadEngaged());
                path.If("engaged", locals => locals.Reply != 0, engaged => engaged
                    .Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock)
                    .Return("return -EINVAL", _ => -(int)Errno.EINVAL));
                path.Device("vfio_pci_zap_bars(vdev): unmap_mapping_range()", new DeviceMessage.Zap());
                break;
        }
    }

    private static WakeupArgument Wakeup(Locals locals) => ((Request.EnterLowPower)locals.Request!).Wakeup;

    private PathBuilder WriteLowPowerExit()
    {
        var path = new PathBuilder("vfio_pci_runtime_pm_exit");
        path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        path.Device("__vfio_pci_runtime_pm_exit(vdev)", new DeviceMessage.ExitLowPower());
        if (Revision.RevokeSites == RevokeSites.All)
            UnrevokeIfEnabled(path);
        UnlockMemory(path);
        return path.Return("return 0", _ => 0);
    }

    // P1 for revisions whose revoke waits: before a step that makes the function inaccessible no mapping is left.
    private void CheckMappings(PathBuilder path)
    {
        if (Revision.CountsMappings)
            path.Check("no exporter mapping is alive", Obligation.NoMappingAlive);
    }
}
