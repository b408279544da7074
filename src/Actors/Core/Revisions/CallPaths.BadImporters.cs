using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 5 of kernel/importers.md: test doubles that break the contract of a revocable importer, each in one way.</content>
public sealed partial class CallPaths
{
    /// <summary>A callback that adds a fence nobody signals.</summary>
    public Program CallbackAddsFence { get; }

    /// <summary>A callback that maps again.</summary>
    public Program CallbackRemaps { get; }

    /// <summary>A callback that closes the buffer's fd.</summary>
    public Program CallbackClosesFd { get; }

    /// <summary>A work item that needs memory_lock of the exporting device before it can unmap.</summary>
    public Program WorkUnderMemoryLock { get; }

    /// <summary>An access by page frame numbers that were copied out of a mapping.</summary>
    public Program PfnAccess { get; }

    private PathBuilder WriteCallbackAddsFence() =>
        new PathBuilder("importer_callback", "adds a fence")
            .Buffer("dma_resv_reserve_fences(attach->dmabuf->resv, 1)", new DmaBufMessage.ReserveFences(1))
            .Buffer("dma_resv_add_fence(attach->dmabuf->resv, fence, DMA_RESV_USAGE_BOOKKEEP)", locals => new DmaBufMessage.AddFence(locals.Attach!.Value, FenceUsage.Bookkeep));

    private PathBuilder WriteCallbackRemaps() =>
        new PathBuilder("importer_callback", "remaps").CallVoid("dma_buf_map_attachment(attach, dir)", () => Map);

    private PathBuilder WriteCallbackClosesFd() =>
        new PathBuilder("importer_callback", "closes its fd")
            .Buffer("close_fd(fd): file_close_fd()", locals => new DmaBufMessage.CloseFd(locals.Current))
            .If("if (file)", locals => locals.Reply >= 0, open => open.CallVoid("filp_close(file): fput(file)", () => PutDmaBuf));

    private PathBuilder WriteWorkUnderMemoryLock() => WriteWork(
        new PathBuilder("importer_work", "needs memory_lock"),
        loop => loop
            .Lock("vfio_pci_core_read(): down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read)
            .Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock),
        attached => attached.If("mapped", locals => locals.Reply != 0, mapped => mapped.CallVoid("dma_buf_unmap_attachment(attach, sgt, dir)", () => Unmap)));

    private PathBuilder WritePfnAccess() =>
        new PathBuilder("importer_pfn_access")
            .Attachment("issue the access", new AttachmentMessage.IssueDma())
            .Check("access by a copied page frame number", Obligation.CopyReachesFunction)
            .Attachment("done", new AttachmentMessage.DmaDone());
}
