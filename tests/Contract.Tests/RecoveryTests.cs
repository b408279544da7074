using Akka.Actor;
using Akka.Persistence;
using Contract.Tests.Support;

namespace Contract.Tests;

/// <summary>Snapshots and events come back before the first command.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly JournalScript _journal = new();
    private readonly ControlledSystem _system;
    private readonly List<string> _trace = [];

    public RecoveryTests() => _system = new ControlledSystem(_journal.Configuration);

    public void Dispose()
    {
        _system.Dispose();
        _journal.Dispose();
    }

    [Fact]
    public void Start_WhenCommandsAreAlreadyThere_ReplaysFirst()
    {
        Stop(Start(Ledger.Persist("a"), Ledger.Persist("b")));

        Start(Ledger.Persist("c"), Ledger.Persist("d"));

        Assert.Equal(["replay a", "replay b", "recovered", "command c", "stored c", "command d", "stored d"], _trace);
    }

    [Fact]
    public void Start_WhenAnyMessageOrderIsChosen_ReplaysFirst()
    {
        Stop(Start(Ledger.Persist("a"), Ledger.Persist("b")));

        for (var seed = 0; seed < 50; seed++)
        {
            _trace.Clear();
            var ledger = _system.Sys.ActorOf(Props.Create(() => new Ledger("ledger", _trace, null)));
            foreach (var name in new[] { "c", "d" }) ledger.Tell(new Step(name, _ => { }));
            _system.RunAll(new Random(seed));
            Assert.Equal(["replay a", "replay b", "recovered", "command c", "command d"], _trace);
            Stop(ledger);
        }
    }

    [Fact]
    public void Restart_WhenACommandThrows_ReplaysWhatWasStored()
    {
        var ledger = Start(Ledger.Persist("a"));
        _trace.Clear();

        Send(ledger, new Step("crash", _ => throw new InvalidOperationException("crash")), Ledger.Persist("b"));

        Assert.Equal(["command crash", "stopped", "replay a", "recovered", "command b", "stored b"], _trace);
        Assert.Equal([1L, 2L], _journal.Stored("ledger").Select(stored => stored.SequenceNr));
    }

    [Fact]
    public void Restart_WhileTheJournalWrites_RunsNoHandlerOfTheOldInstance()
    {
        _journal.Hold = true;
        var ledger = Start(Ledger.PersistAsync("a"), new Step("crash", _ => throw new InvalidOperationException("crash")));

        _journal.Release();
        _system.RunAll();
        Send(ledger, new Step("b", _ => { }));

        Assert.Equal(["recovered", "command a", "command crash", "stopped", "replay a", "recovered", "command b"], _trace);
    }

    [Fact]
    public void SaveSnapshot_WhenRecovered_OffersItAndReplaysOnlyWhatFollowed()
    {
        Stop(Start(Ledger.Persist("a"), new Step("snap", self => self.SaveSnapshot("state after a")), Ledger.Persist("b")));

        Start();

        Assert.Equal(["snapshot state after a", "replay b", "recovered"], _trace);
    }

    [Fact]
    public void SaveSnapshot_WhenSaved_TellsTheActor()
    {
        Start(Ledger.Persist("a"), new Step("snap", self => self.SaveSnapshot("state")));

        Assert.Contains("got SaveSnapshotSuccess", _trace);
    }

    [Fact]
    public void DeleteSnapshots_WhenDone_RecoversFromEventsAlone()
    {
        var ledger = Start(Ledger.Persist("a"), new Step("snap", self => self.SaveSnapshot("state")));
        Send(ledger, new Step("delete", self => self.DeleteSnapshots(SnapshotSelectionCriteria.Latest)));
        Assert.Equal("got DeleteSnapshotsSuccess", _trace[^1]);
        Stop(ledger);

        Start();

        Assert.Equal(["replay a", "recovered"], _trace);
    }

    [Fact]
    public void DeleteMessages_WhenDone_ReplaysOnlyWhatIsLeft()
    {
        var ledger = Start(Ledger.Persist("a"), Ledger.Persist("b"), new Step("delete", self => self.DeleteMessages(1)));
        Assert.Equal("got DeleteMessagesSuccess", _trace[^1]);
        Stop(ledger);

        Start();

        Assert.Equal(["replay b", "recovered"], _trace);
    }

    [Fact]
    public void Recovery_WhenLimited_ReplaysUpToThere()
    {
        Stop(Start(Ledger.Persist("a"), Ledger.Persist("b"), Ledger.Persist("c")));

        _system.Sys.ActorOf(Props.Create(() => new Ledger("ledger", _trace, new Recovery(SnapshotSelectionCriteria.Latest, 2, long.MaxValue))));
        _system.RunAll();

        Assert.Equal(["replay a", "replay b", "recovered"], _trace);
    }

    [Fact]
    public void Recovery_WhenNone_ReplaysNothing()
    {
        Stop(Start(Ledger.Persist("a"), new Step("snap", self => self.SaveSnapshot("state"))));

        _system.Sys.ActorOf(Props.Create(() => new Ledger("ledger", _trace, Recovery.None)));
        _system.RunAll();

        Assert.Equal(["recovered"], _trace);
    }

    [Fact]
    public void Start_WhenReplayFails_CallsOnRecoveryFailureAndStops()
    {
        Stop(Start(Ledger.Persist("a")));
        _journal.ReplayFailure = new InvalidOperationException("unreadable");

        Start(Ledger.Persist("b"));

        Assert.Equal(["recovery failed: unreadable", "stopped"], _trace);
    }

    [Fact]
    public void Persist_WhenRecovering_Throws()
    {
        var refusals = new List<Exception>();

        _system.Sys.ActorOf(Props.Create(() => new PersistsEarly(refusals)));
        _system.RunAll();

        Assert.IsType<InvalidOperationException>(Assert.Single(refusals));
    }

    private IActorRef Start(params Step[] steps)
    {
        var ledger = _system.Sys.ActorOf(Props.Create(() => new Ledger("ledger", _trace, null)));
        Send(ledger, steps);
        return ledger;
    }

    private void Send(IActorRef ledger, params Step[] steps)
    {
        foreach (var step in steps) ledger.Tell(step);
        _system.RunAll();
    }

    private void Stop(IActorRef ledger)
    {
        _system.Sys.Stop(ledger);
        _system.RunAll();
        _trace.Clear();
    }

    private sealed class PersistsEarly(List<Exception> refusals) : UntypedPersistentActor
    {
        public override string PersistenceId => "early";

        protected override void PreStart()
        {
            try
            {
                Persist("too early", _ => { });
            }
            catch (InvalidOperationException refusal)
            {
                refusals.Add(refusal);
            }
        }

        protected override void OnCommand(object message)
        {
        }

        protected override void OnRecover(object message)
        {
        }
    }
}
