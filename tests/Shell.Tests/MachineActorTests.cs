using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Akka.Actor;
using Shell.Tests.Support;

namespace Shell.Tests;

/// <summary>How a machine actor answers questions that come twice, and those that have to wait.</summary>
public sealed class MachineActorTests
{
    private const string InlineDispatcher =
        """
        tests.inline.type = "Shell.Tests.Support.InlineConfigurator, Shell.Tests"
        """;

    private static readonly TaskId Somebody = new(0);
    private static readonly TaskId SomebodyElse = new(1);
    private static readonly MachineRef MemoryLock = new(MachineKind.MemoryLock, 0);

    // Recovered from a snapshot, and from the entry.
    public static TheoryData<int> SnapshotIntervals => [1, 10_000];

    [Theory]
    [MemberData(nameof(SnapshotIntervals))]
    public void Answer_AfterARestart_KeepsItsEffect(int snapshotInterval)
    {
        var answers = AskRestartAsk(MachineRef.Of(new DmaBufId(0)), new DmaBufMessage.SetRevoked(true), snapshotInterval);

        Assert.NotNull(answers[0].Effect);
        Assert.Equal(answers[0], answers[1]);
    }

    [Theory]
    [MemberData(nameof(SnapshotIntervals))]
    public void Answer_AfterARestart_KeepsItsViolation(int snapshotInterval)
    {
        var answers = AskRestartAsk(MemoryLock, new LockMessage.Release(Somebody), snapshotInterval);

        Assert.NotNull(answers[0].Violation);
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public void Question_ThatArrivesTwice_IsParkedOnce()
    {
        var journal = new MemorySink();
        using var run = new ControlledRun(Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered), journal, _ => []);
        Action<Answer> deaf = _ => { };
        var inbox = AskerOf(run, Props.Create(() => new Inbox(deaf)));

        TakeTurns(run, inbox, repeated: true);

        Assert.Equal(new TaskLink(SomebodyElse, 2), journal.Last!.Step);
        Assert.Equal(5, journal.Entries.Count);
    }

    [Fact]
    public void Answers_ThatHaveArrived_AreForgotten()
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered);
        using var run = new ControlledRun(model, new MemorySink(), _ => []);
        var answers = new List<Answer>();
        Action<Answer> hear = answers.Add;
        var inbox = AskerOf(run, Props.Create(() => new Inbox(hear)));
        var buffer = MachineRef.Of(new DmaBufId(0));
        Access FirstOf(int task) => StepOf(new TaskId(task), 1, new DmaBufMessage.ReadRevoked());

        Tell(run, buffer, FirstOf(0), inbox);
        for (var task = 1; task < model.TaskCount; task++)
        {
            Tell(run, buffer, FirstOf(task), inbox);
            run.Run.Context.Sends(new TaskId(task), 2);
        }

        Assert.InRange(run.RememberedBy(buffer), 1, 4);
        Assert.Equal(model.TaskCount, answers.Count);
        Tell(run, buffer, FirstOf(0), inbox);
        Assert.Equal(answers[0], answers[^1]);
        Tell(run, buffer, FirstOf(1), inbox);
        Assert.Equal(model.TaskCount + 1, answers.Count);
    }

    // Without a journal the answer leaves at once: a task may end inside the very step that lets another one go on.
    [Fact]
    public void Parked_WhoMayGoOn_AreNotTakenForAStallMeanwhile()
    {
        using var run = new ControlledRun(Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered), null, _ => [], changes: InlineDispatcher);
        var activity = run.Run.Context.Activity;
        var last = new HashSet<TaskLink> { new(Somebody, 3), new(SomebodyElse, 2) };
        Action<Answer> hear = answer => EndAfter(answer, last, activity);
        var inbox = AskerOf(run, Props.Create(() => new Inbox(hear)).WithDispatcher("tests.inline"));
        var unfinishedWhenQuiet = new List<long>();
        activity.OnQuiet = () => unfinishedWhenQuiet.Add(activity.Unfinished);
        activity.Begin();
        activity.Begin();

        TakeTurns(run, inbox, repeated: false);

        Assert.Equal([0], unfinishedWhenQuiet);
    }

    // One takes the lock, the other waits for it and gets it.
    private static void TakeTurns(ControlledRun run, IActorRef inbox, bool repeated)
    {
        Tell(run, MemoryLock, StepOf(Somebody, 1, new LockMessage.Enqueue(Somebody, LockMode.Write)), inbox);
        Tell(run, MemoryLock, StepOf(Somebody, 2, new LockMessage.Await(Somebody)), inbox);
        Tell(run, MemoryLock, StepOf(SomebodyElse, 1, new LockMessage.Enqueue(SomebodyElse, LockMode.Write)), inbox);
        Tell(run, MemoryLock, StepOf(SomebodyElse, 2, new LockMessage.Await(SomebodyElse)), inbox);
        if (repeated)
            Tell(run, MemoryLock, StepOf(SomebodyElse, 2, new LockMessage.Await(SomebodyElse)), inbox);
        Tell(run, MemoryLock, StepOf(Somebody, 3, new LockMessage.Release(Somebody)), inbox);
    }

    private static void EndAfter(Answer answer, HashSet<TaskLink> last, Activity activity)
    {
        if (last.Contains(answer.Step))
            activity.End();
    }

    private static List<Answer> AskRestartAsk(MachineRef machine, Message message, int snapshotInterval)
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered);
        using var file = new TemporaryJournal(model, 1);
        using var sink = new StoreSink(file.Store, inline: true);
        using var run = new ControlledRun(model, sink, _ => [], snapshotInterval: snapshotInterval);
        var answers = new List<Answer>();
        Action<Answer> hear = answers.Add;
        var inbox = AskerOf(run, Props.Create(() => new Inbox(hear)));
        var step = StepOf(Somebody, 1, message);

        Tell(run, machine, step, inbox);
        run.Run.Fail(model.SlotOf(machine) - model.TaskCount);
        run.Queue.RunAll();
        Tell(run, machine, step, inbox);

        Assert.Equal(1, run.Run.Metrics.Restarts);
        Assert.Equal(2, answers.Count);
        return answers;
    }

    private static Access StepOf(TaskId task, long sequence, Message message) => new(new TaskLink(task, sequence), message, 0, null, null, null);

    private static void Tell(ControlledRun run, MachineRef machine, Access step, IActorRef sender)
    {
        run.Run.Context.MachineAt(machine).Tell(step, sender);
        run.Queue.RunAll();
    }

    private static IActorRef AskerOf(ControlledRun run, Props inbox)
    {
        var asker = run.Run.System.ActorOf(inbox, "inbox");
        run.Queue.RunAll();
        return asker;
    }

    private sealed class Inbox(Action<Answer> hear) : UntypedActor
    {
        protected override void OnReceive(object message) => hear((Answer)message);
    }
}
