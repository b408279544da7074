using Actors.Core.Scenarios;

namespace Actors.Exploration.Promela;

/// <summary>A remembered transition: when which slots have which states, a task can take a step.</summary>
/// <param name="Task">The task's slot.</param>
/// <param name="Guards">Slots and the states they must have, the task's own first.</param>
/// <param name="Target">The slot the step writes besides the task's; -1 = none.</param>
/// <param name="Edges">What it can lead to.</param>
internal sealed record Remembered(int Task, (int Slot, int State)[] Guards, int Target, Edge[] Edges);

/// <summary>All transitions that a scenario can take, found by a plain search of all its worlds.</summary>
internal sealed class TransitionSystem
{
    private readonly Model model;
    private readonly HashSet<UInt128> visited = [];
    private readonly HashSet<(int Task, int Target)> sends = [];
    private readonly Dictionary<int, HashSet<Reads>> checks = [];

    private TransitionSystem(Model model)
    {
        this.model = model;
        Table = new StateTable(model);
        First = [.. model.InitialWorld().Select(Table.Intern)];
    }

    /// <summary>The states by number.</summary>
    public StateTable Table { get; }

    /// <summary>The first world.</summary>
    public int[] First { get; }

    /// <summary>The transitions, in order of discovery.</summary>
    public List<Remembered> Transitions { get; } = [];

    /// <summary>Distinct worlds.</summary>
    public long States => visited.Count;

    /// <summary>Steps taken, without those after which the kernel stops.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps after which the kernel stops: nothing is explored behind them, so they are left out.</summary>
    public long FatalSteps { get; private set; }

    /// <summary>How the search ended.</summary>
    public Completion Completion { get; private set; }

    /// <summary>Finds them.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="statesMax">The most distinct worlds; 0 = no bound.</param>
    /// <param name="tell">Told of the number of worlds now and then; answers whether to end early.</param>
    public static TransitionSystem Of(Model model, long statesMax, Func<long, bool> tell)
    {
        var system = new TransitionSystem(model);
        system.Search(statesMax, tell);
        return system;
    }

    private void Search(long statesMax, Func<long, bool> tell)
    {
        var open = new Queue<int[]>([First]);
        visited.Add(FingerprintOf(First));
        for (var count = 0L; open.TryDequeue(out var world); count++)
        {
            Expand(world, open);
            if ((count & 0xfff) == 0 && tell(visited.Count))
                Completion = Completion.Interrupted;
            else if (statesMax > 0 && visited.Count >= statesMax && open.Count > 0)
                Completion = Completion.StoppedAtBound;
            if (Completion != Completion.ExploredAll)
                return;
        }
    }

    private void Expand(int[] world, Queue<int[]> open)
    {
        for (var slot = 0; slot < model.TaskCount; slot++)
        {
            if (Table.KindOf(world[slot]) == PendingKind.Idle)
                continue;
            var edges = Table.Successors(slot, world);
            var target = Table.KindOf(world[slot]) == PendingKind.Send ? Table.TargetOf(world[slot]) : -1;
            if (edges.Length > 0)
                Remember(slot, world, target, edges);
            foreach (var edge in edges)
                Follow(world, slot, target, edge, open);
        }
    }

    private void Follow(int[] world, int slot, int target, Edge edge, Queue<int[]> open)
    {
        if (edge.Fatal)
        {
            FatalSteps++;
            return;
        }

        Steps++;
        int[] next = [.. world];
        next[slot] = edge.Task;
        if (target >= 0)
            next[target] = edge.Target;
        foreach (var (child, state) in edge.Started)
            next[child] = state;
        if (visited.Add(FingerprintOf(next)))
            open.Enqueue(next);
    }

    private void Remember(int slot, int[] world, int target, Edge[] edges)
    {
        var task = world[slot];
        if (target >= 0)
        {
            if (sends.Add((task, world[target])))
                Transitions.Add(new Remembered(slot, [(slot, task), (target, world[target])], target, edges));
            return;
        }

        var footprint = Table.KindOf(task) == PendingKind.Check ? Table.ReadBy(task) : [];
        if (!checks.TryGetValue(task, out var known))
            checks.Add(task, known = []);
        if (known.Add(new Reads([.. footprint.Select(read => world[read])])))
            Transitions.Add(new Remembered(slot, [(slot, task), .. footprint.Select(read => (read, world[read]))], -1, edges));
    }

    private UInt128 FingerprintOf(int[] world)
    {
        var sum = UInt128.Zero;
        for (var slot = 0; slot < world.Length; slot++)
            sum ^= Table.Mixed(slot, world[slot]);
        return sum;
    }

    // What a check step has read, equal by content.
    private readonly struct Reads(int[] states) : IEquatable<Reads>
    {
        private readonly int[] states = states;

        public bool Equals(Reads other) => states.AsSpan().SequenceEqual(other.states);

        public override bool Equals(object? obj) => obj is Reads other && Equals(other);

        public override int GetHashCode()
        {
            var code = default(HashCode);
            foreach (var state in states)
                code.Add(state);
            return code.ToHashCode();
        }
    }
}
