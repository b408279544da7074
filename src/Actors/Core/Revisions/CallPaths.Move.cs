using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 4 of kernel/exporter-paths.md: revoke and un-revoke.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_dma_buf_move(vdev, revoked).</summary>
    public Program Move { get; }

    /// <summary>dma_buf_move_notify() / dma_buf_invalidate_mappings().</summary>
    public Program MoveNotify { get; }

    // An object that was answered is in a variable; as a number it would only tell apart what is alike.
    private static int Answered(Reply reply) => Math.Min(reply.Value, 0);

    private static Locals ReadVdev(Locals locals, Reply reply) => locals with { Vdev = reply.Value < 0 ? null : new DeviceId(reply.Value), Reply = Answered(reply) };

    private static Locals Walked(Locals locals, Reply reply) => locals with
    {
        Reply = Answered(reply),
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
                WriteNotifyAndUnlock(path);
                path.If("if (revoked)", locals => locals.Revoked, WriteDrain, WriteClear);
                break;
        }
    }

    // OK -> TEMP notifies, waits, drains and zaps. TEMP -> OK is silent from v3 on; PERM (DEAD) stays.
    private void WriteStatusChange(PathBuilder path) => path
        .If("if (revoked)", locals => locals.Revoked, WriteRevokeAndZap, give =>
        {
            switch (Revision.UnrevokeNotice)
            {
                case UnrevokeNotice.NotifiesFirst:
                    WriteNotifyAndWait(give);
                    WriteClear(give);
                    break;
                case UnrevokeNotice.Silent:
                    give.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
                    WriteBackToOk(give);
                    give.Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
                    break;
            }
        });

    private void WriteBackToOk(PathBuilder path)
    {
        if (Revision.PermanentRevoke == PermanentRevoke.None)
        {
            WriteOk(path);
            return;
        }

        path.Buffer($"if (priv->status != {DeadName})", new DmaBufMessage.ReadDead());
        path.If("alive", locals => locals.Reply == 0, WriteOk);
    }

    private void WriteOk(PathBuilder path) => path
        .At("M6").Buffer(Assigned(revoked: false), new DmaBufMessage.SetRevoked(false))
        .Check("every attachment was told", Obligation.ToldWhenTrue);

    private void WriteRevokeAndZap(PathBuilder path)
    {
        path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("M3").Buffer(Assigned(revoked: true), new DmaBufMessage.SetRevoked(true));
        WriteNotifyAndUnlock(path);
        WriteDrain(path);
        path.Buffer("unmap_mapping_range(priv->dmabuf->file->f_mapping)", new DmaBufMessage.Zap());
    }

    private void WriteNotifyAndWait(PathBuilder path)
    {
        path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        WriteNotifyAndUnlock(path);
    }

    private void WriteNotifyAndUnlock(PathBuilder path)
    {
        path.At("M4").CallVoid($"{Revision.NotifyCall}(priv->dmabuf)", () => MoveNotify);
        path.At("M5").Buffer("dma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences(FenceUsage.Bookkeep));
        path.At("M6").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
    }

    private string RevokedName => Revision.StatusNames == StatusNames.OkTempPerm ? "TEMP" : "REVOKED";

    private string DeadName => Revision.StatusNames == StatusNames.OkTempPerm ? "PERM" : "DEAD";

    // How a revision spells the test for, and the assignment of, the revoked state.
    private string Assigned(bool revoked) => Revision.StatusNames == StatusNames.RevokedBit
        ? $"priv->revoked = {(revoked ? "true" : "false")}"
        : $"priv->status = {(revoked ? RevokedName : "OK")}";

    private string TestedOk => Revision.StatusNames == StatusNames.RevokedBit ? "!priv->revoked" : "priv->status == OK";

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
        WriteBackToOk(path);
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
            loop.If("if (attach->importer_ops && attach->importer_ops->invalidate)", HasCallback, told =>
            {
                told.Attachment("attach->importer_ops->invalidate(attach)", locals => new AttachmentMessage.Invalidate(locals.Revoked));
                told.If("importer unmaps in its callback", locals => UnmapsInCallback((ImporterKind)locals.Reply), importer =>
                {
                    importer.Set("kind", locals => locals with { Argument = locals.Reply });
                    importer.Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped());
                    importer.If("mapped", locals => locals.Reply != 0, mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap));
                    importer.Set("kind", locals => locals with { Reply = locals.Argument });
                });
                foreach (var (kind, text, code) in Callbacks())
                    told.If($"importer is {kind}", locals => (ImporterKind)locals.Reply == kind, importer => importer.CallVoid(text, code));
                told.If("importer queues work", locals => QueuesWork((ImporterKind)locals.Reply), importer =>
                    importer.SendAndStart("queue_work(importer->work)", Paths.Attach, _ => new AttachmentMessage.QueueWork(), reply => reply.Yes, StartImporterWork));
            });
            loop.Buffer("attach = next", locals => new DmaBufMessage.NextAttachment(locals.Attach), WalkedAttachment);
        });
        return path;
    }

    private static bool UnmapsInCallback(ImporterKind kind) => kind switch
    {
        ImporterKind.Unmaps or ImporterKind.Remaps or ImporterKind.NeverSignals or ImporterKind.RemapsInCallback or ImporterKind.ClosesFd or ImporterKind.CopiesPfns => true,
        ImporterKind.UnmapsLater or ImporterKind.Ignores or ImporterKind.NoCallback or ImporterKind.Static or ImporterKind.Iommufd or ImporterKind.Mlx5 or ImporterKind.PinnedUmem
            or ImporterKind.Irdma or ImporterKind.Amdgpu or ImporterKind.Xe or ImporterKind.XeFaultMode or ImporterKind.NeedsMemoryLock or ImporterKind.NeverUnmaps => false,
    };

    private static bool QueuesWork(ImporterKind kind) => kind is ImporterKind.Remaps or ImporterKind.UnmapsLater or ImporterKind.NeedsMemoryLock;

    private Start StartImporterWork(Locals locals, Topology topology)
    {
        var attachment = locals.Attach!.Value;
        var worker = new Locals { Attach = attachment, Priv = Place(locals).Buffer };
        return Place(locals).Kind == ImporterKind.NeedsMemoryLock
            ? new Start(topology.ImporterWorker(attachment), WorkUnderMemoryLock, worker with { Vdev = topology.Buffers[Place(locals).Buffer.Index] })
            : new Start(topology.ImporterWorker(attachment), ImporterWork, worker);
    }

    // The flag is taken from the buffer, not from the caller's intention: P4 judges what is true when a notification begins.
    private static Locals WalkedAttachment(Locals locals, Reply reply) =>
        locals with { Attach = reply.Value < 0 ? null : new AttachmentId(reply.Value), Revoked = reply.Next != 0, Reply = Answered(reply) };
}
