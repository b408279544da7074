using Actors.Core.Analysis.Locks;

namespace Actors.Host.Reports;

/// <summary>A lock and wait graph for Graphviz: lock classes as boxes, waits as ellipses, the edges of cycles coloured by their verdict.</summary>
public static class LocksDot
{
    /// <summary>One graph.</summary>
    public static string Of(LocksResult result, LocksReport report)
    {
        using var output = new StringWriter();
        var names = new LockNames(result.Graph);
        output.WriteLine($"digraph \"{report.Scenario} {report.Revision}\" {{");
        output.WriteLine($"  label=\"MODEL: {report.Scenario} on {report.Revision}\";");
        var nodes = result.Graph.Edges.SelectMany(edge => new[] { edge.From, edge.To }).Concat(result.Cycles.SelectMany(cycle => cycle.Nodes)).Distinct();
        foreach (var node in nodes)
            output.WriteLine($"  \"{names.Of(node)}\" [shape={(node.IsLock ? "box" : "ellipse")}];");
        foreach (var group in result.Graph.Edges.GroupBy(edge => (edge.From, edge.To)))
        {
            var modes = group.Select(edge => $"{(edge.Held.Try ? "try " : "")}{Letter(edge.From, edge.Held)}{Letter(edge.To, edge.Wanted)}").Distinct();
            var tasks = group.Select(edge => result.Model.Topology.NameOf(edge.Task)).Distinct();
            output.WriteLine($"  \"{names.Of(group.Key.From)}\" -> \"{names.Of(group.Key.To)}\" [label=\"{string.Join(' ', modes)}\\n{string.Join(' ', tasks)}\"{ColourOf(result, report, group.Key)}];");
        }

        foreach (var (cycle, row) in result.Cycles.Zip(report.Cycles).Where(pair => pair.First.Edges.Count == 0))
            output.WriteLine($"  \"{names.Of(cycle.Nodes[0])}\" -> \"{names.Of(cycle.Nodes[0])}\" [label=\"{row.Kind}\", color={Colour(row.Verdict)}];");
        output.WriteLine("}");
        return output.ToString();
    }

    private static string Letter(LockNode node, Taking taking) => !node.IsLock ? "-" : taking.Mode == Core.Vocabulary.LockMode.Write ? "W" : "R";

    private static string ColourOf(LocksResult result, LocksReport report, (LockNode From, LockNode To) step)
    {
        var verdicts = result.Cycles.Zip(report.Cycles).Where(pair => pair.First.Edges.Count > 0 && pair.First.Steps.Contains(step)).Select(pair => pair.Second.Verdict).ToArray();
        return verdicts.Length == 0 ? "" : $", color={Colour(verdicts.Min())}";
    }

    private static string Colour(CycleVerdict verdict) => verdict switch
    {
        CycleVerdict.Confirmed => "red",
        CycleVerdict.Accepted => "orange",
        CycleVerdict.NoWitness => "gray",
        CycleVerdict.Potential => "blue",
    };
}
