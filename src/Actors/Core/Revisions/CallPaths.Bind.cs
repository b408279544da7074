using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 13 and 14 of kernel/exporter-paths.md: device init, registration, bind and unbind.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_unregister_group_dev().</summary>
    public Program Unregister { get; }

    /// <summary>The driver core unbinds.</summary>
    public Program Unbind { get; }

    /// <summary>vfio_pci_core_init_dev().</summary>
    public Program InitDevice { get; }

    /// <summary>The driver core binds.</summary>
    public Program Bind { get; }

    private PathBuilder WriteUnregister() =>
        new PathBuilder("vfio_unregister_group_dev")
            .Device("vfio_device_group_unregister(), vfio_device_del()", new DeviceMessage.SetFindable(false))
            .Device("vfio_device_put_registration(device)", new DeviceMessage.PutRegistration(Holder.Registered))
            .MayFail("wait_for_completion_interruptible_timeout(&device->comp, HZ * 10): signal_pending(current)", FaultPoint.Signal, Errno.EINTR)
            .If("if (rc < 0)", locals => locals.Reply < 0, interrupted => interrupted
                .Note("dev_warn(): blocked until all users have gone; from here wait_for_completion_timeout()"))
            .Device("wait_for_completion_interruptible_timeout(&device->comp, HZ * 10)", new DeviceMessage.WaitForRegistration())
            .Set("ret = 0", locals => locals with { Ret = 0 });

    private PathBuilder WriteUnbind() =>
        new PathBuilder("device_driver_detach")
            .Lock("device_lock(dev)", Paths.PciDeviceLock)
            .Device("dev->driver", new DeviceMessage.ReadDriver())
            .If("bound", locals => locals.Reply != 0,
                bound => bound
                    .CallVoid("vfio_pci_core_unregister_device(): vfio_pci_core_sriov_configure(vdev, 0)", () => SriovDisable)
                    .CallVoid("vfio_pci_core_unregister_device(): vfio_unregister_group_dev()", () => Unregister)
                    .Lock("vfio_device_release(): vfio_release_device_set(): mutex_lock(&dev_set->lock)", DevSetLock)
                    .Device("list_del(&device->dev_set_list)", new DeviceMessage.SetInDevSet(false))
                    .Unlock("mutex_unlock(&dev_set->lock)", DevSetLock)
                    .Each(Enumerable.Range(0, Topology.DmaDevices.Count), (each, client) => each.Send(
                        "devres_release_all(): pci_p2pdma_release(): xa_destroy(&p2pdma->map_types)", _ => new MachineRef(MachineKind.DmaDevice, client), locals => new DmaDeviceMessage.ForgetMapType(locals.Vdev!.Value)))
                    .Device("device_unbind_cleanup(): devres_release_all(), dev->driver = NULL", new DeviceMessage.ReleaseDriver())
                    .Set("ret = 0", locals => locals with { Ret = 0 }),
                free => free.Set("ret = -ENODEV", locals => locals with { Ret = -(int)Errno.ENODEV }))
            .Unlock("device_unlock(dev)", Paths.PciDeviceLock);

    private PathBuilder WriteInitDevice()
    {
        var path = new PathBuilder("vfio_pci_core_init_dev");
        switch (Revision.DeviceInit)
        {
            case DeviceInit.WithoutProvider:
                break;
            case DeviceInit.ProviderRequired:
                path.Device("ret = pci_p2pdma_enable(pdev)", new DeviceMessage.ReadTrait(DeviceTrait.P2p));
                path.Refuse("ret", locals => locals.Reply == 0, Errno.ENOMEM);
                break;
            case DeviceInit.ReturnsOnSuccess:
                path.Device("ret = pcim_p2pdma_init(pdev)", new DeviceMessage.ReadTrait(DeviceTrait.P2p));
                path.If("if (ret != -EOPNOTSUPP)", locals => locals.Reply != 0, early => early
                    .Device("kzalloc() alone", new DeviceMessage.AllocateDevice(CoreInitialised: false))
                    .Return("return ret", _ => 0));
                break;
            case DeviceInit.ProviderOptional:
                path.Note("ret = pcim_p2pdma_init(pdev); if (ret && ret != -EOPNOTSUPP) return ret");
                break;
        }

        path.Device("INIT_LIST_HEAD(&vdev->dmabufs), init_rwsem(&vdev->memory_lock)", new DeviceMessage.AllocateDevice(CoreInitialised: true));
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteBind() =>
        new PathBuilder("device_driver_attach")
            .Lock("device_lock(dev)", Paths.PciDeviceLock)
            .Device("dev->driver", new DeviceMessage.ReadDriver())
            .If("free", locals => locals.Reply == 0,
                free => free
                    .Call("vfio_pci_probe(): vfio_alloc_device(): ops->init(device)", () => InitDevice)
                    .If("if (ret)", locals => locals.Ret != 0,
                        failed => failed.Note("vfio_free_device(): the driver is not bound"),
                        probed => probed
                            .Lock("vfio_assign_device_set(): mutex_lock(&dev_set->lock)", DevSetLock)
                            .Device("list_add_tail(&device->dev_set_list, &dev_set->device_list)", new DeviceMessage.SetInDevSet(true))
                            .Unlock("mutex_unlock(&dev_set->lock)", DevSetLock)
                            .Device("vfio_pci_core_register_device(): vfio_pci_set_power_state(vdev, PCI_D0)", new DeviceMessage.SetPowerState(PowerState.D0))
                            .Device("refcount_set(&device->refcount, 1)", new DeviceMessage.Register())
                            .Device("vfio_device_group_register()", new DeviceMessage.SetFindable(true))
                            .Set("ret = 0", locals => locals with { Ret = 0 })),
                bound => bound.Set("ret = -EBUSY", locals => locals with { Ret = -(int)Errno.EBUSY }))
            .Unlock("device_unlock(dev)", Paths.PciDeviceLock);
}
