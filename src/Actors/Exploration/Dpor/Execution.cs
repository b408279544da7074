namespace Actors.Exploration.Dpor;

/// <summary>A step of an execution.</summary>
internal struct Taken
{
    /// <summary>Who.</summary>
    public int Task;

    /// <summary>Which of its successors.</summary>
    public int Choice;

    /// <summary>The slot it sends to; -1 for a check step.</summary>
    public int Target;

    /// <summary>Whether it changed that slot.</summary>
    public bool Writes;

    /// <summary>The slots it reads, of a check step.</summary>
    public int[] Footprint;

    /// <summary>The tasks it started, as bits.</summary>
    public ulong Started;

    /// <summary>The step that this one follows in its task: the one before, or the one that started the task; -1 = none.</summary>
    public int Follows;
}

/// <summary>The execution of a stateless search: worlds and steps on a stack, with the happens-before relation as vector clocks.</summary>
internal sealed class Execution
{
    private readonly StateTable table;
    private readonly int taskCount;
    private readonly int slotCount;
    private readonly int[] latest;
    private readonly int[][] accesses;
    private readonly int[] accessCounts;
    private int[] worlds;
    private int[] clocks;
    private UInt128[] fingerprints = new UInt128[64];
    private Taken[] steps = new Taken[64];

    public Execution(StateTable table, int taskCount, int[] first, UInt128 fingerprint)
    {
        this.table = table;
        this.taskCount = taskCount;
        slotCount = first.Length;
        latest = new int[taskCount];
        Array.Fill(latest, -1);
        accesses = [.. first.Select(_ => new int[16])];
        accessCounts = new int[slotCount];
        worlds = new int[slotCount * 64];
        clocks = new int[taskCount * 64];
        first.CopyTo(worlds, 0);
        fingerprints[0] = fingerprint;
    }

    /// <summary>Number of steps.</summary>
    public int Count { get; private set; }

    /// <summary>The world before a step, or the last one.</summary>
    public ReadOnlySpan<int> World(int position) => worlds.AsSpan(position * slotCount, slotCount);

    /// <summary>The fingerprint of that world.</summary>
    public UInt128 Fingerprint(int position) => fingerprints[position];

    /// <summary>A step.</summary>
    public ref readonly Taken this[int position] => ref steps[position];

    /// <summary>The steps that touched a slot, oldest first.</summary>
    public ReadOnlySpan<int> Accesses(int slot) => accesses[slot].AsSpan(0, accessCounts[slot]);

    /// <summary>The step that the task's next one follows; -1 = none.</summary>
    public int LatestOf(int task) => latest[task];

    /// <summary>Whether one step happens before another, or is it.</summary>
    public bool IsBefore(int position, int other) => other >= position && clocks[(other * taskCount) + steps[position].Task] >= position;

    /// <summary>The last step of a task that happens before the given one, or is it; -1 = none.</summary>
    public int LastBefore(int position, int task) => clocks[(position * taskCount) + task];

    /// <summary>Takes a step.</summary>
    public void Push(int task, int choice, Edge edge, int target, int[] footprint)
    {
        Grow();
        var position = Count++;
        ref var step = ref steps[position];
        var world = worlds.AsSpan(position * slotCount, slotCount);
        step = new Taken { Task = task, Choice = choice, Target = target, Writes = target >= 0 && world[target] != edge.Target, Footprint = footprint, Follows = latest[task] };
        var clock = clocks.AsSpan(position * taskCount, taskCount);
        clock.Fill(-1);
        Join(clock, latest[task]);
        if (target >= 0)
            Touch(clock, target, step.Writes, position);
        foreach (var slot in footprint)
            Touch(clock, slot, writes: false, position);
        var next = worlds.AsSpan((position + 1) * slotCount, slotCount);
        world.CopyTo(next);
        next[task] = edge.Task;
        if (target >= 0)
            next[target] = edge.Target;
        foreach (var (child, state) in edge.Started)
        {
            if (world[child] != table.IdleIds[child])
                throw new InvalidOperationException($"task {child} is started while it runs");
            Join(clock, latest[child]);
            step.Started |= 1ul << child;
            next[child] = state;
        }

        clock[task] = position;
        fingerprints[position + 1] = fingerprints[position] ^ edge.Delta;
        foreach (var (child, _) in edge.Started)
        {
            childFollows.Push(latest[child]);
            latest[child] = position;
        }

        latest[task] = position;
    }

    private readonly Stack<int> childFollows = new();

    /// <summary>Takes the last step back.</summary>
    public void Pop()
    {
        ref readonly var step = ref steps[--Count];
        for (var child = taskCount - 1; child >= 0 && step.Started != 0; child--)
        {
            if ((step.Started & (1ul << child)) != 0)
                latest[child] = childFollows.Pop();
        }

        latest[step.Task] = step.Follows;
        if (step.Target >= 0)
            accessCounts[step.Target]--;
        foreach (var slot in step.Footprint)
            accessCounts[slot]--;
    }

    private void Touch(Span<int> clock, int slot, bool writes, int position)
    {
        var before = Accesses(slot);
        for (var index = before.Length - 1; index >= 0; index--)
        {
            if (steps[before[index]].Writes)
            {
                Join(clock, before[index]);
                break;
            }

            if (writes)
                Join(clock, before[index]);
        }

        if (accessCounts[slot] == accesses[slot].Length)
            Array.Resize(ref accesses[slot], accesses[slot].Length * 2);
        accesses[slot][accessCounts[slot]++] = position;
    }

    private void Join(Span<int> clock, int position)
    {
        if (position < 0)
            return;
        for (var task = 0; task < clock.Length; task++)
            clock[task] = Math.Max(clock[task], clocks[(position * taskCount) + task]);
    }

    private void Grow()
    {
        if (Count + 2 < steps.Length)
            return;
        Array.Resize(ref steps, steps.Length * 2);
        Array.Resize(ref fingerprints, steps.Length);
        Array.Resize(ref worlds, steps.Length * slotCount);
        Array.Resize(ref clocks, steps.Length * taskCount);
    }
}
