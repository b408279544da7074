using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Search;

namespace Actors.Tests.Exploration.Search;

/// <summary>All schedules with at most so many preemptions: no fewer and no more.</summary>
public sealed class PreemptionSearchTests
{
    private const int Many = 1000;

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Run_WithABound_SeesWhatAPlainSearchWithThatBoundSees(string name)
    {
        foreach (var revision in new[] { "S0", "M73" })
        {
            var model = SmallScenarios.Of(name).Model(KernelRevisions.Find(revision)!);
            for (var most = 0; most < 3; most++)
            {
                var plain = new PlainBoundedSearch(model, most);

                var result = new PreemptionSearch(model, most, new ExplorerOptions()).Run();

                Assert.Equal((plain.Worlds.Count, plain.Finals.Count), (result.States, result.FinalStates));
                Assert.Equal(plain.Findings, result.Findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal));
                Assert.All(result.Findings, witness => Assert.InRange(Preemptions(model, witness.Schedule), 0, most));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Run_WhenNoScheduleHasMore_IsAProof(string name)
    {
        var model = SmallScenarios.Of(name).Model(KernelRevisions.Find("S0")!);
        var all = new Explorer(model).Run();

        var result = new PreemptionSearch(model, Many, new ExplorerOptions()).Run();

        Assert.True(result.IsProof);
        Assert.Equal((all.States, all.FinalStates, all.FinalFingerprint), (result.States, result.FinalStates, result.FinalFingerprint));
        Assert.Equal(all.Findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal), result.Findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_WhenStatesOrMemoryAreBounded_TellsWhatIsComplete()
    {
        var model = SmallScenarios.Of("job-off").Model();
        var none = new PreemptionSearch(model, 0, new ExplorerOptions()).Run();

        var atBound = new PreemptionSearch(model, 2, new ExplorerOptions { StatesMax = none.States + 10 }).Run();
        var atMemory = new PreemptionSearch(model, 2, new ExplorerOptions { MemoryMaxBytes = 1 }).Run();

        Assert.Equal((Completion.StoppedAtBound, 0), (atBound.Completion, atBound.PreemptionsComplete));
        Assert.Equal((Completion.StoppedAtMemory, -1), (atMemory.Completion, atMemory.PreemptionsComplete));
    }

    private static int Preemptions(Model model, IReadOnlyList<(TaskId Task, int Choice)> schedule)
    {
        var world = new World(model);
        var count = 0;
        TaskId? running = null;
        foreach (var (task, choice) in schedule)
        {
            if (running is { } before && before != task && world.Successors(before).Count > 0)
                count++;
            world.Take(task, choice);
            running = task;
        }

        return count;
    }

    /// <summary>Whole worlds, each with who runs and how often somebody was set aside.</summary>
    private sealed class PlainBoundedSearch
    {
        private readonly HashSet<(UInt128 World, int Running, int Used)> seen = [];
        private readonly int most;

        public PlainBoundedSearch(Model model, int most)
        {
            this.most = most;
            Visit(new World(model), -1, 0);
        }

        public HashSet<UInt128> Worlds { get; } = [];

        public HashSet<UInt128> Finals { get; } = [];

        public SortedSet<string> Findings { get; } = new(StringComparer.Ordinal);

        private void Visit(World world, int running, int used)
        {
            if (!seen.Add((world.Fingerprint, running, used)))
                return;
            Worlds.Add(world.Fingerprint);
            var able = world.Tasks.Select(task => task.Id).Where(task => world.Successors(task).Count > 0).ToArray();
            if (able.Length == 0)
            {
                Finals.Add(world.Fingerprint);
                Findings.UnionWith(world.JudgeQuiescence().Select(finding => finding.Id));
            }

            foreach (var task in able)
            {
                var cost = running >= 0 && running != task.Index ? 1 : 0;
                for (var choice = 0; used + cost <= most && choice < world.Successors(task).Count; choice++)
                    Take(world.Copy(), task, choice, used + cost);
            }
        }

        private void Take(World world, TaskId task, int choice, int used)
        {
            var isFatal = world.Successors(task)[choice].IsFatal;
            Findings.UnionWith(world.Take(task, choice).Findings.Select(finding => finding.Id));
            if (!isFatal)
                Visit(world, world.Successors(task).Count > 0 ? task.Index : -1, used);
        }
    }
}
