using System.Globalization;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Which steps a name stands for.</content>
internal sealed partial class EditablePath
{
    // Any objects: which kind of lock a step goes to does not depend on them.
    private static readonly Locals SomeLocals = new()
    {
        Filep = new DeviceFileId(0),
        Vdev = new DeviceId(0),
        DevSet = 0,
        Priv = new DmaBufId(0),
        Tmp = new DmaBufId(0),
        Attach = new AttachmentId(0),
    };

    // A step by text or mark; all that forms one statement with it.
    private List<Node> Find(string asked)
    {
        var (text, wanted) = Parse(asked);
        var found = nodes.Where(node => node.Step is not Step.Check && (node.Step.Text == text || node.Step.Mark == text))
            .Select(Statement).DistinctBy(statement => statement[0]).ToList();
        if (found.Count == 0)
            throw new PathEditException($"{name} has no step '{text}'; nearest: {PathEdits.Nearest(text, nodes.Where(node => node.Step is not Step.Check && node.Step.Text.Length > 0).Select(node => node.Step.Text))}");
        if (wanted > found.Count || (wanted == 0 && found.Count > 1))
            throw new PathEditException($"{name} has {found.Count} steps '{text}': say which with '{text}#1' to '{text}#{found.Count}': {string.Join("; ", found.Select(statement => statement[0].Step.Text))}");
        var chosen = found[Math.Max(wanted, 1) - 1];
        return chosen.Contains(nodes[^1]) ? throw new PathEditException($"{name}: the end of the function stays where it is") : chosen;
    }

    private static (string Text, int Wanted) Parse(string asked)
    {
        var hash = asked.LastIndexOf('#');
        return hash > 0 && int.TryParse(asked.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (asked[..hash], number)
            : (asked, 0);
    }

    // Where a statement goes: directly before another one, or to the beginning or end of the function.
    private Node PlaceOf(string asked) => asked switch
    {
        "begin" => nodes[0],
        "end" => nodes[EndOfFunction()],
        _ => WithChecks(Find(asked))[0],
    };

    // The last return with the value it returns; a function without one ends where it falls off.
    private int EndOfFunction()
    {
        var end = nodes.Count - 1;
        while (end > 0 && nodes[end - 1].Step is { Depth: 0 } before && (before is Step.Return || (before is Step.Assign && nodes[end].Step is Step.Return && nodes[end].Step.Text == before.Text)))
            end--;
        return end;
    }

    // A lock is queueing and grant; a test is the read whose text is "if (...)", its jump, its body and the else-branch.
    private List<Node> Statement(Node node)
    {
        var start = nodes.IndexOf(node);
        if (start > 0 && Belongs(nodes[start - 1], node))
            start--;
        var end = start + 1;
        if (end < nodes.Count && Belongs(nodes[start], nodes[end]))
            end++;
        if (nodes[end - 1].IsTest)
            end = EndOfBody(end - 1);
        return nodes[start..end];
    }

    private static bool Belongs(Node first, Node second) => first.Step is Step.Send send && second.Step switch
    {
        Step.Send { Kind: SendKind.Await } => send.Kind == SendKind.Enqueue,
        Step.Jump => second.IsTest && send.Text.StartsWith("if (", StringComparison.Ordinal),
        _ => false,
    };

    // The body is indented; an else-jump at the test's own depth opens the other branch, an empty jump back closes a loop.
    private int EndOfBody(int test)
    {
        var depth = nodes[test].Step.Depth;
        var end = SkipIndented(test + 1, depth);
        return nodes[end].Step is not Step.Jump jump || jump.Depth != depth ? end
            : jump.Text == "else" ? SkipIndented(end + 1, depth)
            : nodes[end].Target == nodes[test] ? end + 1
            : end;
    }

    private int SkipIndented(int from, int depth)
    {
        while (nodes[from].Step.Depth > depth)
            from++;
        return from;
    }

    // What is judged at a release is judged wherever it moves to.
    private List<Node> WithChecks(List<Node> statement)
    {
        var start = nodes.IndexOf(statement[0]);
        if (statement[0].Step is not Step.Send { Kind: SendKind.Release })
            return statement;
        while (start > 0 && nodes[start - 1].Step is Step.Check)
            start--;
        return nodes[start..(nodes.IndexOf(statement[^1]) + 1)];
    }
}
