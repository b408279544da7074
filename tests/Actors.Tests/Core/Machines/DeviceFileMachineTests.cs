using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

public sealed class DeviceFileMachineTests
{
    private static readonly TaskId T0 = new(0);
    private static readonly TaskId T1 = new(1);

    [Fact]
    public void Fdget_WhenClosed_AnswersEbadf() =>
        Assert.Equal(Outcome.Refuse(DeviceFile.Closed, Errno.EBADF), DeviceFileMachine.Handle(DeviceFile.Closed, new DeviceFileMessage.Fdget(T0)));

    [Fact]
    public void CloseFd_WhenClosed_AnswersEbadf() =>
        Assert.Equal(Outcome.Refuse(DeviceFile.Closed, Errno.EBADF), DeviceFileMachine.Handle(DeviceFile.Closed, new DeviceFileMessage.CloseFd(T0)));

    [Fact]
    public void Fdput_WhenFdIsOpen_IsNotTheLast() =>
        Assert.Equal((DeviceFile.Opened, false), Last(After(DeviceFile.Opened, new DeviceFileMessage.Fdget(T0)), T0));

    [Fact]
    public void Fdput_WhenClosedMeanwhile_IsTheLast()
    {
        var file = After(DeviceFile.Opened, new DeviceFileMessage.Fdget(T0), new DeviceFileMessage.CloseFd(T1), new DeviceFileMessage.Fdput(T1));

        Assert.Equal((DeviceFile.Closed, true), Last(file, T0));
    }

    [Fact]
    public void Fdput_WhenTaskHoldsNone_BreaksP6() =>
        Assert.Equal(Property.P6, DeviceFileMachine.Handle(DeviceFile.Opened, new DeviceFileMessage.Fdput(T0)).Possibilities[0].Violation?.Property);

    [Fact]
    public void Fdget_WhenTakenInAnyOrder_IsTheSameState() =>
        Assert.Equal(
            After(DeviceFile.Opened, new DeviceFileMessage.Fdget(T0), new DeviceFileMessage.Fdget(T1)),
            After(DeviceFile.Opened, new DeviceFileMessage.Fdget(T1), new DeviceFileMessage.Fdget(T0)));

    [Fact]
    public void Allocate_WhenSlotIsInUse_AnswersEnfile() =>
        Assert.Equal(Outcome.Refuse(DeviceFile.Opened, Errno.ENFILE), DeviceFileMachine.Handle(DeviceFile.Opened, new DeviceFileMessage.Allocate(T0)));

    [Fact]
    public void Allocate_WhenOpenFails_LeavesTheSlotFree() =>
        Assert.Equal((DeviceFile.Closed, true), Last(After(DeviceFile.Closed, new DeviceFileMessage.Allocate(T0)), T0));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FdInstall_WhenOpenSucceeds_PublishesTheFile(bool access) =>
        Assert.Equal(access ? DeviceFile.Opened : DeviceFile.Unbound, After(DeviceFile.Closed, new DeviceFileMessage.Allocate(T0), new DeviceFileMessage.FdInstall(access)));

    private static DeviceFile After(DeviceFile file, params DeviceFileMessage[] messages) =>
        messages.Aggregate(file, (state, message) => (DeviceFile)DeviceFileMachine.Handle(state, message).Possibilities[0].State);

    private static (DeviceFile File, bool Last) Last(DeviceFile file, TaskId task)
    {
        var possibility = DeviceFileMachine.Handle(file, new DeviceFileMessage.Fdput(task)).Possibilities[0];
        return ((DeviceFile)possibility.State, possibility.Reply.Yes);
    }
}
