using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration;

/// <summary>What exploration takes for granted about steps, tried along random walks. A failure names its seed.</summary>
public sealed class StepTests(ITestOutputHelper output)
{
    private const int Walks = 12;
    private const int StepsMax = 400;

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Steps_WhenFootprintsAreDisjoint_Commute(string name)
    {
        var pairs = 0;
        Walk(name, world =>
        {
            var tasks = world.Tasks.Where(task => !task.IsIdle).Select(task => task.Id).ToArray();
            foreach (var (one, other) in tasks.SelectMany(one => tasks.Where(other => other.Index > one.Index).Select(other => (one, other))))
            {
                if (FootprintOf(world, one).Overlaps(FootprintOf(world, other)))
                    continue;
                pairs++;
                AssertCommute(world, one, other);
            }
        });

        output.WriteLine($"{pairs} independent pairs");
        Assert.True(pairs > 0 || SmallScenarios.Of(name).Build().Tasks.Count == 1);
    }

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Step_WhenTaken_ChangesItsFootprintOnly(string name) =>
        Walk(name, world =>
        {
            foreach (var task in world.Tasks.Where(task => !task.IsIdle).Select(task => task.Id))
            {
                for (var choice = 0; choice < world.Successors(task).Count; choice++)
                {
                    var after = world.Copy();
                    after.Take(task, choice);

                    var changed = Enumerable.Range(0, world.Slots.Count).Where(slot => !world.Slots[slot].Equals(after.Slots[slot]));
                    Assert.Subset(FootprintOf(world, task), changed.ToHashSet());
                }
            }
        });

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Fingerprint_WhenUpdatedByDeltas_EqualsTheOneFromScratch(string name)
    {
        foreach (var revision in KernelRevisions.Usual)
        {
            var model = SmallScenarios.Of(name).Model(revision);
            Seeded($"{name}/{revision.Name}", random => WalkInterned(model, random));
        }
    }

    // The footprint of design D2: own task, target or what a check reads, started slots.
    private static HashSet<int> FootprintOf(World world, TaskId task)
    {
        var footprint = new HashSet<int> { task.Index };
        if (world.TargetOf(task) is { } target)
            footprint.Add(world.Model.SlotOf(target));
        if (world[task].Next is Step.Check)
            footprint.UnionWith(Obligations.Footprint(world[task], world.Model.Topology).Select(world.Model.SlotOf));
        footprint.UnionWith(world.Successors(task).SelectMany(successor => successor.Started).Select(started => started.Id.Index));
        return footprint;
    }

    private static void AssertCommute(World world, TaskId one, TaskId other)
    {
        var (ones, others) = (world.Successors(one).Count, world.Successors(other).Count);
        for (var i = 0; i < ones; i++)
        {
            var first = world.Copy();
            first.Take(one, i);
            Assert.Equal(others, first.Successors(other).Count);
            for (var j = 0; j < others; j++)
                Assert.Equal(Both(world, (one, i), (other, j)), Both(world, (other, j), (one, i)));
        }

        for (var j = 0; j < others; j++)
        {
            var first = world.Copy();
            first.Take(other, j);
            Assert.Equal(ones, first.Successors(one).Count);
        }
    }

    private static UInt128 Both(World world, (TaskId Task, int Choice) first, (TaskId Task, int Choice) second)
    {
        var copy = world.Copy();
        copy.Take(first.Task, first.Choice);
        copy.Take(second.Task, second.Choice);
        return copy.Fingerprint;
    }

    private void Walk(string name, Action<World> look)
    {
        foreach (var revision in KernelRevisions.Usual)
        {
            foreach (var policy in Enum.GetValues<GrantPolicy>())
            {
                var model = SmallScenarios.Of(name).Model(revision, policy);
                Seeded($"{name}/{revision.Name}/{policy}", random => Walk(model, random, look));
            }
        }
    }

    private static void Walk(Model model, Random random, Action<World> look)
    {
        var world = new World(model);
        for (var step = 0; step < StepsMax; step++)
        {
            look(world);
            var moves = world.Tasks.SelectMany(task => world.Successors(task.Id).Select((successor, choice) => (task.Id, choice, successor.IsFatal))).ToArray();
            if (moves.Length == 0)
                return;
            var (id, choice, fatal) = moves[random.Next(moves.Length)];
            if (fatal)
                return;
            world.Take(id, choice);
        }
    }

    private static void WalkInterned(Model model, Random random)
    {
        var table = new StateTable(model);
        var world = table.InitialWorld(out _);
        var fingerprint = FromScratch(table, world);
        for (var step = 0; step < StepsMax; step++)
        {
            var moves = Enumerable.Range(0, model.TaskCount).Where(slot => table.KindOf(world[slot]) != PendingKind.Idle)
                .SelectMany(slot => table.Successors(slot, world).Where(edge => !edge.Fatal).Select(edge => (slot, edge))).ToArray();
            if (moves.Length == 0)
                return;
            var (moved, taken) = moves[random.Next(moves.Length)];
            var target = taken.Target >= 0 ? table.TargetOf(world[moved]) : -1;
            world[moved] = taken.Task;
            if (target >= 0)
                world[target] = taken.Target;
            foreach (var (slot, state) in taken.Started)
                world[slot] = state;
            fingerprint ^= taken.Delta;
            Assert.Equal(FromScratch(table, world), fingerprint);
        }
    }

    private static UInt128 FromScratch(StateTable table, int[] world) =>
        new World(null!, [.. world.Select(id => table[id])]).Fingerprint;

    private void Seeded(string what, Action<Random> walk)
    {
        for (var seed = 1; seed <= Walks; seed++)
        {
            try
            {
                walk(new Random(seed));
            }
            catch
            {
                output.WriteLine($"{what}: seed {seed}");
                throw;
            }
        }
    }
}
