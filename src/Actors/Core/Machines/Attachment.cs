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
            WorkPending = attachment.WorkPending,
            WorkRunning = attachment.WorkRunning,
            WindowLost = attachment.WindowLost || attachment.Window == IovaWindow.Held,
        }),
        AttachmentMessage.SetPinned pin => Outcome.Done(attachment with { Pinned = pin.Pinned }),
        AttachmentMessage.SetMapped => Outcome.Done(attachment with { Mapped = true }),
        AttachmentMessage.ReadPhysicalRange => Outcome.Reply(attachment, attachment.HasPhysicalRange),
        AttachmentMessage.SetPhysicalRange range => Outcome.Done(attachment with { HasPhysicalRange = range.Valid }),
        AttachmentMessage.ReserveWindow => Outcome.Done(attachment with { Window = IovaWindow.Held }),
        AttachmentMessage.LinkWindow when attachment.Window == IovaWindow.Destroyed => Outcome.Broken(
            attachment, Reply.Done, new Violation(Property.P7, "uaf", "map links into an IOVA window that was given back", "dma_iova_destroy")),
        AttachmentMessage.LinkWindow => Outcome.Done(attachment),
        AttachmentMessage.DestroyWindow => Outcome.Done(attachment with { Window = IovaWindow.Destroyed }),
        AttachmentMessage.ClearMapped => attachment.DmaInFlight ? Outcome.Blocked : Outcome.Done(attachment with { Mapped = false }),
        AttachmentMessage.Invalidate invalidate =>
            Outcome.Reply(attachment with { Told = invalidate.Revoked ? Told.WhileRevoked : Told.WhileClear }, (int)attachment.Kind),
        AttachmentMessage.QueueWork => Outcome.Reply(attachment with { WorkPending = true }, !attachment.WorkPending && !attachment.WorkRunning),
        AttachmentMessage.TakeWork => Outcome.Done(attachment with { WorkPending = false, WorkRunning = true }),
        AttachmentMessage.WorkDone => attachment.WorkPending
            ? Outcome.Reply(attachment, true)
            : Outcome.Reply(attachment with { WorkRunning = false }, false),
        AttachmentMessage.FlushWork => attachment.WorkPending || attachment.WorkRunning ? Outcome.Blocked : Outcome.Done(attachment),
        AttachmentMessage.StartDma when !attachment.Mapped => Outcome.Refuse(attachment, Errno.ENOENT),
        AttachmentMessage.StartDma when attachment.DmaInFlight => Outcome.Refuse(attachment, Errno.EALREADY),
        AttachmentMessage.StartDma => Outcome.Reply(attachment with { DmaInFlight = true }, 0),
        AttachmentMessage.IssueDma => Outcome.Done(attachment),
        AttachmentMessage.DmaDone => Outcome.Done(attachment with { DmaInFlight = false }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };
}
