using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 3 of kernel/importers.md: graphics drivers. Kernel: amdgpu_dma_buf.c, amdgpu_ttm.c, ttm_bo.c, ttm_bo_util.c, xe_dma_buf.c, xe_bo.c.</content>
public sealed partial class CallPaths
{
    /// <summary>amdgpu_gem_prime_import().</summary>
    public Program AmdgpuImport { get; }

    /// <summary>amdgpu_dma_buf_move_notify().</summary>
    public Program AmdgpuNotified { get; }

    /// <summary>ttm_bo_pipeline_gutting().</summary>
    public Program TtmGutting { get; }

    /// <summary>ttm_bo_delayed_delete() of a ghost object.</summary>
    public Program TtmDelayedDelete { get; }

    /// <summary>amdgpu_bo_validate(): the BO moves to GTT.</summary>
    public Program AmdgpuValidate { get; }

    /// <summary>amdgpu_gem_object_free().</summary>
    public Program AmdgpuFree { get; }

    /// <summary>xe_gem_prime_import().</summary>
    public Program XeImport { get; }

    /// <summary>xe_dma_buf_move_notify().</summary>
    public Program XeNotified { get; }

    /// <summary>xe_bo_validate(): the BO moves to XE_PL_TT.</summary>
    public Program XeValidate { get; }

    /// <summary>xe_gem_object_free().</summary>
    public Program XeFree { get; }

    private PathBuilder WriteAmdgpuImport() => WriteImport(new PathBuilder("amdgpu_gem_prime_import").Note("obj = amdgpu_dma_buf_create_obj(dev, dma_buf)"));

    // The BO is complete before it attaches: from then on the callback may come.
    private PathBuilder WriteXeImport() => WriteImport(new PathBuilder("xe_gem_prime_import").Note("bo = xe_bo_alloc()"));

    private PathBuilder WriteImport(PathBuilder path) => WriteDynamicAttach(path
            .Attachment("imported already?", new AttachmentMessage.Attaching())
            .Refuse("imported already", locals => locals.Reply < 0, Errno.EALREADY))
        .Attachment("obj->import_attach = attach", new AttachmentMessage.Attached())
        .Return("return obj", _ => 0)
        .Label("err_put")
        .CallVoid("dma_buf_put(dma_buf)", () => PutDmaBuf)
        .Label("err")
        .Attachment("drm_gem_object_put(obj)", new AttachmentMessage.AttachFailed());

    private PathBuilder WriteAmdgpuNotified()
    {
        var path = new PathBuilder("amdgpu_dma_buf_move_notify")
            .Attachment("if (!bo->tbo.resource || bo->tbo.resource->mem_type == TTM_PL_SYSTEM)", new AttachmentMessage.ReadMapped())
            .If("in the system domain", locals => locals.Reply == 0, system => system.Return("return"))
            .CallVoid("ttm_bo_validate(&bo->tbo, &placement, &ctx): ttm_bo_pipeline_gutting(bo)", () => TtmGutting)
            .TryLock("dma_resv_trylock(vm->root.bo->tbo.base.resv)", Paths.VmResv)
            .If("not locked: the page tables stay", locals => locals.Reply == 0, busy => busy.Return("return"));
        if (Revision.AmdgpuNotify == AmdgpuNotify.ReservesFenceSlots)
            path.Attachment("dma_resv_reserve_fences(resv, 2)", new AttachmentMessage.ReserveVmFences(2));
        return path
            .Attachment("amdgpu_vm_clear_freed(adev, vm, NULL): dma_resv_add_fence()", new AttachmentMessage.AddVmFence())
            .Attachment("amdgpu_vm_handle_moved(adev, vm, ticket): dma_resv_add_fence()", new AttachmentMessage.AddVmFence())
            .Unlock("dma_resv_unlock(resv)", Paths.VmResv);
    }

    private PathBuilder WriteTtmGutting() =>
        new PathBuilder("ttm_bo_pipeline_gutting")
            .Buffer("dma_resv_test_signaled(bo->base.resv, DMA_RESV_USAGE_BOOKKEEP)", new DmaBufMessage.TestSignaled())
            .If("idle", locals => locals.Reply != 0,
                idle => idle.CallVoid("ttm_tt_unpopulate(): amdgpu_ttm_backend_unbind(): dma_buf_unmap_attachment(attach, ttm->sg, DMA_BIDIRECTIONAL)", () => Unmap),
                busy => busy
                    .Attachment("ttm_buffer_object_transfer(bo, &ghost): the ghost keeps the tt", new AttachmentMessage.MoveToGhost())
                    .SendAndStart("ttm_bo_put(ghost): queue_work(bdev->wq, &ghost->delayed_delete)", Paths.Attach, _ => new AttachmentMessage.QueueWork(), reply => reply.Yes, StartDelayedDelete));

    private Start StartDelayedDelete(Locals locals, Topology topology) =>
        new(topology.ImporterWorker(locals.Attach!.Value), TtmDelayedDelete, new Locals { Attach = locals.Attach, Priv = locals.Priv });

    private PathBuilder WriteTtmDelayedDelete() =>
        new PathBuilder("ttm_bo_delayed_delete")
            .Set("again = true", locals => locals with { Reply = 1 })
            .While("while (again)", locals => locals.Reply != 0, loop => loop
                .Attachment("take the work item", new AttachmentMessage.TakeWork())
                .Buffer("dma_resv_wait_timeout(&bo->base._resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)", locals => new DmaBufMessage.WaitForFencesOf(locals.Attach!.Value))
                .Lock("dma_resv_lock(bo->base.resv, NULL)", Paths.DmaResv)
                .Attachment("each ghost", new AttachmentMessage.ReadGhosts())
                .While("while (ghost)", locals => locals.Reply != 0, ghost => ghost
                    .CallVoid("ttm_bo_cleanup_memtype_use(bo): dma_buf_unmap_attachment(attach, ttm->sg, DMA_BIDIRECTIONAL)", () => UnmapGhost)
                    .Attachment("each ghost", new AttachmentMessage.ReadGhosts()))
                .Unlock("dma_resv_unlock(bo->base.resv)", Paths.DmaResv)
                .Attachment("work done", new AttachmentMessage.WorkDone()));

    private PathBuilder WriteAmdgpuValidate() => UnderResv("amdgpu_bo_validate", path => WriteValidateAmdgpu(path
        .Set("ret = 0", locals => locals with { Ret = 0 })));

    private PathBuilder WriteValidateAmdgpu(PathBuilder path) => path
        .Attachment("if (bo->tbo.resource->mem_type == TTM_PL_TT)", new AttachmentMessage.ReadMapped())
        .If("in the system domain", locals => locals.Reply == 0, moved => moved
            .Call("amdgpu_ttm_backend_bind(): dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL)", () => Map));

    private PathBuilder WriteXeNotified() =>
        new PathBuilder("xe_dma_buf_move_notify")
            .Attachment("xe_bo_evict(bo): if (bo->ttm.sg)", new AttachmentMessage.ReadMapped())
            .If("nothing is mapped", locals => locals.Reply == 0, none => none.Return("return"))
            .Attachment("if (bo->ttm.resource->mem_type == XE_PL_SYSTEM)", new AttachmentMessage.ReadMark(ImporterMarks.Evicted))
            .If("in the system domain", locals => locals.Reply != 0, system => system.Return("return"))
            .If("xe_bo_trigger_rebind(): if (xe_vm_in_fault_mode(vm))", locals => Place(locals).Kind == ImporterKind.XeFaultMode,
                fault => fault
                    .Buffer("dma_resv_wait_timeout(bo->ttm.base.resv, DMA_RESV_USAGE_BOOKKEEP, ctx->interruptible, MAX_SCHEDULE_TIMEOUT)", new DmaBufMessage.WaitForFences(FenceUsage.Bookkeep))
                    .Note("xe_vm_invalidate_vma(vma)"),
                other => other.Note("dma_fence_enable_sw_signaling(fence); the VM rebinds on its next exec"))
            .Attachment("xe_bo_move_dmabuf(): if (new_res->mem_type == XE_PL_SYSTEM) goto out: the sg stays mapped", new AttachmentMessage.Mark(ImporterMarks.Evicted));

    private PathBuilder WriteXeValidate() => UnderResv("xe_bo_validate", path => WriteValidateXe(path
        .Set("ret = 0", locals => locals with { Ret = 0 })));

    private PathBuilder WriteValidateXe(PathBuilder path) => path
        .Attachment("if (bo->ttm.resource->mem_type == XE_PL_SYSTEM)", new AttachmentMessage.ReadMark(ImporterMarks.Evicted))
        .If("evicted: xe_bo_move_dmabuf(): if (ttm_bo->sg)", locals => locals.Reply != 0, evicted => evicted
            .CallVoid("dma_buf_unmap_attachment(attach, ttm_bo->sg, DMA_BIDIRECTIONAL)", () => Unmap)
            .Attachment("ttm_bo->sg = NULL", new AttachmentMessage.Unmark(ImporterMarks.Evicted)))
        .Attachment("if (ttm_bo->sg)", new AttachmentMessage.ReadMapped())
        .If("!ttm_bo->sg", locals => locals.Reply == 0, moved => moved
            .Call("xe_bo_move_dmabuf(): dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL)", () => Map));

    private PathBuilder WriteAmdgpuFree() => WriteFree("amdgpu_gem_object_free", "ttm_bo_delayed_delete(): dma_resv_wait_timeout(&bo->base._resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)");

    private PathBuilder WriteXeFree() => WriteFree("xe_gem_object_free", "ttm_bo_delayed_delete(): dma_resv_wait_timeout(&bo->base._resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT)");

    // The kernel leaves this to a worker; here the task that puts the last reference does it. Ghosts hold a reference to the BO,
    // and so does a submission, which has the reservation locked meanwhile.
    private PathBuilder WriteFree(string function, string wait)
    {
        var path = new PathBuilder(function)
            .Attachment("imported?", new AttachmentMessage.ReadAttached())
            .Refuse("not imported", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Lock("a submission that holds a reference ends: dma_resv_lock(bo->base.resv, NULL)", Paths.DmaResv)
            .Attachment("the last reference", new AttachmentMessage.Detaching(), (locals, reply) => locals with { Ret = reply.Value })
            .Unlock("dma_resv_unlock(bo->base.resv)", Paths.DmaResv)
            .Refuse("freed meanwhile", locals => locals.Ret < 0, Errno.ENOTCONN)
            .Buffer(wait, locals => new DmaBufMessage.WaitForFencesOf(locals.Attach!.Value))
            .Lock("dma_resv_lock(bo->base.resv, NULL)", Paths.DmaResv)
            .Attachment("if (bo->sg)", new AttachmentMessage.ReadMapped())
            .If("mapped", locals => locals.Reply != 0, mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, bo->sg, DMA_BIDIRECTIONAL)", () => Unmap))
            .Unlock("dma_resv_unlock(bo->base.resv)", Paths.DmaResv)
            .Attachment("the ghosts' references", new AttachmentMessage.FlushWork())
            .CallVoid("drm_prime_gem_destroy(): dma_buf_detach(dmabuf, attach)", () => Detach);
        WritePutOfImporter(path);
        return path.Return("return 0", _ => 0);
    }
}
