using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

public sealed class DmaBufMachineTests
{
    private static readonly TaskId T0 = new(0);
    private static readonly TaskId T1 = new(1);
    private static readonly AttachmentId A0 = new(0);
    private static readonly AttachmentId A1 = new(1);
    private static readonly Holder Fd = new(HolderKind.Fd, 0);

    private static readonly DmaBuf Live = new()
    {
        Phase = DmaBufPhase.Exported, Vdev = new DeviceId(0), Kref = 1, FileHolders = Sequence<Holder>.Of(Fd), DentryCount = 1, FdCount = 1,
    };

    private static readonly DmaBuf Dying = Live with { FileHolders = Sequence<Holder>.Empty, FdCount = 0 };

    [Theory]
    [InlineData(4096, 4096, null)]
    [InlineData(1 << 20, 4096, Property.Quiescence)]
    [InlineData(4096, 1 << 20, Property.P5)]
    [InlineData(1 << 20, 1 << 15, null)]
    public void FreeTable_WhenItGoesByTheCountOfAnotherMapping_FreesTheWrongAmount(int savedSegment, int ownSegment, Property? broken)
    {
        var exported = Live with { Exported = new Exported(0, 1, Sequence<DmaRange>.Of(new DmaRange(0, 1 << 20))) };
        var saved = After(exported, new DmaBufMessage.SaveOrigNents((ulong)savedSegment));

        var outcome = DmaBufMachine.Handle(saved, new DmaBufMessage.FreeTable((ulong)ownSegment));

        Assert.Equal(broken, outcome.Possibilities[0].Violation?.Property);
    }

    [Fact]
    public void FreeTable_WhenNoCountWasKept_Leaks() => AssertBroken(Property.Quiescence, Live, new DmaBufMessage.FreeTable(4096));

    [Fact]
    public void GetFileActive_WhenCountIsZero_TakesNoReference() =>
        Assert.Equal(Outcome.Reply(Dying, false), DmaBufMachine.Handle(Dying, new DmaBufMessage.GetFileActive(T0)));

    [Fact]
    public void GetFileActive_WhenFileIsAlive_TakesOne()
    {
        var (state, reply) = Step(Live, new DmaBufMessage.GetFileActive(T0));

        Assert.True(reply.Yes);
        Assert.Contains(Holder.Of(T0), state.FileHolders);
    }

    [Fact]
    public void GetFileActive_WhenMemoryIsFreed_BreaksP8() =>
        AssertBroken(Property.P8, Live with { FileFreed = true, FileHolders = Sequence<Holder>.Empty }, new DmaBufMessage.GetFileActive(T0));

    [Fact]
    public void Fput_WhenTheFdTableHoldsOne_IsNotTheLast() =>
        Assert.Equal((Live, Reply.Of(false)), Step(After(Live, new DmaBufMessage.GetFileActive(T0)), new DmaBufMessage.Fput(T0)));

    [Fact]
    public void Fput_WhenClosed_IsTheLast() =>
        Assert.Equal((Dying, Reply.Of(true)), Step(After(Live, new DmaBufMessage.CloseFd(T0)), new DmaBufMessage.Fput(T0)));

    [Fact]
    public void Fput_WhenTaskHoldsNone_BreaksP6() => AssertBroken(Property.P6, Live, new DmaBufMessage.Fput(T0));

    [Fact]
    public void HandReference_WhenTaskHoldsNone_BreaksP6() => AssertBroken(Property.P6, Live, new DmaBufMessage.HandReference(T0, A0));

    [Fact]
    public void FileReferences_WhenTakenInAnyOrder_AreTheSameState() =>
        Assert.Equal(
            After(Live, new DmaBufMessage.Fdget(T0), new DmaBufMessage.Dup(), new DmaBufMessage.GetFileActive(T1)),
            After(Live, new DmaBufMessage.GetFileActive(T1), new DmaBufMessage.Fdget(T0), new DmaBufMessage.Dup()));

    [Fact]
    public void Export_WhenInstalled_HandsTheOnlyReferenceToTheFdTable()
    {
        var buffer = After(DmaBuf.Unused, new DmaBufMessage.AllocatePriv(new DeviceId(0), Exported.OnePage), new DmaBufMessage.ExportFile(T0), new DmaBufMessage.KrefInit(), new DmaBufMessage.FdInstall(T0));

        Assert.Equal(Live, buffer);
    }

    [Fact]
    public void Export_WhenFileIsPut_BalancesTheLedger()
    {
        var effects = new List<int>();
        var state = After(DmaBuf.Unused, new DmaBufMessage.AllocatePriv(new DeviceId(0), Exported.OnePage));
        foreach (var message in new DmaBufMessage[] { new DmaBufMessage.ExportFile(T0), new DmaBufMessage.Fput(T0) })
        {
            var possibility = DmaBufMachine.Handle(state, message).Possibilities[0];
            effects.Add(possibility.Effect!.Value.After);
            state = (DmaBuf)possibility.State;
        }

        Assert.Equal([1, -1], effects);
    }

    [Theory]
    [InlineData(DmaBufPhase.None, false, true)]
    [InlineData(DmaBufPhase.Freed, true, true)]
    [InlineData(DmaBufPhase.Freed, false, false)]
    [InlineData(DmaBufPhase.Priv, false, false)]
    [InlineData(DmaBufPhase.Exported, false, false)]
    [InlineData(DmaBufPhase.PrivFreed, false, false)]
    public void AllocatePriv_WhenSlotIsInUse_Refuses(DmaBufPhase phase, bool fileFreed, bool allocated) =>
        Assert.Equal(allocated ? 0 : -(int)Errno.ENOMEM, Step(new DmaBuf { Phase = phase, FileFreed = fileFreed }, new DmaBufMessage.AllocatePriv(new DeviceId(0), Exported.OnePage)).Reply.Value);

    public static TheoryData<DmaBufMessage> FdCalls => new(
        new DmaBufMessage.Fdget(T0), new DmaBufMessage.Dup(), new DmaBufMessage.CloseFd(T0), new DmaBufMessage.OpenPath(), new DmaBufMessage.ClosePath(),
        new DmaBufMessage.FileOperation(DmaBufFileOperation.Fstat));

    [Theory]
    [MemberData(nameof(FdCalls))]
    public void FdCall_WhenNoFdIsOpen_AnswersEbadf(DmaBufMessage message) =>
        Assert.Equal(Outcome.Refuse(Dying, Errno.EBADF), DmaBufMachine.Handle(Dying, message));

    [Fact]
    public void CloseFd_WhenDuplicated_LeavesTheOther()
    {
        var buffer = After(Live, new DmaBufMessage.Dup(), new DmaBufMessage.CloseFd(T0), new DmaBufMessage.Fput(T0));

        Assert.Equal(Live, buffer);
    }

    [Fact]
    public void ClosePath_WhenDentryIsTheLastReference_SaysSo()
    {
        var buffer = After(Live, new DmaBufMessage.OpenPath(), new DmaBufMessage.Dput());

        Assert.True(Step(buffer, new DmaBufMessage.ClosePath()).Reply.Yes);
    }

    [Fact]
    public void ClosePath_WhenFileHoldsTheDentry_IsNotTheLast() =>
        Assert.Equal((Live, false), (After(Live, new DmaBufMessage.OpenPath(), new DmaBufMessage.ClosePath()), Step(After(Live, new DmaBufMessage.OpenPath()), new DmaBufMessage.ClosePath()).Reply.Yes));

    [Theory]
    [InlineData(DmaBufFileOperation.LseekEnd, Errno.None)]
    [InlineData(DmaBufFileOperation.Poll, Errno.None)]
    [InlineData(DmaBufFileOperation.SyncStart, Errno.None)]
    [InlineData(DmaBufFileOperation.MmapRw, Errno.EINVAL)]
    [InlineData(DmaBufFileOperation.Read, Errno.EINVAL)]
    [InlineData(DmaBufFileOperation.Write, Errno.EINVAL)]
    [InlineData(DmaBufFileOperation.SyncBadFlags, Errno.EINVAL)]
    [InlineData(DmaBufFileOperation.ForeignIoctl, Errno.ENOTTY)]
    public void FileOperation_WhenRevoked_AnswersAsBefore(DmaBufFileOperation operation, Errno errno)
    {
        foreach (var buffer in new[] { Live, Live with { Revoked = true } })
            Assert.Equal(-(int)errno, Step(buffer, new DmaBufMessage.FileOperation(operation)).Reply.Value);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void KrefPut_WhenItIsTheLast_Completes(int kref, bool completes)
    {
        var (state, reply) = Step(Live with { Kref = kref }, new DmaBufMessage.KrefPut());

        Assert.Equal((completes, completes, kref - 1), (state.Completed, reply.Yes, state.Kref));
    }

    [Fact]
    public void KrefPut_WhenZero_BreaksP6() => AssertBroken(Property.P6, Live with { Kref = 0 }, new DmaBufMessage.KrefPut());

    [Fact]
    public void WaitForCompletion_WhenDone_ConsumesIt()
    {
        Assert.True(DmaBufMachine.Handle(Live, new DmaBufMessage.WaitForCompletion()).IsBlocked);
        Assert.Equal(Live, Step(Live with { Completed = true }, new DmaBufMessage.WaitForCompletion()).State);
    }

    [Fact]
    public void WaitForFences_WhenOneIsLeft_Blocks()
    {
        var fenced = After(Reserved, new DmaBufMessage.AddFence(A1, FenceUsage.Bookkeep), new DmaBufMessage.AddFence(A0, FenceUsage.Bookkeep));
        var all = new DmaBufMessage.WaitForFences(FenceUsage.Bookkeep);

        Assert.Equal(fenced, After(Reserved, new DmaBufMessage.AddFence(A0, FenceUsage.Bookkeep), new DmaBufMessage.AddFence(A1, FenceUsage.Bookkeep)));
        Assert.True(DmaBufMachine.Handle(After(fenced, new DmaBufMessage.SignalFence(A0)), all).IsBlocked);
        Assert.False(DmaBufMachine.Handle(After(fenced, new DmaBufMessage.SignalFence(A0), new DmaBufMessage.SignalFence(A1)), all).IsBlocked);
    }

    [Theory]
    [InlineData(FenceUsage.Kernel, FenceUsage.Kernel, true)]
    [InlineData(FenceUsage.Write, FenceUsage.Kernel, false)]
    [InlineData(FenceUsage.Bookkeep, FenceUsage.Kernel, false)]
    [InlineData(FenceUsage.Bookkeep, FenceUsage.Read, false)]
    [InlineData(FenceUsage.Write, FenceUsage.Read, true)]
    [InlineData(FenceUsage.Read, FenceUsage.Bookkeep, true)]
    public void WaitForFences_OfOneUsage_WaitsForThoseBeforeItToo(FenceUsage added, FenceUsage waited, bool blocks)
    {
        var fenced = After(Reserved, new DmaBufMessage.AddFence(A0, added));

        Assert.Equal(blocks, DmaBufMachine.Handle(fenced, new DmaBufMessage.WaitForFences(waited)).IsBlocked);
    }

    [Fact]
    public void AddFence_WhenNoSlotIsReserved_IsABug() => AssertBroken(Property.Locks, Live, new DmaBufMessage.AddFence(A0, FenceUsage.Bookkeep));

    [Fact]
    public void AddFence_OfTheSameContext_ReplacesTheOlderOne()
    {
        var fenced = After(Reserved, new DmaBufMessage.AddFence(A0, FenceUsage.Write), new DmaBufMessage.AddFence(A0, FenceUsage.Bookkeep));

        Assert.Equal(Sequence<Fence>.Of(new Fence(A0, FenceUsage.Bookkeep)), fenced.Fences);
    }

    private static DmaBuf Reserved => After(Live, new DmaBufMessage.ReserveFences(2));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SetRevoked_WhenWritten_RemembersWhatWasBefore(bool before)
    {
        var possibility = DmaBufMachine.Handle(Live with { Revoked = before }, new DmaBufMessage.SetRevoked(true)).Possibilities[0];

        Assert.Equal(new Effect(EffectKind.Revoked, before ? 1 : 0, 1), possibility.Effect);
        Assert.True(((DmaBuf)possibility.State).Revoked);
    }

    [Fact]
    public void NextAttachment_WhenWalked_GivesNewestFirstAndTheFlag()
    {
        var buffer = After(Live, new DmaBufMessage.LinkAttachment(A0), new DmaBufMessage.LinkAttachment(A1), new DmaBufMessage.SetRevoked(true));

        Assert.Equal(new Reply(1, 1), Step(buffer, new DmaBufMessage.NextAttachment(null)).Reply);
        Assert.Equal(new Reply(0, 1), Step(buffer, new DmaBufMessage.NextAttachment(A1)).Reply);
        Assert.Equal(new Reply(-1, 0), Step(buffer with { Revoked = false }, new DmaBufMessage.NextAttachment(A0)).Reply);
    }

    [Fact]
    public void FreeDmaBuf_WhenAnAttachmentIsLinked_BreaksP5() =>
        AssertBroken(Property.P5, After(Live, new DmaBufMessage.LinkAttachment(A0)), new DmaBufMessage.FreeDmaBuf());

    [Fact]
    public void Tph_WhenSetAgain_IsReadFieldByField()
    {
        var half = After(Live, new DmaBufMessage.SetTphTag(1), new DmaBufMessage.SetTphHint(1), new DmaBufMessage.SetTphTag(2));

        Assert.Equal((2, 1), (Step(half, new DmaBufMessage.ReadTphTag()).Reply.Value, Step(half, new DmaBufMessage.ReadTphHint()).Reply.Value));
        Assert.False(Step(half, new DmaBufMessage.ReadTphPublished()).Reply.Yes);
        Assert.True(Step(After(half, new DmaBufMessage.PublishTph()), new DmaBufMessage.ReadTphPublished()).Reply.Yes);
    }

    public static TheoryData<DmaBufMessage> Uses => new(
        new DmaBufMessage.ReadRevoked(), new DmaBufMessage.SetRevoked(true), new DmaBufMessage.ReadVdev(), new DmaBufMessage.ClearVdev(),
        new DmaBufMessage.KrefGet(), new DmaBufMessage.KrefPut(), new DmaBufMessage.KrefInit(), new DmaBufMessage.WaitForCompletion(), new DmaBufMessage.FreePriv(),
        new DmaBufMessage.SetTphTag(1), new DmaBufMessage.ReadTphHint());

    [Theory]
    [MemberData(nameof(Uses))]
    public void Use_WhenPrivIsFreed_BreaksP5(DmaBufMessage message)
    {
        AssertBroken(Property.P5, After(Live, new DmaBufMessage.FreePriv()), message);
        AssertBroken(Property.P5, After(Live, new DmaBufMessage.FreePriv(), new DmaBufMessage.FreeDmaBuf()), message);
    }

    private static (DmaBuf State, Reply Reply) Step(DmaBuf buffer, DmaBufMessage message)
    {
        var possibility = Assert.Single(DmaBufMachine.Handle(buffer, message).Possibilities);
        return ((DmaBuf)possibility.State, possibility.Reply);
    }

    private static DmaBuf After(DmaBuf buffer, params DmaBufMessage[] messages) => messages.Aggregate(buffer, (state, message) => Step(state, message).State);

    private static void AssertBroken(Property property, DmaBuf buffer, DmaBufMessage message) =>
        Assert.Equal(property, DmaBufMachine.Handle(buffer, message).Possibilities[0].Violation?.Property);
}
