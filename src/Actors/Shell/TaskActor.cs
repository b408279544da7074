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
    private readonly Workload? workload;
    private TaskState state;
    private Access? outstanding;
    private MachineRef target;
    private long sequence;
    private long stamp;
    private TaskLink? parent;
    private Call? call;

    public TaskActor(RunContext run, TaskId id, Workload? workload)
    {
        this.run = run;
        this.id = id;
        this.workload = workload;
        state = TaskState.Idle(id);
    }

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
                run.MachineActor(target).Tell(outstanding, Self);
                break;
            case Recovered:
                break;
            case Go:
                NextRequest();
                break;
            case Begin begin:
                state = begin.State;
                parent = begin.Parent;
                stamp = Math.Max(stamp, begin.Stamp);
                Advance();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void NextRequest()
    {
        if (workload?.Next(run.Ending) is not { } next)
        {
            run.Activity.Leave();
            return;
        }

        call = next;
        state = TaskMachine.Begin(TaskState.Idle(id), run.Model.RequestProgram(next), new Locals(), run.Model.Topology);
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
        outstanding = new Access(new TaskLink(id, ++sequence), message, stamp, parent, call);
        parent = null;
        call = null;
        run.MachineActor(target).Tell(outstanding, Self);
    }

    private void GoOn(Answer answer)
    {
        outstanding = null;
        stamp = answer.Stamp;
        var successor = TaskMachine.Resume(state, target, new Possibility(null!, answer.Reply, answer.Violation, answer.Effect), run.Model.Topology)[0];
        if (successor.IsFatal)
        {
            Stop(successor);
            return;
        }

        state = successor.Task;
        foreach (var child in successor.Started)
        {
            run.Activity.Enter();
            run.Tasks[child.Id.Index].Tell(new Begin(child, answer.Step, answer.Stamp), Self);
        }

        Advance();
    }

    private void Finish()
    {
        if (workload?.Current is not { } request)
        {
            run.Activity.Leave();
            return;
        }

        run.Metrics.Answered(request.GetType().Name, state.Results[0]);
        workload.Answered(state.Results[0]);
        Self.Tell(Go.Instance, Self);
    }

    private void Stop(Successor successor)
    {
        state = successor.Task;
        run.Guardian.Tell(new Oops(id, successor.Violations[0]), Self);
    }
}
