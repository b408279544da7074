using Actors.Core.Scenarios;

namespace Actors.Exploration.Liveness;

/// <summary>Finds all worlds of a scenario and all steps between them, unreduced, breadth-first.</summary>
internal sealed class GraphSearch
{
    private readonly Model model;
    private readonly StateTable table;
    private readonly Dictionary<UInt128, int> numbers = [];

    private GraphSearch(Model model)
    {
        if (model.TaskCount > 64)
            throw new ArgumentException($"{model.TaskCount} task slots: at most 64 can be looked at");
        this.model = model;
        table = new StateTable(model);
    }

    /// <summary>The graph.</summary>
    public StateGraph Graph { get; } = new();

    /// <summary>Builds the graph.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="statesMax">The most distinct worlds; 0 = no bound.</param>
    /// <param name="tell">Told of the number of worlds now and then; answers whether to end early.</param>
    public static GraphSearch Of(Model model, long statesMax, Func<long, bool> tell)
    {
        var search = new GraphSearch(model);
        search.Run(statesMax, tell);
        return search;
    }

    /// <summary>The states of a world's slots, by taking the steps of its shortest schedule again.</summary>
    public object[] StatesAt(int world)
    {
        var states = First();
        foreach (var (task, choice) in Graph.PathTo(world))
            Take(states, task, table.Successors(task, states)[choice]);
        return [.. states.Select(state => table[state])];
    }

    private int[] First() => [.. model.InitialWorld().Select(table.Intern)];

    private void Run(long statesMax, Func<long, bool> tell)
    {
        var first = First();
        var fingerprint = UInt128.Zero;
        for (var slot = 0; slot < first.Length; slot++)
            fingerprint ^= table.Mixed(slot, first[slot]);
        numbers.Add(fingerprint, 0);
        Graph.Reach(-1, default);
        var open = new Queue<(int[] World, UInt128 Fingerprint)>([(first, fingerprint)]);
        while (open.TryDequeue(out var next))
        {
            Expand(next.World, next.Fingerprint, open);
            if ((Graph.Count & 0xfff) == 0 && tell(numbers.Count))
                Graph.Completion = Completion.Interrupted;
            else if (statesMax > 0 && numbers.Count >= statesMax && open.Count > 0)
                Graph.Completion = Completion.StoppedAtBound;
            if (Graph.Completion != Completion.ExploredAll)
                return;
        }
    }

    private void Expand(int[] world, UInt128 fingerprint, Queue<(int[] World, UInt128 Fingerprint)> open)
    {
        var number = Graph.Count;
        var (moves, works, stops) = (0ul, 0ul, false);
        Graph.Begin();
        for (var slot = 0; slot < model.TaskCount; slot++)
        {
            if (table.KindOf(world[slot]) == PendingKind.Idle)
                continue;
            works |= 1ul << slot;
            var edges = table.Successors(slot, world);
            moves |= edges.Length > 0 ? 1ul << slot : 0;
            for (var choice = 0; choice < edges.Length; choice++)
            {
                stops |= edges[choice].Fatal;
                if (!edges[choice].Fatal)
                    Follow(number, world, fingerprint ^ edges[choice].Delta, slot, choice, edges[choice], open);
            }
        }

        Graph.End(moves, works, stops);
    }

    private void Follow(int number, int[] world, UInt128 fingerprint, int slot, int choice, Edge edge, Queue<(int[] World, UInt128 Fingerprint)> open)
    {
        var step = new Arc(numbers.Count, checked((byte)slot), checked((byte)choice));
        if (numbers.TryGetValue(fingerprint, out var known))
        {
            Graph.Add(step with { To = known });
            return;
        }

        numbers.Add(fingerprint, step.To);
        Graph.Reach(number, step);
        Graph.Add(step);
        int[] next = [.. world];
        Take(next, slot, edge);
        open.Enqueue((next, fingerprint));
    }

    private void Take(int[] world, int slot, Edge edge)
    {
        if (edge.Target >= 0)
            world[table.TargetOf(world[slot])] = edge.Target;
        world[slot] = edge.Task;
        foreach (var (child, state) in edge.Started)
            world[child] = state;
    }
}
