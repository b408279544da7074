using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Akka.Actor;

namespace Actors.Shell;

/// <summary>A kernel task as an actor: sends its next step, goes on with the answer. Not persistent; the journal's task chain tells it again.</summary>
internal sealed class TaskActor : UntypedActor
{
    private readonly RunContext run;
    private readonly TaskId id;
    private readonly IWork? work;

    // The machine has answered our last step, and on that answer somebody has started us again: both are on their way, in any order.
    private readonly Queue<Begin> next = [];
    private TaskState state;
    private Access? outstanding;
    private MachineRef target;
    private long sequence;
    private long stamp;
    private TaskLink? parent;
    private Call? call;

    public TaskActor(RunContext run, TaskId id, IWork? work)
    {
        this.run = run;
        this.id = id;
        this.work = work;
        state = TaskState.Idle(id);
        run.OnTask(this);
    }

    /// <summary>Which task.</summary>
    internal TaskId Id => id;

    /// <summary>The state now; for tests that compare with the explorer between two deliveries.</summary>
    internal TaskState State => state;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Answer answer when outstanding is not null && answer.Step == outstanding.Step:
                GoOn(answer);
                break;
            case Answer:
                break;
            case Recovered recovered when outstanding is not null && recovered.Machine == target:
                run.MachineAt(target).Tell(outstanding, Self);
                break;
            case Recovered:
                break;
            case Go:
                NextJob();
                break;
            case Begin begin when !state.IsIdle:
                next.Enqueue(begin);
                break;
            case Begin begin:
                Start(begin);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(Begin begin)
    {
        state = begin.State;
        parent = begin.Parent;
        stamp = Math.Max(stamp, begin.Stamp);
        Advance();
    }

    private void NextJob()
    {
        if (work?.Next(run.Ending) is not { } job)
        {
            run.Activity.End();
            return;
        }

        call = job.Call;
        state = TaskMachine.Begin(state with { Results = Sequence<int>.Empty }, job.Program, job.Arguments, run.Model.Topology);
        Advance();
    }

    // Check steps are no messages: live they are passed over, and judged when the journal is folded.
    private void Advance()
    {
        while (state is { IsIdle: false } && state.Next is Step.Check)
            state = TaskMachine.Check(state, [])[0].Task;
        if (state.IsIdle)
        {
            Finish();
            return;
        }

        var (reference, message) = TaskMachine.Pending(state);
        if (reference is not { } machine)
        {
            Stop(TaskMachine.Oops(state));
            return;
        }

        target = machine;
        run.Sends(id, sequence + 1);
        outstanding = new Access(new TaskLink(id, ++sequence), message, stamp, parent, call, state.CanBranch ? state : null);
        parent = null;
        call = null;
        run.MachineAt(target).Tell(outstanding, Self);
    }

    private void GoOn(Answer answer)
    {
        outstanding = null;
        stamp = answer.Stamp;
        var successors = TaskMachine.Resume(state, target, new Possibility(null!, answer.Reply, answer.Violation, answer.Effect), run.Model.Topology);
        var successor = successors[answer.Branch];
        if (successor.IsFatal)
        {
            Stop(successor);
            return;
        }

        state = successor.Task;
        foreach (var child in successor.Started)
        {
            run.Activity.Begin();
            run.Tasks[child.Id.Index].Tell(new Begin(child, answer.Step, answer.Stamp), Self);
        }

        Advance();
    }

    private void Finish()
    {
        if (work is null)
        {
            run.Activity.End();
            if (next.TryDequeue(out var begin))
                Start(begin);
            return;
        }

        work.Done(state);
        Self.Tell(Go.Instance, Self);
    }

    // The task never ends: it counts as running, so that nothing else is taken for the end of the run.
    private void Stop(Successor successor)
    {
        var step = state.Next;
        state = successor.Task;
        run.Guardian.Tell(new Oops(successor.Violations.First(violation => violation.Fatal), step.Function, step.Text), Self);
    }
}
