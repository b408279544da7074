using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 1 of kernel/importers.md: an area of an iommufd IOAS that is backed by a buffer.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_dma_buf_iommufd_map(): the exporter gives its physical range. It is not counted as a mapping.</summary>
    public Program IommufdPhysicalRange { get; }

    /// <summary>iopt_revoke_notify(): iommufd's invalidate callback.</summary>
    public Program RevokeNotify { get; }

    /// <summary>iopt_map_file_pages(): IOMMU_IOAS_MAP_FILE of a dma-buf.</summary>
    public Program MapFilePages { get; }

    /// <summary>iopt_release_pages(): the last reference to the pages object.</summary>
    public Program ReleasePages { get; }

    /// <summary>iopt_unmap_iova(): IOMMU_IOAS_UNMAP of the area.</summary>
    public Program UnmapIova { get; }

    /// <summary>iommufd_ioas_copy(): IOMMU_IOAS_COPY of the area within its IOAS.</summary>
    public Program CopyIova { get; }

    /// <summary>iopt_table_add_domain(): a device is attached to the IOAS.</summary>
    public Program AddDomain { get; }

    /// <summary>iommufd_access_pin_pages(): an in-kernel access.</summary>
    public Program PinAccess { get; }

    private PathBuilder WriteIommufdPhysicalRange()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_iommufd_map");
        path.AssertHeld("dma_resv_assert_held(attachment->dmabuf->resv)", Paths.DmaResv);
        if (Revision.PagesMap == PagesMap.None)
            return path.Return("not an exporter iommufd knows: return -EOPNOTSUPP", _ => -(int)Errno.EOPNOTSUPP);
        path.Buffer("if (priv->revoked)", new DmaBufMessage.ReadRevoked());
        path.Refuse("priv->revoked", locals => locals.Reply != 0, Errno.ENODEV);
        path.Buffer("if (priv->nr_ranges != 1)", new DmaBufMessage.ReadNrRanges());
        path.Refuse("priv->nr_ranges != 1", locals => locals.Reply != 1, Errno.EOPNOTSUPP);
        path.Attachment("*phys = priv->phys_vec[0]", new AttachmentMessage.SetPhysicalRange(true));
        path.Check("the range is of a buffer that is not revoked", Obligation.NoMapWhileRevoked);
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteRevokeNotify() =>
        new PathBuilder("iopt_revoke_notify")
            .Lock("mutex_lock(&pages->mutex)", Paths.PagesMutex)
            .Attachment("if (pages->dmabuf.phys.len)", new AttachmentMessage.ReadPhysicalRange())
            .If("not revoked yet", locals => locals.Reply != 0, live =>
            {
                WriteUnfill(live);
                live.Attachment("pages->dmabuf.phys.len = 0", new AttachmentMessage.SetPhysicalRange(false));
            })
            .Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex);

    private static void WriteUnfill(PathBuilder path) =>
        path.Attachment("if the domains are filled", new AttachmentMessage.ReadMapped())
            .If("filled", locals => locals.Reply != 0, filled => filled
                .Attachment("iopt_area_unmap_domain_range(): IOTLB synced", new AttachmentMessage.ClearMapped()));

    // An area is published when it is complete, so nobody unmaps it before; a revoke can come as soon as the attachment is listed.
    private PathBuilder WriteMapFilePages()
    {
        var path = new PathBuilder("iopt_map_file_pages");
        path.Attachment("an area at this IOVA?", new AttachmentMessage.Attaching());
        path.If("there is one", locals => locals.Reply < 0, WriteMapOverArea);
        path.Send("iopt_alloc_dmabuf_pages(): mutex_init(&pages->mutex)", Paths.PagesMutex, _ => new LockMessage.Init());
        WriteDynamicAttach(path);
        path.Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv);
        if (Revision.PagesMap == PagesMap.PinsFirst)
        {
            path.Call("dma_buf_pin(attach)", () => Pin);
            path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Goto("err_unlock"));
        }

        path.Call("vfio_pci_dma_buf_iommufd_map(attach, &pages->dmabuf.phys)", () => IommufdPhysicalRange);
        path.If("if (ret)", locals => locals.Ret != 0, failed => failed.Goto("err_unpin"));
        path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
        path.Lock("iopt_area_fill_domains(): mutex_lock(&pages->mutex)", Paths.PagesMutex);
        path.MayFail("iopt_dmabuf_track_domain(): kzalloc(sizeof(*track))", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (rc)", locals => locals.Reply < 0, failed => failed
            .Set("rc = -ENOMEM", locals => locals with { Ret = locals.Reply })
            .Unlock("mutex_unlock(&pages->mutex): not tracked", Paths.PagesMutex)
            .Goto("err_abort"));
        path.Attachment("if (pages->dmabuf.phys.len)", new AttachmentMessage.ReadPhysicalRange());
        path.If("not revoked meanwhile", locals => locals.Reply != 0, live => live.Attachment("batch_to_domain()", new AttachmentMessage.SetMapped()));
        path.Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex);
        path.Attachment("area->pages = pages", new AttachmentMessage.Attached());
        path.Return("return 0", _ => 0);
        path.Label("err_abort");
        path.Lock("iopt_area_unfill_domains(): mutex_lock(&pages->mutex)", Paths.PagesMutex);
        path.If("each domain", _ => true, WriteUnfill);
        path.Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex);
        path.CallVoid("iopt_put_pages(pages): iopt_release_pages(&pages->kref)", () => ReleasePages);
        path.Goto("err");
        path.Label("err_unpin");
        if (Revision.PagesMap == PagesMap.PinsFirst)
            path.CallVoid("dma_buf_unpin(attach)", () => Unpin);
        path.Label("err_unlock");
        path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
        path.CallVoid("dma_buf_detach(dmabuf, attach)", () => Detach);
        WritePutOfImporter(path);
        path.Return("return ret");
        path.Label("err_put");
        path.CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf);
        path.Label("err");
        return path.Attachment("iommufd: map failed", new AttachmentMessage.AttachFailed());
    }

    // The IOVA is looked at last: whatever the buffer answers comes before -EEXIST. The pages object of this call goes again.
    private void WriteMapOverArea(PathBuilder path) => path
        .Buffer("dma_buf_get(fd)", locals => new DmaBufMessage.Fdget(locals.Current))
        .Refuse("IS_ERR(dmabuf)", locals => locals.Reply < 0, Errno.EBADF)
        .Call("iopt_alloc_dmabuf_pages(): dma_buf_dynamic_attach(): dmabuf->ops->attach(dmabuf, attach)", () => Attach)
        .If("if (IS_ERR(pages))", locals => locals.Ret != 0, refused => refused
            .CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf)
            .Return("return PTR_ERR(pages)"))
        .CallVoid("iopt_map_pages(): iopt_insert_area(); iopt_put_pages(pages): dma_buf_put(dmabuf)", () => PutDmaBuf)
        .Return("return -EEXIST", _ => -(int)Errno.EEXIST);

    private PathBuilder WriteCopyIova()
    {
        var path = new PathBuilder("iommufd_ioas_copy")
            .Attachment("iopt_get_pages(): kref_get(&pages->kref)", new AttachmentMessage.CopyArea())
            .Refuse("no area", locals => locals.Reply < 0, Errno.ENOENT);
        WriteFill(path);
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteAddDomain()
    {
        var path = new PathBuilder("iopt_table_add_domain")
            .Attachment("each area", new AttachmentMessage.ReadAttached())
            .If("none", locals => locals.Reply == 0, empty => empty.Return("return 0", _ => 0));
        WriteFill(path);
        return path.Return("return 0", _ => 0);
    }

    // What is pinned would have to be unpinned again: of a dma-buf no page ever is.
    private PathBuilder WritePinAccess()
    {
        var path = new PathBuilder("iommufd_access_pin_pages")
            .Attachment("iopt_for_each_contig_area()", new AttachmentMessage.ReadAttached())
            .Refuse("no area", locals => locals.Reply == 0, Errno.ENOENT);
        switch (Revision.PagesAccess)
        {
            case PagesAccess.RefusesDmaBuf:
                return path.Return("if (iopt_is_dmabuf(pages)) return -EINVAL", _ => -(int)Errno.EINVAL);
            case PagesAccess.ReadsUserPointer:
                return path
                    .Lock("iopt_area_add_access(): mutex_lock(&pages->mutex)", Paths.PagesMutex)
                    .Lock("pfn_reader_user_pin(): mmap_read_lock(pages->source_mm)", Paths.MmapLock, LockMode.Read)
                    .Attachment("pin_user_pages_remote(pages->source_mm, pages->uptr)", new AttachmentMessage.PinUserPages(), (locals, reply) => locals with { Ret = reply.Value })
                    .Unlock("mmap_read_unlock(pages->source_mm)", Paths.MmapLock)
                    .Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex)
                    .Return("return rc");
            default:
                throw new System.Diagnostics.UnreachableException($"no access {Revision.PagesAccess}");
        }
    }

    // A dead area has no physical range: it is skipped, and that is success.
    private static void WriteFill(PathBuilder path) => path
        .Lock("iopt_area_fill_domains(): mutex_lock(&pages->mutex)", Paths.PagesMutex)
        .Attachment("if (pages->dmabuf.phys.len)", new AttachmentMessage.ReadPhysicalRange())
        .If("not revoked", locals => locals.Reply != 0, live => live.Attachment("batch_to_domain()", new AttachmentMessage.SetMapped()))
        .Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex);

    private PathBuilder WriteUnmapIova() =>
        new PathBuilder("iopt_unmap_iova")
            .Attachment("area->pages = NULL", new AttachmentMessage.RemoveArea())
            .Refuse("no area", locals => locals.Reply < 0, Errno.ENOENT)
            .If("another area keeps the pages", locals => locals.Reply != 0, kept => kept.Return("return 0", _ => 0))
            .Lock("iopt_area_unfill_domains(): mutex_lock(&pages->mutex)", Paths.PagesMutex)
            .If("each domain", _ => true, WriteUnfill)
            .Unlock("mutex_unlock(&pages->mutex)", Paths.PagesMutex)
            .CallVoid("iopt_put_pages(pages): iopt_release_pages(&pages->kref)", () => ReleasePages)
            .Return("return 0", _ => 0);

    private PathBuilder WriteReleasePages()
    {
        var path = new PathBuilder("iopt_release_pages");
        var unpins = Revision.PagesMap == PagesMap.PinsFirst;
        switch (Revision.PagesRelease)
        {
            case PagesRelease.DestroysMutexFirst:
                path.Send("mutex_destroy(&pages->mutex)", Paths.PagesMutex, _ => new LockMessage.Destroy());
                if (unpins)
                    path.CallVoid("dma_buf_unpin(attach)", () => Unpin);
                path.CallVoid("dma_buf_detach(dmabuf, attach)", () => Detach);
                break;
            case PagesRelease.DetachesFirst:
                if (unpins)
                {
                    path.Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv);
                    path.CallVoid("dma_buf_unpin(attach)", () => Unpin);
                    path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
                }

                path.CallVoid("dma_buf_detach(dmabuf, attach)", () => Detach);
                path.Send("mutex_destroy(&pages->mutex)", Paths.PagesMutex, _ => new LockMessage.Destroy());
                break;
        }

        WritePutOfImporter(path);
        return path;
    }

    private void WritePutOfImporter(PathBuilder path) => path
        .Buffer("dma_buf_put(dmabuf)", locals => new DmaBufMessage.TakeOverReference(locals.Attach!.Value, locals.Current))
        .CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf);
}
