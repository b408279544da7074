using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 13 of kernel/exporter-paths.md: opening a device, by group or by cdev.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_df_open().</summary>
    public Program DfOpen { get; }

    /// <summary>Opens a device file.</summary>
    public Program OpenFile { get; }

    /// <summary>Opens a device's cdev, which has no access yet.</summary>
    public Program OpenCdev { get; }

    /// <summary>vfio_df_ioctl_bind_iommufd().</summary>
    public Program BindIommufd { get; }

    private PathBuilder WriteDfOpen() =>
        WriteFirstOpen(new PathBuilder("vfio_df_open")
            .Lock("mutex_lock(&device->dev_set->lock)", DevSetLock))
            .Unlock("mutex_unlock(&device->dev_set->lock)", DevSetLock);

    private PathBuilder WriteFirstOpen(PathBuilder path) =>
        path
            .Device("device->open_count++", new DeviceMessage.RaiseOpenCount())
            .If("if (device->open_count == 1)", locals => locals.Reply == 1,
                first => first
                    .Call("vfio_df_device_first_open(): vfio_pci_core_enable(vdev)", () => Enable)
                    .If("if (ret)", locals => locals.Ret != 0, failed => failed.Device("device->open_count--", new DeviceMessage.LowerOpenCount())),
                second => second.Set("ret = 0", locals => locals with { Ret = 0 }));

    private PathBuilder WriteOpenFile() =>
        BeginOpen(new PathBuilder("vfio_device_fops_cdev_open"))
            .Call("vfio_df_open(df)", () => DfOpen)
            .If("if (ret)", locals => locals.Ret != 0, failed => failed.Goto("err_registration"))
            .File("fd_install(fd, filep)", _ => new DeviceFileMessage.FdInstall(true))
            .Return("return fd", _ => 0)
            .Label("err_registration")
            .Device("vfio_device_put_registration(device)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Filep!.Value)))
            .Label("err_file")
            .File("fput(filep): never opened", locals => new DeviceFileMessage.Fdput(locals.Current));

    private static PathBuilder BeginOpen(PathBuilder path) =>
        path
            .Device("device_find: cdev or group entry", new DeviceMessage.ReadFindable())
            .Refuse("not found", locals => locals.Reply == 0, Errno.ENODEV)
            .File("alloc_empty_file()", locals => new DeviceFileMessage.Allocate(locals.Current))
            .Refuse("IS_ERR(filep)", locals => locals.Reply < 0, Errno.ENFILE)
            .Device("vfio_device_try_get_registration(device)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Filep!.Value)))
            .If("if (!registered)", locals => locals.Reply == 0, gone => gone.Set("ret = -ENODEV", locals => locals with { Ret = -(int)Errno.ENODEV }).Goto("err_file"));

    private PathBuilder WriteOpenCdev() =>
        BeginOpen(new PathBuilder("vfio_device_fops_cdev_open", "not bound"))
            .File("fd_install(fd, filep)", _ => new DeviceFileMessage.FdInstall(false))
            .Return("return fd", _ => 0)
            .Label("err_file")
            .File("fput(filep): never opened", locals => new DeviceFileMessage.Fdput(locals.Current));

    // A cdev has one user at a time; only groups can open a device twice.
    private PathBuilder WriteBindIommufd()
    {
        var path = new PathBuilder("vfio_df_ioctl_bind_iommufd");
        BeginFileCall(path);
        path.Lock("mutex_lock(&device->dev_set->lock)", DevSetLock);
        path.File("if (df->access_granted)", _ => new DeviceFileMessage.ReadAccessGranted());
        path.If("bound already", locals => locals.Reply != 0, bound => bound.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto("out_unlock"));
        path.Device("vfio_df_open(): if (device->open_count != 0 && !df->group)", new DeviceMessage.ReadOpenCount());
        path.If("open already", locals => locals.Reply != 0, open => open.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto("out_unlock"));
        WriteFirstOpen(path);
        path.If("if (!ret)", locals => locals.Ret == 0, done => done.File("smp_store_release(&df->access_granted, true)", _ => new DeviceFileMessage.GrantAccess()));
        path.Label("out_unlock");
        path.Unlock("mutex_unlock(&device->dev_set->lock)", DevSetLock);
        return EndFileCall(path);
    }
}
