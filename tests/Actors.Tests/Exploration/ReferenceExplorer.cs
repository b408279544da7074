using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Exploration;

/// <summary>The plainest search there is: whole worlds, copied at each step, fingerprints from scratch. What the explorer is held against.</summary>
internal sealed class ReferenceExplorer
{
    private readonly HashSet<UInt128> visited = [];
    private readonly Dictionary<string, int> findings = [];
    private readonly Model model;

    public ReferenceExplorer(Model model)
    {
        this.model = model;
        Run();
    }

    public long States => visited.Count;

    public long Transitions { get; private set; }

    public long FinalStates { get; private set; }

    public UInt128 FinalFingerprint { get; private set; }

    /// <summary>The findings and the number of steps of a shortest schedule to each.</summary>
    public IEnumerable<(string Id, int Steps)> Findings => findings.Select(entry => (entry.Key, entry.Value)).OrderBy(entry => entry.Key, StringComparer.Ordinal);

    /// <summary>All worlds, with what only tells the policies apart left out of the locks.</summary>
    public HashSet<UInt128> Projected { get; } = [];

    private void Run()
    {
        var layer = new List<World> { new(model) };
        visited.Add(layer[0].Fingerprint);
        for (var depth = 0; layer.Count > 0; depth++)
        {
            var next = new List<World>();
            foreach (var world in layer)
                Expand(world, depth, next);
            layer = next;
        }
    }

    private void Expand(World world, int depth, List<World> next)
    {
        Projected.Add(Project(world));
        var moved = false;
        foreach (var task in world.Tasks.Select(task => task.Id).ToArray())
        {
            var successors = world.Successors(task);
            moved |= successors.Count > 0;
            for (var choice = 0; choice < successors.Count; choice++)
            {
                Transitions++;
                var copy = world.Copy();
                Record(copy.Take(task, choice).Findings, depth + 1);
                if (!successors[choice].IsFatal && visited.Add(copy.Fingerprint))
                    next.Add(copy);
            }
        }

        if (moved)
            return;
        FinalStates++;
        FinalFingerprint ^= world.Fingerprint;
        Record(world.JudgeQuiescence(), depth);
    }

    private void Record(IEnumerable<Finding> found, int steps)
    {
        foreach (var finding in found)
            findings.TryAdd(finding.Id, steps);
    }

    private static UInt128 Project(World world)
    {
        var sum = UInt128.Zero;
        for (var slot = 0; slot < world.Slots.Count; slot++)
            sum ^= Mixing.Mix(slot, Fingerprint.Of(Project(world.Slots[slot])));
        return sum;
    }

    private static object Project(object slot) => slot is Actors.Core.Machines.Lock state
        ? state with
        {
            Policy = GrantPolicy.Barging,
            Waiters = Sequence<Waiter>.From(state.Waiters.Select(waiter => waiter with { InReaderPhase = false }).OrderBy(waiter => waiter.Task.Index)),
        }
        : slot;
}
