using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>What the importer was last told about the exporter's flag.</summary>
public enum Told
{
    /// <summary>Nothing since it attached.</summary>
    Nothing,

    /// <summary>A notification began while the flag was set.</summary>
    WhileRevoked,

    /// <summary>A notification began while the flag was clear.</summary>
    WhileClear,
}

/// <summary>How far an importer's attach or detach has come. The importer serialises the two by its own lock.</summary>
public enum AttachPhase
{
    /// <summary>Not attached.</summary>
    None,

    /// <summary>dma_buf_dynamic_attach() is under way.</summary>
    Attaching,

    /// <summary>Attached.</summary>
    Attached,

    /// <summary>The importer maps no more and is about to call dma_buf_detach().</summary>
    Detaching,
}

/// <summary>An attachment and the importer's state behind it. Passive: callbacks run in the calling task.</summary>
public sealed record Attachment : MachineState
{
    /// <summary>What kind of importer it is.</summary>
    public required ImporterKind Kind { get; init; }

    /// <summary>How far attach or detach has come.</summary>
    public AttachPhase Phase { get; init; }

    /// <summary>The importer holds a successful attach.</summary>
    public bool IsAttached => Phase == AttachPhase.Attached;

    /// <summary>A mapping the exporter produced is alive.</summary>
    public bool Mapped { get; init; }

    /// <summary>The importer has pinned the buffer.</summary>
    public bool Pinned { get; init; }

    /// <summary>An iommufd importer holds the buffer's physical range; without it nothing is put into IOMMU domains.</summary>
    public bool HasPhysicalRange { get; init; }

    /// <summary>Further areas of an iommufd importer over the same pages object, by IOMMU_IOAS_COPY.</summary>
    public int Copies { get; init; }

    /// <summary>The IOVA window that attach reserved.</summary>
    public IovaWindow Window { get; init; }

    /// <summary>A window of an earlier attach was never given back.</summary>
    public bool WindowLost { get; init; }

    /// <summary>The DMA engine uses the mapping.</summary>
    public bool DmaInFlight { get; init; }

    /// <summary>The importer's work item is queued.</summary>
    public bool WorkPending { get; init; }

    /// <summary>The importer's worker runs.</summary>
    public bool WorkRunning { get; init; }

    /// <summary>What the exporter's last notification said (for P4).</summary>
    public Told Told { get; init; }

    /// <summary>What the driver has noted.</summary>
    public ImporterMarks Marks { get; init; }

    /// <summary>How many ghost objects hold a mapping that the importer itself has given up.</summary>
    public int Ghosts { get; init; }

    /// <summary>Reserved fence slots in the reservation of the importer's VM.</summary>
    public int VmFenceSlots { get; init; }

    /// <summary>Whether the exporter is still owed an unmap.</summary>
    public bool HoldsMapping => Mapped || Ghosts > 0;
}

/// <summary>The importer's side of kernel/importers.md, reduced to what the exporter can notice.</summary>
public static class AttachmentMachine
{
    /// <summary>Handles one access.</summary>
    public static Outcome Handle(Attachment attachment, AttachmentMessage message) => message switch
    {
        AttachmentMessage.ReadAttached => Outcome.Reply(attachment, attachment.IsAttached),
        AttachmentMessage.ReadMapped => Outcome.Reply(attachment, attachment.Mapped),
        AttachmentMessage.Attaching => attachment.Phase == AttachPhase.None
            ? Outcome.Reply(attachment with { Phase = AttachPhase.Attaching }, 0)
            : Outcome.Refuse(attachment, Errno.EALREADY),
        AttachmentMessage.AttachFailed => Outcome.Done(attachment with { Phase = AttachPhase.None }),
        AttachmentMessage.Attached => Outcome.Done(attachment with { Phase = AttachPhase.Attached }),
        AttachmentMessage.Detaching => attachment.IsAttached
            ? Outcome.Reply(attachment with { Phase = AttachPhase.Detaching }, 0)
            : Outcome.Refuse(attachment, Errno.ENOTCONN),
        AttachmentMessage.Detached => Outcome.Done(new Attachment
        {
            Kind = attachment.Kind,
            Mapped = attachment.Mapped,
            DmaInFlight = attachment.DmaInFlight,
            Marks = attachment.Marks & ImporterMarks.CopiedPfns,
            WorkPending = attachment.WorkPending,
            WorkRunning = attachment.WorkRunning,
            WindowLost = attachment.WindowLost || attachment.Window == IovaWindow.Held,
        }),
        AttachmentMessage.ReadPinned => Outcome.Reply(attachment, attachment.Pinned),
        AttachmentMessage.SetPinned { Pinned: false } when !attachment.Pinned => Outcome.Broken(
            attachment, Reply.Done, new Violation(Property.P6, "double-put", "an importer unpins what it has not pinned")),
        AttachmentMessage.SetPinned pin => Outcome.Done(attachment with { Pinned = pin.Pinned }),
        AttachmentMessage.SetMapped when attachment.Kind == ImporterKind.CopiesPfns => Outcome.Done(attachment with { Mapped = true, Marks = attachment.Marks | ImporterMarks.CopiedPfns }),
        AttachmentMessage.SetMapped => Outcome.Done(attachment with { Mapped = true }),
        AttachmentMessage.ReadPhysicalRange => Outcome.Reply(attachment, attachment.HasPhysicalRange),
        AttachmentMessage.SetPhysicalRange range => Outcome.Done(attachment with { HasPhysicalRange = range.Valid }),
        AttachmentMessage.ReserveWindow => Outcome.Done(attachment with { Window = IovaWindow.Held }),
        AttachmentMessage.LinkWindow when attachment.Window == IovaWindow.Destroyed => Outcome.Broken(
            attachment, Reply.Done, new Violation(Property.P7, "uaf", "map links into an IOVA window that was given back", "dma_iova_destroy")),
        AttachmentMessage.LinkWindow => Outcome.Done(attachment),
        AttachmentMessage.DestroyWindow => Outcome.Done(attachment with { Window = IovaWindow.Destroyed }),
        AttachmentMessage.ClearMapped => attachment.DmaInFlight && attachment.Kind != ImporterKind.CopiesPfns ? Outcome.Blocked : Outcome.Done(attachment with { Mapped = false }),
        AttachmentMessage.Invalidate invalidate =>
            Outcome.Reply(attachment with { Told = invalidate.Revoked ? Told.WhileRevoked : Told.WhileClear }, (int)attachment.Kind),
        AttachmentMessage.QueueWork => Outcome.Reply(attachment with { WorkPending = true }, !attachment.WorkPending && !attachment.WorkRunning),
        AttachmentMessage.TakeWork => Outcome.Done(attachment with { WorkPending = false, WorkRunning = true }),
        AttachmentMessage.WorkDone => attachment.WorkPending
            ? Outcome.Reply(attachment, true)
            : Outcome.Reply(attachment with { WorkRunning = false }, false),
        AttachmentMessage.FlushWork => attachment.WorkPending || attachment.WorkRunning ? Outcome.Blocked : Outcome.Done(attachment),
        AttachmentMessage.StartDma when !attachment.Mapped && !Has(attachment, ImporterMarks.CopiedPfns) && !Has(attachment, ImporterMarks.Programmed) => Outcome.Refuse(attachment, Errno.ENOENT),
        AttachmentMessage.StartDma when attachment.DmaInFlight => Outcome.Refuse(attachment, Errno.EALREADY),
        AttachmentMessage.StartDma => Outcome.Reply(attachment with { DmaInFlight = true }, 0),
        AttachmentMessage.IssueDma => Outcome.Done(attachment),
        AttachmentMessage.DmaDone => Outcome.Done(attachment with { DmaInFlight = false }),
        _ => HandleDriver(attachment, message),
    };

    // What only some importers' drivers have: keys and page tables in hardware, ghost objects, a VM of their own.
    private static Outcome HandleDriver(Attachment attachment, AttachmentMessage message) => message switch
    {
        AttachmentMessage.CopyArea or AttachmentMessage.RemoveArea when !attachment.IsAttached => Outcome.Refuse(attachment, Errno.ENOENT),
        AttachmentMessage.CopyArea => Outcome.Reply(attachment with { Copies = attachment.Copies + 1 }, 0),
        AttachmentMessage.RemoveArea => attachment.Copies > 0
            ? Outcome.Reply(attachment with { Copies = attachment.Copies - 1 }, true)
            : Outcome.Reply(attachment with { Phase = AttachPhase.Detaching }, false),
        AttachmentMessage.PinUserPages => Outcome.Broken(
            attachment, Reply.Of(Errno.EFAULT), new Violation(Property.P7, "type-confusion", "the pages object of a dma-buf is read as one of user memory", "iopt_alloc_dmabuf_pages")),
        AttachmentMessage.Mark mark => Outcome.Done(attachment with { Marks = attachment.Marks | mark.Marks }),
        AttachmentMessage.Unmark mark => Outcome.Done(attachment with { Marks = attachment.Marks & ~mark.Marks }),
        AttachmentMessage.ReadMark mark => Outcome.Reply(attachment, Has(attachment, mark.Marks)),
        AttachmentMessage.ProgramHardware when !attachment.Mapped => Outcome.Broken(
            attachment with { Marks = attachment.Marks | ImporterMarks.Programmed },
            Reply.Done, new Violation(Property.P7, "uaf", "hardware is given addresses of a mapping that is gone", "dma_buf_unmap_attachment")),
        AttachmentMessage.ProgramHardware => Outcome.Done(attachment with { Marks = attachment.Marks | ImporterMarks.Programmed }),
        AttachmentMessage.InvalidateHardware => attachment.DmaInFlight ? Outcome.Blocked : Outcome.Done(attachment with { Marks = attachment.Marks & ~ImporterMarks.Programmed }),
        AttachmentMessage.MoveToGhost => Outcome.Done(attachment with { Mapped = false, Ghosts = attachment.Ghosts + 1 }),
        AttachmentMessage.ReadGhosts => Outcome.Reply(attachment, attachment.Ghosts),
        AttachmentMessage.ClearGhost => attachment.DmaInFlight ? Outcome.Blocked : Outcome.Done(attachment with { Ghosts = attachment.Ghosts - 1 }),
        AttachmentMessage.ReserveVmFences reserve => Outcome.Done(attachment with { VmFenceSlots = Math.Max(attachment.VmFenceSlots, reserve.Slots) }),
        AttachmentMessage.AddVmFence when attachment.VmFenceSlots == 0 => Outcome.Broken(attachment, Reply.Done, DmaBufMachine.NoFenceSlot),
        AttachmentMessage.AddVmFence => Outcome.Done(attachment with { VmFenceSlots = attachment.VmFenceSlots - 1 }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static bool Has(Attachment attachment, ImporterMarks marks) => (attachment.Marks & marks) != 0;
}
