using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Stashed messages return before what waits in the mailbox, in their order and with their senders.</summary>
public sealed class StashTests() : TestKit("akka.loglevel = OFF")
{
    [Fact]
    public void UnstashAll_WhenMessagesWait_PutsTheStashedOnesFirst()
    {
        using var gate = new ManualResetEventSlim();
        var door = Sys.ActorOf(Props.Create(() => new Door(gate)));

        foreach (var message in new[] { "a", "b", "c", "open" }) door.Tell(message);
        door.Tell("d"); // Waits in the mailbox: the door is opened only now.
        gate.Set();

        Assert.Equal(["a", "b", "c", "d"], ReceiveN(4).Cast<string>());
    }

    [Fact]
    public void Unstash_WhenSeveralAreStashed_ReturnsTheOldestOnly()
    {
        using var gate = new ManualResetEventSlim(true);
        var door = Sys.ActorOf(Props.Create(() => new Door(gate)));

        foreach (var message in new[] { "a", "b", "ajar", "c" }) door.Tell(message);

        Assert.Equal(["a", "c"], ReceiveN(2).Cast<string>());
    }

    [Fact]
    public void UnstashAll_WhenTheSenderWasAnother_KeepsTheSender()
    {
        using var gate = new ManualResetEventSlim(true);
        var door = Sys.ActorOf(Props.Create(() => new Door(gate)));
        var probe = CreateTestProbe();

        probe.Send(door, "from the probe");
        door.Tell("open");

        probe.ExpectMsg("from the probe");
    }

    [Fact]
    public void Stash_WhenTheSameMessageIsStashedTwice_Throws()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashesTwice()));

        actor.Tell("once");

        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void Restart_WhenMessagesAreStashed_ReturnsThemToTheMailbox()
    {
        using var gate = new ManualResetEventSlim(true);
        var door = Sys.ActorOf(Props.Create(() => new Door(gate)));

        foreach (var message in new[] { "a", "b", "crash", "open" }) door.Tell(message);

        // The new instance stashes them again before it is opened.
        Assert.Equal(["a", "b"], ReceiveN(2).Cast<string>());
    }

    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        public Door(ManualResetEventSlim gate)
        {
            Receive<string>(message => message == "open", _ =>
            {
                gate.Wait();
                Stash.UnstashAll();
                Become(Opened);
            });
            Receive<string>(message => message == "ajar", _ =>
            {
                Stash.Unstash();
                Become(Opened);
            });
            Receive<string>(message => message == "crash", _ => throw new InvalidOperationException("crash"));
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Opened() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class StashesTwice : ReceiveActor, IWithUnboundedStash
    {
        public StashesTwice() => ReceiveAny(_ =>
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException refusal)
            {
                Sender.Tell(refusal);
            }
        });

        public IStash Stash { get; set; } = null!;
    }
}
