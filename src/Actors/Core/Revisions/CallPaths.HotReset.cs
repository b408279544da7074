using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 11 of kernel/exporter-paths.md: VFIO_DEVICE_PCI_HOT_RESET over a dev_set, and the bus reset of the last close.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_ioctl_pci_hot_reset().</summary>
    public Program HotResetIoctl { get; }

    /// <summary>vfio_pci_dev_set_hot_reset().</summary>
    public Program DevSetHotReset { get; }

    /// <summary>vfio_pci_dev_set_try_reset().</summary>
    public Program DevSetTryReset { get; }

    /// <summary>pci_reset_bus().</summary>
    public Program ResetBus { get; }

    private static MachineRef? DevSetLockOf(Locals locals) => locals.DevSet is { } set ? new MachineRef(MachineKind.DevSetLock, set) : null;

    private DeviceId? FirstOf(Locals locals) => Topology.DevicesOf(locals.DevSet!.Value) is [var first, ..] ? first : null;

    private DeviceId? LastOf(Locals locals) => Topology.DevicesOf(locals.DevSet!.Value) is [.., var last] ? last : null;

    private DeviceId? NextOf(Locals locals) => Neighbour(locals, 1);

    private DeviceId? PreviousOf(Locals locals) => Neighbour(locals, -1);

    private DeviceId? Neighbour(Locals locals, int distance)
    {
        var devices = Topology.DevicesOf(locals.DevSet!.Value);
        for (var index = 0; index < devices.Count; index++)
        {
            if (devices[index] == locals.Vdev && index + distance >= 0 && index + distance < devices.Count)
                return devices[index + distance];
        }

        return null;
    }

    // list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)
    private void EachDevice(PathBuilder path, Action<PathBuilder> body) =>
        path.EachDevice("list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)", FirstOf, NextOf, body);

    private PathBuilder WriteHotResetIoctl() =>
        new PathBuilder("vfio_pci_ioctl_pci_hot_reset")
            .Device("pci_probe_reset_slot() and pci_probe_reset_bus()", new DeviceMessage.ReadTrait(DeviceTrait.BusReset))
            .Refuse("no slot or bus reset", locals => locals.Reply == 0, Errno.ENODEV)
            .Call("ret = vfio_pci_dev_set_hot_reset(vdev->vdev.dev_set, groups, iommufd_ctx)", () => DevSetHotReset,
                locals => locals with { DevSet = Topology.Devices[locals.Vdev!.Value.Index].DevSet });

    private PathBuilder WriteDevSetHotReset()
    {
        var path = new PathBuilder("vfio_pci_dev_set_hot_reset");
        path.At("H1").Lock("mutex_lock(&dev_set->lock)", DevSetLockOf);
        path.Set("ret = 0", locals => locals with { Ret = 0 });
        WriteResettable(path, "H2");
        path.If("if (!pdev)", locals => locals.Ret != 0, failed => failed.Goto("err_unlock"));
        WriteGetPowerOfSet(path, "H3");
        path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Goto("err_unlock"));
        WriteLockAll(path);
        path.If("if (!list_entry_is_head(vdev))", locals => locals.Vdev is not null, stopped => stopped
            .SetVdev("vdev = list_prev_entry(vdev)", PreviousOf)
            .Goto("err_undo"));
        EachDevice(path, each =>
        {
            if (Revision.HotReset == HotReset.RevokesLate)
                MoveTo(each.At("H6"), revoked: true);
            each.At("H6").Device("vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0));
        });
        path.At("H6").Call("ret = pci_reset_bus(pdev)", () => ResetBus);
        if (Revision.HotReset is HotReset.RevokesLate or HotReset.RevokesWhileLocking)
            EachDevice(path, each => UnrevokeIfEnabled(each.At("H7")));
        path.SetVdev("vdev = list_last_entry(&dev_set->device_list)", LastOf);
        path.Label("err_undo");
        if (Revision.HotReset == HotReset.UndoLosesCursor)
            EachDevice(path, each => UnrevokeIfEnabled(each.At("H8")));
        WriteUndo(path);
        EachDevice(path, each => each.At("H9").CallVoid("pm_runtime_put(&vdev->pdev->dev)", () => PmPut));
        path.Label("err_unlock");
        path.At("H9").Unlock("mutex_unlock(&dev_set->lock)", DevSetLockOf);
        return path;
    }

    // The loop is left with vdev at the device that could not be had; NULL when all are locked.
    private void WriteLockAll(PathBuilder path)
    {
        path.SetVdev("vdev = list_first_entry(&dev_set->device_list)", FirstOf);
        path.While("while (vdev)", locals => locals.Vdev is not null, each =>
        {
            each.At("H4").If("if (!owned)", locals => ((Request.HotReset)locals.Request!).Foreign.Contains(locals.Vdev!.Value), foreign => foreign
                .Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL })
                .Goto("locked"));
            each.At("H4").TryLock("down_write_trylock(&vdev->memory_lock)", Paths.MemoryLock);
            each.If("if (!locked)", locals => locals.Reply == 0, busy => busy
                .Set("ret = -EBUSY", locals => locals with { Ret = -(int)Errno.EBUSY })
                .Goto("locked"));
            if (Revision.HotReset != HotReset.RevokesLate)
                MoveTo(each.At("H5"), revoked: true);
            if (!Revision.MoveZaps)
                each.At("H5").Device("vfio_pci_zap_bars(vdev)", new DeviceMessage.Zap());
            each.SetVdev("next", NextOf);
        });
        path.Label("locked");
    }

    // list_for_each_entry_from_reverse(vdev, &dev_set->device_list, vdev.dev_set_list)
    private void WriteUndo(PathBuilder path) =>
        path.While("list_for_each_entry_from_reverse(vdev, &dev_set->device_list, vdev.dev_set_list)", locals => locals.Vdev is not null, each =>
        {
            switch (Revision.HotReset)
            {
                case HotReset.RevokesLate or HotReset.RevokesWhileLocking or HotReset.UndoLosesCursor:
                    break;
                case HotReset.UnrevokesInUndo:
                    UnrevokeIfEnabled(each.At("H8"));
                    break;
                case HotReset.UnrevokesOpenDevices:
                    each.At("H8").Device("if (vdev->vdev.open_count", new DeviceMessage.ReadOpenCount());
                    each.If("open", locals => locals.Reply != 0, open => UnrevokeIfEnabled(open));
                    break;
            }

            UnlockMemory(each.At("H8"));
            each.SetVdev("vdev = list_prev_entry(vdev)", PreviousOf);
        });

    private void WriteResettable(PathBuilder path, string mark) => EachDevice(path, each => each
        .At(mark).Device("vfio_pci_dev_set_resettable(): vfio_pci_is_device_in_set()", new DeviceMessage.ReadInDevSet())
        .If("not in the set", locals => locals.Reply == 0, foreign => foreign.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL })));

    // vfio_pci_dev_set_pm_runtime_get(): all or none.
    private void WriteGetPowerOfSet(PathBuilder path, string mark)
    {
        path.SetVdev("cur = list_first_entry(&dev_set->device_list)", FirstOf);
        path.While("while (cur)", locals => locals.Vdev is not null, each => each
            .At(mark).Call("vfio_pci_dev_set_pm_runtime_get(): pm_runtime_resume_and_get(&cur->pdev->dev)", () => PmGet)
            .If("if (ret)", locals => locals.Ret != 0, failed => failed
                .SetVdev("list_for_each_entry_continue_reverse(cur)", PreviousOf)
                .While("unwind", locals => locals.Vdev is not null, unwind => unwind
                    .CallVoid("pm_runtime_put(&cur->pdev->dev)", () => PmPut)
                    .SetVdev("cur = list_prev_entry(cur)", PreviousOf))
                .Goto("power"))
            .SetVdev("next", NextOf));
        path.Label("power");
    }

    // At the last close of the set: what a function reset could not reset is reset with its bus. The device that is being closed is still counted.
    private PathBuilder WriteDevSetTryReset()
    {
        var path = new PathBuilder("vfio_pci_dev_set_try_reset");
        path.AssertHeld("lockdep_assert_held(&dev_set->lock)", DevSetLockOf);
        path.Set("open_count = 0", locals => locals with { Argument = 0, Ret = 0 });
        EachDevice(path, each => each.Device(
            "vfio_pci_dev_set_needs_reset(): open_count += cur->vdev.open_count", new DeviceMessage.ReadOpenCount(), (locals, reply) => locals with { Argument = locals.Argument + reply.Value }));
        path.If("if (open_count > 1)", locals => locals.Argument > 1, open => open.Return("return"));
        EachDevice(path, each => each.Device(
            "vfio_pci_dev_set_needs_reset(): needs_reset |= cur->needs_reset", new DeviceMessage.ReadNeedsReset(), (locals, reply) => locals with { Ret = reply.Yes ? 1 : locals.Ret }));
        path.If("if (!needs_reset)", locals => locals.Ret == 0, reset => reset.Return("return"));
        path.Set("ret = 0", locals => locals with { Ret = 0 });
        path.SetVdev("pdev = vfio_pci_dev_set_resettable(dev_set)", FirstOf);
        path.Device("pci_probe_reset_slot() and pci_probe_reset_bus()", new DeviceMessage.ReadTrait(DeviceTrait.BusReset));
        path.If("no slot or bus reset", locals => locals.Reply == 0, none => none.Return("return"));
        WriteResettable(path, "");
        path.If("if (!pdev)", locals => locals.Ret != 0, foreign => foreign.Return("return"));
        WriteGetPowerOfSet(path, "");
        path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Return("return"));
        path.Call("reset_done = !pci_reset_bus(pdev)", () => ResetBus);
        EachDevice(path, each => each
            .If("if (reset_done)", locals => locals.Ret == 0, done => done.Device("cur->needs_reset = false", new DeviceMessage.SetNeedsReset(false)))
            .CallVoid("pm_runtime_put(&cur->pdev->dev)", () => PmPut));
        return path;
    }

    // pci_bus_trylock() takes the device locks of all functions; the reset hits them together.
    private PathBuilder WriteResetBus()
    {
        var path = new PathBuilder("pci_reset_bus");
        path.SetVdev("pci_bus_trylock(bus)", FirstOf).Set("ret = 0", locals => locals with { Ret = 0 });
        path.While("list_for_each_entry(dev, &bus->devices, bus_list)", locals => locals.Vdev is not null, each => each
            .TryLock("pci_dev_trylock(dev)", Paths.PciDeviceLock)
            .If("if (!locked)", locals => locals.Reply == 0, busy => busy
                .Set("ret = -EAGAIN", locals => locals with { Ret = -(int)Errno.EAGAIN })
                .SetVdev("dev = previous", PreviousOf)
                .Goto("unlock"))
            .SetVdev("next", NextOf));
        EachDevice(path, each =>
        {
            CheckMappings(each);
            each.Device("pci_dev_save_and_disable(dev)", new DeviceMessage.SaveAndDisable());
        });
        EachDevice(path, each => each.Device("pci_bridge_secondary_bus_reset(bridge): begin", new DeviceMessage.BeginReset()));
        EachDevice(path, each => each.Device("pci_bridge_secondary_bus_reset(bridge): end", new DeviceMessage.EndReset()));
        EachDevice(path, each => each.Device("pci_dev_restore(dev)", new DeviceMessage.Restore()));
        EachDevice(path, each => each
            .Device("pci_bridge_wait_for_secondary_bus(bridge)", new DeviceMessage.ReadTrait(DeviceTrait.BusResetTimesOut))
            .If("not seen again in time", locals => locals.Reply != 0, lost => lost.Set("ret = -ENOTTY", locals => locals with { Ret = -(int)Errno.ENOTTY })));
        path.SetVdev("dev = last", LastOf);
        path.Label("unlock");
        path.While("list_for_each_entry_from_reverse(dev, &bus->devices, bus_list)", locals => locals.Vdev is not null, each => each
            .Unlock("pci_dev_unlock(dev)", Paths.PciDeviceLock)
            .SetVdev("next", PreviousOf));
        return path;
    }
}
