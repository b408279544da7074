namespace Actors.Exploration.Reduction;

/// <summary>Whether a world can ever be reached from itself: told from the tasks' own steps, as they are remembered.</summary>
/// <remarks>
/// On a cycle of worlds every slot that moves comes back to its state: by its own steps, or because another slot that moves on the cycle starts it again. When no task state leads to
/// itself by own steps and no slot starts itself by way of others, there is no such cycle, and nothing can be put off for ever (algorithms.md 3, the ignoring problem).
/// </remarks>
/// <param name="nameOf">The name of a task slot's state, which depends on its content only: a search that goes on from a checkpoint numbers states anew.</param>
internal sealed class CycleWatch(Func<int, int, UInt128> nameOf)
{
    private readonly Dictionary<UInt128, List<UInt128>> steps = [];
    private readonly Dictionary<UInt128, List<UInt128>> starts = [];

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
            Add(steps, nameOf(slot, task), nameOf(slot, edge.Task));
            foreach (var (started, _) in edge.Started)
                Add(starts, (UInt128)slot, (UInt128)started);
        }
    }

    /// <summary>Writes what was noted.</summary>
    public void Write(ICheckpointWriter writer)
    {
        foreach (var graph in new[] { steps, starts })
        {
            writer.Write(graph.Count);
            foreach (var (from, successors) in graph)
            {
                writer.WriteFingerprint(from);
                writer.Write(successors.Count);
                successors.ForEach(writer.WriteFingerprint);
            }
        }
    }

    /// <summary>Takes note of what was written.</summary>
    public void Read(ICheckpointReader reader)
    {
        foreach (var graph in new[] { steps, starts })
        {
            for (var count = reader.ReadNumber(); count > 0; count--)
            {
                var from = reader.ReadFingerprint();
                for (var successors = reader.ReadNumber(); successors > 0; successors--)
                    Add(graph, from, reader.ReadFingerprint());
            }
        }
    }

    private void Add(Dictionary<UInt128, List<UInt128>> graph, UInt128 from, UInt128 to)
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

    private static bool Reaches(Dictionary<UInt128, List<UInt128>> graph, UInt128 from, UInt128 to)
    {
        var seen = new HashSet<UInt128> { from };
        var todo = new Stack<UInt128>([from]);
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
