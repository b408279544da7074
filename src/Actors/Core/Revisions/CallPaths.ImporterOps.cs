using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>What an importer's user can ask of it, as call paths.</summary>
/// <param name="Attach">It begins to use the buffer.</param>
/// <param name="Detach">It ends that.</param>
/// <param name="Map">It gets addresses.</param>
/// <param name="Unmap">It gives them back.</param>
/// <param name="Dma">Its device accesses the buffer.</param>
public sealed record ImporterOps(Program Attach, Program Detach, Program Map, Program Unmap, Program Dma);

/// <content>Which code an importer runs: by its kind, for requests and for the exporter's notification.</content>
public sealed partial class CallPaths
{
    /// <summary>The call paths of an importer.</summary>
    public ImporterOps OpsOf(AttachmentId attachment) => Topology.Attachments[attachment.Index].Kind switch
    {
        ImporterKind.Iommufd => new(MapFilePages, UnmapIova, MapFilePages, UnmapIova, ImporterDma),
        ImporterKind.Mlx5 => new(Mlx5Register, Mlx5Deregister, Mlx5PageFault, Mlx5Deregister, Mlx5Dma),
        ImporterKind.PinnedUmem => new(PinnedRegister, PinnedDeregister, PinnedRegister, PinnedDeregister, ImporterDma),
        ImporterKind.Irdma => new(IrdmaRegister, PinnedDeregister, IrdmaRegister, PinnedDeregister, ImporterDma),
        ImporterKind.Amdgpu => new(AmdgpuImport, AmdgpuFree, AmdgpuValidate, AmdgpuFree, AmdgpuSubmit),
        ImporterKind.Xe or ImporterKind.XeFaultMode => new(XeImport, XeFree, XeValidate, XeFree, XeSubmit),
        ImporterKind.Unmaps or ImporterKind.Remaps or ImporterKind.UnmapsLater or ImporterKind.Ignores or ImporterKind.NoCallback or ImporterKind.Static
            or ImporterKind.NeverSignals or ImporterKind.RemapsInCallback or ImporterKind.ClosesFd or ImporterKind.NeedsMemoryLock or ImporterKind.CopiesPfns or ImporterKind.NeverUnmaps =>
            new(ImporterAttach, ImporterDetach, ImporterMap, ImporterUnmap, ImporterDma),
    };

    private bool HasCallback(Locals locals) =>
        Place(locals).HasCallback && !(Place(locals).Kind == ImporterKind.PinnedUmem && Revision.PinnedUmemOps == PinnedUmemOps.HaveNoCallback);

    // The callbacks of real drivers and of importers that break the contract, by what they are called.
    private (ImporterKind Kind, string Text, Func<Program> Code)[] Callbacks() =>
    [
        (ImporterKind.Iommufd, "iopt_revoke_notify(attach)", () => RevokeNotify),
        (ImporterKind.Mlx5, "mlx5_ib_dmabuf_invalidate_cb(attach)", () => Mlx5Invalidate),
        .. Revision.PinnedUmemOps == PinnedUmemOps.WarnsWhenTold
            ? [(ImporterKind.PinnedUmem, "ib_umem_dmabuf_unsupported_move_notify(attach)", () => PinnedNotified)]
            : ((ImporterKind, string, Func<Program>)[])[],
        (ImporterKind.Irdma, "ib_umem_dmabuf_revoke_locked(attach)", () => UmemRevoke),
        (ImporterKind.Amdgpu, "amdgpu_dma_buf_move_notify(attach)", () => AmdgpuNotified),
        (ImporterKind.Xe, "xe_dma_buf_move_notify(attach)", () => XeNotified),
        (ImporterKind.XeFaultMode, "xe_dma_buf_move_notify(attach)", () => XeNotified),
        (ImporterKind.NeverSignals, "importer adds a fence", () => CallbackAddsFence),
        (ImporterKind.RemapsInCallback, "importer maps again", () => CallbackRemaps),
        (ImporterKind.ClosesFd, "importer closes its fd", () => CallbackClosesFd),
    ];
}
