using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>One result of a step: the task, its target and started tasks afterwards, and what was broken on the way.</summary>
/// <param name="Task">The task's new state.</param>
/// <param name="Target">The target's new state; null for a check step.</param>
/// <param name="Reply">What the target answered.</param>
/// <param name="Started">Task slots that begin to run, with their first state.</param>
/// <param name="Violations">Properties broken by this step.</param>
/// <param name="Choice">Which of the machine's possibilities it follows, from 0.</param>
/// <param name="Branch">Which of the task's local continuations it is, from 0.</param>
public sealed record Successor(TaskState Task, MachineState? Target, Reply Reply, Sequence<TaskState> Started, Sequence<Violation> Violations, int Choice = 0, int Branch = 0)
{
    /// <summary>Whether the kernel would stop here: nothing after it is worth exploring.</summary>
    public bool IsFatal => Violations.Any(violation => violation.Fatal);
}

/// <summary>A task as a pure function: (own task, target) -> blocked or a set of successors (design D2).</summary>
public static class TaskMachine
{
    /// <summary>The most local steps that may merge into one visible step; more is an endless loop in a call path.</summary>
    public const int LocalStepsMax = 10_000;

    /// <summary>The message the task sends next, and where; the target is null when the step dereferences NULL. Only for a task whose next step is a send.</summary>
    public static (MachineRef? Target, Message Message) Pending(TaskState task)
    {
        var send = (Step.Send)task.Next;
        var target = send.Target(task.Top.Locals);
        return (target, target is null ? null! : send.Message(task.Top.Locals));
    }

    /// <summary>Begins a program in a slot: runs its local steps up to the first visible one.</summary>
    /// <param name="idle">The slot.</param>
    /// <param name="program">What it runs.</param>
    /// <param name="locals">Its arguments.</param>
    /// <param name="topology">The shape.</param>
    /// <param name="passed">Hears of each local step: the task before and after it.</param>
    public static TaskState Begin(TaskState idle, Program program, Locals locals, Topology topology, Action<TaskState, TaskState>? passed = null)
    {
        var started = idle with { Stack = Sequence<Frame>.Of(new Frame(program, 0, locals with { Current = idle.Id })) };
        var settled = Settle(started, [], passed);
        return settled.Count == 1 ? settled[0].Task : throw new InvalidOperationException($"{program.Name} begins with a choice");
    }

    /// <summary>The successors of a send whose target is in the given state; empty = blocked.</summary>
    /// <param name="task">The task.</param>
    /// <param name="target">The target's state.</param>
    /// <param name="topology">The shape.</param>
    /// <param name="passed">Hears of each local step behind it: the task before and after it.</param>
    public static IReadOnlyList<Successor> Send(TaskState task, MachineState target, Topology topology, Action<TaskState, TaskState>? passed = null)
    {
        var (reference, message) = Pending(task);
        var outcome = MachineTable.Handle(target, message);
        var successors = new List<Successor>(outcome.Possibilities.Count);
        for (var choice = 0; choice < outcome.Possibilities.Count; choice++)
            Continue(task, (Step.Send)task.Next, reference!.Value, outcome.Possibilities[choice], choice, topology, successors, passed);
        return successors;
    }

    /// <summary>How the task goes on after its target answered with one possibility; more than one when a fault point may fail.</summary>
    public static IReadOnlyList<Successor> Resume(TaskState task, MachineRef target, Possibility answer, Topology topology)
    {
        var successors = new List<Successor>(1);
        Continue(task, (Step.Send)task.Next, target, answer, 0, topology, successors);
        return successors;
    }

    /// <summary>The successor of a dereference of NULL: the task stops where it stands.</summary>
    public static Successor Oops(TaskState task)
    {
        var send = (Step.Send)task.Next;
        var violation = new Violation(Property.P7, "uaf", $"NULL pointer dereference of {send.Pointer}", "", Fatal: true);
        return new Successor(task with { Stack = Sequence<Frame>.Empty }, null, Reply.Done, Sequence<TaskState>.Empty, Sequence<Violation>.Of(violation));
    }

    /// <summary>The successors of a check step whose obligations were judged already.</summary>
    /// <param name="task">The task.</param>
    /// <param name="broken">What was judged broken.</param>
    /// <param name="passed">Hears of each local step behind it: the task before and after it.</param>
    public static IReadOnlyList<Successor> Check(TaskState task, IEnumerable<Violation> broken, Action<TaskState, TaskState>? passed = null)
    {
        List<Violation> violations = [.. broken];
        var reply = Reply.Of(violations.Count == 0);
        var settled = Settle(Advance(task, task.Top.Locals), violations, passed);
        return [.. settled.Select((result, branch) => new Successor(result.Task, null, reply, Sequence<TaskState>.Empty, result.Violations, 0, branch))];
    }

    private static void Continue(
        TaskState task, Step.Send send, MachineRef target, Possibility possibility, int choice, Topology topology, List<Successor> successors, Action<TaskState, TaskState>? passed = null)
    {
        List<Violation> violations = possibility.Violation is null ? [] : [possibility.Violation];
        if (possibility.Violation is { Fatal: true })
        {
            successors.Add(new Successor(task with { Stack = Sequence<Frame>.Empty }, possibility.State, possibility.Reply, Sequence<TaskState>.Empty, Sequence<Violation>.From(violations), choice));
            return;
        }

        var locals = send.Then(task.Top.Locals with { Reply = possibility.Reply.Value }, possibility.Reply);
        var start = send.StartsWhen(possibility.Reply) ? send.Starts!(task.Top.Locals, topology) : null;
        var started = start is null
            ? Sequence<TaskState>.Empty
            : Sequence<TaskState>.Of(Begin(TaskState.Idle(start.Slot), start.Program, start.Locals, topology, passed));
        var after = WithLocks(task, send, target, possibility.Reply);
        if (possibility.Effect is { } effect)
            after = after with { Ledger = Entered(after.Ledger, target, effect) };
        var branch = 0;
        foreach (var result in Settle(Advance(after, locals), violations, passed))
            successors.Add(new Successor(result.Task, possibility.State, possibility.Reply, started, result.Violations, choice, branch++));
    }

    private static TaskState WithLocks(TaskState task, Step.Send send, MachineRef target, Reply reply) => send.Kind switch
    {
        SendKind.Await when reply.Value < 0 => task,
        SendKind.Await => task with { Held = task.Held.Add(new Held(target, send.Mode)) },
        SendKind.Try when reply.Yes => task with { Held = task.Held.Add(new Held(target, send.Mode)) },
        SendKind.Release => task with { Held = Without(task.Held, target) },
        SendKind.Access or SendKind.Enqueue or SendKind.Try => task,
    };

    private static Sequence<Held> Without(Sequence<Held> held, MachineRef target)
    {
        for (var index = held.Count - 1; index >= 0; index--)
        {
            if (held[index].Lock == target)
                return held.RemoveAt(index);
        }

        return held;
    }

    // The ledger keeps one entry for each thing that differs from what it was when the request began.
    private static Sequence<LedgerEntry> Entered(Sequence<LedgerEntry> ledger, MachineRef machine, Effect effect)
    {
        for (var index = 0; index < ledger.Count; index++)
        {
            var entry = ledger[index];
            if (entry.Machine != machine || entry.Kind != effect.Kind)
                continue;
            if (IsCount(effect.Kind))
            {
                var sum = entry.Before + effect.After;
                return sum == 0 ? ledger.RemoveAt(index) : ledger.SetItem(index, entry with { Before = sum });
            }

            return entry.Before == effect.After ? ledger.RemoveAt(index) : ledger;
        }

        var changed = IsCount(effect.Kind) ? effect.After != 0 : effect.Before != effect.After;
        return changed ? ledger.Add(new LedgerEntry(machine, effect.Kind, IsCount(effect.Kind) ? effect.After : effect.Before)) : ledger;
    }

    private static bool IsCount(EffectKind kind) => kind is EffectKind.Reference or EffectKind.Allocation;

    private static TaskState Advance(TaskState task, Locals locals) =>
        task with { Stack = task.Stack.SetItem(task.Stack.Count - 1, task.Top with { Position = task.Top.Position + 1, Locals = locals }) };

    private sealed record Settled(TaskState Task, Sequence<Violation> Violations);

    // Runs local steps until the next visible one. A fault point doubles the results when it may fail anywhere.
    private static List<Settled> Settle(TaskState task, List<Violation> violations, Action<TaskState, TaskState>? passed)
    {
        var results = new List<Settled>(1);
        var open = new Stack<(TaskState Task, List<Violation> Violations)>();
        open.Push((task, violations));
        while (open.TryPop(out var next))
        {
            var (current, broken) = next;
            var budget = LocalStepsMax;
            while (!current.IsIdle && !current.Next.IsVisible)
            {
                if (--budget == 0)
                    throw new InvalidOperationException($"{current.Top.Program.Name} loops without a visible step at {current.Top.Position}");
                if (current.Next is Step.MayFail point && CanFail(current.Faults, point.Point))
                    open.Push((Fail(current, point), [.. broken]));
                var after = RunLocal(current, broken);
                passed?.Invoke(current, after);
                current = after;
            }

            results.Add(new Settled(current, Sequence<Violation>.From(broken)));
        }

        return results;
    }

    private static TaskState RunLocal(TaskState task, List<Violation> violations)
    {
        var locals = task.Top.Locals;
        switch (task.Next)
        {
            case Step.Jump jump:
                return jump.When(locals) ? task with { Stack = task.Stack.SetItem(task.Stack.Count - 1, task.Top with { Position = jump.To }) } : Advance(task, locals);
            case Step.JumpOnResults jump:
                var asked = task with { Results = Registers.Keep(task.Results, jump.Live) };
                return jump.When(task.Results) ? asked with { Stack = task.Stack.SetItem(task.Stack.Count - 1, task.Top with { Position = jump.To }) } : Advance(asked, locals);
            case Step.Assign assign:
                return Advance(task, assign.Write(locals));
            case Step.Call call:
                return task with { Stack = task.Stack.Add(new Frame(call.Callee(), 0, call.Arguments(locals) with { Current = task.Id })) };
            case Step.Return:
                return Return(task);
            case Step.AssertHeld assertion:
                if (assertion.Lock(locals) is { } asserted && !task.Holds(asserted, assertion.Mode))
                    violations.Add(new Violation(Property.Locks, "assertion", $"{assertion.Text} fails"));
                return Advance(task, locals);
            case Step.MayFail point:
                return CountsDownToZero(task.Faults, point.Point) ? Fail(task, point) : Advance(task with { Faults = CountedDown(task.Faults, point.Point) }, locals with { Reply = 0 });
            case Step.DeferFput:
                return Advance(task with { TaskWork = task.TaskWork.Add(locals.Priv!.Value) }, locals);
            case Step.TakeTaskWork:
                return task.TaskWork.IsEmpty
                    ? Advance(task, locals with { Reply = 0 })
                    : Advance(task with { TaskWork = task.TaskWork.RemoveAt(task.TaskWork.Count - 1) }, locals with { Reply = 1, Priv = task.TaskWork.Last });
            case Step.Forget forget:
                return Advance(task with { Ledger = Sequence<LedgerEntry>.From(task.Ledger.Where(entry => forget.Kind is { } kind && entry.Kind != kind)) }, locals);
            case Step.Account account:
                var effect = new Effect(EffectKind.Allocation, 0, account.Gained);
                return Advance(account.Owner(locals) is { } owner ? task with { Ledger = Entered(task.Ledger, owner, effect) } : task, locals);
            case Step.BeginRequest begin:
                return Advance(task with { Ledger = Sequence<LedgerEntry>.Empty, Faults = begin.Faults }, locals);
            case Step.EndRequest end:
                if (!task.Held.IsEmpty)
                    violations.Add(new Violation(Property.Locks, "assertion", $"lock held when returning to user space: {task.Held[0].Lock.Kind}"));
                return Advance(
                    task with
                    {
                        Results = Registers.Keep(end.Register < 0 ? task.Results : Registers.Write(task.Results, end.Register, locals.Ret), end.Live),
                        Ledger = Sequence<LedgerEntry>.Empty,
                        Faults = FaultPlan.None,
                    },
                    new Locals { Current = task.Id });
            default:
                throw new UnreachableException($"no rule for {task.Next}");
        }
    }

    private static TaskState Return(TaskState task)
    {
        var ret = task.Top.Locals.Ret;
        var stack = task.Stack.RemoveAt(task.Stack.Count - 1);
        if (stack.IsEmpty)
            return Finished(task with { Stack = stack });
        var caller = stack.Last;
        var call = (Step.Call)caller.Program.Steps[caller.Position];
        return task with { Stack = stack.SetItem(stack.Count - 1, caller with { Position = caller.Position + 1, Locals = call.Then(caller.Locals, ret) }) };
    }

    // A finished task keeps only what somebody can still ask for.
    private static TaskState Finished(TaskState task) => task with { Ledger = Sequence<LedgerEntry>.Empty, Faults = FaultPlan.None };

    private static TaskState Fail(TaskState task, Step.MayFail point) =>
        Advance(task with { Faults = Spent(task.Faults) }, task.Top.Locals with { Reply = -(int)point.Errno, Ret = -(int)point.Errno });

    private static bool CanFail(FaultPlan plan, FaultPoint point) => plan.Anywhere > 0 && Counts(plan, point);

    private static bool CountsDownToZero(FaultPlan plan, FaultPoint point) => plan.Countdown == 1 && Counts(plan, point);

    private static FaultPlan CountedDown(FaultPlan plan, FaultPoint point) =>
        plan.Countdown > 0 && Counts(plan, point) ? plan with { Countdown = plan.Countdown - 1 } : plan;

    private static FaultPlan Spent(FaultPlan plan) => plan.Anywhere > 1 ? plan with { Countdown = 0, Anywhere = plan.Anywhere - 1 } : FaultPlan.None;

    private static bool Counts(FaultPlan plan, FaultPoint point) => plan.Points.IsEmpty || plan.Points.Contains(point);
}
