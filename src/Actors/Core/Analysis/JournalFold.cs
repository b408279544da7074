using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>A finding of a folded journal.</summary>
/// <param name="Finding">What.</param>
/// <param name="Entry">The number of the entry after which it was seen, from 1.</param>
/// <param name="Task">Who ran into it.</param>
public sealed record FoldFinding(Finding Finding, long Entry, TaskId Task);

/// <summary>Replays a journal through the same machines, entry by entry, and judges the check steps that the live run skipped (design D8).</summary>
/// <remarks>A check step is judged just before its task's next send, or at the end: the latest place the journal allows it.</remarks>
public sealed class JournalFold
{
    private readonly World world;
    private readonly Dictionary<string, FoldFinding> findings = [];
    private readonly long[] taskSequences;
    private readonly long[] machineSequences;
    private readonly int[] current;

    /// <summary>A fold that starts at the model's first world. Requests come from the scenario's tasks, or from the entries where these have none.</summary>
    public JournalFold(Model model)
    {
        world = new World(model);
        taskSequences = new long[model.TaskCount];
        machineSequences = new long[model.SlotCount];
        current = new int[model.Topology.UserTasks];
    }

    /// <summary>The world after the entries so far.</summary>
    public World World => world;

    /// <summary>Entries followed.</summary>
    public long Count { get; private set; }

    /// <summary>Check steps judged.</summary>
    public long Checks { get; private set; }

    /// <summary>What was broken, one for each id, first seen first.</summary>
    public IReadOnlyCollection<FoldFinding> Findings => findings.Values;

    /// <summary>Where the journal left the machines, or null: one line.</summary>
    public string? Divergence { get; private set; }

    /// <summary>Whether nothing can move any more: the run ended by itself, finished or stalled.</summary>
    public bool IsQuiescent => !Stopped && world.Tasks.All(task => world.Successors(task.Id).Count == 0);

    /// <summary>Hears each answered request: its number in order of beginning, from 0, and its answer.</summary>
    public Action<int, int>? OnAnswer { get; set; }

    /// <summary>Requests begun.</summary>
    public int Requests { get; private set; }

    /// <summary>Hears of each send before it is taken: the task that is about to.</summary>
    public Action<TaskId>? OnSend { get; set; }

    /// <summary>Hears every event, check steps included.</summary>
    public Action<Event>? OnEvent { get; set; }

    /// <summary>The kernel has stopped (a NULL dereference, a use after free): entries behind it are concurrent leftovers and not followed.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Follows one entry; entries come in canonical order. False after the first divergence, and when the kernel has stopped.</summary>
    public bool Follow(JournalEntry entry)
    {
        if (Divergence is not null || Stopped)
            return false;
        var task = entry.Step.Task;
        JudgeChecks(task);
        if (Stopped)
            return false;
        if (!IsNext(entry, out var why) || !Begin(entry, out why))
            return Diverge(entry, why);
        JudgeChecks(task);
        if (world.TargetOf(task) is not { } target)
            return Diverge(entry, "the task has no message to send");
        var message = TaskMachine.Pending(world[task]).Message;
        if (target != entry.Machine || message != entry.Message)
            return Diverge(entry, $"the model sends {message} to {target}");
        OnSend?.Invoke(task);
        if (world.Take(task, entry.Choice, entry.Branch) is not { } taken)
            return Diverge(entry, "the machine does not give that answer (blocked, or no such choice)");
        if (taken.Reply != entry.Reply)
            return Diverge(entry, $"the machine answers {taken.Reply.Value}, the journal {entry.Reply.Value}");
        Count++;
        See(taken);
        Answer(task);
        return true;
    }

    /// <summary>Judges the check steps that stand at the end, and, when the run ended by itself so that nothing moves any more, the end as a whole.</summary>
    public void Finish()
    {
        if (Divergence is not null)
            return;
        for (var task = 0; task < world.Model.TaskCount; task++)
            JudgeChecks(new TaskId(task));
        if (!IsQuiescent)
            return;
        foreach (var finding in world.JudgeQuiescence())
            Find(finding, default);
    }

    private bool IsNext(JournalEntry entry, out string why)
    {
        why = "";
        var machineNext = ++machineSequences[world.Model.SlotOf(entry.Machine)];
        var taskNext = ++taskSequences[entry.Step.Task.Index];
        if (machineNext != entry.MachineSequence)
            why = $"{entry.Machine} is at {machineNext - 1}, the entry says {entry.MachineSequence}";
        else if (taskNext != entry.Step.Sequence)
            why = $"the task is at {taskNext - 1}, the entry says {entry.Step.Sequence}";
        return why.Length == 0;
    }

    private bool Begin(JournalEntry entry, out string why)
    {
        why = "";
        var task = entry.Step.Task;
        if (entry.Call is { } call)
        {
            if (!world[task].IsIdle)
                why = "a request begins while the task runs another";
            else
                BeginRequest(task, call);
        }
        else if (world[task].IsIdle)
        {
            why = "the task is idle and the entry begins no request";
        }

        return why.Length == 0;
    }

    private void BeginRequest(TaskId task, Call call)
    {
        world.Begin(task, call);
        current[task.Index] = Requests++;
    }

    private void Answer(TaskId task)
    {
        if (task.Index < current.Length && !Stopped && world[task] is { IsIdle: true, Results.IsEmpty: false } state)
            OnAnswer?.Invoke(current[task.Index], state.Results[0]);
    }

    private void JudgeChecks(TaskId task)
    {
        while (!Stopped && world[task] is { IsIdle: false } state && (state.Next is Step.Check || world.TargetOf(task) is null))
        {
            var judged = state.Next is Step.Check check ? check.Obligations.Select(Obligations.PropertyOf) : [Property.P7];
            if (judged.Any(world.Model.Scenario.Judges))
                Checks++;
            See(world.Take(task));
            Answer(task);
        }
    }

    private void See(Event taken)
    {
        OnEvent?.Invoke(taken);
        foreach (var finding in taken.Findings)
        {
            Find(finding, taken.Task);
            Stopped |= finding.Violation.Fatal;
        }
    }

    private void Find(Finding finding, TaskId task)
    {
        if (world.Model.Scenario.Judges(finding.Violation.Property))
            findings.TryAdd(finding.Id, new FoldFinding(finding, Count, task));
    }

    private bool Diverge(JournalEntry entry, string why)
    {
        Divergence = $"event {Count + 1} (stamp {entry.Stamp}, {world.Model.Topology.NameOf(entry.Step.Task)} step {entry.Step.Sequence} on {entry.Machine}, {entry.Message}): {why}";
        return false;
    }
}
