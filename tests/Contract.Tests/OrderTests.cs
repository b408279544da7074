using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Messages of one sender arrive in their order, and an actor handles one at a time.</summary>
public sealed class OrderTests : TestKit
{
    private const int Messages = 5_000;
    private const int Senders = 4;

    [Fact]
    public void Tell_WhenManySendersTell_KeepsTheOrderOfEachSender()
    {
        var collector = Sys.ActorOf(Props.Create(() => new Collector(TestActor)));

        for (var i = 0; i < Senders; i++) Sys.ActorOf(Props.Create(() => new Counter(collector))).Tell("go");

        var received = ExpectMsg<List<(string Sender, int Number)>>(TimeSpan.FromSeconds(30));
        Assert.Equal(Senders, received.Select(entry => entry.Sender).Distinct().Count());
        Assert.All(
            received.GroupBy(entry => entry.Sender),
            ofOne => Assert.Equal(Enumerable.Range(0, Messages), ofOne.Select(entry => entry.Number)));
    }

    [Fact]
    public async Task Tell_WhenManyThreadsTell_HandlesOneMessageAtATime()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Unguarded(TestActor)));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++) actor.Tell(i, ActorRefs.NoSender);
        })));

        ExpectMsg("one at a time", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Forward_WhenAMessageIsForwarded_KeepsItsSender()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()), "echo");
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(echo)));

        forwarder.Tell("hello");

        ExpectMsg("hello");
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public void Become_WhenStackedAndUnstacked_ReturnsToTheEarlierBehaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody()));

        foreach (var message in new[] { "mood?", "push", "mood?", "pop", "mood?", "replace", "mood?" }) actor.Tell(message);

        ExpectMsg("first");
        ExpectMsg("second");
        ExpectMsg("first");
        ExpectMsg("third");
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(IActorRef listener)
        {
            var received = new List<(string, int)>();
            Receive<int>(number =>
            {
                received.Add((Sender.Path.Name, number));
                if (received.Count == Senders * Messages) listener.Tell(received);
            });
        }
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(IActorRef target) => Receive<string>(_ =>
        {
            for (var i = 0; i < Messages; i++) target.Tell(i);
        });
    }

    private sealed class Unguarded : ReceiveActor
    {
        private int _inside;
        private int _handled;
        private bool _overlapped;

        public Unguarded(IActorRef listener) => Receive<int>(_ =>
        {
            _overlapped |= Interlocked.Increment(ref _inside) != 1;
            _handled++;
            Interlocked.Decrement(ref _inside);
            if (_handled == Senders * Messages) listener.Tell(_overlapped ? "overlapped" : "one at a time");
        });
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef target) => ReceiveAny(target.Forward);
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody()
        {
            Receive<string>(message => message == "mood?", _ => Sender.Tell("first"));
            Receive<string>(message => message == "push", _ => BecomeStacked(Second));
            Receive<string>(message => message == "replace", _ => Become(Third));
        }

        private void Second()
        {
            Receive<string>(message => message == "mood?", _ => Sender.Tell("second"));
            Receive<string>(message => message == "pop", _ => UnbecomeStacked());
        }

        private void Third() => ReceiveAny(_ => Sender.Tell("third"));
    }
}
