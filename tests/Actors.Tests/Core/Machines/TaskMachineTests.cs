using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Tests.Core.Machines;

public sealed class TaskMachineTests
{
    private static readonly TaskId T0 = new(0);
    private static readonly Topology Shape = OneImporter().Task().Task().Build().Topology;
    private static readonly Device Open = new() { Traits = DeviceTraits.Plain, Vconfig = new Vconfig(true) };
    private static readonly DeviceMessage Read = new DeviceMessage.ReadOpenCount();
    private static readonly Locals Here = new() { Vdev = V0, Priv = B0, Attach = A0 };

    private static readonly DmaBuf Buffer = new()
    {
        Phase = DmaBufPhase.Exported, Vdev = V0, Kref = 1, FileHolders = Sequence<Holder>.Of(new Holder(HolderKind.Fd, 0)), DentryCount = 1, FdCount = 1,
    };

    // Local steps merge into the visible one before them.

    [Fact]
    public void Begin_WhenProgramStartsLocally_StandsAtTheFirstVisibleStep()
    {
        var task = Begin(new PathBuilder("f").Set("a", locals => locals with { Argument = 7 }).Device("read", Read));

        Assert.Equal(("read", 7), (task.Next.Text, task.Top.Locals.Argument));
    }

    [Fact]
    public void Begin_WhenProgramIsLocalOnly_IsIdleAtOnce() => Assert.True(Begin(new PathBuilder("f").Set("a", locals => locals)).IsIdle);

    [Fact]
    public void Send_WhenReplyArrives_ContinuesWithIt()
    {
        var task = Begin(new PathBuilder("f").Device("read", Read).If("open", locals => locals.Reply != 0, open => open.Device("then", Read), shut => shut.Device("else", Read)));

        Assert.Equal("then", Step(task, Open with { OpenCount = 1 }).Task.Next.Text);
        Assert.Equal("else", Step(task, Open).Task.Next.Text);
    }

    [Fact]
    public void Send_WhenTargetBlocks_HasNoSuccessor() =>
        Assert.Empty(TaskMachine.Send(Begin(new PathBuilder("f").Device("wait", new DeviceMessage.WaitForRegistration())), Open, Shape));

    [Fact]
    public void Begin_WhenLocalStepsNeverEnd_IsOurMistake() =>
        Assert.Throws<InvalidOperationException>(() => Begin(new PathBuilder("f").While("while (true)", _ => true, _ => { })));

    [Fact]
    public void Send_WhenPointerIsNull_IsAnOops()
    {
        var task = Begin(new PathBuilder("f").Device("read", Read), new Locals());

        var oops = TaskMachine.Oops(task);

        Assert.Null(TaskMachine.Pending(task).Target);
        Assert.Equal((Property.P7, true, true), (oops.Violations[0].Property, oops.IsFatal, oops.Task.IsIdle));
    }

    [Fact]
    public void Send_WhenAnswerIsFatal_EndsTheTask()
    {
        var successor = Step(Begin(new PathBuilder("f").Device("me", new DeviceMessage.MemoryEnabled()).Device("after", Read)), Open with { Vconfig = null });

        Assert.True(successor is { IsFatal: true, Task.IsIdle: true });
    }

    // Calls and returns.

    [Fact]
    public void Call_WhenItReturns_GivesRetToTheCallerAndKeepsItsLocals()
    {
        var callee = new PathBuilder("g").Set("x", locals => locals with { Argument = 99 }).Return("return 5", _ => 5).Build();

        var task = Begin(new PathBuilder("f").Set("a", locals => locals with { Argument = 1 }).Call("g()", () => callee).Device("read", Read));

        Assert.Equal((5, 1, 1), (task.Top.Locals.Ret, task.Top.Locals.Argument, task.Stack.Count));
    }

    [Fact]
    public void Call_WhenCalleeHasAVisibleStep_StandsInTheCallee()
    {
        var callee = new PathBuilder("g").Device("inner", Read).Build();

        var task = Begin(new PathBuilder("f").CallVoid("g()", () => callee, locals => locals with { Argument = 3 }).Device("outer", Read));

        Assert.Equal(("inner", 3, 2), (task.Next.Text, task.Top.Locals.Argument, task.Stack.Count));
        Assert.Equal("outer", Step(task, Open).Task.Next.Text);
    }

    // The effect ledger.

    [Fact]
    public void Ledger_WhenReferenceIsTakenAndPut_IsEmpty()
    {
        var taken = Step(Begin(new PathBuilder("f").Buffer("get", locals => new DmaBufMessage.GetFileActive(locals.Current)).Buffer("put", locals => new DmaBufMessage.Fput(locals.Current)).Device("read", Read)), Buffer);

        Assert.Equal(new LedgerEntry(MachineRef.Of(B0), EffectKind.Reference, 1), Assert.Single(taken.Task.Ledger));
        Assert.Empty(Step(taken.Task, (DmaBuf)taken.Target!).Task.Ledger);
    }

    [Fact]
    public void Ledger_WhenFlagIsWrittenBack_IsEmpty()
    {
        var revoked = Step(Begin(new PathBuilder("f").Buffer("set", new DmaBufMessage.SetRevoked(true)).Buffer("clear", new DmaBufMessage.SetRevoked(false)).Device("read", Read)), Buffer);

        Assert.Equal(new LedgerEntry(MachineRef.Of(B0), EffectKind.Revoked, 0), Assert.Single(revoked.Task.Ledger));
        Assert.Empty(Step(revoked.Task, (DmaBuf)revoked.Target!).Task.Ledger);
    }

    [Fact]
    public void Ledger_WhenFlagKeepsItsValue_StaysEmpty() =>
        Assert.Empty(Step(Begin(new PathBuilder("f").Buffer("clear", new DmaBufMessage.SetRevoked(false)).Device("read", Read)), Buffer).Task.Ledger);

    // Fault injection.

    [Theory]
    [InlineData(0, FaultPoint.FdTable, "none")]
    [InlineData(1, FaultPoint.Allocation, "first")]
    [InlineData(2, FaultPoint.Allocation, "second")]
    [InlineData(3, FaultPoint.Allocation, "none")]
    [InlineData(1, FaultPoint.FdTable, "none")]
    public void MayFail_WhenCountdownReachesIt_Fails(int countdown, FaultPoint counted, string failing)
    {
        var path = new PathBuilder("f").BeginRequest("r", new FaultPlan(countdown, 0, Sequence<FaultPoint>.Of(counted)));
        foreach (var name in new[] { "first", "second" })
            path.MayFail(name, FaultPoint.Allocation, Errno.ENOMEM).If("failed", locals => locals.Reply == -(int)Errno.ENOMEM, failed => failed.Device(name, Read).Return("return"));

        Assert.Equal(failing, Begin(path.Device("none", Read)).Next.Text);
    }

    [Fact]
    public void MayFail_WhenItMayFailAnywhere_IsAChoice()
    {
        var path = new PathBuilder("f").BeginRequest("r", new FaultPlan(0, 1, Sequence<FaultPoint>.Empty)).Device("read", Read);
        foreach (var name in new[] { "first", "second" })
            path.MayFail(name, FaultPoint.Allocation, Errno.ENOMEM).If("failed", locals => locals.Reply < 0, failed => failed.Device(name, Read).Return("return"));

        var successors = TaskMachine.Send(Begin(path.Device("none", Read)), Open, Shape);

        Assert.Equal(["first", "none", "second"], successors.Select(successor => successor.Task.Next.Text).Order());
        Assert.Equal(successors.Count, successors.Select(successor => successor.Task).Distinct().Count());
    }

    [Fact]
    public void MayFail_WhenTwoMayFail_CountsThemDown()
    {
        var path = new PathBuilder("f").BeginRequest("r", new FaultPlan(0, 2, Sequence<FaultPoint>.Empty)).Device("read", Read);
        for (var index = 0; index < 3; index++)
            path.MayFail("m", FaultPoint.Allocation, Errno.ENOMEM).If("failed", locals => locals.Reply < 0, failed => failed.Set("n++", locals => locals with { Argument = locals.Argument + 1 }));

        var failures = TaskMachine.Send(Begin(path.Device("none", Read)), Open, Shape).Select(successor => successor.Task.Top.Locals.Argument);

        Assert.Equal([0, 1, 1, 1, 2, 2, 2], failures.Order());
    }

    // Task work: last in, first out.

    [Fact]
    public void TakeTaskWork_WhenTwoAreQueued_TakesTheNewest()
    {
        var path = new PathBuilder("f").DeferFput("first").Set("b1", locals => locals with { Priv = B1 }).DeferFput("second").TakeTaskWork("take").Device("read", Read);

        var task = Begin(path);

        Assert.Equal((1, (DmaBufId?)B1, Sequence<DmaBufId>.Of(B0)), (task.Top.Locals.Reply, task.Top.Locals.Priv, task.TaskWork));
    }

    [Fact]
    public void TakeTaskWork_WhenNoneIsQueued_SaysSo() => Assert.Equal(0, Begin(new PathBuilder("f").TakeTaskWork("take").Device("read", Read)).Top.Locals.Reply);

    // Locks.

    [Fact]
    public void Send_WhenLockIsGranted_HoldsItUntilReleased()
    {
        var queued = Step(Begin(new PathBuilder("f").Lock("lock", Paths.MemoryLock).Unlock("unlock", Paths.MemoryLock).Device("read", Read)), Lock.Free(shared: true, GrantPolicy.Barging));
        var granted = Step(queued.Task, queued.Target!);

        Assert.Empty(queued.Task.Held);
        Assert.True(granted.Task.Holds(MachineRef.MemoryLock(V0), LockMode.Write));
        Assert.Empty(Step(granted.Task, granted.Target!).Task.Held);
    }

    [Theory]
    [InlineData(LockMode.Write, LockMode.Write, 0)]
    [InlineData(LockMode.Write, LockMode.Read, 0)]
    [InlineData(LockMode.Read, LockMode.Read, 0)]
    [InlineData(LockMode.Read, LockMode.Write, 1)]
    public void AssertHeld_WhenModeIsTooWeak_IsAFinding(LockMode held, LockMode asserted, int findings)
    {
        var path = new PathBuilder("f").Lock("lock", Paths.MemoryLock, held).AssertHeld("assert", Paths.MemoryLock, asserted).Device("read", Read);
        var queued = Step(Begin(path), Lock.Free(shared: true, GrantPolicy.Barging));

        Assert.Equal(findings, Step(queued.Task, queued.Target!).Violations.Count);
    }

    [Fact]
    public void EndRequest_WhenALockIsHeld_IsAFinding()
    {
        var path = new PathBuilder("f").Lock("lock", Paths.MemoryLock).EndRequest("return", -1, Sequence<int>.Empty).Device("read", Read);
        var queued = Step(Begin(path), Lock.Free(shared: true, GrantPolicy.Barging));

        var violation = Assert.Single(Step(queued.Task, queued.Target!).Violations);

        Assert.Equal(Property.Locks, violation.Property);
        Assert.Contains("MemoryLock", violation.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void SendAndStart_WhenTargetSaysYes_StartsTheTaskInItsSlot()
    {
        var work = new PathBuilder("work").Device("read", Read).Build();
        var path = new PathBuilder("f").SendAndStart("queue", Paths.Attach, _ => new AttachmentMessage.QueueWork(), reply => reply.Yes, (locals, shape) =>
            new Start(shape.ImporterWorker(locals.Attach!.Value), work, new Locals { Vdev = V0 }));
        var attachment = new Attachment { Kind = ImporterKind.Remaps };

        Assert.Equal(Shape.ImporterWorker(A0), Assert.Single(Step(Begin(path), attachment).Started).Id);
        Assert.Empty(Step(Begin(path), attachment with { WorkPending = true }).Started);
    }

    private static TaskState Begin(PathBuilder path, Locals? locals = null) => TaskMachine.Begin(TaskState.Idle(T0), path.Build(), locals ?? Here, Shape);

    private static Successor Step(TaskState task, MachineState target) => Assert.Single(TaskMachine.Send(task, target, Shape));
}
