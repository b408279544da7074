using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>One step of a recorded schedule.</summary>
/// <param name="Task">Who moves.</param>
/// <param name="Choice">Which of the machine's possibilities, from 0.</param>
/// <param name="Branch">Which of the task's local continuations, from 0.</param>
/// <param name="Call">The request this step begins, where requests come one by one; null in the midst of one, and where the scenario has them.</param>
public readonly record struct ScheduledStep(TaskId Task, int Choice, int Branch, Call? Call = null)
{
    /// <summary>A schedule of tasks and successor numbers, as an exploration writes it, step by step.</summary>
    public static IReadOnlyList<ScheduledStep> Of(Model model, IEnumerable<(TaskId Task, int Successor)> schedule)
    {
        var world = new World(model);
        return [.. schedule.Select(step => world.Take(step.Task, step.Successor)).Select(taken => new ScheduledStep(taken.Task, taken.Choice, taken.Branch))];
    }

    /// <summary>Takes the step; it must be possible.</summary>
    public Event TakeIn(World world)
    {
        if (Call is { } call)
            world.Begin(Task, call);
        return world.Take(Task, Choice, Branch) ?? throw new InvalidOperationException($"{world.Model.Topology.NameOf(Task)} cannot take choice {Choice}, branch {Branch} here");
    }
}
