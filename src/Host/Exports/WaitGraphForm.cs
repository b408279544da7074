using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Host.Findings;
using Actors.Host.Reports;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Host.Exports;

/// <summary>Who holds what and who waits for whom where a finding stands, for Graphviz. The graph of lock classes is what <c>locks --dot</c> draws.</summary>
internal sealed class WaitGraphForm() : ExportForm("dot", "Tasks, locks held and waits at a finding as a Graphviz graph ('locks --dot' draws lock classes).")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var found = source.Case();
        var world = found.WorldBeforeViolation();
        var colour = found.Finding.AcceptedReason(found.Model.Revision) is null ? "red" : "orange";
        var violating = !found.AtQuiescence && found.Trace.Events is [.., var last] ? last.Task : null;
        output.WriteLine($"digraph {Quoted($"{found.Model.Scenario.Name} {found.Model.Revision.Name} {found.Finding.Id}")} {{");
        output.WriteLine($"  label={Quoted($"MODEL: {found.Finding.Violation.Property} {found.Finding.Violation.Text}\n{found.Model.Scenario.Name} on {found.Model.Revision.Name}, after {found.Steps.Count - (found.AtQuiescence ? 0 : 1)} steps")};");
        var edges = EdgesOf(world.Tasks, world.TargetOf, machine => world[machine], found.Model.Topology).ToArray();
        var circle = InCircle(edges);
        foreach (var task in world.Tasks.Where(task => !task.IsIdle || !task.Held.IsEmpty).Select(task => found.Model.Topology.NameOf(task.Id)))
            output.WriteLine($"  {Quoted(task)} [shape=ellipse{(task == violating || circle.Contains(task) ? $", color={colour}" : "")}];");
        foreach (var target in edges.Select(edge => edge.IsWait ? edge.To : edge.From).Distinct().Order(StringComparer.Ordinal))
            output.WriteLine($"  {Quoted(target)} [shape=box{(circle.Contains(target) ? $", color={colour}" : "")}];");
        foreach (var edge in edges)
        {
            var isRed = circle.Contains(edge.From) && circle.Contains(edge.To);
            output.WriteLine($"  {Quoted(edge.From)} -> {Quoted(edge.To)} [label={Quoted(edge.Says)}{(edge.IsWait ? ", style=dashed" : "")}{(isRed ? $", color={colour}" : "")}];");
        }

        output.WriteLine("}");
    }

    /// <summary>A text as Graphviz quotes it.</summary>
    public static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static IEnumerable<Edge> EdgesOf(IEnumerable<TaskState> tasks, Func<TaskId, MachineRef?> targetOf, Reading reading, Topology topology)
    {
        foreach (var task in tasks)
        {
            foreach (var held in task.Held)
                yield return new Edge($"{held.Lock}", topology.NameOf(task.Id), MachineNames.Of(held.Lock.Kind, held.Mode), IsWait: false);
            if (!task.IsIdle && targetOf(task.Id) is { } target && IsWaiting(task, reading(target)))
                yield return new Edge(topology.NameOf(task.Id), $"{target}", $"{task.Next.Function}: {task.Next.Text}", IsWait: true);
        }
    }

    private static bool IsWaiting(TaskState task, MachineState target) => target is Lock ? task.Next is Step.Send { Kind: SendKind.Await } : MachineTable.Handle(target, TaskMachine.Pending(task).Message).IsBlocked;

    // The nodes from which a walk comes back to itself.
    private static HashSet<string> InCircle(Edge[] edges)
    {
        var next = edges.ToLookup(edge => edge.From, edge => edge.To);
        return [.. edges.Select(edge => edge.From).Distinct().Where(start => Reaches(start, start, next))];
    }

    private static bool Reaches(string from, string goal, ILookup<string, string> next)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(next[from]);
        while (open.TryPop(out var node))
        {
            if (node == goal)
                return true;
            if (!seen.Add(node))
                continue;
            foreach (var further in next[node])
                open.Push(further);
        }

        return false;
    }

    private sealed record Edge(string From, string To, string Says, bool IsWait);
}
