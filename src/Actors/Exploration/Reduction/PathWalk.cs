using Actors.Core.Machines;
using Actors.Core.Messages;

namespace Actors.Exploration.Reduction;

/// <summary>How a task gets past a step.</summary>
internal enum Flow
{
    /// <summary>It does not.</summary>
    Ends,

    /// <summary>Either way of a branch may follow.</summary>
    GoesOn,

    /// <summary>The answer is no, and the branch behind the step asks for it.</summary>
    AnsweredNo,
}

/// <summary>What does not change during a call: the variables of a user task's script, or the system call's arguments.</summary>
internal readonly record struct CallArguments(Locals? Script, Request? Request);

/// <summary>Walks along both ways of every branch of a function, but of branches over the system call's arguments.</summary>
internal static class PathWalk
{
    /// <summary>The steps that a walk from a position comes to, each once.</summary>
    /// <param name="program">The function.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="arguments">What decides branches over the system call.</param>
    /// <param name="pass">How it gets past a step.</param>
    public static List<Step> Reachable(Program program, int from, CallArguments arguments, Func<Step, Flow> pass)
    {
        var seen = new bool[program.Steps.Count];
        var found = new List<Step>();
        var todo = new Stack<int>();
        todo.Push(from);
        while (todo.TryPop(out var position))
        {
            if (seen[position])
                continue;
            seen[position] = true;
            found.Add(program.Steps[position]);
            switch (pass(program.Steps[position]))
            {
                case Flow.GoesOn:
                    foreach (var next in After(program.Steps[position], position, arguments))
                        todo.Push(next);
                    break;
                case Flow.AnsweredNo:
                    todo.Push(program.Steps[position + 1] is Step.Jump jump && jump.When(new Locals { Reply = 0 }) ? jump.To : position + 1);
                    break;
                case Flow.Ends:
                    break;
            }
        }

        return found;
    }

    private static IEnumerable<int> After(Step step, int position, CallArguments arguments) => step switch
    {
        Step.Jump jump when ReferenceEquals(jump.When, Step.Jump.Always) => [jump.To],
        Step.Jump { WhenRequest: { } when } jump => [when(arguments.Request) ? jump.To : position + 1],
        Step.Jump jump => [jump.To, position + 1],
        Step.JumpOnResults jump => [jump.To, position + 1],
        _ => [position + 1],
    };
}
