using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Contract.Tests;

/// <summary>The expectations hold when they should, and fail when they should.</summary>
public sealed class TestKitTests() : TestKit("akka.loglevel = OFF")
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Tell_WhenATestTells_HasTheTestActorAsItsSender()
    {
        var probe = CreateTestProbe();

        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");
        probe.Reply("hello back");

        ExpectMsg("hello back");
        Assert.Equal(probe.Ref, LastSender);
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public async Task Tell_WhenTheTestHasAwaited_StillHasTheTestActorAsItsSender()
    {
        var probe = CreateTestProbe();
        await Task.Yield();

        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");

        Assert.Equal(TestActor, probe.Sender);
    }

    [Fact]
    public void ExpectMsg_WhenNothingComes_Fails() => Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(s_short));

    [Fact]
    public void ExpectMsg_WhenTheTypeIsAnother_Fails()
    {
        TestActor.Tell(1);

        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>());
    }

    [Fact]
    public void ExpectMsg_WhenTheMessageIsAnother_Fails()
    {
        TestActor.Tell("b");

        Assert.ThrowsAny<XunitException>(() => ExpectMsg("a"));
    }

    [Fact]
    public void ExpectMsg_WhenThePredicateIsFalse_Fails()
    {
        TestActor.Tell("b");

        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(text => text == "a"));
    }

    [Fact]
    public void ExpectMsg_WhenTheMessageFits_ReturnsIt()
    {
        foreach (var message in new[] { "a", "b", "c" }) TestActor.Tell(message);

        Assert.Equal("a", ExpectMsg<string>());
        Assert.Equal("b", ExpectMsg("b"));
        Assert.Equal("c", ExpectMsg<string>(text => text == "c"));
    }

    [Fact]
    public void ExpectMsgFrom_WhenTheSenderIsAnother_Fails()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        probe.Send(TestActor, "a");

        ExpectMsgFrom(probe.Ref, "a");

        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom(TestActor, "a"));
    }

    [Fact]
    public void ExpectNoMsg_WhenAMessageIsThere_Fails()
    {
        ExpectNoMsg(s_short);

        TestActor.Tell("a");

        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(s_short));
    }

    [Fact]
    public void ExpectMsgAllOf_WhenTheOrderIsAnother_Holds()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");

        ExpectMsgAllOf("a", "b");

        Assert.False(HasMessages);
    }

    [Fact]
    public void ExpectTerminated_WhenAnotherEnds_Fails()
    {
        var first = Sys.ActorOf(Props.Create(() => new Idle()));
        var second = Sys.ActorOf(Props.Create(() => new Idle()));
        Watch(first);
        Sys.Stop(first);

        Assert.ThrowsAny<XunitException>(() => ExpectTerminated(second));
    }

    [Fact]
    public void FishForMessage_WhenOthersComeFirst_DropsThem()
    {
        foreach (object message in new object[] { 1, "a", 2, "b", 3 }) TestActor.Tell(message);

        Assert.Equal("b", FishForMessage<string>(text => text == "b"));
        ExpectMsg(3);
        Assert.ThrowsAny<XunitException>(() => FishForMessage(_ => true, s_short));
    }

    [Fact]
    public void ReceiveN_WhenTooFewCome_Fails()
    {
        foreach (var message in new[] { 1, 2, 3 }) TestActor.Tell(message);

        Assert.Equal([1, 2], ReceiveN(2).Cast<int>());
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, s_short));
    }

    [Fact]
    public void IgnoreMessages_WhenSet_DropsThem()
    {
        IgnoreMessages(message => message is int);

        TestActor.Tell(1);
        TestActor.Tell("a");

        ExpectMsg("a");
    }

    [Fact]
    public void Within_WhenTheTimeIsUsedUp_Fails() => Assert.ThrowsAny<XunitException>(() => Within(s_short, () => ExpectMsg<string>()));

    [Fact]
    public void Within_WhenInTime_ReturnsTheResult()
    {
        TestActor.Tell("a");

        Assert.Equal("a", Within(TimeSpan.FromSeconds(10), () => ExpectMsg<string>()));
    }

    [Fact]
    public void AwaitAssert_WhenItHoldsAtLast_TriesUntilThen()
    {
        var tries = 0;

        AwaitAssert(() => Assert.Equal(3, ++tries), interval: TimeSpan.FromMilliseconds(1));

        Assert.Equal(3, tries);
    }

    [Fact]
    public void AwaitAssert_WhenItNeverHolds_Fails() =>
        Assert.ThrowsAny<XunitException>(() => AwaitAssert(() => Assert.Fail("never"), s_short, TimeSpan.FromMilliseconds(1)));

    [Fact]
    public void AwaitCondition_WhenItHoldsAtLast_Returns()
    {
        var tries = 0;

        AwaitCondition(() => ++tries == 3);

        Assert.Equal(3, tries);
    }

    [Fact]
    public void AwaitCondition_WhenItNeverHolds_Fails() => Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, s_short));

    private sealed class Idle : ReceiveActor;
}
