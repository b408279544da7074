using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>A user task as a program: each request enters the kernel, and on return to user mode deferred work runs and a failure is looked at.</summary>
public static class Script
{
    /// <summary>Writes the programs of a scenario's processes. A call that is not waited for has a program of its own, which its process starts.</summary>
    public static IReadOnlyList<Program> OfAll(Scenario scenario, CallPaths paths)
    {
        var started = scenario.AsyncCalls.Select((call, index) => (call, new TaskId(scenario.Tasks.Count + index))).ToDictionary(
            entry => entry.call,
            entry => (Slot: entry.Item2, Program: Of(
                $"P{entry.Item2.Index}", Sequence<Call>.Of(scenario.Tasks[entry.call.Task][entry.call.Position] with { When = null }), scenario.ReadAtEnd(entry.Item2), paths, _ => null)));
        return
        [
            .. scenario.Tasks.Select((calls, task) => Of(
                $"P{task}", calls, scenario.ReadAtEnd(new TaskId(task)), paths,
                position => started.TryGetValue((task, position), out var other) ? new Start(other.Slot, other.Program, new Locals()) : null)),
        ];
    }

    /// <summary>Writes the program of a list of requests.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="calls">The requests.</param>
    /// <param name="readAtEnd">The registers somebody reads when the task has finished.</param>
    /// <param name="paths">The kernel's call paths.</param>
    /// <param name="startOf">The task that makes the request at a position instead, or null.</param>
    private static Program Of(string name, Sequence<Call> calls, IEnumerable<int> readAtEnd, CallPaths paths, Func<int, Start?> startOf)
    {
        var path = new PathBuilder("user mode", name);
        var live = LiveAfter(calls, readAtEnd);
        for (var index = 0; index < calls.Count; index++)
        {
            var (call, keep, start) = (calls[index], live[index], startOf(index));
            if (call.When is { } when)
                path.IfResults("if", results => when.Holds(location => Registers.ValueOf(results, RegisterOf(location))), keep, body => Write(body, call, keep, paths, start));
            else
                Write(path, call, keep, paths, start);
        }

        return path.Build();
    }

    /// <summary>Writes the program of one request of a kind. It begins with the request's arguments as its variables, so that all such requests share it.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="program">The call path it starts.</param>
    /// <param name="faults">What fails on the way.</param>
    /// <param name="paths">The kernel's call paths.</param>
    public static Program OfRequest(string kind, Program program, FaultPlan faults, CallPaths paths)
    {
        var path = new PathBuilder("user mode", kind);
        WriteCall(path, kind, null, program, arguments => arguments, faults, 0, Sequence<int>.Of(0), paths);
        return path.Build();
    }

    // A step goes to one machine, also one that only starts a task: it reads what nobody looks at.
    private static void Write(PathBuilder path, Call call, Sequence<int> live, CallPaths paths, Start? start)
    {
        if (start is null)
        {
            WriteCall(path, call, live, paths);
            return;
        }

        path.BeginRequest($"{call.Request}", FaultPlan.None, call.Request);
        path.SendAndStart($"pthread_create(): P{start.Slot.Index}", _ => MachineRef.Of(new DeviceId(0)), _ => new DeviceMessage.ReadOpenCount(), _ => true, (_, _) => start);
        path.EndRequest("go on", -1, live);
    }

    private static void WriteCall(PathBuilder path, Call call, Sequence<int> live, CallPaths paths)
    {
        var (program, locals) = RequestPaths.Of(call.Request, paths);
        WriteCall(path, $"{call.Request}", call.Request, program, _ => locals, call.Faults, call.Register, live, paths);
    }

    // The request is given, or it is among the variables the program begins with.
    private static void WriteCall(
        PathBuilder path, string text, Request? request, Program program, Func<Locals, Locals> arguments, FaultPlan faults, int register, Sequence<int> live, CallPaths paths)
    {
        path.BeginRequest(text, faults, request);
        path.Call(program.Name, () => program, arguments);
        path.CallVoid("exit_to_user_mode_loop(): task_work_run()", () => paths.TaskWorkRun, _ => new Locals());
        path.If("failed", after => after.Ret < 0, failed => failed.Check("a failing request changes nothing", Obligation.FailureChangesNothing));
        path.If("undocumented answer", after => UserInterface.Objection(request ?? after.Request!, paths.Topology, after.Ret, paths.Revision.ExportInput) is not null, wrong =>
            wrong.Check("the answer is one that the interface documents", Obligation.AnswerIsDocumented));
        path.EndRequest("return to user mode", register, live);
    }

    // For each call the registers that are read after it, in their order: walked backwards, an unconditional write ends what is read before it.
    private static Sequence<int>[] LiveAfter(Sequence<Call> calls, IEnumerable<int> readAtEnd)
    {
        var live = new SortedSet<int>(readAtEnd);
        var after = new Sequence<int>[calls.Count];
        for (var index = calls.Count - 1; index >= 0; index--)
        {
            after[index] = Sequence<int>.From(live);
            if (calls[index].When is { } when)
                live.UnionWith(when.Reads.Select(RegisterOf));
            else
                live.Remove(calls[index].Register);
        }

        return after;
    }

    // A process reads registers only: the parser lets nothing else through.
    private static int RegisterOf(Location location) => ((Location.Register)location).Number;
}
