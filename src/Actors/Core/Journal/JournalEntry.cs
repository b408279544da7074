using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Journal;

/// <summary>A step of a task, by its place in the task's own order.</summary>
/// <param name="Task">The task slot.</param>
/// <param name="Sequence">The n-th send of that slot, from 1.</param>
public readonly record struct TaskLink(TaskId Task, long Sequence);

/// <summary>One accepted step: the unit of the journal (design D8). Machine and task chains together are the happens-before graph.</summary>
/// <param name="Machine">The machine that accepted.</param>
/// <param name="MachineSequence">The machine's n-th accepted step, from 1.</param>
/// <param name="Step">The task's step.</param>
/// <param name="Message">What was asked.</param>
/// <param name="Choice">Which of the machine's possibilities was taken, from 0.</param>
/// <param name="Branch">Which of the task's local continuations was taken, from 0; there are several where a fault point may fail.</param>
/// <param name="Reply">What was answered.</param>
/// <param name="Stamp">Lamport stamp: greater than those of the entries before it in both chains.</param>
/// <param name="Parent">For the first step of a started task: the step that started it.</param>
/// <param name="Call">For the first step of a request: the request and its faults.</param>
public sealed record JournalEntry(
    MachineRef Machine,
    long MachineSequence,
    TaskLink Step,
    Message Message,
    int Choice,
    int Branch,
    Reply Reply,
    long Stamp,
    TaskLink? Parent,
    Call? Call);

/// <summary>What a journal says about itself. A reader refuses what it does not know.</summary>
/// <param name="FormatVersion">Version of the event schema.</param>
/// <param name="Tool">The tool and its version.</param>
/// <param name="Revision">The kernel revision.</param>
/// <param name="Policy">The lock grant policy.</param>
/// <param name="Scenario">The scenario's text: topology and first states; tasks may be empty when requests come from a storm.</param>
/// <param name="ScenarioHash">Its hash.</param>
/// <param name="ModelHash">The hash of the model: every step of every call path.</param>
/// <param name="Seed">The master seed.</param>
/// <param name="Runtime">Which actor runtime wrote it, or which engine.</param>
/// <param name="Edits">What-if changes of the revision's call paths, as a patch file has them; empty for a row of the table.</param>
public sealed record JournalHeader(
    int FormatVersion,
    string Tool,
    string Revision,
    GrantPolicy Policy,
    string Scenario,
    string ScenarioHash,
    string ModelHash,
    ulong Seed,
    string Runtime,
    string Edits = "")
{
    /// <summary>The event schema this build writes and reads.</summary>
    public const int CurrentFormat = 1;
}
