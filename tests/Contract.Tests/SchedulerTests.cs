using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Messages sent later: once, again and again, or not at all once cancelled.</summary>
public sealed class SchedulerTests() : TestKit("akka.loglevel = OFF")
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_later = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void ScheduleTellOnce_WhenTheTimeHasCome_DeliversWithTheSender()
    {
        var probe = CreateTestProbe();

        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "now", probe.Ref);

        ExpectMsg("now");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void ScheduleTellOnce_WhenSeveralAreDue_DeliversTheEarlierFirst()
    {
        Sys.Scheduler.ScheduleTellOnce(s_later, TestActor, "second", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "first", ActorRefs.NoSender);

        ExpectMsg("first");
        ExpectMsg("second");
    }

    [Fact]
    public void ScheduleTellOnce_WhenCancelled_DeliversNothing()
    {
        using var cancelled = new Cancelable(Sys.Scheduler);
        cancelled.Cancel();

        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "cancelled", ActorRefs.NoSender, cancelled);
        Sys.Scheduler.ScheduleTellOnce(s_later, TestActor, "marker", ActorRefs.NoSender);

        ExpectMsg("marker");
    }

    [Fact]
    public void ScheduleTellRepeatedly_WhenCancelled_Stops()
    {
        var ticks = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(s_soon, s_soon, TestActor, "tick", ActorRefs.NoSender);
        for (var i = 0; i < 3; i++) ExpectMsg("tick");

        ticks.Cancel();
        Sys.Scheduler.ScheduleTellOnce(s_later, TestActor, "marker", ActorRefs.NoSender);
        FishForMessage(message => message.Equals("marker")); // Ticks on their way when it was cancelled.
        Sys.Scheduler.ScheduleTellOnce(s_later, TestActor, "second marker", ActorRefs.NoSender);

        ExpectMsg("second marker");
        Assert.True(ticks.IsCancellationRequested);
    }

    [Fact]
    public void SetReceiveTimeout_WhenNothingComes_DeliversReceiveTimeout()
    {
        Sys.ActorOf(Props.Create(() => new Impatient(TestActor, s_soon)));

        ExpectMsg("timed out");
    }

    [Fact]
    public void ScheduleOnce_WhenAnActionIsGiven_RunsIt()
    {
        Sys.Scheduler.Advanced.ScheduleOnce(s_soon, () => TestActor.Tell("ran", ActorRefs.NoSender));

        ExpectMsg("ran");
    }

    private sealed class Impatient : ReceiveActor
    {
        public Impatient(IActorRef listener, TimeSpan patience)
        {
            SetReceiveTimeout(patience);
            Receive<ReceiveTimeout>(_ =>
            {
                SetReceiveTimeout(null);
                listener.Tell("timed out");
            });
        }
    }
}
