using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>Messages to an attachment and the importer's state behind it.</summary>
public abstract record AttachmentMessage : Message
{
    private AttachmentMessage()
    {
    }

    /// <summary>Reads whether the importer is attached. The importer's own state.</summary>
    public sealed record ReadAttached : AttachmentMessage, IReadingMessage;

    /// <summary>The importer begins to attach: -EALREADY when it is attached, or an attach or detach is under way. The importer's own state.</summary>
    public sealed record Attaching : AttachmentMessage;

    /// <summary>The attach has failed.</summary>
    public sealed record AttachFailed : AttachmentMessage;

    /// <summary>Reads whether the importer holds a mapping. The importer's own state, under dma_resv.</summary>
    public sealed record ReadMapped : AttachmentMessage, IReadingMessage;

    /// <summary>The importer learns that its attach has succeeded. Kernel: return of dma_buf_dynamic_attach().</summary>
    public sealed record Attached : AttachmentMessage;

    /// <summary>The importer will not map again. Its own flag, under dma_resv.</summary>
    public sealed record Detaching : AttachmentMessage;

    /// <summary>The attachment is gone. Kernel: kfree(attach) in dma_buf_detach().</summary>
    public sealed record Detached : AttachmentMessage;

    /// <summary>The importer's driver pinned or unpinned the buffer.</summary>
    public sealed record SetPinned(bool Pinned) : AttachmentMessage;

    /// <summary>Reads whether the importer has pinned the buffer.</summary>
    public sealed record ReadPinned : AttachmentMessage, IReadingMessage;

    /// <summary>A mapping exists from here on. Kernel: dma_buf_phys_vec_to_sgt() has returned a table.</summary>
    public sealed record SetMapped : AttachmentMessage;

    /// <summary>Reads whether an iommufd importer holds the physical range. Kernel: pages->dmabuf.phys.len.</summary>
    public sealed record ReadPhysicalRange : AttachmentMessage, IReadingMessage;

    /// <summary>An iommufd importer copies the physical range, or forgets it. Kernel: pages->dmabuf.phys.</summary>
    public sealed record SetPhysicalRange(bool Valid) : AttachmentMessage;

    /// <summary>The mapping is torn down; blocks while its DMA is in flight (the importer quiesces first).</summary>
    public sealed record ClearMapped : AttachmentMessage;

    /// <summary>Reserves an IOVA window for all mappings of the attachment. Kernel: dma_iova_try_alloc().</summary>
    public sealed record ReserveWindow : AttachmentMessage;

    /// <summary>Puts the ranges into the window's page tables. Kernel: dma_iova_link().</summary>
    public sealed record LinkWindow : AttachmentMessage, IReadingMessage;

    /// <summary>Gives the window back. Kernel: dma_iova_destroy().</summary>
    public sealed record DestroyWindow : AttachmentMessage;

    /// <summary>The exporter's invalidate call arrives; answers the importer's kind, so that the caller continues in its code.</summary>
    /// <param name="Revoked">The value of the exporter's flag when the notification begins (for P4).</param>
    public sealed record Invalidate(bool Revoked) : AttachmentMessage;

    /// <summary>Queues the importer's work item: yes when a worker has to be started. Kernel: queue_work().</summary>
    public sealed record QueueWork : AttachmentMessage;

    /// <summary>The worker takes its item.</summary>
    public sealed record TakeWork : AttachmentMessage;

    /// <summary>The worker is done: yes when the item was queued again in the meantime.</summary>
    public sealed record WorkDone : AttachmentMessage;

    /// <summary>Blocks until the worker has nothing left to do. Kernel: flush_work().</summary>
    public sealed record FlushWork : AttachmentMessage, IReadingMessage;

    /// <summary>The importer lets its DMA engine use the mapping: 0, or the importer's refusal when there is no mapping or one is in flight.</summary>
    public sealed record StartDma : AttachmentMessage;

    /// <summary>The engine issues its access: the address leaves for the fabric.</summary>
    public sealed record IssueDma : AttachmentMessage, IReadingMessage;

    /// <summary>The engine has finished.</summary>
    public sealed record DmaDone : AttachmentMessage;

    /// <summary>A further area of the pages object at another IOVA: -ENOENT when there is none to copy. Kernel: iopt_get_pages(), kref_get(&amp;pages->kref), iopt_map_pages().</summary>
    public sealed record CopyArea : AttachmentMessage;

    /// <summary>One area goes: yes when another one keeps the pages object; -ENOENT when there is none. Kernel: iopt_unmap_iova_range(), kref_put(&amp;pages->kref).</summary>
    public sealed record RemoveArea : AttachmentMessage;

    /// <summary>Pins user memory at the pages object's user pointer, which one of a dma-buf has none of. Kernel: pfn_reader_user_pin(): pin_user_pages_remote(pages->uptr).</summary>
    public sealed record PinUserPages : AttachmentMessage;

    /// <summary>The driver notes something. Its own state, under dma_resv.</summary>
    public sealed record Mark(ImporterMarks Marks) : AttachmentMessage;

    /// <summary>The driver forgets it again.</summary>
    public sealed record Unmark(ImporterMarks Marks) : AttachmentMessage;

    /// <summary>Reads whether the driver has noted something.</summary>
    public sealed record ReadMark(ImporterMarks Marks) : AttachmentMessage, IReadingMessage;

    /// <summary>The hardware learns the addresses of the mapping. Kernel: mlx5r_umr_update_mr_pas(MLX5_IB_UPD_XLT_ENABLE), irdma_hwreg_mr().</summary>
    public sealed record ProgramHardware : AttachmentMessage;

    /// <summary>The hardware forgets the addresses; blocks until it does no access any more. Kernel: mlx5r_umr_update_mr_pas(MLX5_IB_UPD_XLT_ZAP), irdma_hwdereg_mr().</summary>
    public sealed record InvalidateHardware : AttachmentMessage;

    /// <summary>The mapping goes to a ghost object. Kernel: ttm_buffer_object_transfer().</summary>
    public sealed record MoveToGhost : AttachmentMessage;

    /// <summary>Reads how many ghost objects hold a mapping.</summary>
    public sealed record ReadGhosts : AttachmentMessage, IReadingMessage;

    /// <summary>The mapping of a ghost object is torn down; blocks while DMA is in flight.</summary>
    public sealed record ClearGhost : AttachmentMessage;

    /// <summary>Reserves fence slots in the reservation of the importer's VM. Kernel: dma_resv_reserve_fences(vm->root.bo->tbo.base.resv).</summary>
    public sealed record ReserveVmFences(int Slots) : AttachmentMessage;

    /// <summary>Adds the fence of a page-table update there. Kernel: dma_resv_add_fence(), whose BUG_ON() wants a reserved slot.</summary>
    public sealed record AddVmFence : AttachmentMessage;
}
