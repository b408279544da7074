using System.Diagnostics;
using System.Globalization;
using Actors.Core.Machines;

namespace Actors.Core.Revisions;

/// <summary>A program taken apart so that statements can move: jumps point at steps instead of positions.</summary>
internal sealed class EditablePath
{
    private readonly string name;
    private readonly List<Node> nodes;

    public EditablePath(Program program)
    {
        name = program.Name;
        nodes = [.. program.Steps.Select(step => new Node(step))];
        foreach (var node in nodes)
            node.Target = node.Step is Step.Jump jump ? nodes[jump.To] : null;
    }

    /// <summary>Applies one edit.</summary>
    public void Apply(PathEdit edit)
    {
        switch (edit)
        {
            case PathEdit.Drop drop:
                Remove(Find(drop.Step));
                break;
            case PathEdit.DropSection section:
                var (taken, given) = (Find(section.Lock), Find(section.Release));
                Remove(taken);
                Remove(given);
                break;
            case PathEdit.DropTest test:
                Remove([Find(test.Step).Find(node => node.IsTest) ?? throw new PathEditException($"{name}: '{test.Step}' is no test")]);
                break;
            case PathEdit.Swap swap:
                Swap(WithChecks(Find(swap.First)), WithChecks(Find(swap.Second)));
                break;
            case PathEdit.Move move:
                var (moved, before) = (WithChecks(Find(move.Step)), WithChecks(Find(move.Before))[0]);
                if (moved.Contains(before))
                    throw new PathEditException($"{name}: '{move.Step}' cannot move before a part of itself");
                var next = After(moved);
                Remove(moved);
                Insert(moved, next, before);
                break;
            case PathEdit.Repeat repeat:
                var original = Find(repeat.Step);
                Insert(Copy(original), After(original), WithChecks(Find(repeat.Before))[0]);
                break;
            default:
                throw new UnreachableException($"no rule for {edit}");
        }
    }

    /// <summary>The program as it is now.</summary>
    public Program ToProgram() =>
        new(name, [.. nodes.Select(node => node.Step is Step.Jump jump ? jump with { To = nodes.IndexOf(node.Target!) } : node.Step)]);

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

    private Node After(List<Node> statement) => nodes[nodes.IndexOf(statement[^1]) + 1];

    private void Remove(List<Node> statement)
    {
        var next = After(statement);
        nodes.RemoveAll(statement.Contains);
        Retarget(nodes, node => statement.Contains(node.Target!), next);
    }

    // Whoever fell through or jumped forward to the other statement meets the new one first; a loop goes back to where it began.
    private void Insert(List<Node> statement, Node oldNext, Node before)
    {
        var at = nodes.IndexOf(before);
        Retarget(nodes[..at], node => node.Target == before, statement[0]);
        Retarget(statement, node => node.Target == oldNext, before);
        Indent(statement, before.Step.Depth);
        nodes.InsertRange(at, statement);
    }

    private List<Node> Copy(List<Node> statement)
    {
        var copies = statement.ToDictionary(node => node, node => new Node(node.Step));
        foreach (var (node, copy) in copies)
            copy.Target = node.Target is { } target ? copies.GetValueOrDefault(target, target) : null;
        return [.. statement.Select(node => copies[node])];
    }

    private void Swap(List<Node> one, List<Node> other)
    {
        var (first, second) = nodes.IndexOf(one[0]) < nodes.IndexOf(other[0]) ? (one, other) : (other, one);
        if (first.Intersect(second).Any())
            throw new PathEditException($"{name}: a step cannot change places with a part of itself");
        var (afterFirst, afterSecond) = (After(first), After(second));
        var (from, to) = (nodes.IndexOf(first[0]), nodes.IndexOf(afterSecond));
        var between = nodes[(from + first.Count)..(to - second.Count)];
        var outside = nodes.Except(first).Except(second).ToList();
        var (toFirst, toSecond) = (outside.FindAll(node => node.Target == first[0]), outside.FindAll(node => node.Target == second[0]));
        Retarget(second, node => node.Target == afterSecond, between.Count > 0 ? between[0] : first[0]);
        Retarget(first, node => node.Target == afterFirst, afterSecond);
        Retarget(toFirst, _ => true, second[0]);
        Retarget(toSecond, _ => true, first[0]);
        var (firstDepth, secondDepth) = (first[0].Step.Depth, second[0].Step.Depth);
        Indent(first, secondDepth);
        Indent(second, firstDepth);
        nodes.RemoveRange(from, to - from);
        nodes.InsertRange(from, [.. second, .. between, .. first]);
    }

    private static void Retarget(List<Node> from, Predicate<Node> which, Node to)
    {
        foreach (var node in from.Where(node => node.Target is not null && which(node)))
            node.Target = to;
    }

    private static void Indent(List<Node> statement, int depth)
    {
        var shift = depth - statement[0].Step.Depth;
        foreach (var node in statement)
            node.Step = node.Step with { Depth = node.Step.Depth + shift };
    }

    private sealed class Node(Step step)
    {
        public Step Step { get; set; } = step;

        public Node? Target { get; set; }

        public bool IsTest => Step is Step.Jump jump && jump.Text.Length > 0 && jump.Text != "else" && !jump.Text.StartsWith("goto ", StringComparison.Ordinal);
    }
}
