using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Exploration;

/// <summary>A successor of a remembered transition: what changes in a world, as numbers.</summary>
/// <param name="Task">The task's next state.</param>
/// <param name="Target">The target's next state; -1 when there is none.</param>
/// <param name="Delta">What the fingerprint changes by.</param>
/// <param name="Started">Slots that begin, with their states.</param>
/// <param name="Violations">Findings of the step, or empty.</param>
/// <param name="Fatal">Nothing after it is explored.</param>
internal sealed record Edge(int Task, int Target, UInt128 Delta, (int Slot, int State)[] Started, Finding[] Violations, bool Fatal)
{
    /// <summary>What the fingerprints under each exchange change by; empty without symmetry.</summary>
    public UInt128[] ImageDeltas { get; init; } = [];
}

/// <summary>Interned states and remembered transitions (design D3): the pure functions run once for each (task state, target state).</summary>
/// <remarks>Safe for several threads: what is remembered is read without a lock, what is new is added under one. Numbers follow the order of discovery; hashes do not.</remarks>
internal sealed class StateTable
{
    // Not the number of any machine state: the target of a step that has none.
    private const int Nothing = int.MaxValue;

    // Trie nodes of check steps are numbered apart from states.
    private const int FirstCheckNode = 1 << 30;

    private readonly ITransitionSystem system;
    private readonly Orbits? orbits;
    private readonly Lock gate = new();
    private readonly Dictionary<object, int> ids = [];
    private readonly TransitionMap transitions = new();
    private readonly TransitionMap checks = new();
    private int checkNodes;
    private int count;
    private int edgeCount;
    private object[] states = new object[256];
    private UInt128[] hashes = new UInt128[256];
    private PendingKind[] kinds = new PendingKind[256];
    private int[] targets = new int[256];
    private int[][] footprints = new int[256][];
    private Edge[][] edges = new Edge[256][];
    private int[] edgeTasks = new int[256];
    private Access[][] accesses = new Access[256][];

    public StateTable(Model model)
        : this(new KernelSystem(model))
    {
    }

    public StateTable(ITransitionSystem system, Orbits? orbits = null)
    {
        (this.system, this.orbits) = (system, orbits);
        IdleIds = [.. Enumerable.Range(0, system.TaskCount).Select(task => Intern(system.Idle(task), task))];
    }

    /// <summary>Called once for each transition that is remembered, when its accesses are wanted: the slot, the task state, the accesses and what follows.</summary>
    public Action<int, int, Access[], Edge[]>? OnAccesses { get; set; }

    /// <summary>Called once for each transition that is remembered: the task state and the target's, null where there is none.</summary>
    public Action<object, object?>? OnTransition { get; init; }

    /// <summary>The ids of the idle states, by task slot.</summary>
    public int[] IdleIds { get; }

    /// <summary>Distinct component states.</summary>
    public int Count => count;

    /// <summary>Remembered transitions.</summary>
    public int TransitionCount => edgeCount;

    /// <summary>The task states that could do their next step somewhere.</summary>
    public IEnumerable<object> Moved =>
        Enumerable.Range(0, edgeCount).Where(edge => edges[edge].Length > 0).Select(edge => edgeTasks[edge]).Distinct().Select(task => states[task]);

    /// <summary>The state of an id.</summary>
    public object this[int id] => states[id];

    public PendingKind KindOf(int task) => kinds[task];

    /// <summary>The slot of the machine the task's next message goes to; -1 when there is none.</summary>
    public int TargetOf(int task) => targets[task];

    /// <summary>The slots that a check reads.</summary>
    public int[] ReadBy(int task) => footprints[task];

    /// <summary>The number of a state; new ones get the next. The slot tells tasks from machines.</summary>
    public int Intern(object state, int slot)
    {
        lock (gate)
        {
            if (ids.TryGetValue(state, out var id))
                return id;
            id = count;
            if (id == states.Length)
                Grow();
            states[id] = state;
            hashes[id] = system.HashOf(state);
            orbits?.Add(id, state);
            if (slot < system.TaskCount)
            {
                var next = system.Next(slot, state);
                kinds[id] = next.Kind;
                targets[id] = next.Target;
                footprints[id] = [.. next.Read];
            }

            ids.Add(state, id);
            count++;
            return id;
        }
    }

    /// <summary>The part of a world's fingerprint that one slot contributes.</summary>
    public UInt128 Mixed(int slot, int id) => Core.Analysis.Mixing.Mix(slot, hashes[id]);

    /// <summary>The first world, and its fingerprint.</summary>
    public int[] InitialWorld(out UInt128 fingerprint)
    {
        var slots = system.InitialWorld();
        var world = new int[slots.Count];
        for (var slot = 0; slot < world.Length; slot++)
            world[slot] = Intern(slots[slot], slot);
        fingerprint = FingerprintOf(world);
        return world;
    }

    /// <summary>The fingerprint of a world; with symmetry the one that stands for all worlds it can be exchanged with.</summary>
    public UInt128 FingerprintOf(ReadOnlySpan<int> world)
    {
        if (orbits is not null)
            return orbits.Representative(world);
        var fingerprint = UInt128.Zero;
        for (var slot = 0; slot < world.Length; slot++)
            fingerprint ^= Mixed(slot, world[slot]);
        return fingerprint;
    }

    /// <summary>The successors of the task in the given world; empty = blocked or idle.</summary>
    public Edge[] Successors(int slot, ReadOnlySpan<int> world)
    {
        if (kinds[world[slot]] == PendingKind.Idle)
            return [];
        var transition = Find(slot, world);
        return edges[transition];
    }

    /// <summary>The number of the remembered transition of a task that is not idle.</summary>
    public int Find(int slot, ReadOnlySpan<int> world)
    {
        var task = world[slot];
        if (kinds[task] == PendingKind.Check)
            return Check(slot, task, world);
        var target = kinds[task] == PendingKind.Send ? world[targets[task]] : Nothing;
        var found = transitions.Find(task, target);
        return found >= 0 ? found : Remember(slot, task, target);
    }

    /// <summary>The successors of a remembered transition; empty = blocked.</summary>
    public Edge[] EdgesOf(int transition) => edges[transition];

    /// <summary>What a remembered transition accesses; of a blocked one what it waits for.</summary>
    public ReadOnlySpan<Access> AccessesOf(int transition) => accesses[transition];

    /// <summary>Turns a copy of a world into its successor.</summary>
    public void Apply(Edge edge, int slot, Span<int> world)
    {
        var target = targets[world[slot]];
        world[slot] = edge.Task;
        if (edge.Target >= 0)
            world[target] = edge.Target;
        foreach (var (started, state) in edge.Started)
        {
            if (world[started] != IdleIds[started])
                throw new InvalidOperationException($"task slot {started} is started while it runs");
            world[started] = state;
        }
    }

    private int Remember(int slot, int task, int target)
    {
        lock (gate)
        {
            var found = transitions.Find(task, target);
            if (found >= 0)
                return found;
            var machine = target == Nothing ? null : states[target];
            var successors = system.Take(slot, states[task], machine);
            var added = Add(slot, task, task, target, machine, successors);
            orbits?.Verify(slot, task, target == Nothing ? -1 : target, edges[added], successors);
            return added;
        }
    }

    // The states read lead through a trie, one node for each prefix; its last node is remembered as a transition.
    private int Check(int slot, int task, ReadOnlySpan<int> world)
    {
        var node = task;
        foreach (var read in footprints[task])
        {
            node = checks.Find(node, world[read]);
            if (node < 0)
                return Judge(slot, task, world.ToArray());
        }

        var known = transitions.Find(node, Nothing);
        return known >= 0 ? known : Judge(slot, task, world.ToArray());
    }

    private int Judge(int slot, int task, int[] world)
    {
        lock (gate)
        {
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
                return known;
            var successors = system.Check(slot, states[task], read => states[world[read]]);
            var added = Add(slot, task, node, Nothing, null, successors);
            orbits?.VerifyCheck(slot, task, [.. footprints[task].Select(read => (read, world[read]))], edges[added], successors);
            return added;
        }
    }

    private int Add(int slot, int task, int from, int target, object? machine, IReadOnlyList<Transition> successors)
    {
        var result = ToEdges(slot, task, target, successors);
        if (edgeCount == edges.Length)
        {
            Array.Resize(ref edges, edgeCount * 2);
            Array.Resize(ref edgeTasks, edgeCount * 2);
            Array.Resize(ref accesses, edgeCount * 2);
        }

        edges[edgeCount] = result;
        edgeTasks[edgeCount] = task;
        OnTransition?.Invoke(states[task], machine);
        if (OnAccesses is { } tell)
        {
            accesses[edgeCount] = [.. system.Footprints.Next(slot, states[task], machine, successors)];
            tell(slot, task, accesses[edgeCount], result);
        }

        transitions.Add(from, target, edgeCount);
        return edgeCount++;
    }

    private Edge[] ToEdges(int slot, int task, int target, IReadOnlyList<Transition> successors)
    {
        var targetSlot = target == Nothing ? -1 : targets[task];
        var result = new Edge[successors.Count];
        for (var index = 0; index < result.Length; index++)
        {
            var successor = successors[index];
            var nextTask = Intern(successor.Task, slot);
            var nextTarget = targetSlot < 0 ? -1 : Intern(successor.Target!, targetSlot);
            (int Slot, int State)[] started = [.. successor.Started.Select(child => (child.Slot, Intern(child.State, child.Slot)))];
            var changes = new List<(int Slot, int From, int To)> { (slot, task, nextTask) };
            if (targetSlot >= 0)
                changes.Add((targetSlot, target, nextTarget));
            changes.AddRange(started.Select(child => (child.Slot, IdleIds[child.Slot], child.State)));
            var delta = changes.Aggregate(UInt128.Zero, (sum, change) => sum ^ Mixed(change.Slot, change.From) ^ Mixed(change.Slot, change.To));
            result[index] = new Edge(nextTask, nextTarget, delta, started, [.. successor.Findings], successor.Fatal) { ImageDeltas = orbits?.Deltas(changes) ?? [] };
        }

        return result;
    }

    private void Grow()
    {
        Array.Resize(ref states, count * 2);
        Array.Resize(ref hashes, count * 2);
        Array.Resize(ref kinds, count * 2);
        Array.Resize(ref targets, count * 2);
        Array.Resize(ref footprints, count * 2);
    }
}
