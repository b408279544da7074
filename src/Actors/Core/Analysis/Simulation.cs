using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>A storm on one thread under a seeded scheduler: the same seed gives the same journal on any machine.</summary>
public sealed class Simulation
{
    private readonly World world;
    private readonly Recorder recorder;
    private readonly IReadOnlyList<Workload> workloads;
    private readonly List<int> runnable = [];
    private readonly Dictionary<MachineRef, List<int>> parked = [];
    private ulong random;

    /// <summary>A simulated storm.</summary>
    public Simulation(Model model, WorkloadProfile profile, ulong seed)
    {
        Model = model;
        world = new World(model);
        recorder = new Recorder(world);
        workloads = Workload.ForAll(model.Topology, profile, seed);
        random = SplitMix.Derive(seed, 0);
        for (var task = 0; task < workloads.Count; task++)
            runnable.Add(task);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The world now.</summary>
    public World World => world;

    /// <summary>Steps taken, check steps included.</summary>
    public long Steps { get; private set; }

    /// <summary>Requests answered.</summary>
    public long Requests { get; private set; }

    /// <summary>The kernel has stopped: a NULL dereference or a use after free.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Hears each accepted step, in order.</summary>
    public Action<JournalEntry>? OnEntry { get; set; }

    /// <summary>Hears each answered request: the task, the request and its answer.</summary>
    public Action<TaskId, Request, int>? OnAnswer { get; set; }

    /// <summary>Hears of each wait: the machine that made a task wait.</summary>
    public Action<MachineRef>? OnWait { get; set; }

    /// <summary>Nothing can move, and some task has not finished.</summary>
    public bool IsStalled => !Stopped && runnable.Count == 0 && parked.Count > 0;

    /// <summary>After this, tasks issue no new requests but give back what they hold.</summary>
    public bool Ending { get; set; }

    /// <summary>Takes one step of some task; false when nothing can move.</summary>
    public bool Step()
    {
        while (runnable.Count > 0 && !Stopped)
        {
            var place = Draw(runnable.Count);
            var task = runnable[place];
            if (world[new TaskId(task)].IsIdle && !Refill(task))
            {
                Remove(place);
                continue;
            }

            var id = new TaskId(task);
            var successors = world.Successors(id);
            if (successors.Count == 0)
            {
                Park(place, id);
                continue;
            }

            Take(id, successors[successors.Count == 1 ? 0 : Draw(successors.Count)]);
            return true;
        }

        return false;
    }

    private void Take(TaskId task, Successor successor)
    {
        var (taken, entry) = recorder.Take(task, successor);
        Steps++;
        if (entry is not null)
            OnEntry?.Invoke(entry);
        Stopped |= taken.Violations.Any(violation => violation.Fatal);
        if (taken.Target is { } machine && parked.Remove(machine, out var waiting))
            runnable.AddRange(waiting);
        foreach (var child in taken.Started)
            runnable.Add(child.Index);
        if (world[task].IsIdle && !Stopped)
            Finish(task);
    }

    private void Finish(TaskId task)
    {
        if (task.Index >= workloads.Count)
        {
            runnable.Remove(task.Index);
            return;
        }

        Requests++;
        var workload = workloads[task.Index];
        var answer = world[task].Results[0];
        OnAnswer?.Invoke(task, workload.Current!, answer);
        workload.Answered(answer);
    }

    // A user task without a request takes the next one; false when it has none left.
    private bool Refill(int task)
    {
        if (workloads[task].Next(Ending) is not { } call)
            return false;
        recorder.Begin(new TaskId(task), call);
        return true;
    }

    private void Park(int place, TaskId task)
    {
        Remove(place);
        var machine = world.TargetOf(task)!.Value;
        if (!parked.TryGetValue(machine, out var waiting))
            parked.Add(machine, waiting = []);
        waiting.Add(task.Index);
        OnWait?.Invoke(machine);
    }

    private void Remove(int place)
    {
        runnable[place] = runnable[^1];
        runnable.RemoveAt(runnable.Count - 1);
    }

    private int Draw(int below)
    {
        random = SplitMix.Next(random, out var value);
        return (int)(value % (ulong)below);
    }
}
