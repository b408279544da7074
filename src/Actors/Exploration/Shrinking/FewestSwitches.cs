using Actors.Core.Analysis;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>Among the shortest schedules to a finding one with the fewest switches from one task to another; of several such the first in task order.</summary>
/// <remarks>Dynamic programming over layers of (world, task that moved last): a prefix of a shortest schedule is a shortest one to where it leads.</remarks>
public sealed class FewestSwitches
{
    private const int NodesMax = 200_000;

    private readonly Witness witness;
    private readonly Dictionary<object, UInt128> hashes = [];
    private readonly HashSet<UInt128> seen = [];
    private int nodes;

    private FewestSwitches(Witness witness) => this.witness = witness;

    /// <summary>The schedule; the given one when there are too many of its length to look at.</summary>
    /// <param name="model">The scenario on its revision.</param>
    /// <param name="witness">A shortest schedule.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static Witness Of(Model model, Witness witness, CancellationToken cancellation) => new FewestSwitches(witness).Search(model, cancellation) ?? witness;

    /// <summary>How often a schedule goes from one task to another.</summary>
    public static int Count(IReadOnlyList<(TaskId Task, int Choice)> schedule) =>
        Enumerable.Range(1, Math.Max(0, schedule.Count - 1)).Count(index => schedule[index].Task != schedule[index - 1].Task);

    private sealed record Node(World World, UInt128 Fingerprint, int Last, int Switches, Node? Before, int Choice)
    {
        // Its place among the schedules of its length, in task order.
        public int Place { get; init; }
    }

    private Witness? Search(Model model, CancellationToken cancellation)
    {
        var world = new World(model);
        var layer = new List<Node> { new(world, world.Fingerprint, -1, 0, null, 0) };
        for (var depth = 1; depth <= witness.Schedule.Count; depth++)
        {
            seen.UnionWith(layer.Select(node => node.Fingerprint));
            var isLast = depth == witness.Schedule.Count;
            if (isLast && !witness.AtQuiescence)
                return Best(layer.SelectMany(node => Steps(node).Where(step => Violates(step.Taken)).Select(step => step.Node)));
            layer = Next(layer);
            nodes += layer.Count;
            if (nodes > NodesMax || cancellation.IsCancellationRequested)
                return null;
        }

        return Best(layer.Where(node => node.World.Tasks.All(task => node.World.Successors(task.Id).Count == 0) && node.World.JudgeQuiescence().Any(finding => finding.Id == witness.Finding.Id)));
    }

    private List<Node> Next(List<Node> layer)
    {
        var next = new Dictionary<(UInt128, int), Node>();
        var place = 0;
        foreach (var (_, step) in layer.SelectMany(Steps).Where(step => !step.Taken.Violations.Any(violation => violation.Fatal)))
        {
            var key = (step.Fingerprint, step.Last);
            if (!seen.Contains(step.Fingerprint) && (!next.TryGetValue(key, out var known) || step.Switches < known.Switches))
                next[key] = step with { Place = place };
            place++;
        }

        return [.. next.Values.OrderBy(node => node.Place)];
    }

    private IEnumerable<(Event Taken, Node Node)> Steps(Node node)
    {
        for (var task = 0; task < node.World.Model.TaskCount; task++)
        {
            var id = new TaskId(task);
            var count = node.World.Successors(id).Count;
            for (var choice = 0; choice < count; choice++)
            {
                var world = node.World.Copy();
                var taken = world.Take(id, choice);
                var switches = node.Switches + (node.Last >= 0 && node.Last != task ? 1 : 0);
                yield return (taken, new Node(world, FingerprintOf(world, node), task, switches, node, choice));
            }
        }
    }

    private bool Violates(Event taken) => taken.Findings.Any(finding => finding.Id == witness.Finding.Id);

    private Witness? Best(IEnumerable<Node> ends)
    {
        if (ends.MinBy(node => node.Switches) is not { } best)
            return null;
        var schedule = new List<(TaskId, int)>();
        for (var node = best; node.Before is not null; node = node.Before)
            schedule.Add((new TaskId(node.Last), node.Choice));
        schedule.Reverse();
        return witness with { Schedule = schedule };
    }

    // Only slots that a step has changed are hashed.
    private UInt128 FingerprintOf(World world, Node before)
    {
        var sum = before.Fingerprint;
        for (var slot = 0; slot < world.Slots.Count; slot++)
        {
            if (!ReferenceEquals(world.Slots[slot], before.World.Slots[slot]))
                sum ^= Mixing.Mix(slot, HashOf(before.World.Slots[slot])) ^ Mixing.Mix(slot, HashOf(world.Slots[slot]));
        }

        return sum;
    }

    private UInt128 HashOf(object state)
    {
        if (!hashes.TryGetValue(state, out var hash))
            hashes.Add(state, hash = Fingerprint.Of(state));
        return hash;
    }
}
