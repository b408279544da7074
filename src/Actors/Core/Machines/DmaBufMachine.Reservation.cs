using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <content>The fences of the reservation object (section 4 of kernel/dma-buf-core.md). Kernel: drivers/dma-buf/dma-resv.c.</content>
public static partial class DmaBufMachine
{
    /// <summary>What BUG_ON() in dma_resv_add_fence() finds.</summary>
    internal static readonly Violation NoFenceSlot = new(Property.Locks, "assertion", "a fence is added for which no slot was reserved", "dma_resv_add_fence", Fatal: true);

    private static Outcome HandleReservation(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.WaitForFences wait => buffer.Fences.Any(fence => fence.Usage <= wait.Usage) ? Outcome.Blocked : Outcome.Done(buffer),
        DmaBufMessage.WaitForFencesOf wait => HasFence(buffer, wait.Attachment) ? Outcome.Blocked : Outcome.Done(buffer),
        DmaBufMessage.TestSignaled => Outcome.Reply(buffer, buffer.Fences.IsEmpty),
        DmaBufMessage.ReadFence read => Outcome.Reply(buffer, HasFence(buffer, read.Attachment)),
        DmaBufMessage.ReserveFences reserve => Outcome.Done(buffer with { FenceSlots = Math.Max(buffer.FenceSlots, reserve.Slots) }),
        DmaBufMessage.AddFence when buffer.FenceSlots == 0 => Outcome.Broken(buffer, Reply.Done, NoFenceSlot),
        DmaBufMessage.AddFence add => Outcome.Done(buffer with { FenceSlots = buffer.FenceSlots - 1, Fences = With(buffer, new Fence(add.Attachment, add.Usage)) }),
        DmaBufMessage.SignalFence signal => Outcome.Reply(buffer with { Fences = Without(buffer, signal.Attachment) }, PollsBehind(buffer, signal.Attachment)),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static bool HasFence(DmaBuf buffer, AttachmentId attachment) => buffer.Fences.Any(fence => fence.Attachment == attachment);

    private static Sequence<Fence> Without(DmaBuf buffer, AttachmentId attachment) => Sequence<Fence>.From(buffer.Fences.Where(fence => fence.Attachment != attachment));

    private static Sequence<Fence> With(DmaBuf buffer, Fence added) =>
        Sequence<Fence>.From(Without(buffer, added.Attachment).Add(added).OrderBy(fence => fence.Attachment.Index));
}
