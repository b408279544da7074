using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 3 of kernel/exporter-paths.md and kernel/dma-buf-core.md: the exporter's ops, and the importer's calls around them.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_dma_buf_attach(): the exporter's attach op.</summary>
    public Program Attach { get; }

    /// <summary>dma_buf_detach().</summary>
    public Program Detach { get; }

    /// <summary>dma_buf_pin().</summary>
    public Program Pin { get; }

    /// <summary>dma_buf_unpin().</summary>
    public Program Unpin { get; }

    /// <summary>dma_buf_map_attachment() with vfio_pci_dma_buf_map().</summary>
    public Program Map { get; }

    /// <summary>dma_buf_unmap_attachment() with vfio_pci_dma_buf_unmap().</summary>
    public Program Unmap { get; }

    /// <summary>The same for a mapping that a ghost object holds.</summary>
    public Program UnmapGhost { get; }

    /// <summary>The importer attaches: dma_buf_get(), dma_buf_dynamic_attach().</summary>
    public Program ImporterAttach { get; }

    /// <summary>The importer detaches.</summary>
    public Program ImporterDetach { get; }

    /// <summary>The importer pins.</summary>
    public Program ImporterPin { get; }

    /// <summary>The importer unpins.</summary>
    public Program ImporterUnpin { get; }

    /// <summary>The importer maps.</summary>
    public Program ImporterMap { get; }

    /// <summary>The importer unmaps.</summary>
    public Program ImporterUnmap { get; }

    /// <summary>The importer starts its DMA engine.</summary>
    public Program ImporterDma { get; }

    /// <summary>The importer's work item.</summary>
    public Program ImporterWork { get; }

    /// <summary>The peer's DMA engine.</summary>
    public Program DmaEngine { get; }

    private AttachmentPlace Place(Locals locals) => Topology.Attachments[locals.Attach!.Value.Index];

    private PathBuilder WriteDetach() =>
        new PathBuilder("dma_buf_detach")
            .Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
            .Buffer("list_del(&attach->node)", locals => new DmaBufMessage.UnlinkAttachment(locals.Attach!.Value))
            .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
            .If("ops->detach: an IOVA state of the attachment", locals => !InCore && AsksForWindow && IsDescribed(locals), state =>
                Dma(state, "kfree(attachment->priv)", locals => new DmaDeviceMessage.FreeState(Att(locals))))
            .Attachment("dmabuf->ops->detach(), kfree(attach)", new AttachmentMessage.Detached());

    private PathBuilder WritePin()
    {
        var path = new PathBuilder("dma_buf_pin");
        path.AssertHeld("dma_resv_assert_held(dmabuf->resv)", Paths.DmaResv);
        switch (Revision.PinOp)
        {
            case PinOp.None:
                path.Attachment("no pin op: success", new AttachmentMessage.SetPinned(true));
                return path.Return("return 0", _ => 0);
            case PinOp.RefusesInvalid:
                return path.Return("vfio_pci_dma_buf_pin(): return -EINVAL", _ => -(int)Errno.EINVAL);
            case PinOp.RefusesUnsupported:
                return path.Return("vfio_pci_dma_buf_pin(): return -EOPNOTSUPP", _ => -(int)Errno.EOPNOTSUPP);
            default:
                throw new System.Diagnostics.UnreachableException($"no pin op {Revision.PinOp}");
        }
    }

    private PathBuilder WriteUnpin() =>
        new PathBuilder("dma_buf_unpin")
            .AssertHeld("dma_resv_assert_held(dmabuf->resv)", Paths.DmaResv)
            .Attachment("no unpin op", new AttachmentMessage.SetPinned(false));

    private PathBuilder WriteMap()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_map");
        path.AssertHeld("dma_resv_assert_held(priv->dmabuf->resv)", Paths.DmaResv);
        if (!Revision.MoveNotifyBuiltIn)
        {
            path.Call("dma_buf_map_attachment(): dma_buf_pin_on_map(attach): dma_buf_pin(attach)", () => Pin);
            path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Return("return ERR_PTR(ret)"));
        }

        switch (Revision.MapTest)
        {
            case MapTest.NotRevoked:
                path.Refuse("!attachment->peer2peer", locals => !HasPeer2Peer(locals), Errno.EPERM);
                path.Buffer("if (!priv->revoked)", new DmaBufMessage.ReadRevoked());
                path.Refuse("!priv->revoked", locals => locals.Reply == 0, Errno.ENODEV);
                WriteMapResource(path);
                break;
            case MapTest.RevokedThroughVdev:
                path.Refuse("!attachment->peer2peer", locals => !HasPeer2Peer(locals), Errno.EPERM);
                path.Buffer("if (priv->revoked)", new DmaBufMessage.ReadRevoked());
                path.Refuse("priv->revoked", locals => locals.Reply != 0, Errno.ENODEV);
                WriteMapResource(path);
                break;
            case MapTest.NoneThroughVdev:
                ReadVdev(path);
                path.Device("provider = priv->vdev->provider", new DeviceMessage.ReadProvider());
                path.MayFail("kzalloc(sizeof(*sgt)), sg_alloc_table()", FaultPoint.Allocation, Errno.ENOMEM);
                path.If("if (!sgt)", locals => locals.Reply < 0, failed => failed.Return("return ERR_PTR(-ENOMEM)", locals => locals.Reply));
                WriteLink(path, "dma_iova_link(), dma_iova_sync()");
                break;
            case MapTest.Revoked:
                path.Buffer("if (priv->revoked)", new DmaBufMessage.ReadRevoked());
                path.Refuse("priv->revoked", locals => locals.Reply != 0, Errno.ENODEV);
                path.MayFail("dma_buf_phys_vec_to_sgt(): kzalloc(), sg_alloc_table()", FaultPoint.Allocation, Errno.ENOMEM);
                path.If("if (IS_ERR(sgt))", locals => locals.Reply < 0, failed => failed.Return("return sgt", locals => locals.Reply));
                path.Note("dma_buf_phys_vec_to_sgt(): pci_p2pdma_map_type(provider, attach->dev)");
                RefuseUnreachable(path, "return ERR_PTR(-EINVAL)");
                WriteLink(path, "dma_buf_phys_vec_to_sgt(): dma_iova_link(), dma_iova_sync()");
                break;
        }

        if (Revision.CountsMappings)
        {
            path.CheckMapping(
                "the mapping is of an accessible, not revoked buffer", Pieces, Obligation.NoMapWhileRevoked, Obligation.MapReachesFunction, Obligation.MapLeadsToExport, Obligation.MapIsAligned, Obligation.MapStaysInside);
            path.Buffer("kref_get(&priv->kref)", new DmaBufMessage.KrefGet());
        }
        else
        {
            path.CheckMapping("the mapping is of a buffer that is not revoked", Pieces, Obligation.NoMapWhileRevoked, Obligation.MapLeadsToExport, Obligation.MapIsAligned, Obligation.MapStaysInside);
        }

        path.Return("return sgt", _ => 0);
        return path;
    }

    private PathBuilder WriteUnmap(bool ghost)
    {
        var path = new PathBuilder("vfio_pci_dma_buf_unmap", ghost ? "ghost" : "");
        path.AssertHeld("dma_resv_assert_held(priv->dmabuf->resv)", Paths.DmaResv);
        path.Attachment("dma_buf_free_sgt(): dma_iova_destroy(), after the DMA in flight", ghost ? new AttachmentMessage.ClearGhost() : new AttachmentMessage.ClearMapped());
        path.If("attach->dev is described", IsDescribed, described => described.CallVoid("dma_buf_free_sgt(attachment, sgt, dir)", () => FreeSgtPath));
        if (Revision.WindowOwner == WindowOwner.Attachment)
            IfTranslated(path, iova => iova.Attachment("dma_iova_destroy(attachment->dev, state, priv->size)", new AttachmentMessage.DestroyWindow()));
        if (Revision.OrigNents == OrigNents.InBuffer)
            path.Note("sgt->orig_nents = priv->orig_nents");
        if (Revision.OrigNents != OrigNents.InMapping)
            path.Buffer("sg_free_table(sgt)", locals => new DmaBufMessage.FreeTable(Place(locals).SegmentBytes));
        if (Revision.CountsMappings)
            path.Buffer("kref_put(&priv->kref, vfio_pci_dma_buf_done)", new DmaBufMessage.KrefPut());
        return path;
    }

    private PathBuilder WriteImporterAttach() =>
        WriteDynamicAttach(new PathBuilder("dma_buf_dynamic_attach")
            .Attachment("importer: attached already?", new AttachmentMessage.Attaching())
            .Refuse("attached already", locals => locals.Reply < 0, Errno.EALREADY))
            .Attachment("return attach", new AttachmentMessage.Attached())
            .Return("return attach", _ => 0)
            .Label("err_put")
            .CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf)
            .Label("err")
            .Attachment("importer: attach failed", new AttachmentMessage.AttachFailed());

    // From the fd to an attachment that is told of invalidations. A failure goes to err_put or err.
    private PathBuilder WriteDynamicAttach(PathBuilder path) =>
        path
            .Buffer("dma_buf_get(fd)", locals => new DmaBufMessage.Fdget(locals.Current))
            .If("if (IS_ERR(dmabuf))", locals => locals.Reply < 0, closed => closed.Set("ret = -EBADF", locals => locals with { Ret = -(int)Errno.EBADF }).Goto("err"))
            .MayFail("kzalloc(sizeof(*attach))", FaultPoint.Allocation, Errno.ENOMEM)
            .If("if (!attach)", locals => locals.Reply < 0, failed => failed.Set("ret = -ENOMEM", locals => locals with { Ret = locals.Reply }).Goto("err_put"))
            .Call("dmabuf->ops->attach(dmabuf, attach)", () => Attach)
            .If("if (ret)", locals => locals.Ret != 0, refused => refused.Goto("err_put"))
            .Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
            .Buffer("list_add(&attach->node, &dmabuf->attachments)", locals => new DmaBufMessage.LinkAttachment(locals.Attach!.Value))
            .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
            .Buffer("importer keeps the reference", locals => new DmaBufMessage.HandReference(locals.Current, locals.Attach!.Value));

    private PathBuilder WriteImporterDetach() =>
        new PathBuilder("importer_detach")
            .Attachment("importer: attached?", new AttachmentMessage.ReadAttached())
            .Refuse("not attached", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
            .Attachment("importer: no new mappings", new AttachmentMessage.Detaching())
            .If("detached meanwhile", locals => locals.Reply < 0, gone => gone
                .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
                .Return("return -ENOTCONN", locals => locals.Reply))
            .Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped())
            .If("mapped", locals => locals.Reply != 0 && Place(locals).Kind != ImporterKind.NeverUnmaps, mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap))
            .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
            .CallVoid("dma_buf_detach(dmabuf, attach)", () => Detach)
            .Attachment("flush_work(importer->work)", new AttachmentMessage.FlushWork())
            .Buffer("dma_buf_put(dmabuf)", locals => new DmaBufMessage.TakeOverReference(locals.Attach!.Value, locals.Current))
            .CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf)
            .Return("return 0", _ => 0);

    private PathBuilder WriteImporterPin() => UnderResv("importer_pin", path => path.Call("dma_buf_pin(attach)", () => Pin));

    private PathBuilder WriteImporterUnpin() => UnderResv("importer_unpin", path => path
        .Attachment("if (importer->pinned)", new AttachmentMessage.ReadPinned())
        .If("pinned", locals => locals.Reply != 0, pinned => pinned.CallVoid("dma_buf_unpin(attach)", () => Unpin))
        .Set("ret = 0", locals => locals with { Ret = 0 }));

    private PathBuilder WriteImporterMap() => UnderResv("importer_map", path => path
        .Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped())
        .If("mapped already", locals => locals.Reply != 0,
            already => already.Set("ret = -EALREADY", locals => locals with { Ret = -(int)Errno.EALREADY }),
            free => free.Call("dma_buf_map_attachment(attach, dir)", () => Map)));

    private PathBuilder WriteImporterUnmap() => UnderResv("importer_unmap", path => path
        .Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped())
        .If("not mapped", locals => locals.Reply == 0 || Place(locals).Kind == ImporterKind.NeverUnmaps,
            nothing => nothing.Set("ret = -ENOENT", locals => locals with { Ret = -(int)Errno.ENOENT }),
            mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap).Set("ret = 0", locals => locals with { Ret = 0 })));

    private static PathBuilder UnderResv(string function, Action<PathBuilder> body)
    {
        var path = new PathBuilder(function)
            .Attachment("importer: attached?", new AttachmentMessage.ReadAttached())
            .Refuse("not attached", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
            .Attachment("importer: still attached?", new AttachmentMessage.ReadAttached())
            .If("detached meanwhile", locals => locals.Reply == 0, gone => gone.Set("ret = -ENOTCONN", locals => locals with { Ret = -(int)Errno.ENOTCONN }), body);
        return path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
    }

    private PathBuilder WriteImporterDma() =>
        new PathBuilder("importer_dma")
            .SendAndStart("ring the peer's doorbell", Paths.Attach, _ => new AttachmentMessage.StartDma(), reply => reply.Value == 0, StartDmaEngine)
            .Return("return", locals => locals.Reply);

    private Start StartDmaEngine(Locals locals, Topology topology) =>
        new(topology.DmaEngine(locals.Attach!.Value), Place(locals).Kind == ImporterKind.CopiesPfns ? PfnAccess : DmaEngine, new Locals { Attach = locals.Attach, Priv = locals.Priv });

    private PathBuilder WriteDmaEngine() =>
        new PathBuilder("peer_dma")
            .Attachment("issue the access", new AttachmentMessage.IssueDma())
            .Set("ret = 1", locals => locals with { Ret = 1 })
            .If("attach->dev is described", IsDescribed, described =>
                Dma(described, "translated on its way", locals => new DmaDeviceMessage.Access(Att(locals), IsPromised: true), (locals, reply) => locals with { Ret = reply.Value }))
            .If("it gets through", locals => locals.Ret != 0, through => through.Check("access through the mapping", Obligation.AccessReachesFunction))
            .Attachment("done", new AttachmentMessage.DmaDone());

    // The work item of an importer that remaps: map again if not mapped. Of one that unmaps later: unmap if mapped.
    private PathBuilder WriteImporterWork() => WriteWork(
        new PathBuilder("importer_work"),
        _ => { },
        attached => attached
            .If("importer remaps and is not mapped", locals => Place(locals).Kind == ImporterKind.Remaps && locals.Reply == 0, remap => remap
                .CallVoid("dma_buf_map_attachment(attach, dir)", () => Map))
            .If("importer unmaps later and is mapped", locals => Place(locals).Kind == ImporterKind.UnmapsLater && locals.Reply != 0, unmap => unmap
                .CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap)));

    private static PathBuilder WriteWork(PathBuilder path, Action<PathBuilder> first, Action<PathBuilder> underResv) => path
        .Set("again = true", locals => locals with { Reply = 1 })
        .While("while (again)", locals => locals.Reply != 0, loop =>
        {
            loop.Attachment("take the work item", new AttachmentMessage.TakeWork());
            first(loop);
            loop.Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
                .Attachment("importer: still attached?", new AttachmentMessage.ReadAttached())
                .If("attached", locals => locals.Reply != 0, attached => underResv(attached.Attachment("if (importer->sgt)", new AttachmentMessage.ReadMapped())))
                .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
                .Attachment("work done", new AttachmentMessage.WorkDone());
        });
}
