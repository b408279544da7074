using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>A request that went differently under another revision.</summary>
/// <param name="Entry">The number of the journal entry that began it, from 1.</param>
/// <param name="Task">Who asked.</param>
/// <param name="Request">What.</param>
/// <param name="Recorded">The answer in the journal's run; null when it never ended there.</param>
/// <param name="Now">The answer under the other revision; null when it never ends here.</param>
public sealed record RequestDifference(long Entry, TaskId Task, Request Request, int? Recorded, int? Now);

/// <summary>Gives the requests of a journal to another revision, in the journal's order as far as that kernel's own steps allow.</summary>
/// <remarks>Tasks move when the journal moved them; where the other revision has more or fewer steps, a request is finished before the task's next begins.</remarks>
public sealed class RequestReplay
{
    private readonly World world;
    private readonly Dictionary<string, Finding> findings = [];
    private readonly Queue<Call>[] waiting;
    private readonly List<(long Entry, TaskId Task, Request Request)> begun = [];
    private readonly int[] current;
    private readonly Dictionary<int, int> answers = [];
    private readonly Queue<int>[] starts;
    private long entries;

    /// <summary>A replay on the model of the other revision.</summary>
    public RequestReplay(Model model)
    {
        world = new World(model);
        waiting = [.. Enumerable.Range(0, model.Topology.UserTasks).Select(_ => new Queue<Call>())];
        starts = [.. Enumerable.Range(0, model.Topology.UserTasks).Select(_ => new Queue<int>())];
        current = [.. Enumerable.Repeat(-1, model.Topology.UserTasks)];
    }

    /// <summary>What the other revision breaks, one for each id.</summary>
    public IReadOnlyCollection<Finding> Findings => findings.Values;

    /// <summary>Whether a finding has been met, by id.</summary>
    public bool Has(string id) => findings.ContainsKey(id);

    /// <summary>The other kernel has stopped.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Moves the task of an entry by one send, as the journal did, or lets it begin the entry's request first.</summary>
    public void Follow(JournalEntry entry)
    {
        entries++;
        var task = entry.Step.Task;
        if (entry.Call is { } call)
        {
            begun.Add((entries, task, call.Request));
            waiting[task.Index].Enqueue(call);
            starts[task.Index].Enqueue(begun.Count - 1);
            while (waiting[task.Index].Count > 1 && Move(task))
            {
            }
        }

        Move(task, entry);
    }

    /// <summary>Lets everything end that can, and judges the end.</summary>
    public void End()
    {
        while (!Stopped && MoveAny())
        {
        }

        if (Stopped)
            return;
        foreach (var finding in world.JudgeQuiescence())
            Find(finding);
    }

    /// <summary>Lets everything end that can, and answers what went differently from the recorded answers.</summary>
    /// <param name="recorded">The recorded answers, in the order in which the requests began; null = never ended.</param>
    public IReadOnlyList<RequestDifference> Finish(IReadOnlyList<int?> recorded)
    {
        End();
        var differences = new List<RequestDifference>();
        for (var index = 0; index < begun.Count; index++)
        {
            int? now = answers.TryGetValue(index, out var answer) ? answer : null;
            if (now != recorded[index])
                differences.Add(new RequestDifference(begun[index].Entry, begun[index].Task, begun[index].Request, recorded[index], now));
        }

        return differences;
    }

    private bool MoveAny()
    {
        var moved = false;
        for (var task = 0; task < world.Model.TaskCount && !Stopped; task++)
            moved |= Move(new TaskId(task));
        return moved;
    }

    // With an entry the machine answers as it did there, where it still can. Check steps are judged as the fold of a journal does: just before the next send.
    private bool Move(TaskId task, JournalEntry? entry = null)
    {
        var judged = JudgeChecks(task);
        if (Stopped || (world[task].IsIdle && !Begin(task)))
            return judged;
        judged |= JudgeChecks(task);
        if (Stopped || world.Successors(task).Count == 0)
            return judged;
        See((entry is null ? null : world.Take(task, entry.Choice, entry.Branch)) ?? world.Take(task));
        Answer(task);
        return true;
    }

    private bool JudgeChecks(TaskId task)
    {
        var judged = false;
        while (!Stopped && world[task] is { IsIdle: false } state && state.Next is Step.Check)
        {
            See(world.Take(task));
            Answer(task);
            judged = true;
        }

        return judged;
    }

    private void Answer(TaskId task)
    {
        if (!Stopped && task.Index < waiting.Length && current[task.Index] >= 0 && world[task] is { IsIdle: true, Results.IsEmpty: false } state)
            answers[current[task.Index]] = state.Results[0];
    }

    private void See(Event taken)
    {
        foreach (var finding in taken.Findings)
        {
            Find(finding);
            Stopped |= finding.Violation.Fatal;
        }
    }

    private void Find(Finding finding)
    {
        if (world.Model.Scenario.Judges(finding.Violation.Property))
            findings.TryAdd(finding.Id, finding);
    }

    private bool Begin(TaskId task)
    {
        if (task.Index >= waiting.Length || !waiting[task.Index].TryDequeue(out var call))
            return false;
        current[task.Index] = starts[task.Index].Dequeue();
        world.Begin(task, call);
        return true;
    }
}
