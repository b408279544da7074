using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>Takes the steps of a witness again and writes down what a reader wants to see.</summary>
public sealed class TraceReplay
{
    private readonly Model model;
    private readonly World world;

    private TraceReplay(Model model)
    {
        this.model = model;
        world = new World(model);
    }

    /// <summary>The trace of a witness.</summary>
    public static Trace Of(Model model, Witness witness)
    {
        var replay = new TraceReplay(model);
        TraceEvent[] events = [.. witness.Schedule.Select((step, index) => replay.Take(index + 1, step.Task, step.Choice))];
        TraceWait[] waiting = witness.AtQuiescence ? [.. replay.Waiting()] : [];
        var taking = events.Select(taken => taken.Task).Concat(waiting.Select(wait => wait.Task)).ToHashSet();
        var names = Enumerable.Range(0, model.TaskCount).Select(slot => model.Topology.NameOf(new TaskId(slot)));
        return new Trace([.. names.Where(taking.Contains)], events, waiting);
    }

    private IEnumerable<TraceWait> Waiting() =>
        world.Tasks.Where(task => !task.IsIdle).Select(task => new TraceWait(model.Topology.NameOf(task.Id), task.Next.Text, $"{world.TargetOf(task.Id)}"));

    private TraceEvent Take(int number, TaskId id, int choice)
    {
        var before = world[id];
        var target = world.TargetOf(id);
        var message = target is null ? null : TaskMachine.Pending(before).Message;
        var stateBefore = target is { } machine ? world[machine] : null;
        var taken = world.Take(id, choice);
        var changed = target is { } written && !world[written].Equals(stateBefore);
        return new TraceEvent
        {
            Number = number,
            Task = model.Topology.NameOf(id),
            Kind = KindOf(before.Next, taken.Reply.Value, changed),
            Calls = CallsOf(before),
            Text = before.Next.Text,
            Target = target?.ToString(),
            TargetKind = target?.Kind,
            Value = TraceValues.Of(before, message, taken.Reply.Value),
            Fault = FaultOf(before, world[id]),
            Choice = choice,
            Broken = [.. taken.Violations.Select(violation => $"{violation.Property} {violation.Text}")],
        };
    }

    private static TraceKind KindOf(Step step, int reply, bool changed) => step switch
    {
        Step.Send { Kind: SendKind.Enqueue } => TraceKind.Queue,
        Step.Send { Kind: SendKind.Await } => TraceKind.Take,
        Step.Send { Kind: SendKind.Try } when reply != 0 => TraceKind.Take,
        Step.Send { Kind: SendKind.Release } => TraceKind.Release,
        Step.Check => TraceKind.Check,
        _ => changed ? TraceKind.Write : TraceKind.Read,
    };

    private List<TraceCall> CallsOf(TaskState task)
    {
        var calls = new List<TraceCall>();
        var outermost = task.Stack[0];
        calls.Add(task.Id.Index < model.Topology.UserTasks
            ? RequestOf(task.Id, outermost)
            : new TraceCall($"{outermost.Program.Name}()", outermost.Program.Name, 0));
        for (var level = 1; level < task.Stack.Count; level++)
            calls.Add(CallOf(task.Stack[level - 1], task.Stack[level].Program.Name));
        return calls;
    }

    // A user task's program is its list of requests: each begins with a step of its own.
    private TraceCall RequestOf(TaskId task, Frame script)
    {
        var number = script.Program.Steps.Take(script.Position + 1).Count(step => step is Step.BeginRequest) - 1;
        var call = model.Scenario.CallsOf(task)[number];
        return new TraceCall(ScenarioPrinter.Print(call, model.Topology), "", number);
    }

    private static TraceCall CallOf(Frame caller, string callee)
    {
        var bare = callee.Split('[')[0];
        var text = caller.Program.Steps[caller.Position].Text;
        var shown = text == callee ? $"{bare}()" : text.Contains(bare, StringComparison.Ordinal) ? text : $"{text} -> {bare}()";
        return new TraceCall(shown, bare, caller.Position);
    }

    // A fault is injected between two visible steps. It has a name where only one place can have failed.
    private static string? FaultOf(TaskState before, TaskState after)
    {
        if (before.Faults == FaultPlan.None || Remaining(after.Faults) >= Remaining(before.Faults))
            return null;
        var places = before.Top.Program.Steps.Skip(before.Top.Position + 1).TakeWhile(step => !step.IsVisible).OfType<Step.MayFail>().ToArray();
        return after.IsIdle || after.Faults.Countdown > 0 ? null : places.Length == 1 ? $"{places[0].Text} = -{places[0].Errno}" : "a fault is injected here";
    }

    private static int Remaining(FaultPlan plan) => plan.Countdown + plan.Anywhere;
}
