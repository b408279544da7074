using System.Collections.Concurrent;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>Counters of a run. Written by actors, read by dashboards; approximate while the run goes on, exact after it.</summary>
public sealed class RunMetrics
{
    private readonly Model model;
    private readonly ConcurrentDictionary<(string Request, Errno Errno), long> answers = [];
    private readonly int[] waiting;
    private readonly int[] holders;
    private readonly long[] waits;
    private readonly long[] steps;
    private readonly ConcurrentDictionary<string, Func<int>> mailboxes = [];
    private long requests;
    private long restarts;

    internal RunMetrics(Model model)
    {
        this.model = model;
        waiting = new int[model.SlotCount];
        holders = new int[model.SlotCount];
        waits = new long[model.SlotCount];
        steps = new long[model.SlotCount];
    }

    /// <summary>Accepted steps.</summary>
    public long Steps
    {
        get
        {
            var sum = 0L;
            for (var slot = 0; slot < steps.Length; slot++)
                sum += Volatile.Read(ref steps[slot]);
            return sum;
        }
    }

    /// <summary>Answered requests.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Machine actors restarted by their supervisor.</summary>
    public long Restarts => Interlocked.Read(ref restarts);

    /// <summary>What stopped the kernel, or null.</summary>
    public Finding? Stopped { get; internal set; }

    /// <summary>Answers by request and errno.</summary>
    public IReadOnlyDictionary<(string Request, Errno Errno), long> Answers => answers;

    /// <summary>The machines that made tasks wait most: now and in all.</summary>
    public IEnumerable<(MachineRef Machine, int Waiting, long Waits)> Contention =>
        model.Machines.Select(machine => (machine, Volatile.Read(ref waiting[model.SlotOf(machine)]), Interlocked.Read(ref waits[model.SlotOf(machine)])))
            .Where(entry => entry.Item3 > 0)
            .OrderByDescending(entry => entry.Item3)
            .ThenBy(entry => model.SlotOf(entry.machine));

    /// <summary>Depth of the ordered mailboxes now, deepest first.</summary>
    public IEnumerable<(string Actor, int Depth)> MailboxDepths =>
        mailboxes.Select(entry => (entry.Key, entry.Value())).OrderByDescending(entry => entry.Item2).ThenBy(entry => entry.Key, StringComparer.Ordinal);

    // By sequence: a step that is stored and answered only after a restart counts once.
    internal void Stepped(int slot, long sequence) => Volatile.Write(ref steps[slot], sequence);

    internal void Restarted() => Interlocked.Increment(ref restarts);

    internal void Answered(string request, int answer)
    {
        Interlocked.Increment(ref requests);
        answers.AddOrUpdate((request, (Errno)(-Math.Min(answer, 0))), 1, static (_, count) => count + 1);
    }

    /// <summary>The task that held a lock when somebody last had to wait for it, by name; empty for machines that are no locks.</summary>
    public string HolderOf(MachineRef machine) => Volatile.Read(ref holders[model.SlotOf(machine)]) is > 0 and var task ? model.Topology.NameOf(new TaskId(task - 1)) : "";

    internal void Holds(int slot, TaskId task) => Volatile.Write(ref holders[slot], task.Index + 1);

    internal void Waits(int slot, int count, bool isNew)
    {
        Volatile.Write(ref waiting[slot], count);
        if (isNew)
            Interlocked.Increment(ref waits[slot]);
    }

    internal void Watch(string actor, Func<int> depth) => mailboxes[actor] = depth;
}
