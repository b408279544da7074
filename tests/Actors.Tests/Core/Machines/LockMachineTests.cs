using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Tests.Core.Machines;

/// <summary>The tables of kernel/locks.md section 8. Handoff (F2) bounds starvation only; the model leaves it out.</summary>
public sealed class LockMachineTests
{
    private const GrantPolicy Barging = GrantPolicy.Barging;
    private const GrantPolicy Ordered = GrantPolicy.Ordered;
    private const LockMode Read = LockMode.Read;
    private const LockMode Write = LockMode.Write;

    private static readonly Lock Mutex = Lock.Free(shared: false, Barging);

    private static readonly TaskId Holder = new(0);
    private static readonly TaskId Head = new(1);
    private static readonly TaskId Second = new(2);
    private static readonly TaskId Arrival = new(3);

    [Fact]
    public void Enqueue_WhenTheLockIsDestroyed_BreaksP7AndQueues()
    {
        var outcome = LockMachine.Handle(Mutex with { Destroyed = true }, new LockMessage.Enqueue(Head, Write)).Possibilities[0];

        Assert.Equal(Property.P7, outcome.Violation?.Property);
        Assert.Single(((Lock)outcome.State).Waiters);
    }

    [Fact]
    public void Enqueue_WhenTheLockWasInitialisedAgain_BreaksNothing()
    {
        var again = (Lock)LockMachine.Handle(Mutex with { Destroyed = true }, new LockMessage.Init()).Possibilities[0].State;

        Assert.Null(LockMachine.Handle(again, new LockMessage.Enqueue(Head, Write)).Possibilities[0].Violation);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Destroy_WhenTheLockIsHeld_BreaksP7(bool held, bool broken) =>
        Assert.Equal(broken, LockMachine.Handle(held ? Mutex with { Writer = Holder } : Mutex, new LockMessage.Destroy()).Possibilities[0].Violation is not null);

    /// <summary>The states of the tables.</summary>
    public enum Situation
    {
        /// <summary>Free, nobody queued.</summary>
        F0,

        /// <summary>Free, a writer queued.</summary>
        F1Writer,

        /// <summary>Free, a reader and behind it a writer queued.</summary>
        F1Reader,

        /// <summary>Reader-held, nobody queued.</summary>
        R0,

        /// <summary>Reader-held, a writer queued.</summary>
        R1,

        /// <summary>Writer-held, nobody queued.</summary>
        W,

        /// <summary>Writer-held, a writer queued.</summary>
        WQueued,
    }

    // 8.1, columns down_read and down_write. Ordered: nobody passes a waiter.
    [Theory]
    [InlineData(Situation.F0, Barging, true, true)]
    [InlineData(Situation.F1Writer, Barging, true, true)]
    [InlineData(Situation.F1Reader, Barging, true, true)]
    [InlineData(Situation.R0, Barging, true, false)]
    [InlineData(Situation.R1, Barging, false, false)]
    [InlineData(Situation.W, Barging, false, false)]
    [InlineData(Situation.WQueued, Barging, false, false)]
    [InlineData(Situation.F0, Ordered, true, true)]
    [InlineData(Situation.F1Writer, Ordered, false, false)]
    [InlineData(Situation.F1Reader, Ordered, false, false)]
    [InlineData(Situation.R0, Ordered, true, false)]
    [InlineData(Situation.R1, Ordered, false, false)]
    [InlineData(Situation.W, Ordered, false, false)]
    [InlineData(Situation.WQueued, Ordered, false, false)]
    public void Await_WhenArrivingAtRwSemaphore_AnswersAsTable81(Situation situation, GrantPolicy policy, bool reads, bool writes)
    {
        var state = Semaphore(situation, policy);

        Assert.Equal((reads, writes), (Gets(state, Arrival, Read), Gets(state, Arrival, Write)));
    }

    // 8.1, columns down_read_trylock and down_write_trylock: never past a queued task.
    [Theory]
    [InlineData(Situation.F0, true, true)]
    [InlineData(Situation.F1Writer, false, false)]
    [InlineData(Situation.F1Reader, false, false)]
    [InlineData(Situation.R0, true, false)]
    [InlineData(Situation.R1, false, false)]
    [InlineData(Situation.W, false, false)]
    [InlineData(Situation.WQueued, false, false)]
    public void TryAcquire_WhenRwSemaphore_AnswersAsTable81(Situation situation, bool reads, bool writes)
    {
        foreach (var policy in new[] { Barging, Ordered })
        {
            var state = Semaphore(situation, policy);

            Assert.Equal((reads, writes), (Tries(state, Read), Tries(state, Write)));
        }
    }

    // 8.2 and 8.3: a mutex trylock may pass a queued task.
    [Theory]
    [InlineData(Situation.F0, Barging, true, true)]
    [InlineData(Situation.F1Writer, Barging, true, true)]
    [InlineData(Situation.W, Barging, false, false)]
    [InlineData(Situation.WQueued, Barging, false, false)]
    [InlineData(Situation.F0, Ordered, true, true)]
    [InlineData(Situation.F1Writer, Ordered, false, true)]
    [InlineData(Situation.W, Ordered, false, false)]
    [InlineData(Situation.WQueued, Ordered, false, false)]
    public void Mutex_WhenArrivingOrTrying_AnswersAsTable82(Situation situation, GrantPolicy policy, bool locks, bool tries)
    {
        var state = In(Lock.Free(shared: false, policy), situation);

        Assert.Equal((locks, tries), (Gets(state, Arrival, Write), Tries(state, Write)));
    }

    // 8.1, allowed next holders, for those that are queued already.
    [Theory]
    [InlineData(Situation.F1Writer, Barging, true)]
    [InlineData(Situation.F1Writer, Ordered, true)]
    [InlineData(Situation.F1Reader, Barging, true)]
    [InlineData(Situation.F1Reader, Ordered, true)]
    [InlineData(Situation.R1, Barging, false)]
    [InlineData(Situation.R1, Ordered, false)]
    [InlineData(Situation.WQueued, Barging, false)]
    public void Await_WhenHeadOfTheQueue_GetsAFreeLockOnly(Situation situation, GrantPolicy policy, bool granted) =>
        Assert.Equal(granted, !LockMachine.Handle(Semaphore(situation, policy), new LockMessage.Await(Head)).IsBlocked);

    [Fact]
    public void Await_WhenFreeWithReadersAndAWriterQueued_MayOpenAReaderPhase()
    {
        var state = Semaphore(Situation.F1Reader, Barging);

        var outcome = LockMachine.Handle(Enqueue(state, Arrival, Read), new LockMessage.Await(Arrival));

        Assert.Equal([false, true], outcome.Possibilities.Select(possibility => ((Lock)possibility.State).Waiters.Any(waiter => waiter.InReaderPhase)));
    }

    [Fact]
    public void Await_WhenInReaderPhase_JoinsPastTheQueuedWriter()
    {
        var phase = ReaderPhase();

        Assert.False(LockMachine.Handle(phase, new LockMessage.Await(Head)).IsBlocked);
    }

    // The releaser has granted the phase: its readers hold the lock before they have run.
    [Theory]
    [InlineData(Write)]
    [InlineData(Read)]
    public void Await_WhenPhaseReadersHaveNotRunYet_Blocks(LockMode mode)
    {
        var phase = Step(ReaderPhase(), new LockMessage.Release(Arrival));

        Assert.Empty(phase.Readers);
        Assert.False(phase.IsFree);
        Assert.False(Gets(phase, new TaskId(4), mode));
        Assert.True(LockMachine.Handle(phase, new LockMessage.Await(Second)).IsBlocked);
    }

    [Fact]
    public void Await_WhenNoWriterIsQueued_HasNoPhaseToChoose()
    {
        var state = Enqueue(Enqueue(Lock.Free(shared: true, Barging), Head, Read), Second, Read);

        var outcome = LockMachine.Handle(state, new LockMessage.Await(Second));

        Assert.Single(outcome.Possibilities);
    }

    [Fact]
    public void Await_WhenHolderReadsAgainBehindAWriter_Blocks() => Assert.False(Gets(Semaphore(Situation.R1, Barging), Holder, Read));

    [Fact]
    public void Await_WhenOrdered_GrantsInOrderOfArrival()
    {
        var state = Enqueue(Enqueue(Enqueue(Lock.Free(shared: true, Ordered), Second, Write), Head, Write), Arrival, Read);

        Assert.Equal([false, true, false], new[] { Head, Second, Arrival }.Select(task => !LockMachine.Handle(state, new LockMessage.Await(task)).IsBlocked));
    }

    [Fact]
    public void Await_WhenOrderedReadersStandInFront_ShareTheLock()
    {
        var state = Enqueue(Enqueue(Enqueue(Lock.Free(shared: true, Ordered), Head, Read), Second, Read), Arrival, Write);

        state = Step(Step(state, new LockMessage.Await(Second)), new LockMessage.Await(Head));

        Assert.Equal(Sequence<TaskId>.Of(Head, Second), state.Readers);
        Assert.True(LockMachine.Handle(state, new LockMessage.Await(Arrival)).IsBlocked);
    }

    [Fact]
    public void Enqueue_WhenBarging_CommutesWithAnother()
    {
        var free = Lock.Free(shared: true, Barging);

        Assert.Equal(Enqueue(Enqueue(free, Head, Write), Second, Read), Enqueue(Enqueue(free, Second, Read), Head, Write));
    }

    [Fact]
    public void Enqueue_WhenOrdered_KeepsTheOrder()
    {
        var free = Lock.Free(shared: true, Ordered);

        Assert.NotEqual(Enqueue(Enqueue(free, Head, Write), Second, Write), Enqueue(Enqueue(free, Second, Write), Head, Write));
    }

    [Theory]
    [InlineData(Situation.F0)]
    [InlineData(Situation.R0)]
    [InlineData(Situation.W)]
    public void Release_WhenTaskDoesNotHoldIt_IsAFindingAndChangesNothing(Situation situation)
    {
        var state = Semaphore(situation, Barging);

        var outcome = LockMachine.Handle(state, new LockMessage.Release(Arrival));

        Assert.Equal(Property.Locks, outcome.Possibilities[0].Violation?.Property);
        Assert.Equal(state, outcome.Possibilities[0].State);
    }

    [Theory]
    [InlineData(Situation.R0)]
    [InlineData(Situation.W)]
    public void Release_WhenHeld_FreesTheLock(Situation situation) =>
        Assert.Equal(Lock.Free(shared: true, Barging), Step(Semaphore(situation, Barging), new LockMessage.Release(Holder)));

    [Fact]
    public void Release_WhenOneReaderOfTwo_KeepsTheOther() =>
        Assert.Equal(Sequence<TaskId>.Of(Arrival), Step(Hold(Semaphore(Situation.R0, Barging), Arrival, Read), new LockMessage.Release(Holder)).Readers);

    [Fact]
    public void Await_WhenNotQueued_IsOurMistake() =>
        Assert.Throws<InvalidOperationException>(() => LockMachine.Handle(Lock.Free(shared: false, Barging), new LockMessage.Await(Arrival)));

    private static Lock Semaphore(Situation situation, GrantPolicy policy) => In(Lock.Free(shared: true, policy), situation);

    private static Lock In(Lock free, Situation situation) => situation switch
    {
        Situation.F0 => free,
        Situation.F1Writer => Step(Enqueue(Hold(free, Holder, Write), Head, Write), new LockMessage.Release(Holder)),
        Situation.F1Reader => Step(Enqueue(Enqueue(Hold(free, Holder, Write), Head, Read), Second, Write), new LockMessage.Release(Holder)),
        Situation.R0 => Hold(free, Holder, Read),
        Situation.R1 => Enqueue(Hold(free, Holder, Read), Head, Write),
        Situation.W => Hold(free, Holder, Write),
        Situation.WQueued => Enqueue(Hold(free, Holder, Write), Head, Write),
    };

    // An arriving reader holds it; the queued reader is of its phase, the queued writer waits.
    private static Lock ReaderPhase() =>
        (Lock)LockMachine.Handle(Enqueue(Semaphore(Situation.F1Reader, Barging), Arrival, Read), new LockMessage.Await(Arrival)).Possibilities[1].State;

    private static Lock Step(Lock state, LockMessage message) => (Lock)LockMachine.Handle(state, message).Possibilities[0].State;

    private static Lock Enqueue(Lock state, TaskId task, LockMode mode) => Step(state, new LockMessage.Enqueue(task, mode));

    private static Lock Hold(Lock state, TaskId task, LockMode mode) => Step(Enqueue(state, task, mode), new LockMessage.Await(task));

    private static bool Gets(Lock state, TaskId task, LockMode mode) => !LockMachine.Handle(Enqueue(state, task, mode), new LockMessage.Await(task)).IsBlocked;

    private static bool Tries(Lock state, LockMode mode) => LockMachine.Handle(state, new LockMessage.TryAcquire(Arrival, mode)).Possibilities[0].Reply.Yes;
}
