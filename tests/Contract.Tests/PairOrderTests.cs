using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

public sealed class PairOrderTests : TestKit
{
    [Fact]
    public void Echo()
    {
        var a = Sys.ActorOf(Props.Create(() => new EchoActor()));
        for (var i = 0; i < 1000; i++) a.Tell(i);
        for (var i = 0; i < 1000; i++) ExpectMsg(i);
    }

    private sealed class EchoActor : ReceiveActor
    {
        public EchoActor() => ReceiveAny(m => Sender.Tell(m));
    }
}
