using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Contract.Tests.Support;

namespace Contract.Tests;

/// <summary>When commands wait, when handlers run, and what the journal is asked. Nothing runs but what the test runs.</summary>
public sealed class PersistTests : IDisposable
{
    private readonly JournalScript _journal = new();
    private readonly ControlledSystem _system;
    private readonly List<string> _trace = [];

    public PersistTests() => _system = new ControlledSystem(_journal.Configuration);

    public void Dispose()
    {
        _system.Dispose();
        _journal.Dispose();
    }

    [Fact]
    public void Persist_WhileTheJournalWrites_KeepsCommandsWaiting()
    {
        _journal.Hold = true;
        var ledger = Start();

        Run(() => ledger.Tell(Ledger.Persist("a")), () => ledger.Tell(Ledger.Persist("b")));
        Assert.Equal(["command a"], Taken());
        Run(() => _journal.Release());
        Assert.Equal(["stored a", "command b"], Taken());
        Run(() => _journal.Release());
        Assert.Equal(["stored b"], Taken());
    }

    [Fact]
    public void PersistAsync_WhileTheJournalWrites_LetsCommandsThroughAndKeepsTheOrderOfHandlers()
    {
        _journal.Hold = true;
        var ledger = Start();

        Run(() => ledger.Tell(Ledger.PersistAsync("a")), () => ledger.Tell(Ledger.PersistAsync("b")), () => ledger.Tell(Ledger.PersistAsync("c")));
        Assert.Equal(["command a", "command b", "command c"], Taken());
        while (_journal.Held.Count > 0) Run(() => _journal.Release());
        Assert.Equal(["stored a", "stored b", "stored c"], Taken());
        Assert.Equal([1L, 2L, 3L], _journal.Stored("ledger").Select(stored => stored.SequenceNr));
    }

    [Fact]
    public void PersistAll_WhenSeveralEvents_WritesThemAtomically()
    {
        var ledger = Start();

        Run(() => ledger.Tell(new Step("all", self => self.PersistAll(["x", "y", "z"], self.NoteStored))), () => ledger.Tell(Ledger.Persist("last")));

        Assert.Equal(["command all", "stored x", "stored y", "stored z", "command last", "stored last"], Taken());
        Assert.Equal([3, 1], _journal.Writes.Select(write => write.Size));
    }

    [Fact]
    public void Persist_WhenAHandlerPersistsAgain_KeepsCommandsWaitingForBoth()
    {
        var ledger = Start();
        var nested = new Step("outer", self => self.Persist("outer", outer =>
        {
            self.NoteStored(outer);
            self.Persist("inner", self.NoteStored);
        }));

        _journal.Hold = true;
        Run(() => ledger.Tell(nested));
        Run(() => _journal.Release());
        Run(() => ledger.Tell(new Step("next", _ => { })));
        Assert.Equal(["command outer", "stored outer"], Taken());
        Run(() => _journal.Release());

        Assert.Equal(["stored inner", "command next"], Taken());
    }

    [Fact]
    public void UnstashAll_WhenAHandlerCallsIt_PutsTheStashedCommandsBeforeThoseThatWait()
    {
        _journal.Hold = true;
        var ledger = Start();
        var stashOnce = true;
        var stashed = new Step("stashed", self =>
        {
            if (stashOnce) self.Stash.Stash();
            stashOnce = false;
        });
        var opener = new Step("open", self => self.Persist("open", _ => self.Stash.UnstashAll()));

        Run(() => ledger.Tell(stashed), () => ledger.Tell(opener), () => ledger.Tell(new Step("waiting", _ => { })));
        Run(() => _journal.Release());

        Assert.Equal(["command stashed", "command open", "command stashed", "command waiting"], Taken());
    }

    [Fact]
    public void DeferAsync_WhenEventsAreOnTheirWay_RunsAfterThem()
    {
        _journal.Hold = true;
        var ledger = Start();

        Run(() => ledger.Tell(new Step("both", self =>
        {
            self.PersistAsync("a", self.NoteStored);
            self.DeferAsync("b", text => self.Trace.Add($"deferred {text}"));
        })));
        Assert.Equal(["command both"], Taken());
        Run(() => _journal.Release());

        Assert.Equal(["stored a", "deferred b"], Taken());
        Assert.Equal(["a"], _journal.Stored("ledger").Select(stored => stored.Payload));
    }

    [Fact]
    public void Handler_WhenItRuns_SeesTheSenderOfTheCommand()
    {
        var ledger = Start();
        var first = _system.Sys.ActorOf(Props.Create(() => new Quiet()), "first");
        var second = _system.Sys.ActorOf(Props.Create(() => new Quiet()), "second");
        var step = new Step("a", self => self.PersistAsync("a", _ => self.Trace.Add($"for {self.From.Path.Name}")));

        Run(() => ledger.Tell(step, first), () => ledger.Tell(step, second));

        Assert.Equal(["command a", "command a", "for first", "for second"], Taken());
    }

    [Fact]
    public void Persist_WhenTheJournalRejects_CallsOnPersistRejectedAndGoesOn()
    {
        var ledger = Start();
        _journal.NextAnswer = Task.FromResult<IImmutableList<Exception>>([new InvalidOperationException("no")]);

        Run(() => ledger.Tell(Ledger.Persist("a")), () => ledger.Tell(Ledger.Persist("b")));

        Assert.Equal(["command a", "rejected a: no", "command b", "stored b"], Taken());
    }

    [Fact]
    public void Persist_WhenTheJournalFails_CallsOnPersistFailureAndStops()
    {
        var ledger = Start();
        _journal.NextAnswer = Task.FromException<IImmutableList<Exception>>(new InvalidOperationException("broken"));

        Run(() => ledger.Tell(Ledger.Persist("a")), () => ledger.Tell(Ledger.Persist("b")));

        Assert.Equal(["command a", "failed a: broken", "stopped"], Taken());
    }

    [Fact]
    public void Journal_WhenALaterWriteEndsFirst_AnswersInOrderAllTheSame()
    {
        _journal.Hold = true;
        var first = Start("first");
        var second = Start("second");

        Run(() => first.Tell(Ledger.Persist("a")), () => second.Tell(Ledger.Persist("b")));
        Assert.Equal(["command a", "command b"], Taken());
        Run(() => _journal.Release(1));
        Assert.Empty(Taken());
        Run(() => _journal.Release());

        Assert.Equal(["stored a", "stored b"], Taken());
    }

    [Fact]
    public void Persist_WhenTheCommandThrowsAfterwards_HasStoredTheEvent()
    {
        var ledger = Start();

        Run(() => ledger.Tell(new Step("a", self =>
        {
            self.Persist("a", self.NoteStored);
            throw new InvalidOperationException("after");
        })));

        Assert.Equal(["a"], _journal.Stored("ledger").Select(stored => stored.Payload));
        Assert.Contains("recovered", Taken());
    }

    [Fact]
    public void Journal_WhenNamedByItsClass_RunsOnItsPluginDispatcher()
    {
        Start();

        Assert.Equal("journal-dispatcher", _journal.DispatcherId);
        Assert.Equal(0, _system.ForeignDeliveries);
    }

    private IActorRef Start(string id = "ledger")
    {
        var ledger = _system.Sys.ActorOf(Props.Create(() => new Ledger(id, _trace, null)), id);
        _system.RunAll();
        Assert.Equal(["recovered"], Taken());
        return ledger;
    }

    private void Run(params Action[] actions)
    {
        foreach (var action in actions) action();
        _system.RunAll();
    }

    /// <summary>What was written down since the last call.</summary>
    private string[] Taken()
    {
        var taken = _trace.ToArray();
        _trace.Clear();
        return taken;
    }

    private sealed class Quiet : ReceiveActor
    {
        public Quiet() => ReceiveAny(_ => { });
    }
}
