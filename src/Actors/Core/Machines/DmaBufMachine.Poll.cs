using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>What the process's epoll instance knows of a file.</summary>
public enum EpItem
{
    /// <summary>Nothing: the file is not watched.</summary>
    None,

    /// <summary>It is watched.</summary>
    Watched,

    /// <summary>It is watched, and on the ready list: epoll_wait() polls it.</summary>
    Ready,
}

/// <summary>An active poll callback of a dma-buf. Kernel: struct dma_buf_poll_cb_t.</summary>
/// <param name="Direction">cb_out or cb_in.</param>
/// <param name="Fence">Whose fence calls it; null as long as none does.</param>
public readonly record struct PollCallback(PollDirection Direction, AttachmentId? Fence);

/// <content>poll and epoll on the dma-buf's file (section 7 of kernel/dma-buf-core.md). Kernel: drivers/dma-buf/dma-buf.c, fs/eventpoll.c.</content>
public static partial class DmaBufMachine
{
    // What BUG_ON() at the beginning of dma_buf_release() finds.
    private static readonly Violation PendingPoll = new(Property.Locks, "assertion", "a dma-buf is released while a poll callback is pending", "dma_buf_poll", Fatal: true);

    private static Outcome HandlePoll(DmaBuf buffer, DmaBufMessage message) => message switch
    {
        DmaBufMessage.ReadEpItem => Outcome.Reply(buffer, buffer.EpItem != EpItem.None),
        DmaBufMessage.AddEpItem => buffer.EpItem == EpItem.None ? Outcome.Reply(buffer with { EpItem = EpItem.Watched }, 0) : Outcome.Refuse(buffer, Errno.EEXIST),
        DmaBufMessage.RemoveEpItem => Outcome.Done(buffer with { EpItem = EpItem.None }),
        DmaBufMessage.QueueEpItem => Outcome.Done(buffer with { EpItem = EpItem.Ready }),
        DmaBufMessage.BeginPoll begin => buffer.PollCallbacks.Any(callback => callback.Direction == begin.Direction)
            ? Outcome.Reply(buffer, false)
            : Outcome.Reply(buffer with { PollCallbacks = Ordered(buffer.PollCallbacks.Add(new PollCallback(begin.Direction, null))) }, true),
        DmaBufMessage.GetFile get => Reference(
            buffer with { FileHolders = buffer.FileHolders.Add(Holder.Of(get.Direction)), FileResurrected = buffer.FileResurrected || buffer.FileHolders.IsEmpty }, Reply.Done, 1),
        DmaBufMessage.AddPollCallback add => FenceBefore(buffer, add.Direction) is { } fence
            ? Outcome.Reply(buffer with { PollCallbacks = Ordered(Inactive(buffer, add.Direction).Add(new PollCallback(add.Direction, fence.Attachment))) }, true)
            : Outcome.Reply(buffer, false),
        DmaBufMessage.EndPoll end => Outcome.Done(
            buffer with { PollCallbacks = Inactive(buffer, end.Direction), EpItem = buffer.EpItem == EpItem.None ? EpItem.None : EpItem.Ready }),
        DmaBufMessage.FputOfPoll put => Fput(buffer, Holder.Of(put.Direction)),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // dma_resv_usage_rw(): who wants to write waits for readers as well.
    private static Fence? FenceBefore(DmaBuf buffer, PollDirection direction)
    {
        var usage = direction == PollDirection.Out ? FenceUsage.Read : FenceUsage.Write;
        return buffer.Fences.Where(fence => fence.Usage <= usage).Select(fence => (Fence?)fence).FirstOrDefault();
    }

    // The directions whose callbacks a fence calls when it signals: one bit each.
    private static int PollsBehind(DmaBuf buffer, AttachmentId attachment) =>
        buffer.PollCallbacks.Where(callback => callback.Fence == attachment).Aggregate(0, (bits, callback) => bits | (1 << (int)callback.Direction));

    private static Sequence<PollCallback> Inactive(DmaBuf buffer, PollDirection direction) =>
        Sequence<PollCallback>.From(buffer.PollCallbacks.Where(callback => callback.Direction != direction));

    private static Sequence<PollCallback> Ordered(Sequence<PollCallback> callbacks) => Sequence<PollCallback>.From(callbacks.OrderBy(callback => callback.Direction));
}
