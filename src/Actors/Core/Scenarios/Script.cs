using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>A user task as a program: each request enters the kernel, and on return to user mode deferred work runs and a failure is looked at.</summary>
public static class Script
{
    /// <summary>Writes the program of a list of requests.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="calls">The requests.</param>
    /// <param name="readAtEnd">The registers somebody reads when the task has finished.</param>
    /// <param name="paths">The kernel's call paths.</param>
    public static Program Of(string name, Sequence<Call> calls, IEnumerable<int> readAtEnd, CallPaths paths)
    {
        var path = new PathBuilder("user mode", name);
        var live = LiveAfter(calls, readAtEnd);
        for (var index = 0; index < calls.Count; index++)
        {
            var (call, keep) = (calls[index], live[index]);
            if (call.When is { } when)
                path.IfResults("if", results => when.Holds(location => Registers.ValueOf(results, location.Register)), keep, body => WriteCall(body, call, keep, paths));
            else
                WriteCall(path, call, keep, paths);
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
                live.UnionWith(when.Reads.Select(location => location.Register));
            else
                live.Remove(calls[index].Register);
        }

        return after;
    }
}
