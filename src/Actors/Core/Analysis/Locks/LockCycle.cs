using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>Why nobody would come on.</summary>
public enum CycleKind
{
    /// <summary>Each of several tasks holds, or owes, what the one before it wants.</summary>
    Circular,

    /// <summary>A task wants a lock that it holds itself.</summary>
    Recursive,

    /// <summary>A task wants a lock that another one has kept for good.</summary>
    NeverReleased,

    /// <summary>A task waits for what perhaps nobody does any more.</summary>
    NobodyWakes,
}

/// <summary>A possible deadlock, predicted from the graph alone.</summary>
public sealed record LockCycle
{
    /// <summary>Why.</summary>
    public required CycleKind Kind { get; init; }

    /// <summary>The classes, in the order in which they are wanted; the first one is wanted again at the end.</summary>
    public required Sequence<LockNode> Nodes { get; init; }

    /// <summary>One dependency for each step from a class to the next, each of another task.</summary>
    public IReadOnlyList<LockEdge> Edges { get; init; } = [];

    /// <summary>Further tasks that have to queue for writing, where readers alone would not stop each other.</summary>
    public IReadOnlyList<Taking> QueuedWriters { get; init; } = [];

    /// <summary>The lock that is kept, where it was taken; or null.</summary>
    public Taking? Kept { get; init; }

    /// <summary>Who waits, where there is no dependency to show; or null.</summary>
    public Taking? Waiting { get; init; }

    /// <summary>Who has made the wait longer and left it so, as the task stands before that step; or null.</summary>
    public TaskState? Owing { get; init; }

    /// <summary>The steps from class to class.</summary>
    public IEnumerable<(LockNode From, LockNode To)> Steps => Nodes.Select((node, index) => (node, Nodes[(index + 1) % Nodes.Count]));
}

/// <summary>Finds the cycles of a graph: lockdep's strong closed paths, with the rules of an rw_semaphore whose readers queue behind a writer.</summary>
public static class LockCycles
{
    /// <summary>The most cycles of classes that are looked at.</summary>
    public const int CyclesMax = 10_000;

    /// <summary>All of them: the shortest first, then by name.</summary>
    public static IReadOnlyList<LockCycle> Of(LockGraph graph)
    {
        var found = ClosedPaths(graph).Select(path => Realize(graph, path)).OfType<LockCycle>();
        return
        [
            .. found.Concat(Kept(graph)).Concat(Unwoken(graph))
                .OrderBy(cycle => cycle.Nodes.Count).ThenBy(cycle => cycle.Kind).ThenBy(cycle => string.Join(' ', cycle.Nodes), StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<LockCycle> Kept(LockGraph graph) => graph.Leaks
        .GroupBy(held => held.Object.Kind)
        .Select(group => (Held: group.First(), Wanted: graph.Takings.FirstOrDefault(taking => taking.Object.Kind == group.Key && group.Any(held => held.Task != taking.Task && Conflict(held.Mode, taking.Mode)))))
        .Where(pair => pair.Wanted is not null)
        .Select(pair => new LockCycle { Kind = CycleKind.NeverReleased, Nodes = Sequence<LockNode>.Of(pair.Held.Node), Kept = pair.Held, Waiting = pair.Wanted });

    private static IEnumerable<LockCycle> Unwoken(LockGraph graph) => graph.OpenWaits
        .GroupBy(wait => wait.Waiting.Node)
        .Select(group => group.OrderByDescending(wait => wait.IsStuck).First())
        .Select(wait => new LockCycle { Kind = CycleKind.NobodyWakes, Nodes = Sequence<LockNode>.Of(wait.Waiting.Node), Waiting = wait.Waiting, Owing = wait.Owing });

    private static bool Conflict(LockMode held, LockMode wanted) => held == LockMode.Write || wanted == LockMode.Write;

    // Each closed path once: it starts at its smallest class.
    private static IEnumerable<LockNode[]> ClosedPaths(LockGraph graph)
    {
        var next = graph.Edges.Where(edge => edge.From != edge.To || edge.IsRecursive).GroupBy(edge => edge.From)
            .ToDictionary(group => group.Key, group => group.Select(edge => edge.To).Distinct().Order(ByName.Instance).ToArray());
        return next.Keys.Order(ByName.Instance).SelectMany(start => PathsFrom(start, [start], next)).Take(CyclesMax);
    }

    private static IEnumerable<LockNode[]> PathsFrom(LockNode start, LockNode[] path, Dictionary<LockNode, LockNode[]> next)
    {
        foreach (var node in next.GetValueOrDefault(path[^1], []))
        {
            if (node == start)
                yield return path;
            if (ByName.Instance.Compare(node, start) <= 0 || path.Contains(node))
                continue;
            foreach (var longer in PathsFrom(start, [.. path, node], next))
                yield return longer;
        }
    }

    // A closed path deadlocks when each of its edges has a task of its own, and at each class somebody wants it against how it is held.
    private static LockCycle? Realize(LockGraph graph, LockNode[] path)
    {
        LockEdge[][] candidates = [.. path.Select((node, index) => graph.Edges.Where(edge => edge.From == node && edge.To == path[(index + 1) % path.Length]).ToArray())];
        LockCycle? best = null;
        foreach (var edges in Combinations(candidates, []))
        {
            if (QueuedWriters(graph, edges) is not { } writers || (best is not null && best.QueuedWriters.Count <= writers.Count))
                continue;
            best = new LockCycle
            {
                Kind = path.Length == 1 ? CycleKind.Recursive : CycleKind.Circular,
                Nodes = Sequence<LockNode>.Of(path),
                Edges = edges,
                QueuedWriters = writers,
            };
            if (writers.Count == 0)
                break;
        }

        return best;
    }

    private static IEnumerable<LockEdge[]> Combinations(LockEdge[][] candidates, LockEdge[] chosen)
    {
        if (chosen.Length == candidates.Length)
            return [chosen];
        return candidates[chosen.Length].Where(edge => Array.TrueForAll(chosen, other => other.Task != edge.Task)).SelectMany(edge => Combinations(candidates, [.. chosen, edge]));
    }

    // Where a reader meets readers, a further task must queue for writing. Null when there is none.
    private static List<Taking>? QueuedWriters(LockGraph graph, LockEdge[] edges)
    {
        var writers = new List<Taking>();
        var busy = edges.Select(edge => edge.Task).ToHashSet();
        for (var index = 0; index < edges.Length; index++)
        {
            var (wanted, held) = (edges[index].Wanted, edges[(index + 1) % edges.Length].Held);
            if (Conflict(held.Mode, wanted.Mode))
                continue;
            var writer = graph.Takings.FirstOrDefault(taking => taking.Object.Kind == wanted.Object.Kind && taking.Mode == LockMode.Write && !busy.Contains(taking.Task));
            if (writer is null)
                return null;
            busy.Add(writer.Task);
            writers.Add(writer);
        }

        return writers;
    }

    // Locks first, so that a chain begins with what is held.
    private sealed class ByName : IComparer<LockNode>
    {
        public static readonly ByName Instance = new();

        public int Compare(LockNode x, LockNode y)
        {
            var isLock = y.IsLock.CompareTo(x.IsLock);
            if (isLock != 0)
                return isLock;
            var kind = x.Kind.CompareTo(y.Kind);
            if (kind != 0)
                return kind;
            var wait = string.CompareOrdinal(x.Wait, y.Wait);
            return wait != 0 ? wait : x.Subclass.CompareTo(y.Subclass);
        }
    }
}
