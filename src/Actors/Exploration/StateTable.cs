using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration;

/// <summary>What a task state does next.</summary>
internal enum PendingKind : byte
{
    /// <summary>The slot is idle.</summary>
    Idle,

    /// <summary>A message to one machine.</summary>
    Send,

    /// <summary>A check over several machines.</summary>
    Check,

    /// <summary>A NULL pointer.</summary>
    Oops,
}

/// <summary>A successor of a remembered transition: what changes in a world, as numbers.</summary>
/// <param name="Task">The task's next state.</param>
/// <param name="Target">The target's next state; -1 when there is none.</param>
/// <param name="Delta">What the fingerprint changes by.</param>
/// <param name="Started">Slots that begin, with their states.</param>
/// <param name="Violations">Findings of the step, or empty.</param>
/// <param name="Fatal">Nothing after it is explored.</param>
internal sealed record Edge(int Task, int Target, UInt128 Delta, (int Slot, int State)[] Started, Finding[] Violations, bool Fatal);

/// <summary>Interned states and remembered transitions (design D3): the pure functions run once for each (task state, target state).</summary>
internal sealed class StateTable
{
    // Not the number of any machine state: the target of a step that has none.
    private const int Nothing = int.MaxValue;

    // Trie nodes of check steps are numbered apart from states.
    private const int FirstCheckNode = 1 << 30;

    private readonly Model model;
    private readonly Dictionary<object, int> ids = [];
    private readonly List<object> states = [];
    private readonly List<UInt128> hashes = [];
    private readonly TransitionMap transitions = new();
    private readonly TransitionMap checks = new();
    private int checkNodes;
    private PendingKind[] kinds = new PendingKind[1024];
    private int[] targets = new int[1024];
    private int[][] footprints = new int[1024][];

    public StateTable(Model model)
    {
        this.model = model;
        IdleIds = [.. Enumerable.Range(0, model.TaskCount).Select(task => Intern(TaskState.Idle(new TaskId(task))))];
    }

    /// <summary>The ids of the idle states, by task slot.</summary>
    public int[] IdleIds { get; }

    /// <summary>Distinct component states.</summary>
    public int Count => states.Count;

    /// <summary>Remembered transitions.</summary>
    public int TransitionCount => edges.Count;

    /// <summary>All states, by id.</summary>
    public IReadOnlyList<object> States => states;

    private readonly List<Edge[]> edges = [];

    /// <summary>The state of an id.</summary>
    public object this[int id] => states[id];

    public PendingKind KindOf(int task) => kinds[task];

    /// <summary>The slot of the machine the task's next message goes to.</summary>
    public int TargetOf(int task) => targets[task];

    /// <summary>The number of a state; new ones get the next.</summary>
    public int Intern(object state)
    {
        if (ids.TryGetValue(state, out var id))
            return id;
        id = states.Count;
        ids.Add(state, id);
        states.Add(state);
        hashes.Add(Fingerprint.Of(state));
        if (id >= kinds.Length)
        {
            Array.Resize(ref kinds, id * 2);
            Array.Resize(ref targets, id * 2);
            Array.Resize(ref footprints, id * 2);
        }

        if (state is TaskState task)
            Prepare(id, task);
        return id;
    }

    /// <summary>The part of a world's fingerprint that one slot contributes.</summary>
    public UInt128 Mixed(int slot, int id) => Mixing.Mix(slot, hashes[id]);

    /// <summary>The successors of the task in the given world; empty = blocked. Only for a task that is not idle.</summary>
    public Edge[] Successors(int slot, ReadOnlySpan<int> world)
    {
        var task = world[slot];
        switch (kinds[task])
        {
            case PendingKind.Send:
                var target = world[targets[task]];
                var found = transitions.Find(task, target);
                return found >= 0 ? edges[found] : Remember(slot, task, target);
            case PendingKind.Check:
                return Check(slot, task, world);
            case PendingKind.Oops:
                return Oops(slot, task);
            default:
                return [];
        }
    }

    private void Prepare(int id, TaskState task)
    {
        if (task.IsIdle)
        {
            kinds[id] = PendingKind.Idle;
            return;
        }

        if (task.Next is Step.Check)
        {
            kinds[id] = PendingKind.Check;
            footprints[id] = [.. Obligations.Footprint(task, model.Topology).Select(model.SlotOf)];
            return;
        }

        var (target, _) = TaskMachine.Pending(task);
        kinds[id] = target is null ? PendingKind.Oops : PendingKind.Send;
        targets[id] = target is null ? -1 : model.SlotOf(target.Value);
    }

    private Edge[] Remember(int slot, int task, int target)
    {
        var successors = TaskMachine.Send((TaskState)states[task], (MachineState)states[target], model.Topology);
        var result = ToEdges(slot, task, targets[task], target, successors);
        transitions.Add(task, target, edges.Count);
        edges.Add(result);
        return result;
    }

    private Edge[] Oops(int slot, int task)
    {
        var found = transitions.Find(task, Nothing);
        if (found >= 0)
            return edges[found];
        transitions.Add(task, Nothing, edges.Count);
        edges.Add(ToEdges(slot, task, -1, -1, [TaskMachine.Oops((TaskState)states[task])]));
        return edges[^1];
    }

    private Edge[] Check(int slot, int task, ReadOnlySpan<int> world)
    {
        // The states read lead through a trie, one node for each prefix; its last node is remembered as a transition.
        var node = task;
        foreach (var read in footprints[task])
        {
            var next = checks.Find(node, world[read]);
            if (next < 0)
            {
                next = FirstCheckNode + checkNodes++;
                checks.Add(node, world[read], next);
            }

            node = next;
        }

        var known = transitions.Find(node, Nothing);
        if (known >= 0)
            return edges[known];
        var state = (TaskState)states[task];
        var seen = world.ToArray();
        var broken = Obligations.Judge(state, model.Topology, machine => (MachineState)states[seen[model.SlotOf(machine)]]);
        transitions.Add(node, Nothing, edges.Count);
        edges.Add(ToEdges(slot, task, -1, -1, TaskMachine.Check(state, broken)));
        return edges[^1];
    }

    private Edge[] ToEdges(int slot, int task, int targetSlot, int target, IReadOnlyList<Successor> successors)
    {
        var step = ((TaskState)states[task]).Next;
        var result = new Edge[successors.Count];
        for (var index = 0; index < result.Length; index++)
        {
            var successor = successors[index];
            var nextTask = Intern(successor.Task);
            var nextTarget = targetSlot < 0 ? -1 : Intern(successor.Target!);
            var delta = Mixed(slot, task) ^ Mixed(slot, nextTask);
            if (targetSlot >= 0)
                delta ^= Mixed(targetSlot, target) ^ Mixed(targetSlot, nextTarget);
            var started = successor.Started.Select(child => (child.Id.Index, Intern(child))).ToArray();
            foreach (var (startedSlot, state) in started)
                delta ^= Mixed(startedSlot, IdleIds[startedSlot]) ^ Mixed(startedSlot, state);
            result[index] = new Edge(nextTask, nextTarget, delta, started,
                [.. successor.Violations.Select(violation => new Finding(violation, step.Function, step.Text))], successor.IsFatal);
        }

        return result;
    }
}

/// <summary>An open-addressing map from (task state, target state) to the number of a remembered transition.</summary>
internal sealed class TransitionMap
{
    private ulong[] keys = NewKeys(1 << 12);
    private int[] values = new int[1 << 12];
    private int count;

    public int Find(int task, int target)
    {
        var key = Key(task, target);
        var mask = keys.Length - 1;
        for (var index = Home(key, mask); ; index = (index + 1) & mask)
        {
            if (keys[index] == key)
                return values[index];
            if (keys[index] == ulong.MaxValue)
                return -1;
        }
    }

    public void Add(int task, int target, int value)
    {
        if (++count * 2 > keys.Length)
            Grow();
        Put(Key(task, target), value);
    }

    private static ulong[] NewKeys(int size)
    {
        var result = new ulong[size];
        Array.Fill(result, ulong.MaxValue);
        return result;
    }

    private static ulong Key(int task, int target) => ((ulong)(uint)task << 32) | (uint)target;

    private static int Home(ulong key, int mask) => (int)((key * 0x9e37_79b9_7f4a_7c15) >> 40) & mask;

    private void Grow()
    {
        var (oldKeys, oldValues) = (keys, values);
        keys = NewKeys(oldKeys.Length * 2);
        values = new int[keys.Length];
        for (var index = 0; index < oldKeys.Length; index++)
        {
            if (oldKeys[index] != ulong.MaxValue)
                Put(oldKeys[index], oldValues[index]);
        }
    }

    private void Put(ulong key, int value)
    {
        var mask = keys.Length - 1;
        var index = Home(key, mask);
        while (keys[index] != ulong.MaxValue)
            index = (index + 1) & mask;
        keys[index] = key;
        values[index] = value;
    }
}
