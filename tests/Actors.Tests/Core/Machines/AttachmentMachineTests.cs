using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

public sealed class AttachmentMachineTests
{
    private static readonly Attachment Attached = new() { Kind = ImporterKind.Remaps, Phase = AttachPhase.Attached };
    private static readonly Attachment Mapped = Attached with { Mapped = true };

    [Theory]
    [InlineData(AttachPhase.None, 0)]
    [InlineData(AttachPhase.Attaching, -(int)Errno.EALREADY)]
    [InlineData(AttachPhase.Attached, -(int)Errno.EALREADY)]
    [InlineData(AttachPhase.Detaching, -(int)Errno.EALREADY)]
    public void Attaching_WhenUnderWayOrDone_AnswersEalready(AttachPhase phase, int answer) =>
        Assert.Equal(answer, Step(Attached with { Phase = phase }, new AttachmentMessage.Attaching()).Reply.Value);

    [Theory]
    [InlineData(AttachPhase.Attached, 0)]
    [InlineData(AttachPhase.None, -(int)Errno.ENOTCONN)]
    [InlineData(AttachPhase.Detaching, -(int)Errno.ENOTCONN)]
    public void Detaching_WhenNotAttached_AnswersEnotconn(AttachPhase phase, int answer) =>
        Assert.Equal(answer, Step(Attached with { Phase = phase }, new AttachmentMessage.Detaching()).Reply.Value);

    [Fact]
    public void Detached_WhenOver_KeepsTheKindQueuedWorkAndAMappingThatNobodyGaveBack()
    {
        var state = Step(Mapped with { Pinned = true, Told = Told.WhileClear, WorkPending = true }, new AttachmentMessage.Detached()).State;

        Assert.Equal(new Attachment { Kind = ImporterKind.Remaps, WorkPending = true, Mapped = true }, state);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void SetPinned_WhenItUnpinsWhatIsNotPinned_BreaksP6(bool pinned, bool broken)
    {
        var outcome = AttachmentMachine.Handle(Attached with { Pinned = pinned }, new AttachmentMessage.SetPinned(false)).Possibilities[0];

        Assert.Equal(broken ? Property.P6 : null, outcome.Violation?.Property);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ProgramHardware_WhenTheMappingIsGone_BreaksP7(bool mapped, bool broken)
    {
        var outcome = AttachmentMachine.Handle(Attached with { Mapped = mapped }, new AttachmentMessage.ProgramHardware()).Possibilities[0];

        Assert.Equal(broken ? Property.P7 : null, outcome.Violation?.Property);
        Assert.Equal(ImporterMarks.Programmed, ((Attachment)outcome.State).Marks);
    }

    [Fact]
    public void InvalidateHardware_WhileDmaIsInFlight_Blocks()
    {
        var busy = Mapped with { Marks = ImporterMarks.Programmed, DmaInFlight = true };

        Assert.True(AttachmentMachine.Handle(busy, new AttachmentMessage.InvalidateHardware()).IsBlocked);
        Assert.Equal(Mapped, Step(busy with { DmaInFlight = false }, new AttachmentMessage.InvalidateHardware()).State);
    }

    [Fact]
    public void MoveToGhost_WhenItsMappingIsCleared_OwesNothing()
    {
        var ghost = (Attachment)Step(Mapped, new AttachmentMessage.MoveToGhost()).State;

        Assert.Equal((false, true, 1), (ghost.Mapped, ghost.HoldsMapping, Step(ghost, new AttachmentMessage.ReadGhosts()).Reply.Value));
        Assert.Equal(Attached, Step(ghost, new AttachmentMessage.ClearGhost()).State);
    }

    [Fact]
    public void AddVmFence_WhenNoSlotIsLeft_IsABug()
    {
        var reserved = (Attachment)Step(Attached, new AttachmentMessage.ReserveVmFences(1)).State;

        var after = (Attachment)Step(reserved, new AttachmentMessage.AddVmFence()).State;

        Assert.Equal(Property.Locks, AttachmentMachine.Handle(after, new AttachmentMessage.AddVmFence()).Possibilities[0].Violation?.Property);
    }

    [Fact]
    public void StartDma_AfterAnUnmap_GoesOnlyByCopiedAddresses()
    {
        var copier = new Attachment { Kind = ImporterKind.CopiesPfns, Phase = AttachPhase.Attached };

        var after = (Attachment)Step((Attachment)Step(copier, new AttachmentMessage.SetMapped()).State, new AttachmentMessage.ClearMapped()).State;

        Assert.Equal(0, Step(after, new AttachmentMessage.StartDma()).Reply.Value);
        Assert.Equal(-(int)Errno.ENOENT, Step(Attached, new AttachmentMessage.StartDma()).Reply.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SetPhysicalRange_WhenRead_IsWhatWasSet(bool valid)
    {
        var state = (Attachment)Step(Attached, new AttachmentMessage.SetPhysicalRange(valid)).State;

        Assert.Equal(valid, Step(state, new AttachmentMessage.ReadPhysicalRange()).Reply.Yes);
    }

    [Theory]
    [InlineData(IovaWindow.None, false)]
    [InlineData(IovaWindow.Held, true)]
    [InlineData(IovaWindow.Destroyed, false)]
    public void Detached_WhenTheWindowIsStillHeld_LosesIt(IovaWindow window, bool lost) =>
        Assert.Equal(new Attachment { Kind = ImporterKind.Remaps, WindowLost = lost }, Step(Attached with { Window = window }, new AttachmentMessage.Detached()).State);

    [Theory]
    [InlineData(IovaWindow.Held, false)]
    [InlineData(IovaWindow.Destroyed, true)]
    public void LinkWindow_WhenTheWindowWasGivenBack_BreaksP7(IovaWindow window, bool broken)
    {
        var outcome = AttachmentMachine.Handle(Attached with { Window = window }, new AttachmentMessage.LinkWindow());

        Assert.Equal(broken ? Property.P7 : null, outcome.Possibilities[0].Violation?.Property);
    }

    [Theory]
    [InlineData(true, Told.WhileRevoked)]
    [InlineData(false, Told.WhileClear)]
    public void Invalidate_WhenItArrives_RemembersTheFlagAndAnswersTheKind(bool revoked, Told told)
    {
        var (state, reply) = Step(Attached, new AttachmentMessage.Invalidate(revoked));

        Assert.Equal((told, (int)ImporterKind.Remaps), (state.Told, reply.Value));
    }

    [Fact]
    public void ClearMapped_WhenDmaIsInFlight_Blocks()
    {
        var busy = Step(Mapped, new AttachmentMessage.StartDma()).State;

        Assert.True(AttachmentMachine.Handle(busy, new AttachmentMessage.ClearMapped()).IsBlocked);
        Assert.Equal(Attached, Step(Step(busy, new AttachmentMessage.DmaDone()).State, new AttachmentMessage.ClearMapped()).State);
    }

    [Theory]
    [InlineData(false, false, -(int)Errno.ENOENT)]
    [InlineData(true, true, -(int)Errno.EALREADY)]
    [InlineData(true, false, 0)]
    public void StartDma_WhenNothingIsMappedOrOneRuns_Refuses(bool mapped, bool inFlight, int answer) =>
        Assert.Equal(answer, Step(Attached with { Mapped = mapped, DmaInFlight = inFlight }, new AttachmentMessage.StartDma()).Reply.Value);

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void QueueWork_WhenNoWorkerIsOnItsWay_StartsOne(bool pending, bool running, bool starts) =>
        Assert.Equal(starts, Step(Attached with { WorkPending = pending, WorkRunning = running }, new AttachmentMessage.QueueWork()).Reply.Yes);

    [Fact]
    public void WorkDone_WhenQueuedAgain_RunsAgain()
    {
        var running = Step(Step(Attached, new AttachmentMessage.QueueWork()).State, new AttachmentMessage.TakeWork()).State;
        var again = Step(running, new AttachmentMessage.QueueWork()).State;

        Assert.True(Step(again, new AttachmentMessage.WorkDone()).Reply.Yes);
        Assert.Equal((Attached, false), (Step(running, new AttachmentMessage.WorkDone()).State, Step(running, new AttachmentMessage.WorkDone()).Reply.Yes));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void FlushWork_WhenWorkIsLeft_Blocks(bool pending, bool running, bool blocked) =>
        Assert.Equal(blocked, AttachmentMachine.Handle(Attached with { WorkPending = pending, WorkRunning = running }, new AttachmentMessage.FlushWork()).IsBlocked);

    private static (Attachment State, Reply Reply) Step(Attachment attachment, AttachmentMessage message)
    {
        var possibility = Assert.Single(AttachmentMachine.Handle(attachment, message).Possibilities);
        return ((Attachment)possibility.State, possibility.Reply);
    }
}
