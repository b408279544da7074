using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 2 of kernel/exporter-paths.md: export.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_core_feature_dma_buf().</summary>
    public Program Export { get; }

    private static ExportArguments Asked(Locals locals) => ((Request.ExportDmaBuf)locals.Request!).Arguments;

    private DeviceTraits Traits(Locals locals) => Topology.Devices[locals.Vdev!.Value.Index].Traits;

    private PathBuilder WriteExport()
    {
        var path = new PathBuilder("vfio_pci_core_feature_dma_buf");
        path.Refuse("vfio_ioctl_device_feature(): copy_from_user(&feature)", locals => ExportValidation.HeaderFaults(Asked(locals)), Errno.EFAULT);
        path.Refuse("vfio_ioctl_device_feature(): feature.argsz < minsz, unknown flags, or GET and SET without PROBE", locals => ExportValidation.HeaderIsInvalid(Asked(locals)), Errno.EINVAL);
        path.Refuse("vfio_pci_core_ioctl_feature(): default", locals => ExportValidation.IsOtherFeature(Asked(locals)), Errno.ENOTTY);
        if (!Revision.DmaBufBuiltIn)
            return path.Return("return -ENOTTY (stub)", _ => -(int)Errno.ENOTTY);
        WriteValidation(path);
        if (Revision.RegistrationGet == RegistrationGet.BeforeExport)
        {
            path.At("E2").Device("vfio_device_try_get_registration(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Priv!.Value)));
            path.If("if (!registered)", locals => locals.Reply == 0, gone => gone.Set("ret = -ENODEV", locals => locals with { Ret = -(int)Errno.ENODEV }).Goto("err_free_phys"));
        }

        path.At("E3").MayFail("dma_buf_export(&exp_info)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (IS_ERR(priv->dmabuf))", locals => locals.Reply < 0, failed => failed.Goto("err_dev_put"));
        path.At("E3").Buffer("dma_buf_export(&exp_info)", locals => new DmaBufMessage.ExportFile(locals.Current));
        if (Revision.CountsMappings)
            path.At("E4").Buffer("kref_init(&priv->kref), init_completion(&priv->comp)", new DmaBufMessage.KrefInit());
        if (Revision.ListLock == ListLock.DmaBufLock)
            WritePublishUnderDmaBufLock(path);
        else
            WritePublish(path);
        path.At("E8").MayFail("dma_buf_fd(priv->dmabuf, open_flags): get_unused_fd_flags()", FaultPoint.FdTable, Errno.EMFILE);
        path.If("if (ret < 0)", locals => locals.Reply < 0, WriteFdFailure);
        path.At("E8").Buffer("dma_buf_fd(): fd_install(fd, dmabuf->file)", locals => new DmaBufMessage.FdInstall(locals.Current));
        path.At("E9").Return("return fd", _ => 0);
        path.Label("err_dev_put");
        if (Revision.RegistrationGet == RegistrationGet.BeforeExport)
            path.Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value)));
        path.Label("err_free_phys");
        path.Buffer("kfree(priv->phys_vec), kfree(priv)", new DmaBufMessage.FreePriv());
        return path.Return("return ret");
    }

    private void WritePublish(PathBuilder path)
    {
        path.At("E5").Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        path.At("E6").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        if (Revision.UnrevokeTest == UnrevokeTest.MemoryEnabled)
            path.At("E6").Device("__vfio_pci_memory_enabled(vdev)", new DeviceMessage.MemoryEnabled());
        else
            path.At("E6").Device("!vdev->pm_runtime_engaged && __vfio_pci_memory_enabled(vdev)", new DeviceMessage.FaultAllowed());
        if (Revision.RevokedInverted)
            path.At("E6").Buffer("priv->revoked = __vfio_pci_memory_enabled(vdev)", locals => new DmaBufMessage.SetRevoked(locals.Reply != 0));
        else
            path.At("E6").Buffer("priv->revoked = !__vfio_pci_memory_enabled(vdev)", locals => new DmaBufMessage.SetRevoked(locals.Reply == 0));
        path.Forget("the buffer is new: this is its first value, not a change", EffectKind.Revoked);
        if (Revision.RegistrationGet == RegistrationGet.AfterExport)
            path.At("E6").Device("vfio_device_get(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Priv!.Value)));
        path.At("E6").Device("list_add_tail(&priv->dmabufs_elm, &vdev->dmabufs)", locals => new DeviceMessage.LinkDmaBuf(locals.Priv!.Value));
        path.At("E7").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
        path.Check("flags and device agree; the list agrees with the owners", Obligation.FlagAgrees, Obligation.ListMatchesOwner);
        path.At("E7").Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
    }

    private void WritePublishUnderDmaBufLock(PathBuilder path)
    {
        path.At("E5").Lock("down_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.At("E6").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("E6").Device("vdev->bars_revoked", new DeviceMessage.ReadBarsRevoked());
        path.At("E6").Buffer($"priv->status = vdev->bars_revoked ? {RevokedName} : OK", locals => new DmaBufMessage.SetRevoked(locals.Reply != 0));
        path.Forget("the buffer is new: this is its first value, not a change", EffectKind.Revoked);
        path.At("E6").Device("list_add_tail(&priv->dmabufs_elm, &vdev->dmabufs)", locals => new DeviceMessage.LinkDmaBuf(locals.Priv!.Value));
        path.At("E7").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
        path.Check("the list agrees with the owners", Obligation.ListMatchesOwner);
        path.At("E7").Unlock("up_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
    }

    private void WriteFdFailure(PathBuilder path)
    {
        switch (Revision.FdFailure)
        {
            case FdFailure.LeaksBuffer:
                path.Return("return ret");
                break;
            case FdFailure.UnwindsTwice:
                path.CallVoid("dma_buf_put(priv->dmabuf)", () => PutDmaBuf);
                path.Goto("err_dev_put");
                break;
            case FdFailure.PutsBuffer:
                path.CallVoid("dma_buf_put(priv->dmabuf)", () => PutDmaBuf);
                path.Return("return ret");
                break;
        }
    }
}
