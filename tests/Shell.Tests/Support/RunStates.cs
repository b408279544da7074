using System.Collections.Concurrent;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>Looks into the actors of a run between two deliveries, and holds their states against a world's.</summary>
internal sealed class RunStates(Model model)
{
    private readonly ConcurrentDictionary<MachineRef, MachineActor> machines = [];
    private readonly ConcurrentDictionary<TaskId, TaskActor> tasks = [];

    public void Hear(MachineActor machine) => machines[machine.Machine] = machine;

    public void Hear(TaskActor task) => tasks[task.Id] = task;

    /// <summary>Answers that a machine still has at hand.</summary>
    public int RememberedBy(MachineRef machine) => machines[machine].Remembered;

    /// <summary>The first difference from a world in one line, or null.</summary>
    public string? DifferenceFrom(World world)
    {
        foreach (var machine in model.Machines)
        {
            if (!StateOf(machine).Equals(world[machine]))
                return $"{machine}: the actor has {StateOf(machine)}, the model {world[machine]}";
        }

        for (var index = 0; index < model.TaskCount; index++)
        {
            var id = new TaskId(index);
            var expected = Settled(world[id]);
            if (!tasks[id].State.Equals(expected))
                return $"{model.Topology.NameOf(id)}: the actor is at {Place(tasks[id].State)}, the model at {Place(expected)}\n  {tasks[id].State}\n  {expected}";
        }

        return null;
    }

    // A run may end before the actor of a machine that nobody addressed has come up: it stands as it began.
    private object StateOf(MachineRef machine) => machines.TryGetValue(machine, out var actor) ? actor.State : model.InitialWorld()[model.SlotOf(machine)];

    /// <summary>Where the tasks are that have not ended, and the machines they address.</summary>
    public string Places() => string.Join(Environment.NewLine, tasks.OrderBy(entry => entry.Key.Index).Where(entry => !entry.Value.State.IsIdle)
        .Select(entry => $"  {model.Topology.NameOf(entry.Key)} at {Place(entry.Value.State)} -> {TaskMachine.Pending(entry.Value.State).Target}"));

    // Live, check steps are passed over, and a NULL pointer stops the task at once.
    private static TaskState Settled(TaskState task)
    {
        while (!task.IsIdle && task.Next is Step.Check)
            task = TaskMachine.Check(task, [])[0].Task;
        return !task.IsIdle && TaskMachine.Pending(task).Target is null ? TaskMachine.Oops(task).Task : task;
    }

    private static string Place(TaskState task) => task.IsIdle ? "its end" : $"{task.Next.Function}(): {task.Next.Text}";
}
