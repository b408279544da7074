using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

/// <summary>Poll callbacks, their references to the file, and what an epoll instance knows of it (dma-buf-core.md, section 7).</summary>
public sealed class DmaBufPollTests
{
    private static readonly AttachmentId A0 = new(0);
    private static readonly Holder Fd = new(HolderKind.Fd, 0);

    private static readonly DmaBuf Live = new()
    {
        Phase = DmaBufPhase.Exported, Vdev = new DeviceId(0), Kref = 1, FileHolders = Sequence<Holder>.Of(Fd), DentryCount = 1, FdCount = 1,
    };

    private static readonly DmaBuf Dying = Live with { FileHolders = Sequence<Holder>.Empty, FdCount = 0 };

    [Fact]
    public void BeginPoll_WhileTheCallbackIsActive_IsBusy()
    {
        var polled = After(Live, new DmaBufMessage.BeginPoll(PollDirection.Out));

        Assert.False(Reply(polled, new DmaBufMessage.BeginPoll(PollDirection.Out)).Yes);
        Assert.True(Reply(polled, new DmaBufMessage.BeginPoll(PollDirection.In)).Yes);
    }

    [Theory]
    [InlineData(FenceUsage.Kernel, true, true)]
    [InlineData(FenceUsage.Write, true, true)]
    [InlineData(FenceUsage.Read, true, false)]
    [InlineData(FenceUsage.Bookkeep, false, false)]
    public void AddPollCallback_OfADirection_WaitsForTheFencesOfItsUsage(FenceUsage usage, bool forWriting, bool forReading)
    {
        var fenced = After(Live, new DmaBufMessage.ReserveFences(1), new DmaBufMessage.AddFence(A0, usage));

        Assert.Equal(forWriting, Reply(fenced, new DmaBufMessage.AddPollCallback(PollDirection.Out)).Yes);
        Assert.Equal(forReading, Reply(fenced, new DmaBufMessage.AddPollCallback(PollDirection.In)).Yes);
    }

    [Fact]
    public void SignalFence_WhenCallbacksHangOnIt_NamesThem()
    {
        var pending = After(
            Live, new DmaBufMessage.ReserveFences(1), new DmaBufMessage.AddFence(A0, FenceUsage.Read),
            new DmaBufMessage.BeginPoll(PollDirection.Out), new DmaBufMessage.AddPollCallback(PollDirection.Out), new DmaBufMessage.BeginPoll(PollDirection.In));

        Assert.Equal(1 << (int)PollDirection.Out, Reply(pending, new DmaBufMessage.SignalFence(A0)).Value);
        Assert.Equal(0, Reply(pending, new DmaBufMessage.SignalFence(new AttachmentId(1))).Value);
    }

    [Fact]
    public void FputOfPoll_WhenTheFdIsClosed_IsTheLast()
    {
        var kept = After(Live, new DmaBufMessage.GetFile(PollDirection.In)) with { FdCount = 0 };
        var alone = kept with { FileHolders = kept.FileHolders.Remove(Fd) };

        Assert.True(Reply(alone, new DmaBufMessage.FputOfPoll(PollDirection.In)).Yes);
        Assert.Null(DmaBufMachine.Handle(alone, new DmaBufMessage.FputOfPoll(PollDirection.In)).Possibilities[0].Violation);
    }

    [Fact]
    public void FputOfPoll_OfAReferenceThatWasTakenAtZero_ReleasesTwice()
    {
        var resurrected = After(Dying, new DmaBufMessage.GetFile(PollDirection.Out));

        var broken = DmaBufMachine.Handle(resurrected, new DmaBufMessage.FputOfPoll(PollDirection.Out)).Possibilities[0];

        Assert.Equal(Property.P6, broken.Violation?.Property);
        Assert.True(broken.Reply.Yes);
    }

    [Fact]
    public void Dput_WhenItIsTheLastAndACallbackIsPending_IsABug()
    {
        var pending = After(Live, new DmaBufMessage.BeginPoll(PollDirection.Out));

        Assert.Equal(Property.Locks, DmaBufMachine.Handle(pending, new DmaBufMessage.Dput()).Possibilities[0].Violation?.Property);
        Assert.Null(DmaBufMachine.Handle(pending with { DentryCount = 2 }, new DmaBufMessage.Dput()).Possibilities[0].Violation);
    }

    [Fact]
    public void EndPoll_WhenTheFileIsWatched_WakesItsWatcher()
    {
        var watched = After(Live, new DmaBufMessage.AddEpItem(), new DmaBufMessage.BeginPoll(PollDirection.Out));

        Assert.False(Reply(watched, new DmaBufMessage.TakeEpItem()).Yes);
        Assert.True(Reply(After(watched, new DmaBufMessage.EndPoll(PollDirection.Out)), new DmaBufMessage.TakeEpItem()).Yes);
        Assert.Equal(EpItem.None, After(Live, new DmaBufMessage.EndPoll(PollDirection.Out)).EpItem);
    }

    [Fact]
    public void AddEpItem_WhenTheFileIsWatched_IsRefused() =>
        Assert.Equal(-(int)Errno.EEXIST, Reply(After(Live, new DmaBufMessage.AddEpItem()), new DmaBufMessage.AddEpItem()).Value);

    private static DmaBuf After(DmaBuf buffer, params DmaBufMessage[] messages) =>
        messages.Aggregate(buffer, (state, message) => (DmaBuf)DmaBufMachine.Handle(state, message).Possibilities[0].State);

    private static Reply Reply(DmaBuf buffer, DmaBufMessage message) => DmaBufMachine.Handle(buffer, message).Possibilities[0].Reply;
}
