using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 2 of kernel/importers.md: RDMA. Kernel: drivers/infiniband/core/umem_dmabuf.c, hw/mlx5/{mr,odp}.c, hw/irdma/verbs.c.</content>
public sealed partial class CallPaths
{
    /// <summary>ib_umem_dmabuf_map_pages().</summary>
    public Program UmemMapPages { get; }

    /// <summary>ib_umem_dmabuf_unmap_pages().</summary>
    public Program UmemUnmapPages { get; }

    /// <summary>ib_umem_dmabuf_revoke_locked(): irdma's invalidate callback, and the end of every umem.</summary>
    public Program UmemRevoke { get; }

    /// <summary>ib_umem_dmabuf_release().</summary>
    public Program UmemRelease { get; }

    /// <summary>ib_umem_dmabuf_get_pinned() and the driver's registration behind it.</summary>
    public Program PinnedRegister { get; }

    /// <summary>dereg_mr of a driver with a pinned umem.</summary>
    public Program PinnedDeregister { get; }

    /// <summary>ib_umem_dmabuf_unsupported_move_notify().</summary>
    public Program PinnedNotified { get; }

    /// <summary>irdma_reg_user_mr_dmabuf().</summary>
    public Program IrdmaRegister { get; }

    /// <summary>irdma_umem_dmabuf_revoke().</summary>
    public Program IrdmaRevoke { get; }

    /// <summary>mlx5_ib_reg_user_mr_dmabuf().</summary>
    public Program Mlx5Register { get; }

    /// <summary>mlx5_ib_dereg_mr().</summary>
    public Program Mlx5Deregister { get; }

    /// <summary>pagefault_dmabuf_mr(), as registration calls it.</summary>
    public Program Mlx5FirstFault { get; }

    /// <summary>mlx5_ib_eqe_pf_action(): a page fault of the device.</summary>
    public Program Mlx5PageFault { get; }

    /// <summary>mlx5_ib_dmabuf_invalidate_cb().</summary>
    public Program Mlx5Invalidate { get; }

    /// <summary>The device accesses the buffer; without a translation it faults first.</summary>
    public Program Mlx5Dma { get; }

    private PathBuilder WriteUmemMapPages() =>
        new PathBuilder("ib_umem_dmabuf_map_pages")
            .AssertHeld("dma_resv_assert_held(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
            .Attachment("if (umem_dmabuf->revoked)", new AttachmentMessage.ReadMark(ImporterMarks.UmemRevoked))
            .Refuse("umem_dmabuf->revoked", locals => locals.Reply != 0, Errno.EINVAL)
            .Attachment("if (umem_dmabuf->sgt)", new AttachmentMessage.ReadMapped())
            .If("!umem_dmabuf->sgt", locals => locals.Reply == 0, unmapped => unmapped
                .Call("dma_buf_map_attachment(umem_dmabuf->attach, DMA_BIDIRECTIONAL)", () => Map)
                .If("if (IS_ERR(sgt))", locals => locals.Ret != 0, failed => failed.Return("return PTR_ERR(sgt)")))
            .Buffer("dma_resv_wait_timeout(umem_dmabuf->attach->dmabuf->resv, DMA_RESV_USAGE_KERNEL, false, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences(FenceUsage.Kernel))
            .Return("return 0", _ => 0);

    private PathBuilder WriteUmemUnmapPages() =>
        new PathBuilder("ib_umem_dmabuf_unmap_pages")
            .AssertHeld("dma_resv_assert_held(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
            .Attachment("if (!umem_dmabuf->sgt)", new AttachmentMessage.ReadMapped())
            .If("umem_dmabuf->sgt", locals => locals.Reply != 0, mapped => mapped
                .CallVoid("dma_buf_unmap_attachment(umem_dmabuf->attach, umem_dmabuf->sgt, DMA_BIDIRECTIONAL)", () => Unmap));

    private PathBuilder WriteUmemRevoke() =>
        new PathBuilder("ib_umem_dmabuf_revoke_locked")
            .AssertHeld("dma_resv_assert_held(attach->dmabuf->resv)", Paths.DmaResv)
            .Attachment("if (umem_dmabuf->revoked)", new AttachmentMessage.ReadMark(ImporterMarks.UmemRevoked))
            .If("umem_dmabuf->revoked", locals => locals.Reply != 0, revoked => revoked.Return("return"))
            .Attachment("if (umem_dmabuf->pinned_revoke)", new AttachmentMessage.ReadMark(ImporterMarks.PinnedRevoke))
            .If("umem_dmabuf->pinned_revoke", locals => locals.Reply != 0, driver => driver.CallVoid("umem_dmabuf->pinned_revoke(umem_dmabuf->private)", () => IrdmaRevoke))
            .CallVoid("ib_umem_dmabuf_unmap_pages(umem_dmabuf)", () => UmemUnmapPages)
            .Attachment("if (umem_dmabuf->pinned)", new AttachmentMessage.ReadMark(ImporterMarks.UmemPinned))
            .If("umem_dmabuf->pinned", locals => locals.Reply != 0, pinned => pinned
                .CallVoid("dma_buf_unpin(umem_dmabuf->attach)", () => Unpin)
                .Attachment("umem_dmabuf->pinned = 0", new AttachmentMessage.Unmark(ImporterMarks.UmemPinned)))
            .Attachment("umem_dmabuf->revoked = 1", new AttachmentMessage.Mark(ImporterMarks.UmemRevoked));

    private PathBuilder WriteUmemRelease()
    {
        var path = new PathBuilder("ib_umem_dmabuf_release")
            .Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv)
            .CallVoid("ib_umem_dmabuf_revoke_locked(umem_dmabuf->attach)", () => UmemRevoke)
            .Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv)
            .CallVoid("dma_buf_detach(dmabuf, umem_dmabuf->attach)", () => Detach);
        WritePutOfImporter(path);
        return path;
    }

    // Up to the attachment; a failure goes to err_put or err.
    private PathBuilder WriteUmemGet(string function) =>
        WriteDynamicAttach(new PathBuilder(function)
            .Attachment("registered already?", new AttachmentMessage.Attaching())
            .Refuse("registered already", locals => locals.Reply < 0, Errno.EALREADY));

    private PathBuilder WriteUmemGetEnd(PathBuilder path) => path
        .Label("err_put")
        .CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf)
        .Label("err")
        .Attachment("registration failed", new AttachmentMessage.AttachFailed())
        .Return("return ERR_PTR(err)");

    private PathBuilder WritePinAndMap(PathBuilder path) => path
        .Lock("dma_resv_lock(umem_dmabuf->attach->dmabuf->resv, NULL)", Paths.DmaResv)
        .Call("dma_buf_pin(umem_dmabuf->attach)", () => Pin)
        .If("if (err)", locals => locals.Ret != 0, failed => failed.Goto("err_release"))
        .Attachment("umem_dmabuf->pinned = 1", new AttachmentMessage.Mark(ImporterMarks.UmemPinned))
        .Call("ib_umem_dmabuf_map_pages(umem_dmabuf)", () => UmemMapPages)
        .If("if (err)", locals => locals.Ret != 0, failed => failed.Goto("err_unpin"));

    private PathBuilder WritePinnedRegister()
    {
        var path = WritePinAndMap(WriteUmemGet("ib_umem_dmabuf_get_pinned"))
            .Unlock("dma_resv_unlock(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
            .Attachment("reg_user_mr_dmabuf: the driver writes its page list", new AttachmentMessage.ProgramHardware())
            .Attachment("return mr", new AttachmentMessage.Attached())
            .Return("return mr", _ => 0)
            .Label("err_unpin");
        if (Revision.PinnedMapFailure == PinnedMapFailure.UnpinsTwice)
            path.CallVoid("dma_buf_unpin(umem_dmabuf->attach)", () => Unpin);
        return WriteReleaseOfFailed(path);
    }

    private PathBuilder WriteReleaseOfFailed(PathBuilder path) => WriteUmemGetEnd(path
        .Label("err_release")
        .Unlock("dma_resv_unlock(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
        .CallVoid("ib_umem_release(&umem_dmabuf->umem)", () => UmemRelease)
        .Goto("err"));

    private static PathBuilder WritePinnedNotified() =>
        new PathBuilder("ib_umem_dmabuf_unsupported_move_notify").Note("ibdev_warn_ratelimited(\"Invalidate callback should not be called when memory is pinned\")");

    private PathBuilder WritePinnedDeregister() =>
        new PathBuilder("dereg_mr")
            .Attachment("registered?", new AttachmentMessage.Detaching())
            .Refuse("not registered", locals => locals.Reply < 0, Errno.ENOTCONN)
            .Attachment("the driver destroys the key in hardware", new AttachmentMessage.InvalidateHardware())
            .CallVoid("ib_umem_release(umem)", () => UmemRelease)
            .Return("return 0", _ => 0);

    // The lock is kept from the mapping until the driver's object and its callback are complete.
    private PathBuilder WriteIrdmaRegister() =>
        WriteReleaseOfFailed(WritePinAndMap(WriteUmemGet("irdma_reg_user_mr_dmabuf"))
            .Attachment("irdma_hwreg_mr(iwdev, iwmr)", new AttachmentMessage.ProgramHardware())
            .Attachment("ib_umem_dmabuf_set_revoke_locked(umem_dmabuf, irdma_umem_dmabuf_revoke, iwmr)", new AttachmentMessage.Mark(ImporterMarks.PinnedRevoke))
            .Unlock("ib_umem_dmabuf_revoke_unlock(umem_dmabuf)", Paths.DmaResv)
            .Attachment("return &iwmr->ibmr", new AttachmentMessage.Attached())
            .Return("return &iwmr->ibmr", _ => 0)
            .Label("err_unpin"));

    private PathBuilder WriteIrdmaRevoke() =>
        new PathBuilder("irdma_umem_dmabuf_revoke")
            .Attachment("irdma_hwdereg_mr(&iwmr->ibmr): the key stays reserved", new AttachmentMessage.InvalidateHardware());

    private PathBuilder WriteMlx5Register() =>
        WriteUmemGetEnd(WriteUmemGet("mlx5_ib_reg_user_mr_dmabuf")
            .Note("alloc_cacheable_mr(): the key is disabled, its page size PAGE_SIZE")
            .Note("umem_dmabuf->private = mr")
            .Call("mlx5_ib_init_dmabuf_mr(mr): pagefault_dmabuf_mr(mr, 0, NULL, MLX5_PF_FLAGS_ENABLE)", () => Mlx5FirstFault)
            .If("if (err)", locals => locals.Ret != 0, failed => failed
                .CallVoid("__mlx5_ib_dereg_mr(&mr->ibmr): ib_umem_release(mr->umem)", () => UmemRelease)
                .Goto("err"))
            .Attachment("return &mr->ibmr", new AttachmentMessage.Attached())
            .Return("return &mr->ibmr", _ => 0));

    private PathBuilder WriteMlx5FirstFault() => WriteMlx5MapAndEnable(
        new PathBuilder("pagefault_dmabuf_mr").Lock("dma_resv_lock(umem_dmabuf->attach->dmabuf->resv, NULL)", Paths.DmaResv));

    private PathBuilder WriteMlx5MapAndEnable(PathBuilder path) => path
        .Call("ib_umem_dmabuf_map_pages(umem_dmabuf)", () => UmemMapPages)
        .If("if (!err)", locals => locals.Ret == 0, mapped => mapped.Attachment("mlx5r_umr_update_mr_pas(mr, xlt_flags)", new AttachmentMessage.ProgramHardware()))
        .Unlock("dma_resv_unlock(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
        .Return("return err");

    private PathBuilder WriteMlx5PageFault() => WriteMlx5MapAndEnable(
        new PathBuilder("mlx5_ib_eqe_pf_action")
            .Attachment("find_odp_mkey()", new AttachmentMessage.ReadAttached())
            .Refuse("the key is gone", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Lock("pagefault_dmabuf_mr(): dma_resv_lock(umem_dmabuf->attach->dmabuf->resv, NULL)", Paths.DmaResv)
            .Attachment("the key is held", new AttachmentMessage.ReadAttached())
            .If("deregistered meanwhile", locals => locals.Reply == 0, gone => gone
                .Unlock("dma_resv_unlock(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
                .Return("return -ENOTCONN", _ => -(int)Errno.ENOTCONN)));

    private PathBuilder WriteMlx5Invalidate() =>
        new PathBuilder("mlx5_ib_dmabuf_invalidate_cb")
            .AssertHeld("dma_resv_assert_held(umem_dmabuf->attach->dmabuf->resv)", Paths.DmaResv)
            .Attachment("if (!umem_dmabuf->sgt)", new AttachmentMessage.ReadMapped())
            .If("umem_dmabuf->sgt", locals => locals.Reply != 0, mapped => mapped
                .Attachment("mlx5r_umr_update_mr_pas(mr, MLX5_IB_UPD_XLT_ZAP)", new AttachmentMessage.InvalidateHardware())
                .CallVoid("ib_umem_dmabuf_unmap_pages(umem_dmabuf)", () => UmemUnmapPages));

    private PathBuilder WriteMlx5Deregister() =>
        new PathBuilder("mlx5_ib_dereg_mr")
            .Lock("dma_resv_lock(to_ib_umem_dmabuf(mr->umem)->attach->dmabuf->resv, NULL)", Paths.DmaResv)
            .Attachment("registered?", new AttachmentMessage.Detaching())
            .If("not registered", locals => locals.Reply < 0, gone => gone
                .Unlock("dma_resv_unlock(to_ib_umem_dmabuf(mr->umem)->attach->dmabuf->resv)", Paths.DmaResv)
                .Return("return -ENOTCONN", locals => locals.Reply))
            .Attachment("mlx5_revoke_mr(mr)", new AttachmentMessage.InvalidateHardware())
            .Unlock("dma_resv_unlock(to_ib_umem_dmabuf(mr->umem)->attach->dmabuf->resv)", Paths.DmaResv)
            .CallVoid("ib_umem_release(umem)", () => UmemRelease)
            .Return("return 0", _ => 0);

    private PathBuilder WriteMlx5Dma() =>
        new PathBuilder("mlx5_ib_post_send")
            .Attachment("the device looks up its translation", new AttachmentMessage.ReadMark(ImporterMarks.Programmed))
            .If("none", locals => locals.Reply == 0, fault => fault
                .Call("mlx5_ib_eqe_pf_action(work)", () => Mlx5PageFault)
                .If("the fault fails: the QP goes to error", locals => locals.Ret != 0, failed => failed.Return("return")))
            .SendAndStart("ring the doorbell", Paths.Attach, _ => new AttachmentMessage.StartDma(), reply => reply.Value == 0, StartDmaEngine)
            .Return("return", locals => locals.Reply);
}
