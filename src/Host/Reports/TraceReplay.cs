using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>Takes the steps of a schedule again and writes down what a reader wants to see.</summary>
public sealed class TraceReplay
{
    private readonly Model model;
    private readonly World world;
    private readonly Call?[] calls;
    private readonly int[] requests;
    private int number;

    private TraceReplay(World world, IReadOnlyList<Call?> calls, int before)
    {
        model = world.Model;
        this.world = world;
        this.calls = [.. calls];
        requests = new int[model.TaskCount];
        number = before;
    }

    /// <summary>The trace of a witness.</summary>
    public static Trace Of(Model model, Witness witness) =>
        Of(new World(model), ScheduledStep.Of(model, witness.Schedule), [.. Enumerable.Repeat<Call?>(null, model.TaskCount)], 0, witness.AtQuiescence);

    /// <summary>The trace of a part of a run.</summary>
    /// <param name="start">The world where it begins; it is stepped.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="calls">For each task the request in progress, where requests come one by one.</param>
    /// <param name="before">How many steps came before.</param>
    /// <param name="atQuiescence">Nothing can move after it.</param>
    public static Trace Of(World start, IReadOnlyList<ScheduledStep> steps, IReadOnlyList<Call?> calls, int before, bool atQuiescence)
    {
        var replay = new TraceReplay(start, calls, before);
        TraceEvent[] events = [.. steps.Select(replay.Take)];
        TraceWait[] waiting = atQuiescence ? [.. replay.Waiting()] : [];
        var taking = events.Select(taken => taken.Task).Concat(waiting.Select(wait => wait.Task)).ToHashSet();
        var names = Enumerable.Range(0, start.Model.TaskCount).Select(slot => start.Model.Topology.NameOf(new TaskId(slot)));
        return new Trace([.. names.Where(taking.Contains)], events, waiting);
    }

    private IEnumerable<TraceWait> Waiting() =>
        world.Tasks.Where(task => !task.IsIdle).Select(task => new TraceWait(model.Topology.NameOf(task.Id), task.Next.Text, $"{world.TargetOf(task.Id)}"));

    private TraceEvent Take(ScheduledStep step)
    {
        if (step.Call is { } call)
        {
            calls[step.Task.Index] = call;
            requests[step.Task.Index]++;
            world.Begin(step.Task, call);
        }

        var before = world[step.Task];
        var target = world.TargetOf(step.Task);
        var message = target is null ? null : TaskMachine.Pending(before).Message;
        var stateBefore = target is { } machine ? world[machine] : null;
        TaskId[] stuck = [.. world.Tasks.Where(task => task.Id != step.Task && target is not null && world.TargetOf(task.Id) == target && world.Successors(task.Id).Count == 0).Select(task => task.Id)];
        var taken = (step with { Call = null }).TakeIn(world);
        var changed = target is { } written && !world[written].Equals(stateBefore);
        return new TraceEvent
        {
            Number = ++number,
            Task = model.Topology.NameOf(step.Task),
            Kind = KindOf(before.Next, taken.Reply.Value, changed),
            Calls = CallsOf(before),
            Function = before.Next.Function,
            Text = before.Next.Text,
            Target = target?.ToString(),
            TargetKind = target?.Kind,
            Value = TraceValues.Of(before, message, taken.Reply.Value),
            Fault = FaultOf(before, world[step.Task]),
            Choice = taken.Choice,
            Mode = ModeOf(before, target),
            Changes = changed ? StateChanges.Of(stateBefore!, world[target!.Value], model.Topology) : [],
            Starts = Names(taken.Started),
            Wakes = Names(stuck.Where(task => world.Successors(task).Count > 0)),
            Broken = [.. taken.Violations.Select(violation => $"{violation.Property} {violation.Text}")],
        };
    }

    private static TraceKind KindOf(Step step, int reply, bool changed) => step switch
    {
        Step.Send { Kind: SendKind.Enqueue } => TraceKind.Queue,
        Step.Send { Kind: SendKind.Await } when reply < 0 => TraceKind.Read,
        Step.Send { Kind: SendKind.Await } => TraceKind.Take,
        Step.Send { Kind: SendKind.Try } when reply != 0 => TraceKind.Take,
        Step.Send { Kind: SendKind.Release } => TraceKind.Release,
        Step.Check => TraceKind.Check,
        _ => changed ? TraceKind.Write : TraceKind.Read,
    };

    private static LockMode? ModeOf(TaskState task, MachineRef? target) => task.Next switch
    {
        Step.Send { Kind: SendKind.Enqueue or SendKind.Await or SendKind.Try } send => send.Mode,
        Step.Send { Kind: SendKind.Release } => task.Held.LastOrDefault(held => held.Lock == target).Mode,
        _ => null,
    };

    private IReadOnlyList<string> Names(IEnumerable<TaskId> tasks) => [.. tasks.Select(model.Topology.NameOf)];

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
        var begun = script.Program.Steps.Take(script.Position + 1).Count(step => step is Step.BeginRequest) - 1;
        var call = calls[task.Index] ?? model.Scenario.CallsOf(task)[begun];
        return new TraceCall(ScenarioPrinter.Print(call, model.Topology), "", calls[task.Index] is null ? begun : requests[task.Index]);
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
