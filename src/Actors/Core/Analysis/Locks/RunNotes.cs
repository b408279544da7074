using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>What a run has to remember about its tasks to draw the graph. Mutable; a branch goes on with a copy.</summary>
internal sealed class RunNotes
{
    private readonly TaskNotes[] tasks;
    private readonly Dictionary<(MachineRef Machine, Message Message), (TaskId Task, long When)> openings;
    private readonly Dictionary<(MachineRef Machine, Ending Ending), (TaskState Owing, long When)> debts;

    public RunNotes(int tasks)
        : this([.. Enumerable.Repeat(TaskNotes.None, tasks)], [], [], 0)
    {
    }

    private RunNotes(TaskNotes[] tasks, Dictionary<(MachineRef Machine, Message Message), (TaskId Task, long When)> openings, Dictionary<(MachineRef Machine, Ending Ending), (TaskState Owing, long When)> debts, long clock)
    {
        this.tasks = tasks;
        this.openings = openings;
        this.debts = debts;
        Clock = clock;
    }

    /// <summary>Steps noted.</summary>
    public long Clock { get; private set; }

    public TaskNotes this[TaskId task]
    {
        get => tasks[task.Index];
        set => tasks[task.Index] = value;
    }

    public RunNotes Copy() => new([.. tasks], new(openings), new(debts), Clock);

    public void Tick() => Clock++;

    /// <summary>What is owed: on which machine, for which wait, and since which step of whom.</summary>
    public IEnumerable<(MachineRef Machine, Message Wait, TaskState Owing)> Debts => debts.Select(debt => (debt.Key.Machine, debt.Key.Ending.Wait, debt.Value.Owing));

    /// <summary>The task has made a wait longer.</summary>
    public void Owe(MachineRef machine, Ending ending, TaskState owing) => debts.TryAdd((machine, ending), (owing, Clock));

    /// <summary>The wait is no longer than it has to be; answers since when the task itself had made it so, or null.</summary>
    public long? Settle(MachineRef machine, Ending ending, TaskId task) => debts.Remove((machine, ending), out var debt) && debt.Owing.Id == task ? debt.When : null;

    /// <summary>The task begins something that has nothing to do with what it did before.</summary>
    public void Forget(TaskId task) => this[task] = this[task] with { Taken = null };

    /// <summary>From here on a message to the machine waits, because of what the task has done.</summary>
    public void Open(MachineRef machine, Message message, TaskId task) => openings[(machine, message)] = (task, Clock);

    /// <summary>Since when the message waits because of this very task; 0 when somebody else has begun it.</summary>
    public long OpenedBy(TaskId task, MachineRef machine, Message message) =>
        openings.TryGetValue((machine, message), out var opening) && opening.Task == task ? opening.When : 0;
}

/// <summary>The notes of one task.</summary>
/// <param name="Held">The locks it holds, in order.</param>
/// <param name="Taken">What it has asked for so far, newest first.</param>
internal sealed record TaskNotes(Sequence<Taking> Held, Taken? Taken)
{
    public static readonly TaskNotes None = new(Sequence<Taking>.Empty, null);
}

/// <summary>A list of takings that runs share as far as they have the same past.</summary>
internal sealed record Taken(Taken? Before, Taking What, Sequence<Taking> Holding, long When)
{
    public static IEnumerable<Taken> Since(Taken? newest, long when)
    {
        for (var at = newest; at is not null && at.When > when; at = at.Before)
            yield return at;
    }
}
