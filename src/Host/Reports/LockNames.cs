using System.Text.RegularExpressions;
using Actors.Core.Analysis.Locks;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>The nodes of a lock graph in the kernel's words: a lock by its class, a wait by the call that waits.</summary>
public sealed partial class LockNames
{
    private readonly Dictionary<LockNode, string> waits = [];

    /// <summary>The names of a graph's nodes.</summary>
    public LockNames(LockGraph graph)
    {
        foreach (var taking in graph.Edges.SelectMany(edge => new[] { edge.Held, edge.Wanted }).Concat(graph.OpenWaits.Select(wait => wait.Waiting)).Where(taking => !taking.Node.IsLock))
            waits.TryAdd(taking.Node, Call().Match(taking.Step.Text).Value);
    }

    /// <summary>The node.</summary>
    public string Of(LockNode node) => Bare(node) + (node.Subclass == 0 ? "" : $"/{node.Subclass}");

    /// <summary>The node as it is held or wanted.</summary>
    public string Of(LockNode node, LockMode mode) =>
        node.IsLock && mode == LockMode.Read ? $"{Of(node)}(R)" : node.IsLock && MachineNames.Of(node.Kind, LockMode.Read) != MachineNames.Of(node.Kind) ? $"{Of(node)}(W)" : Of(node);

    /// <summary>Where a task stands: function and statement.</summary>
    public static string Place(TaskState task) => $"{task.Next.Function}: {task.Next.Text}";

    private string Bare(LockNode node) => node.IsLock ? MachineNames.Of(node.Kind) : $"wait({waits.GetValueOrDefault(node with { Subclass = 0 }, node.Wait)})";

    [GeneratedRegex(@"^[\w.]+(->\w+)*")]
    private static partial Regex Call();
}
