using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Sections 4 to 6 of kernel/exporter-paths.md: revoke, un-revoke, cleanup at close, release.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_dma_buf_move(vdev, revoked).</summary>
    public Program Move { get; }

    /// <summary>dma_buf_move_notify() / dma_buf_invalidate_mappings().</summary>
    public Program MoveNotify { get; }

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

    private static Locals Walked(Locals locals, Reply reply) => locals with
    {
        Priv = reply.Value < 0 ? null : new DmaBufId(reply.Value),
        Tmp = reply.Next < 0 ? null : new DmaBufId(reply.Next),
    };

    private PathBuilder WriteMove()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_move");
        if (!Revision.DmaBufBuiltIn)
            return path;
        path.AssertHeld("lockdep_assert_held_write(&vdev->memory_lock)", Paths.MemoryLock);
        if (Revision.ListLock == ListLock.DmaBufLock)
        {
            path.Lock("down_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
            path.Device("vdev->bars_revoked = revoked", locals => new DeviceMessage.SetBarsRevoked(locals.Revoked));
        }

        EachDmaBuf(path, entry =>
        {
            WithFile(entry, "M1", active =>
            {
                active.At("M2").Buffer("if (priv->revoked != revoked)", new DmaBufMessage.ReadRevoked());
                active.If("revoked differs", locals => locals.Reply != 0 != locals.Revoked, WriteMoveOne);
                if (Revision.FileReference != FileReference.None)
                    active.At("M7").CallVoid(Revision.MovePut, () => PutDmaBuf);
            });
        });
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Unlock("up_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        if (Revision.MoveZaps)
            path.If("if (revoked)", locals => locals.Revoked, revoke => revoke.Device("unmap_mapping_range(): the buffers behind BAR mmaps", new DeviceMessage.Zap()));
        return path;
    }

    // The body runs for an entry whose file is alive; without a file reference it runs for every entry.
    private void WithFile(PathBuilder path, string mark, Action<PathBuilder> body)
    {
        switch (Revision.FileReference)
        {
            case FileReference.TryGet:
                path.At(mark).Buffer("dma_buf_try_get(priv->dmabuf)", locals => new DmaBufMessage.GetFileActive(locals.Current));
                break;
            case FileReference.GetFileRcu:
                path.At(mark).Buffer("get_file_rcu(&priv->dmabuf->file)", locals => new DmaBufMessage.GetFileRcu(locals.Current));
                break;
            case FileReference.GetFileActive:
                path.At(mark).Buffer("get_file_active(&priv->dmabuf->file)", locals => new DmaBufMessage.GetFileActive(locals.Current));
                break;
            case FileReference.None:
                body(path);
                return;
        }

        path.If("if (file)", locals => locals.Reply != 0, body);
    }

    private void WriteMoveOne(PathBuilder path)
    {
        switch (Revision.RevokeReturns)
        {
            case RevokeReturns.AfterNotify:
                path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
                path.At("M3").Buffer("priv->revoked = revoked", locals => new DmaBufMessage.SetRevoked(locals.Revoked));
                path.At("M4").CallVoid($"{Revision.NotifyCall}(priv->dmabuf)", () => MoveNotify);
                path.If("if (!revoked)", locals => !locals.Revoked, given => given.Check("every attachment was told", Obligation.ToldWhenTrue));
                path.At("M6").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
                break;
            case RevokeReturns.AfterFencesAndOneSecond:
            case RevokeReturns.AfterFencesAndUnmaps:
                if (Revision.MoveZaps)
                {
                    WriteStatusChange(path);
                    break;
                }

                path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
                path.If("if (revoked)", locals => locals.Revoked, revoke =>
                    revoke.At("M3").Buffer("priv->revoked = true", new DmaBufMessage.SetRevoked(true)));
                path.At("M4").CallVoid($"{Revision.NotifyCall}(priv->dmabuf)", () => MoveNotify);
                path.At("M5").Buffer("dma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences());
                path.At("M6").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
                path.If("if (revoked)", locals => locals.Revoked, WriteDrain, WriteClear);
                break;
        }
    }

    // OK -> TEMP notifies, waits, drains and zaps; TEMP -> OK is silent; DEAD stays.
    private void WriteStatusChange(PathBuilder path) => path
        .If("if (revoked)", locals => locals.Revoked,
            WriteRevokeAndZap,
            give => give
                .Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv)
                .Buffer("if (priv->status != DEAD)", new DmaBufMessage.ReadDead())
                .If("alive", locals => locals.Reply == 0, alive => alive
                    .At("M6").Buffer("priv->status = OK", new DmaBufMessage.SetRevoked(false))
                    .Check("every attachment was told", Obligation.ToldWhenTrue))
                .Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv));

    private void WriteRevokeAndZap(PathBuilder path)
    {
        path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("M3").Buffer("priv->status = REVOKED", new DmaBufMessage.SetRevoked(true));
        path.At("M4").CallVoid($"{Revision.NotifyCall}(priv->dmabuf)", () => MoveNotify);
        path.At("M5").Buffer("dma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences());
        path.At("M6").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
        WriteDrain(path);
        path.Buffer("unmap_mapping_range(priv->dmabuf->file->f_mapping)", new DmaBufMessage.Zap());
    }

    private void WriteDrain(PathBuilder path)
    {
        path.At("M6").Buffer("kref_put(&priv->kref, vfio_pci_dma_buf_done)", new DmaBufMessage.KrefPut());
        if (Revision.RevokeReturns == RevokeReturns.AfterFencesAndOneSecond)
            path.At("M6").Buffer("WARN_ON(!wait_for_completion_timeout(&priv->comp, HZ))", new DmaBufMessage.WaitForCompletionTimeout());
        else
            path.At("M6").Buffer("wait_for_completion(&priv->comp)", new DmaBufMessage.WaitForCompletion());
        if (Revision.KrefRearm == KrefRearm.AfterDrain)
            path.At("M6").Buffer("kref_init(&priv->kref), reinit_completion(&priv->comp)", new DmaBufMessage.KrefInit());
    }

    private void WriteClear(PathBuilder path)
    {
        path.At("M6").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        if (Revision.KrefRearm == KrefRearm.OnUnrevoke)
            path.At("M6").Buffer("kref_init(&priv->kref), reinit_completion(&priv->comp)", new DmaBufMessage.KrefInit());
        path.At("M6").Buffer("priv->revoked = false", new DmaBufMessage.SetRevoked(false));
        path.Check("every attachment was told", Obligation.ToldWhenTrue);
        path.At("M6").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
    }

    // list_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm): the next entry is read before the body runs.
    private static void EachDmaBuf(PathBuilder path, Action<PathBuilder> body)
    {
        path.Device("list_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm)", new DeviceMessage.NextDmaBuf(null), Walked);
        path.While("while (priv)", locals => locals.Priv is not null, loop =>
        {
            body(loop);
            loop.If("if (tmp)", locals => locals.Tmp is not null,
                more => more.Device("priv = tmp, tmp = next", locals => new DeviceMessage.NextDmaBuf(locals.Tmp), Walked),
                last => last.Set("priv = NULL", locals => locals with { Priv = null }));
        });
    }

    private PathBuilder WriteMoveNotify()
    {
        var path = new PathBuilder(Revision.NotifyCall);
        path.AssertHeld("dma_resv_assert_held(dmabuf->resv)", Paths.DmaResv);
        path.Buffer("list_for_each_entry(attach, &dmabuf->attachments, node)", new DmaBufMessage.NextAttachment(null), WalkedAttachment);
        path.While("while (attach)", locals => locals.Attach is not null, loop =>
        {
            loop.If("if (attach->importer_ops && attach->importer_ops->invalidate)", locals => Topology.Attachments[locals.Attach!.Value.Index].HasCallback, told =>
            {
                told.Attachment("attach->importer_ops->invalidate(attach)", locals => new AttachmentMessage.Invalidate(locals.Revoked));
                told.If("importer unmaps in its callback", locals => UnmapsInCallback((ImporterKind)locals.Reply), importer =>
                {
                    importer.Set("kind", locals => locals with { Argument = locals.Reply });
                    importer.Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped());
                    importer.If("mapped", locals => locals.Reply != 0, mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap));
                    importer.Set("kind", locals => locals with { Reply = locals.Argument });
                });
                told.If("importer queues work", locals => QueuesWork((ImporterKind)locals.Reply), importer =>
                    importer.SendAndStart("queue_work(importer->work)", Paths.Attach, _ => new AttachmentMessage.QueueWork(), StartImporterWork));
            });
            loop.Buffer("attach = next", locals => new DmaBufMessage.NextAttachment(locals.Attach), WalkedAttachment);
        });
        return path;
    }

    private static bool UnmapsInCallback(ImporterKind kind) => kind switch
    {
        ImporterKind.Unmaps or ImporterKind.Remaps => true,
        ImporterKind.UnmapsLater or ImporterKind.Ignores or ImporterKind.NoCallback or ImporterKind.Static => false,
    };

    private static bool QueuesWork(ImporterKind kind) => kind switch
    {
        ImporterKind.Remaps or ImporterKind.UnmapsLater => true,
        ImporterKind.Unmaps or ImporterKind.Ignores or ImporterKind.NoCallback or ImporterKind.Static => false,
    };

    private Start? StartImporterWork(Locals locals, Reply reply, Topology topology)
    {
        var attachment = locals.Attach!.Value;
        return reply.Yes
            ? new Start(topology.ImporterWorker(attachment), ImporterWork, new Locals { Attach = attachment, Priv = topology.Attachments[attachment.Index].Buffer })
            : null;
    }

    // The flag is taken from the buffer, not from the caller's intention: P4 judges what is true when a notification begins.
    private static Locals WalkedAttachment(Locals locals, Reply reply) =>
        locals with { Attach = reply.Value < 0 ? null : new AttachmentId(reply.Value), Revoked = reply.Next != 0 };

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
                active.At("C4").Buffer("dma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences());
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

    private PathBuilder WriteRelease()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_release");
        if (Revision.FileReference == FileReference.None)
            return WriteReleaseUnderResv(path);
        path.At("L1").Buffer("if (priv->vdev)", new DmaBufMessage.ReadVdev(), (locals, reply) => locals with { Vdev = reply.Value < 0 ? null : new DeviceId(reply.Value) });
        path.If("vdev", locals => locals.Vdev is not null, owned =>
        {
            var (name, listLock) = Revision.ListLock == ListLock.DmaBufLock ? ("dmabuf_lock", Paths.DmaBufLock) : ("memory_lock", (Func<Locals, MachineRef?>)Paths.MemoryLock);
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
        path.At("L1").Buffer("if (priv->vdev)", new DmaBufMessage.ReadVdev(), (locals, reply) => locals with { Vdev = reply.Value < 0 ? null : new DeviceId(reply.Value) });
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
