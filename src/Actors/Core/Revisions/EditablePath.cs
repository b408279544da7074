using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>A program taken apart so that statements can move: jumps point at steps instead of positions.</summary>
internal sealed partial class EditablePath
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
    /// <param name="edit">The edit.</param>
    /// <param name="source">Finds the function an inserted statement is taken from.</param>
    public void Apply(PathEdit edit, Func<StepSource, Program> source)
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
                var (moved, before) = (WithChecks(Find(move.Step)), PlaceOf(move.Before));
                if (moved.Contains(before))
                    throw new PathEditException($"{name}: '{move.Step}' cannot move before a part of itself");
                var next = After(moved);
                Remove(moved);
                Insert(moved, next, before);
                break;
            case PathEdit.Insert insert:
                Insert(insert, new EditablePath(source(insert.From)));
                break;
            case PathEdit.Repeat repeat:
                var again = Find(repeat.Step);
                Insert(Copy(again), After(again), PlaceOf(repeat.Before));
                break;
            case PathEdit.WithoutLock without:
                RemoveLock(without.Lock);
                break;
            case PathEdit.Hold hold:
                HoldLock(hold.Lock);
                break;
            default:
                throw new UnreachableException($"no rule for {edit}");
        }
    }

    /// <summary>The program as it is now.</summary>
    public Program ToProgram() =>
        new(name, [.. nodes.Select(node => node.Step is Step.Jump jump ? jump with { To = nodes.IndexOf(node.Target!) } : node.Step)]);

    private Node After(List<Node> statement) => nodes[nodes.IndexOf(statement[^1]) + 1];

    private void Remove(List<Node> statement)
    {
        var next = After(statement);
        nodes.RemoveAll(statement.Contains);
        Retarget(nodes, node => statement.Contains(node.Target!), next);
    }

    private void Insert(PathEdit.Insert insert, EditablePath from)
    {
        var original = from.Find(insert.Step);
        var next = from.After(original);
        if (original.Exists(node => node.Target is { } target && target != next && !original.Contains(target)))
            throw new PathEditException($"{from.name}: '{insert.Step}' goes to a label of its own function and cannot be taken out of it");
        var copy = Copy(original);
        foreach (var node in copy)
            node.Step = node.Step with { Function = nodes[^1].Step.Function };
        Insert(copy, next, PlaceOf(insert.Before));
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
