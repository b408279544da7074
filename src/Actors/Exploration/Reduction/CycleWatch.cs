namespace Actors.Exploration.Reduction;

/// <summary>Whether a world can ever be reached from itself: told from the tasks' own steps, as they are remembered.</summary>
/// <remarks>
/// On a cycle of worlds every slot that moves comes back to its state: by its own steps, or because another slot that moves on the cycle starts it again. When no task state leads to
/// itself by own steps and no slot starts itself by way of others, there is no such cycle, and nothing can be put off for ever (algorithms.md 3, the ignoring problem).
/// </remarks>
internal sealed class CycleWatch
{
    private readonly Dictionary<int, List<int>> steps = [];
    private readonly Dictionary<int, List<int>> starts = [];

    /// <summary>Whether a cycle of worlds cannot be ruled out any more.</summary>
    public bool HasCycle { get; private set; }

    /// <summary>Takes note of a transition.</summary>
    /// <param name="slot">The task.</param>
    /// <param name="task">Its state before.</param>
    /// <param name="edges">What follows.</param>
    public void Add(int slot, int task, Edge[] edges)
    {
        foreach (var edge in edges)
        {
            Add(steps, task, edge.Task);
            foreach (var (started, _) in edge.Started)
                Add(starts, slot, started);
        }
    }

    private void Add(Dictionary<int, List<int>> graph, int from, int to)
    {
        if (HasCycle)
            return;
        if (!graph.TryGetValue(from, out var successors))
            graph.Add(from, successors = []);
        if (successors.Contains(to))
            return;
        successors.Add(to);
        HasCycle = Reaches(graph, to, from);
    }

    private static bool Reaches(Dictionary<int, List<int>> graph, int from, int to)
    {
        var seen = new HashSet<int> { from };
        var todo = new Stack<int>([from]);
        while (todo.TryPop(out var node))
        {
            if (node == to)
                return true;
            foreach (var next in graph.GetValueOrDefault(node) ?? [])
            {
                if (seen.Add(next))
                    todo.Push(next);
            }
        }

        return false;
    }
}
