using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 5 and 6 of kernel/exporter-paths.md: cleanup at the last close, release, final fput.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_dma_buf_cleanup(vdev).</summary>
    public Program Cleanup { get; }

    /// <summary>vfio_pci_dma_buf_release(dmabuf).</summary>
    public Program Release { get; }

    /// <summary>__fput() of a dma-buf file.</summary>
    public Program Fput { get; }

    /// <summary>task_work_run(): the deferred final fputs, on return to user mode.</summary>
    public Program TaskWorkRun { get; }

    /// <summary>dma_buf_put(), fput().</summary>
    public Program PutDmaBuf { get; }

    private PathBuilder WriteCleanup()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_cleanup");
        if (!Revision.DmaBufBuiltIn)
            return path;
        path.At("C1").Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        switch (Revision.CleanupPlace)
        {
            case CleanupPlace.AfterDisable:
                EachDmaBuf(path, WriteCleanupUnderResv);
                break;
            case CleanupPlace.BeforeDisable:
                path.At("C2").CallVoid("vfio_pci_dma_buf_move(vdev, true)", () => Move, locals => locals with { Revoked = true });
                if (Revision.ListLock == ListLock.DmaBufLock)
                    path.Lock("down_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
                EachDmaBuf(path, WriteCleanupAfterMove);
                if (Revision.ListLock == ListLock.DmaBufLock)
                    path.Unlock("up_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
                break;
        }

        path.Check("the list agrees with the owners", Obligation.ListMatchesOwner);
        path.At("C6").Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
        return path;
    }

    private void WriteCleanupUnderResv(PathBuilder path)
    {
        WithFile(path, "C3", active =>
        {
            active.At("C4").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
            active.At("C4").Device("list_del_init(&priv->dmabufs_elm)", locals => new DeviceMessage.UnlinkDmaBuf(locals.Priv!.Value));
            active.At("C4").Buffer("priv->vdev = NULL", new DmaBufMessage.ClearVdev());
            active.At("C4").Buffer("priv->revoked = true", new DmaBufMessage.SetRevoked(true));
            active.At("C4").CallVoid($"{Revision.NotifyCall}(priv->dmabuf)", () => MoveNotify);
            if (Revision.CountsMappings)
                active.At("C4").Buffer("dma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences(FenceUsage.Bookkeep));
            active.At("C4").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
            if (Revision.CountsMappings)
                WriteDrain(active);
            active.At("C5").Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value)));
            active.At("C5").CallVoid(Revision.CleanupPut, () => PutDmaBuf);
        });
    }

    private void WriteCleanupAfterMove(PathBuilder path)
    {
        WithFile(path, "C3", active =>
        {
            if (Revision.FileReference == FileReference.None)
                active.At("C4").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
            active.At("C4").Device("list_del_init(&priv->dmabufs_elm)", locals => new DeviceMessage.UnlinkDmaBuf(locals.Priv!.Value));
            active.At("C4").Buffer("priv->vdev = NULL", new DmaBufMessage.ClearVdev());
            if (Revision.FileReference == FileReference.None)
                active.At("C4").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
            active.At("C5").Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value)));
            if (Revision.FileReference != FileReference.None)
                active.At("C5").CallVoid(Revision.CleanupPut, () => PutDmaBuf);
        });
    }

    private (string Name, Func<Locals, MachineRef?> Lock) ListLockOf() =>
        Revision.ListLock == ListLock.DmaBufLock ? ("dmabuf_lock", Paths.DmaBufLock) : ("memory_lock", Paths.MemoryLock);

    private PathBuilder WriteRelease()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_release");
        if (Revision.FileReference == FileReference.None)
            return WriteReleaseUnderResv(path);
        path.At("L1").Buffer("if (priv->vdev)", new DmaBufMessage.ReadVdev(), ReadVdev);
        path.If("vdev", locals => locals.Vdev is not null, owned =>
        {
            var (name, listLock) = ListLockOf();
            owned.At("L2").Lock($"down_write(&priv->vdev->{name})", listLock);
            owned.At("L2").Device("list_del_init(&priv->dmabufs_elm)", locals => new DeviceMessage.UnlinkDmaBuf(locals.Priv!.Value));
            owned.At("L2").Unlock($"up_write(&priv->vdev->{name})", listLock);
            owned.At("L3").Device("vfio_device_put_registration(&priv->vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value)));
        });
        path.At("L4").Buffer("kfree(priv->phys_vec), kfree(priv)", new DmaBufMessage.FreePriv());
        return path;
    }

    // Walks and release agree under dma_resv who unlinks. A registration reference keeps the device while memory_lock is waited for.
    private PathBuilder WriteReleaseUnderResv(PathBuilder path)
    {
        path.At("L1").Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("L1").Buffer("if (priv->vdev)", new DmaBufMessage.ReadVdev(), ReadVdev);
        path.If("vdev", locals => locals.Vdev is not null, owned => owned
            .Device("vfio_device_try_get_registration(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Current))));
        path.At("L1").Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
        path.If("vdev", locals => locals.Vdev is not null, owned => owned
            .At("L2").Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock)
            .At("L2").Buffer("if (priv->vdev)", new DmaBufMessage.ReadVdev())
            .If("still linked", locals => locals.Reply >= 0, linked => linked
                .At("L2").Device("list_del_init(&priv->dmabufs_elm)", locals => new DeviceMessage.UnlinkDmaBuf(locals.Priv!.Value))
                .At("L3").Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value))))
            .At("L2").Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock)
            .Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Current))));
        path.At("L4").Buffer("kfree(priv->phys_vec), kfree(priv)", new DmaBufMessage.FreePriv());
        return path;
    }

    private PathBuilder WriteFput()
    {
        var path = new PathBuilder("__fput");
        WriteEventpollRelease(path);
        path.Buffer("dma_buf_file_release(): off the debug list", new DmaBufMessage.FileRelease());
        switch (Revision.FileRelease)
        {
            case FileRelease.LeavesFilePointer:
                break;
            case FileRelease.AnnulsFilePointer:
                path.Buffer("dma_buf_file_release(): dmabuf->file = NULL", new DmaBufMessage.AnnulFile());
                break;
            case FileRelease.RunsExporterRelease:
                path.CallVoid("dma_buf_file_release(): dmabuf->ops->release(dmabuf)", () => Release);
                break;
        }

        path.Buffer("dput(dentry)", new DmaBufMessage.Dput());
        WriteDentryRelease(path);
        return path.Buffer("file_free(file)", new DmaBufMessage.FileFree());
    }

    private void WriteDentryRelease(PathBuilder path) =>
        path.If("if (last)", locals => locals.Reply != 0, last =>
        {
            if (Revision.FileRelease != FileRelease.RunsExporterRelease)
                last.CallVoid("dma_buf_release(): dmabuf->ops->release(dmabuf)", () => Release);
            last.Buffer("dma_buf_release(): dma_resv_fini(), kfree(dmabuf)", new DmaBufMessage.FreeDmaBuf());
        });

    private PathBuilder WriteTaskWorkRun() =>
        new PathBuilder("task_work_run")
            .TakeTaskWork("work = task->task_works")
            .While("while (work)", locals => locals.Reply != 0, loop => loop
                .CallVoid("____fput(work)", () => Fput)
                .TakeTaskWork("work = task->task_works"));

    private PathBuilder WriteDmaBufPut() =>
        new PathBuilder("fput")
            .Buffer("atomic_long_dec_and_test(&file->f_count)", locals => new DmaBufMessage.Fput(locals.Current))
            .If("if (last)", locals => locals.Reply != 0, last => last.DeferFput("task_work_add(current, ____fput)"));
}
