using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Symmetry;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration.Symmetry;

/// <summary>An exchange of identical tasks and objects leads from reachable worlds to reachable worlds, and a search that counts such worlds as one finds what the other finds.</summary>
public sealed class SymmetryTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (string Text, int Exchanges)> Scenarios = new()
    {
        ["two-importers"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { attach(a0); detach(a0); } P1 { attach(a1); detach(a1); }", 2),
        ["importers-and-reset"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { attach(a0); map(a0); } P1 { attach(a1); map(a1); } P2 { reset(v0); }", 2),
        ["readers"] = ("v0: device; } P0 { bar_read(v0); } P1 { bar_read(v0); } P2 { bar_read(v0); } P3 { mem_off(v0); }", 6),
        ["two-devices"] = ("v0: device dev_set 0; v1: device dev_set 1; b0: dma_buf of v0; b1: dma_buf of v1; a0: importer unmaps of b0; a1: importer unmaps of b1; } P0 { mem_off(v0); } P1 { mem_off(v1); } P2 { map(a0); } P3 { map(a1); }", 2),
        ["close-two-devices"] = ("v0: device dev_set 0; v1: device dev_set 1; } P0 { close(v0); } P1 { close(v1); }", 2),
        ["results"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { r0 = attach(a0); if (r0 == 0) { map(a0); } } P1 { r0 = attach(a1); if (r0 == 0) { map(a1); } }", 2),
        ["named"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { r0 = attach(a0); } P1 { r0 = attach(a1); } exists (1:r0 == 0)", 1),
        ["different-tasks"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { attach(a0); } P1 { attach(a1); detach(a1); }", 1),
        ["different-importers"] = ("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer ignores of b0 free; } P0 { attach(a0); } P1 { attach(a1); }", 1),
        ["listed"] = ("v0: device; b0: dma_buf of v0; b1: dma_buf of v0; } P0 { close(b0); } P1 { close(b1); }", 1),
        ["one-set"] = ("v0: device dev_set 0; v1: device dev_set 0; } P0 { close(v0); } P1 { close(v1); }", 1),
    };

    private const int WorldsMax = 1500;

    public static TheoryData<string, string> Cases => ShippedScenarios.OnBothKernels(Scenarios.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_WhenTasksAreIdentical_FindsTheSameInFewerWorlds(string name, string revision)
    {
        foreach (var policy in Enum.GetValues<GrantPolicy>())
        {
            var model = ModelOf(name, revision, policy);
            var group = Symmetries.Of(model);
            var plain = new Explorer(model, new ExplorerOptions { Reduction = true, Symmetry = false }).Run();
            var counted = new Explorer(model, new ExplorerOptions { Reduction = true }).Run();
            var parallel = new Explorer(model, new ExplorerOptions { Reduction = true, Workers = 8 }).Run();

            output.WriteLine($"{policy}: {plain.States} states, {counted.States} with {counted.Reduction!.Exchanges} exchanges; {counted.Findings.Count} findings");
            Assert.Equal(Scenarios[name].Exchanges, counted.Reduction.Exchanges);
            Assert.Equal(Ids(plain), Ids(counted));
            Assert.Equal((counted.States, counted.FinalFingerprint), (parallel.States, parallel.FinalFingerprint));
            Assert.All(counted.Findings, witness => Assert.Contains(witness.Finding.Id, FindingsOf(model, witness)));
            Assert.True(counted.States <= plain.States);

            if (Reachable(model) is not { } reachable)
                continue;
            var (worlds, finals) = reachable;
            Assert.All(group.All, symmetry => Assert.Subset(worlds.Keys.ToHashSet(), worlds.Values.Select(world => Image(symmetry, world)).ToHashSet()));
            var representatives = finals.Select(world => group.All.Select(symmetry => Image(symmetry, world)).Append(world.Fingerprint).Min()).Distinct().ToArray();
            Assert.Equal((representatives.Length, representatives.Aggregate(UInt128.Zero, (sum, next) => sum ^ next)), (counted.FinalStates, counted.FinalFingerprint));
        }
    }

    /// <summary>The steering tag tells which task wrote it: the tasks look alike, but what they do does not.</summary>
    [Fact]
    public void Run_WhenAStepTellsTheTasksApart_CountsEveryWorld()
    {
        var model = new Model(KernelRevisions.Find("TPH")!, ShippedScenarios.Read("set-tph-get-tph"), GrantPolicy.Barging);

        var plain = new Explorer(model, new ExplorerOptions { Reduction = true, Symmetry = false }).Run();
        var counted = new Explorer(model, new ExplorerOptions { Reduction = true }).Run();

        Assert.Equal(2, Symmetries.Of(model).Order);
        Assert.Equal((1, plain.States, plain.FinalFingerprint), (counted.Reduction!.Exchanges, counted.States, counted.FinalFingerprint));
    }

    [Fact]
    public void Of_WhenFiveTasksAreIdentical_StaysWithinTheBound()
    {
        var tasks = string.Concat(Enumerable.Range(0, 5).Select(task => $"P{task} {{ bar_read(v0); }} "));
        var model = new Model(KernelRevisions.M73, ScenarioParser.Parse($"vfio five {{ v0: device; }} {tasks}", "five"), GrantPolicy.Barging);

        Assert.Equal(Symmetries.OrderMax, Symmetries.Of(model).Order);
    }

    private static Model ModelOf(string name, string revision, GrantPolicy policy) =>
        new(KernelRevisions.Find(revision)!, ScenarioParser.Parse($"vfio {name} {{ {Scenarios[name].Text}", name), policy);

    private static SortedSet<string> Ids(ExplorationResult result) => [.. result.Findings.Select(witness => witness.Finding.Id)];

    private static IEnumerable<string> FindingsOf(Model model, Witness witness)
    {
        var world = new World(model);
        var broken = witness.Schedule.SelectMany(step => world.Take(step.Task, step.Choice).Findings).ToArray();
        return broken.Concat(world.JudgeQuiescence()).Select(finding => finding.Id);
    }

    private static UInt128 Image(ISymmetry symmetry, World world) =>
        world.Slots.Select((state, slot) => Mixing.Mix(symmetry.SlotOf(slot), Fingerprint.Of(symmetry.Rename(state)))).Aggregate(UInt128.Zero, (sum, part) => sum ^ part);

    // Null when there are too many to look at each.
    private static (Dictionary<UInt128, World> Worlds, List<World> Finals)? Reachable(Model model)
    {
        var first = new World(model);
        var worlds = new Dictionary<UInt128, World> { [first.Fingerprint] = first };
        var finals = new List<World>();
        var open = new Queue<World>([first]);
        while (open.TryDequeue(out var world))
        {
            var moves = world.Tasks.SelectMany(task => world.Successors(task.Id).Select((successor, choice) => (task.Id, choice, successor.IsFatal))).ToArray();
            if (moves.Length == 0)
                finals.Add(world);
            foreach (var (task, choice, _) in moves.Where(move => !move.IsFatal))
            {
                var next = world.Copy();
                next.Take(task, choice);
                if (worlds.TryAdd(next.Fingerprint, next))
                    open.Enqueue(next);
            }

            if (worlds.Count > WorldsMax)
                return null;
        }

        return (worlds, finals);
    }
}
