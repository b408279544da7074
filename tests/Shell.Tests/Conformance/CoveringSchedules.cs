namespace Shell.Tests.Conformance;

/// <summary>Few long schedules that together take every transition of a graph: each goes to the nearest transition not taken yet, again and again.</summary>
internal sealed class CoveringSchedules(TransitionGraph graph)
{
    private readonly bool[] taken = new bool[graph.Transitions];

    /// <summary>Transitions taken by the schedules so far.</summary>
    public int Taken => taken.Count(covered => covered);

    public IEnumerable<IReadOnlyList<GraphStep>> All()
    {
        while (Walk() is { Count: > 0 } schedule)
            yield return schedule;
    }

    private List<GraphStep> Walk()
    {
        var schedule = new List<GraphStep>();
        var world = 0;
        while (world >= 0 && PathToNew(world) is { } path)
        {
            foreach (var step in path)
            {
                schedule.Add(step);
                if (step.Transition >= 0)
                    taken[step.Transition] = true;
                world = step.To;
            }
        }

        return schedule;
    }

    // Breadth first; null when everything that can be reached from here is taken.
    private List<GraphStep>? PathToNew(int start)
    {
        var cameBy = new Dictionary<int, (int From, GraphStep Step)> { [start] = (-1, default) };
        var open = new Queue<int>([start]);
        while (open.TryDequeue(out var world))
        {
            foreach (var step in graph.From(world))
            {
                if (step.Transition >= 0 && !taken[step.Transition])
                    return PathTo(world, step, cameBy);
                if (step.To >= 0 && cameBy.TryAdd(step.To, (world, step)))
                    open.Enqueue(step.To);
            }
        }

        return null;
    }

    private static List<GraphStep> PathTo(int world, GraphStep last, Dictionary<int, (int From, GraphStep Step)> cameBy)
    {
        var path = new List<GraphStep> { last };
        for (var at = cameBy[world]; at.From >= 0; at = cameBy[at.From])
            path.Add(at.Step);
        path.Reverse();
        return path;
    }
}
