namespace Actors.Exploration.Liveness;

/// <summary>Strongly connected components of a part of a graph (Tarjan 1972, without recursion). Components come successors first.</summary>
internal static class Components
{
    /// <summary>The components of the given worlds; steps that leave them are not looked at.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="worlds">The worlds; null = all.</param>
    public static IEnumerable<List<int>> Of(StateGraph graph, IReadOnlyCollection<int>? worlds = null) => new Search(graph, worlds).Run();

    /// <summary>Whether a run can stay in a component for ever: it has a step inside.</summary>
    public static bool HasCycle(StateGraph graph, List<int> component)
    {
        if (component.Count > 1)
            return true;
        foreach (var arc in graph.ArcsOf(component[0]))
        {
            if (arc.To == component[0])
                return true;
        }

        return false;
    }

    private sealed class Search
    {
        private const int Unseen = -1;
        private const int Done = int.MaxValue;

        private readonly StateGraph graph;
        private readonly IEnumerable<int> worlds;
        private readonly HashSet<int>? inside;
        private readonly Dictionary<int, int>? few;
        private readonly int[]? all;
        private readonly Stack<int> stack = new();
        private readonly Stack<(int World, int Next, int Low)> calls = new();
        private int clock;

        public Search(StateGraph graph, IReadOnlyCollection<int>? worlds)
        {
            this.graph = graph;
            this.worlds = worlds ?? (IEnumerable<int>)Enumerable.Range(0, graph.Count);
            inside = worlds is null ? null : [.. worlds];
            few = worlds is null ? null : [];
            all = worlds is null ? new int[graph.Count] : null;
            if (all is not null)
                Array.Fill(all, Unseen);
        }

        public IEnumerable<List<int>> Run()
        {
            foreach (var root in worlds)
            {
                if (Number(root) != Unseen)
                    continue;
                Open(root);
                while (calls.TryPop(out var call))
                {
                    if (Advance(call) is { } component)
                        yield return component;
                }
            }
        }

        private int Number(int world) => all is not null ? all[world] : few!.GetValueOrDefault(world, Unseen);

        private void SetNumber(int world, int number)
        {
            if (all is not null)
                all[world] = number;
            else
                few![world] = number;
        }

        private void Open(int world)
        {
            SetNumber(world, clock);
            stack.Push(world);
            calls.Push((world, 0, clock++));
        }

        // Goes on with a world; answers its component when it is the root of one and has been left.
        private List<int>? Advance((int World, int Next, int Low) call)
        {
            var arcs = graph.ArcsOf(call.World);
            while (call.Next < arcs.Length)
            {
                var to = arcs[call.Next].To;
                if (inside is null || inside.Contains(to))
                {
                    if (Number(to) == Unseen)
                    {
                        calls.Push(call);
                        Open(to);
                        return null;
                    }

                    // A finished world has the number Done, so it never lowers anything. A child that has just been left is met again here with its low number.
                    call.Low = Math.Min(call.Low, Number(to));
                }

                call.Next++;
            }

            if (call.Low < Number(call.World))
            {
                SetNumber(call.World, call.Low);
                return null;
            }

            var component = new List<int>();
            int member;
            do
            {
                member = stack.Pop();
                SetNumber(member, Done);
                component.Add(member);
            }
            while (member != call.World);
            return component;
        }
    }
}
