namespace Actors.Exploration.Sampling;

/// <summary>The tasks that are not known to wait. One that is found waiting is put aside until the machine it waits for changes.</summary>
internal sealed class Runnable(int taskCount, int slotCount)
{
    private const int Nobody = -1;

    private readonly int[] tasks = new int[taskCount];
    private readonly int[] places = new int[taskCount];
    private readonly int[] firstWaiting = new int[slotCount];
    private readonly int[] nextWaiting = new int[taskCount];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>One of them. Their order says nothing.</summary>
    public int this[int index] => tasks[index];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Fill(firstWaiting, Nobody);
    }

    /// <summary>A task that begins.</summary>
    public void Add(int task)
    {
        places[task] = Count;
        tasks[Count++] = task;
    }

    /// <summary>A task that has ended.</summary>
    public void Remove(int task)
    {
        var last = tasks[--Count];
        tasks[places[task]] = last;
        places[last] = places[task];
    }

    /// <summary>A task that waits for the machine in a slot.</summary>
    public void Park(int task, int slot)
    {
        Remove(task);
        nextWaiting[task] = firstWaiting[slot];
        firstWaiting[slot] = task;
    }

    /// <summary>The machine has changed: who waits for it may look again.</summary>
    public void Wake(int slot)
    {
        for (var task = firstWaiting[slot]; task != Nobody; task = nextWaiting[task])
            Add(task);
        firstWaiting[slot] = Nobody;
    }
}
