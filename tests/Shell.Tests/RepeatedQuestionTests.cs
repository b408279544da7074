using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Akka.Actor;
using Shell.Tests.Support;

namespace Shell.Tests;

/// <summary>A task that asks again after a restart gets the answer that is stored, whole: its errno, its effect and its violation.</summary>
public sealed class RepeatedQuestionTests
{
    private static readonly TaskId Somebody = new(0);

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
        var answers = AskRestartAsk(new MachineRef(MachineKind.MemoryLock, 0), new LockMessage.Release(Somebody), snapshotInterval);

        Assert.NotNull(answers[0].Violation);
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public void Question_ThatArrivesTwice_IsParkedOnce()
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered);
        var journal = new MemorySink();
        using var run = new ControlledRun(model, journal, _ => []);
        var inbox = InboxOf(run);
        var memoryLock = new MachineRef(MachineKind.MemoryLock, 0);
        var wait = StepOf(new TaskId(1), 2, new LockMessage.Await(new TaskId(1)));
        foreach (var step in new[]
        {
            StepOf(Somebody, 1, new LockMessage.Enqueue(Somebody, LockMode.Write)),
            StepOf(Somebody, 2, new LockMessage.Await(Somebody)),
            StepOf(new TaskId(1), 1, new LockMessage.Enqueue(new TaskId(1), LockMode.Write)),
            wait,
            wait,
            StepOf(Somebody, 3, new LockMessage.Release(Somebody)),
        })
            Tell(run, memoryLock, step, inbox);

        Assert.Equal(wait.Step, journal.Last!.Step);
        Assert.Equal(5, journal.Entries.Count);
    }

    private static List<Answer> AskRestartAsk(MachineRef machine, Message message, int snapshotInterval)
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered);
        using var file = new TemporaryJournal(model, 1);
        using var sink = new StoreSink(file.Store, inline: true);
        using var run = new ControlledRun(model, sink, _ => [], snapshotInterval: snapshotInterval);
        var answers = new List<Answer>();
        var inbox = InboxOf(run, answers);
        var step = StepOf(Somebody, 1, message);

        Tell(run, machine, step, inbox);
        run.Run.Fail(model.SlotOf(machine) - model.TaskCount);
        run.Queue.RunAll();
        Tell(run, machine, step, inbox);

        Assert.Equal(1, run.Run.Metrics.Restarts);
        Assert.Equal(2, answers.Count);
        return answers;
    }

    private static Access StepOf(TaskId task, long sequence, Message message) => new(new TaskLink(task, sequence), message, 0, null, null);

    private static void Tell(ControlledRun run, MachineRef machine, Access step, IActorRef sender)
    {
        run.Run.Context.MachineAt(machine).Tell(step, sender);
        run.Queue.RunAll();
    }

    private static IActorRef InboxOf(ControlledRun run, List<Answer>? answers = null)
    {
        answers ??= [];
        var inbox = run.Run.System.ActorOf(Props.Create(() => new Inbox(answers)), "inbox");
        run.Queue.RunAll();
        return inbox;
    }

    private sealed class Inbox(List<Answer> answers) : UntypedActor
    {
        protected override void OnReceive(object message) => answers.Add((Answer)message);
    }
}
