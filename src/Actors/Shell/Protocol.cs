using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>A task's step arrives at its machine.</summary>
/// <param name="Step">The step's place in the task's order: the machine answers each once and repeats its answer when asked again.</param>
/// <param name="Message">What is asked.</param>
/// <param name="Stamp">The task's Lamport stamp.</param>
/// <param name="Parent">For the first step of a started task: the step that started it.</param>
/// <param name="Call">For the first step of a request: the request.</param>
/// <param name="Undecided">The task, when it may go on in more than one way: the way is chosen with the answer, and stored with it.</param>
internal sealed record Access(TaskLink Step, Message Message, long Stamp, TaskLink? Parent, Call? Call, TaskState? Undecided);

/// <summary>The machine's answer; it leaves only when the step is stored.</summary>
internal sealed record Answer(TaskLink Step, Reply Reply, Effect? Effect, Violation? Violation, long Stamp, int Branch);

/// <summary>A machine has come back after a restart: whoever waits for it asks again.</summary>
internal sealed record Recovered(MachineRef Machine);

/// <summary>A user task takes its next request.</summary>
internal sealed record Go
{
    public static readonly Go Instance = new();
}

/// <summary>A started task begins.</summary>
internal sealed record Begin(TaskState State, TaskLink Parent, long Stamp);

/// <summary>Nothing runs any more: all tasks are finished or wait for a machine.</summary>
internal sealed record Quiet
{
    public static readonly Quiet Instance = new();
}

/// <summary>The kernel stops here: a NULL dereference or a use after free.</summary>
internal sealed record Oops(Violation Violation, string Function, string Step);

/// <summary>The journal has not stored a step or not given it back: nothing after it can be trusted.</summary>
internal sealed record JournalFailed(Exception Cause);

/// <summary>A machine fails, so that supervision restarts it.</summary>
/// <param name="Machine">The machine's number in the model.</param>
internal sealed record InjectFault(int Machine);

/// <summary>What a machine fails with when it is told to.</summary>
internal sealed class InjectedFaultException() : Exception("injected fault");
