namespace Actors.Exploration.Liveness;

/// <summary>Where a schedule can go round for ever although it is strongly fair: every task that can move again and again does.</summary>
internal static class FairCycles
{
    /// <summary>The parts of a component in which such a schedule can stay (Streett emptiness, Emerson and Lei 1987): a task that could move but never within is kept from being able to.</summary>
    public static IEnumerable<List<int>> In(StateGraph graph, List<int> component)
    {
        var open = new Stack<List<int>>([component]);
        while (open.TryPop(out var part))
        {
            if (!Components.HasCycle(graph, part))
                continue;
            var starving = Starving(graph, part);
            if (starving == 0)
            {
                yield return part;
                continue;
            }

            int[] rest = [.. part.Where(world => (graph.EnabledAt(world) & starving) == 0)];
            foreach (var smaller in Components.Of(graph, rest))
                open.Push(smaller);
        }
    }

    /// <summary>A shortest way round from a world, within a part.</summary>
    public static List<Arc> Round(StateGraph graph, List<int> part, int start)
    {
        var inside = part.ToHashSet();
        var reached = new Dictionary<int, (int From, Arc Step)>();
        var open = new Queue<int>([start]);
        while (!reached.ContainsKey(start) && open.TryDequeue(out var world))
        {
            foreach (var arc in graph.ArcsOf(world))
            {
                if (inside.Contains(arc.To) && reached.TryAdd(arc.To, (world, arc)))
                    open.Enqueue(arc.To);
            }
        }

        var round = new List<Arc>();
        var at = start;
        do
        {
            round.Add(reached[at].Step);
            at = reached[at].From;
        }
        while (at != start);
        round.Reverse();
        return round;
    }

    private static ulong Starving(StateGraph graph, List<int> part)
    {
        var inside = part.ToHashSet();
        var (able, moving) = (0ul, 0ul);
        foreach (var world in part)
        {
            able |= graph.EnabledAt(world);
            foreach (var arc in graph.ArcsOf(world))
                moving |= inside.Contains(arc.To) ? 1ul << arc.Task : 0;
        }

        return able & ~moving;
    }
}
