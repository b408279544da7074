using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Tests.Core.Machines;

/// <summary>ww_mutex in an acquire context: wait-die, and waiters without a context beside it (kernel/locks.md 8.3, kernel/dma-buf-core.md 5).</summary>
public sealed class LockInContextTests
{
    private const int Older = 1;
    private const int Own = 2;
    private const int Younger = 3;
    private const int Without = 0;

    private static readonly TaskId Holder = new(0);
    private static readonly TaskId Task = new(1);
    private static readonly TaskId Other = new(2);

    [Fact]
    public void AwaitInContext_WhenFree_HoldsWithItsStamp()
    {
        var (state, reply) = Await(Queued(Lock.Free(shared: false, GrantPolicy.Barging), Task, Own), acquired: 1);

        Assert.Equal((0, Task, Own), (reply, state!.Writer, state.OwnerStamp));
    }

    [Theory]
    [InlineData(Older, 1, -(int)Errno.EDEADLK)]
    [InlineData(Older, 0, null)]
    [InlineData(Younger, 1, null)]
    [InlineData(Without, 1, null)]
    public void AwaitInContext_WhenHeld_DiesOnlyForAnOlderTransaction(int holder, int acquired, int? answer)
    {
        var held = Lock.Free(shared: false, GrantPolicy.Barging) with { Writer = Holder, OwnerStamp = holder };

        var (state, reply) = Await(Queued(held, Task, Own), acquired);

        Assert.Equal(answer, reply);
        if (answer is not null)
            Assert.Equal(held, state);
    }

    [Theory]
    [InlineData(Older, -(int)Errno.EDEADLK)]
    [InlineData(Younger, null)]
    public void AwaitInContext_WhenAnOlderOneWaits_Dies(int waiting, int? answer)
    {
        var held = Lock.Free(shared: false, GrantPolicy.Barging) with { Writer = Holder };

        Assert.Equal(answer, Await(Queued(Queued(held, Other, waiting), Task, Own), acquired: 1).Reply);
    }

    [Fact]
    public void AwaitInContext_WhenItHoldsTheLock_AnswersEalready()
    {
        var own = Lock.Free(shared: false, GrantPolicy.Barging) with { Writer = Task, OwnerStamp = Own };

        Assert.Equal(-(int)Errno.EALREADY, Await(Queued(own, Task, Own), acquired: 1).Reply);
    }

    [Theory]
    [InlineData(Older, new[] { 1, 2 })]
    [InlineData(Younger, new[] { 2, 1 })]
    [InlineData(Without, new[] { 1, 2 })]
    public void EnqueueInContext_WhenOrdered_StandsInStampOrderAmongContexts(int own, int[] order)
    {
        var held = Lock.Free(shared: false, GrantPolicy.Ordered) with { Writer = Holder };
        var waiting = own == Without
            ? After(held, new LockMessage.Enqueue(Task, LockMode.Write))
            : Queued(held, Task, own);

        var state = Queued(waiting, Other, Own);

        Assert.Equal(order, state.Waiters.Select(waiter => waiter.Task.Index));
    }

    [Fact]
    public void Release_WhenATransactionHeldIt_ForgetsItsStamp()
    {
        var own = Lock.Free(shared: false, GrantPolicy.Barging) with { Writer = Task, OwnerStamp = Own };

        Assert.Equal(Lock.Free(shared: false, GrantPolicy.Barging), After(own, new LockMessage.Release(Task)));
    }

    [Fact]
    public void AcquireInit_WhenOthersAreUnderWay_IsTheYoungest()
    {
        var first = WwClassMachine.Handle(WwClass.Idle, new WwClassMessage.AcquireInit(Task)).Possibilities[0];
        var second = WwClassMachine.Handle((WwClass)first.State, new WwClassMessage.AcquireInit(Other)).Possibilities[0];

        Assert.True(first.Reply.Value < second.Reply.Value);
        Assert.Equal(
            WwClass.Idle,
            WwClassMachine.Handle((WwClass)WwClassMachine.Handle((WwClass)second.State, new WwClassMessage.AcquireFini(Task)).Possibilities[0].State, new WwClassMessage.AcquireFini(Other)).Possibilities[0].State);
    }

    private static Lock Queued(Lock state, TaskId task, int stamp) => After(state, new LockMessage.EnqueueInContext(task, stamp));

    private static Lock After(Lock state, LockMessage message) => (Lock)LockMachine.Handle(state, message).Possibilities[0].State;

    private static (Lock? State, int? Reply) Await(Lock state, int acquired) =>
        LockMachine.Handle(state, new LockMessage.AwaitInContext(Task, acquired)).Possibilities is [var answer] ? ((Lock)answer.State, answer.Reply.Value) : (null, null);
}
