using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Reduction;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration.Reduction;

/// <summary>What stubborn sets rest on, tried along random walks: steps of one task that its footprint lets pass another's next step commute with it. A failure names its seed.</summary>
public sealed class CommutationTests(ITestOutputHelper output)
{
    private const int Walks = 3;
    private const int StepsMax = 250;
    private const int AheadMax = 8;
    private const int OneIn = 12;

    public static TheoryData<string, string, GrantPolicy> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, GrantPolicy>();
            string[] names =
            [
                "two-importers-reset-close", "close-pair-bus-reset", "hot-reset-command", "low-power-reset-access", "low-power-close", "unbind-importer", "command-close-fd",
                "read-command-fault-mmap", "export-faults", "remap-command", "iommufd-unmap-reset", "set-tph-close",
            ];
            foreach (var name in names)
            {
                cases.Add(name, "S0", GrantPolicy.Barging);
                cases.Add(name, "M73", GrantPolicy.Barging);
                cases.Add(name, "M73", GrantPolicy.Ordered);
                cases.Add(name, "MM8", GrantPolicy.Barging);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_WhenTheFootprintLetsThemPass_CommuteWithTheNextStep(string scenario, string revision, GrantPolicy policy)
    {
        var model = new Model(KernelRevisions.All.Single(row => row.Name == revision), ShippedScenarios.Read(scenario), policy);
        var system = new KernelSystem(model);
        var tried = 0;
        for (var seed = 1; seed <= Walks; seed++)
        {
            try
            {
                Walk(system, new Random(seed), ref tried);
            }
            catch
            {
                output.WriteLine($"{scenario}/{revision}/{policy}: seed {seed}");
                throw;
            }
        }

        output.WriteLine($"{tried} steps commuted");
        Assert.True(tried > 0);
    }

    private static void Walk(KernelSystem system, Random random, ref int tried)
    {
        var world = new World(system.Model);
        for (var step = 0; step < StepsMax; step++)
        {
            TaskId[] active = [.. world.Tasks.Where(task => !task.IsIdle).Select(task => task.Id)];
            foreach (var (one, other) in active.SelectMany(one => active.Where(other => other != one).Select(other => (one, other))))
            {
                if (random.Next(OneIn) == 0 && MayPass(system, world, one, other))
                    tried += Pass(world, one, other, random);
            }

            var moves = active.SelectMany(task => world.Successors(task).Select((successor, choice) => (task, choice, successor.IsFatal))).ToArray();
            if (moves.Length == 0)
                return;
            var (moved, taken, fatal) = moves[random.Next(moves.Length)];
            if (fatal)
                return;
            world.Take(moved, taken);
        }
    }

    // Whether everything the other may do while the one stands still leaves its next step alone.
    private static bool MayPass(KernelSystem system, World world, TaskId one, TaskId other)
    {
        var footprints = system.Footprints;
        object task = world[one];
        object? target = world.TargetOf(one) is { } machine ? world[machine] : null;
        var transitions = world[one].Next is Step.Check ? system.Check(one.Index, task, slot => world.Slots[slot]) : system.Take(one.Index, task, target);
        if (transitions.Any(transition => transition.Fatal))
            return false;
        var kept = footprints.Held(task);
        for (var sleeper = 0; sleeper < footprints.Sleepers.Count; sleeper++)
        {
            if ((footprints.KeptAwakeBy(world.Slots[footprints.Sleepers[sleeper]]) >> one.Index & 1) != 0)
                kept = kept.Union(new HeldSet(0, 0, 1UL << sleeper));
        }

        var ahead = footprints.Remaining(other.Index, world[other], kept);
        return footprints.Next(one.Index, task, target, transitions).All(access => !ahead.Conflicts(access));
    }

    // Lets the other, and whom it starts, run ahead; after each step the one's step must be as it was.
    private static int Pass(World world, TaskId one, TaskId other, Random random)
    {
        var ones = world.Successors(one).Count;
        var (ahead, behind) = (world.Copy(), world.Copy());
        var choice = ones == 0 ? -1 : random.Next(ones);
        if (choice >= 0)
            behind.Take(one, choice);
        var running = new List<TaskId> { other };
        var count = 0;
        while (count < AheadMax)
        {
            var moves = running.SelectMany(task => ahead.Successors(task).Select((successor, index) => (task, index, successor.IsFatal))).ToArray();
            if (moves.Length == 0)
                return count;
            var (moved, taken, fatal) = moves[random.Next(moves.Length)];
            if (fatal)
                return count;
            running.AddRange(ahead.Take(moved, taken).Started);
            Assert.Equal(ones, ahead.Successors(one).Count);
            count++;
            if (choice < 0)
                continue;
            behind.Take(moved, taken);
            var after = ahead.Copy();
            var event1 = after.Take(one, choice);
            Assert.Equal(behind.Slots, after.Slots);
            Assert.Equal(world.Successors(one)[choice].Violations, event1.Violations);
        }

        return count;
    }
}
