using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>Steps a world and writes each accepted step as a journal entry: sequences of both chains, parents, Lamport stamps.</summary>
public sealed class Recorder
{
    private readonly World world;
    private readonly long[] taskSequences;
    private readonly long[] taskStamps;
    private readonly long[] machineSequences;
    private readonly long[] machineStamps;
    private readonly TaskLink?[] parents;
    private readonly Call?[] calls;

    /// <summary>Records a world from its present state on.</summary>
    public Recorder(World world)
    {
        this.world = world;
        taskSequences = new long[world.Model.TaskCount];
        taskStamps = new long[world.Model.TaskCount];
        machineSequences = new long[world.Model.SlotCount];
        machineStamps = new long[world.Model.SlotCount];
        parents = new TaskLink?[world.Model.TaskCount];
        calls = new Call?[world.Model.TaskCount];
    }

    /// <summary>Lets an idle user task begin a request.</summary>
    public void Begin(TaskId task, Call call)
    {
        world.Begin(task, call);
        calls[task.Index] = call;
    }

    /// <summary>Takes a step; the entry is null for a check step, which is judged again when the journal is folded.</summary>
    public (Event Event, JournalEntry? Entry) Take(TaskId task, Successor successor)
    {
        var message = world.TargetOf(task) is null ? null : TaskMachine.Pending(world[task]).Message;
        var taken = world.Take(task, successor);
        return (taken, message is null ? null : Entry(taken, message));
    }

    private JournalEntry Entry(Event taken, Message message)
    {
        var task = taken.Task.Index;
        var slot = world.Model.SlotOf(taken.Target!.Value);
        var stamp = Math.Max(taskStamps[task], machineStamps[slot]) + 1;
        taskStamps[task] = machineStamps[slot] = stamp;
        var link = new TaskLink(taken.Task, ++taskSequences[task]);
        var entry = new JournalEntry(taken.Target.Value, ++machineSequences[slot], link, message, taken.Choice, taken.Branch, taken.Reply, stamp, parents[task], calls[task]);
        parents[task] = null;
        calls[task] = null;
        foreach (var child in taken.Started)
        {
            parents[child.Index] = link;
            taskStamps[child.Index] = Math.Max(taskStamps[child.Index], stamp);
        }

        return entry;
    }
}
