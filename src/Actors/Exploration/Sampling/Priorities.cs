namespace Actors.Exploration.Sampling;

/// <summary>The priorities of PCT and POS: the highest task that can move does.</summary>
internal sealed class Priorities(int taskCount)
{
    private readonly ulong[] priorities = new ulong[taskCount];
    private readonly List<int> changes = [];
    private int changed;

    /// <summary>Begins a run of PCT: all tasks in random order, and d - 1 steps among the given number of steps at which the one that is to move becomes the lowest so far.</summary>
    public void BeginPct(ref Draws draws, int depth, int steps)
    {
        BeginPos(ref draws);
        changes.Clear();
        changed = 0;
        for (var change = 1; change < depth; change++)
            changes.Add(draws.Below(Math.Max(1, steps)));
        changes.Sort();
    }

    /// <summary>Begins a run of POS.</summary>
    public void BeginPos(ref Draws draws)
    {
        for (var task = 0; task < priorities.Length; task++)
            Draw(ref draws, task);
    }

    /// <summary>Draws a task's priority again.</summary>
    public void Draw(ref Draws draws, int task) => priorities[task] = draws.Next() | (1ul << 63);

    /// <summary>The place of the highest task.</summary>
    public int Highest(Runnable runnable)
    {
        var best = 0;
        for (var place = 1; place < runnable.Count; place++)
        {
            if (priorities[runnable[place]] > priorities[runnable[best]])
                best = place;
        }

        return best;
    }

    /// <summary>Lowers the task that is about to take a step if that step is a change point; true when somebody else may be the highest now.</summary>
    public bool Lowers(int task, int step)
    {
        if (changed >= changes.Count || changes[changed] > step)
            return false;
        priorities[task] = (ulong)(changes.Count - changed++);
        return true;
    }
}
