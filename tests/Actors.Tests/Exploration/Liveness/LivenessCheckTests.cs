using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Liveness;
using Actors.Tests.Core;
using Actors.Tests.Simulation;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration.Liveness;

public sealed class LivenessCheckTests
{
    private const int Continuations = 20;

    // A walk that does not advance: it tells the same attachment for ever.
    private static readonly KernelRevision WalksInPlace =
        KernelRevisions.M73 with { Name = "M73-edited", Edits = Sequence<PathEdit>.Of(new PathEdit.Drop("dma_buf_invalidate_mappings", "attach = next")) };

    [Theory]
    [MemberData(nameof(ExplorerTests.Cases), MemberType = typeof(ExplorerTests))]
    public void Run_OfASmallScenario_FindsTheWaitsOfTheExplorerNoLater(string name, string revision, GrantPolicy policy) =>
        AssertWaitsOfTheExplorer(SmallScenarios.Of(name).Model(KernelRevisions.Find(revision)!, policy));

    [Theory]
    [InlineData("command-close-fd", "R24")]
    [InlineData("command-close-two", "R24")]
    [InlineData("ignore-command", "M73")]
    [InlineData("command-close-unmap", "M73")]
    [InlineData("nvgrace-read-command-fault-mmap", "S0")]
    public void Run_OfAShippedScenarioThatHangs_SeesItFormWhileOthersGoOn(string name, string revision)
    {
        var model = ModelOf(name, revision);

        var result = AssertWaitsOfTheExplorer(model);

        Assert.NotEmpty(result.Waits);
        Assert.Contains(result.Waits, wait => wait.GoOn.Count > 0);
        foreach (var wait in result.Waits)
            AssertNeverMovesAgain(model, wait);
    }

    // What hangs in the museum, on a revision that has it.
    [Theory]
    [InlineData("unbind-close", "R24")]
    [InlineData("command-close-unmap", "M71a")]
    [InlineData("command-close-unmap", "MM8")]
    [InlineData("nvgrace-read-command-mmap", "MM3")]
    public void Run_OfAMuseumEntryThatHangs_NamesItAsTheExplorerDoes(string name, string revision)
    {
        var model = ModelOf(name, revision);

        var result = AssertWaitsOfTheExplorer(model);

        Assert.NotEmpty(result.Waits);
        foreach (var wait in result.Waits)
            AssertNeverMovesAgain(model, wait);
    }

    [Fact]
    public void Run_WhenTheKernelStopsInstead_FindsNoWait()
    {
        // A task keeps memory_lock because it oopses on every way from there: nobody is left to wait for it.
        var result = LivenessCheck.Run(ModelOf("command-close-opath", "M73"));

        Assert.Empty(result.Waits);
    }

    [Fact]
    public void Run_WhenAWalkDoesNotAdvance_FindsTheLoop()
    {
        var model = OneImporter(mapped: true).Task(Flr).Task(MemoryOff).Model(WalksInPlace);

        var result = LivenessCheck.Run(model);

        var loop = Assert.Single(result.Livelocks);
        Assert.Equal((Quiescence.Livelock, "dma_buf_invalidate_mappings"), (loop.Witness.Finding.Violation.Kind, loop.Witness.Finding.Function));
        var world = new World(model);
        foreach (var (task, choice) in loop.Witness.Schedule)
            world.Take(task, choice);
        var before = world.Fingerprint;
        foreach (var (task, choice) in loop.Round)
            world.Take(task, choice);
        Assert.Equal(before, world.Fingerprint);
        Assert.True(result.Loops > 0);
    }

    [Fact]
    public void Run_WhenNothingWaits_FindsNothing()
    {
        var result = LivenessCheck.Run(SmallScenarios.Of("flr").Model());

        Assert.Equal((Completion.ExploredAll, 0, 0, 0), (result.Completion, result.Loops, result.Waits.Count, result.Livelocks.Count));
    }

    [Fact]
    public void Run_WhenTheBoundIsReached_JudgesNothing()
    {
        var result = LivenessCheck.Run(ModelOf("ignore-command", "M73"), statesMax: 50);

        Assert.Equal(Completion.StoppedAtBound, result.Completion);
        Assert.Empty(result.Waits);
    }

    private static Model ModelOf(string name, string revision) => new(KernelRevisions.Find(revision)!, ShippedScenarios.Read(name), GrantPolicy.Barging);

    private static LivenessResult AssertWaitsOfTheExplorer(Model model)
    {
        var all = new Explorer(model).Run();
        var known = all.Findings.Where(witness => witness.AtQuiescence && witness.Finding.Violation.Property is Property.P9 or Property.P10).ToDictionary(witness => witness.Finding.Id, witness => witness.Schedule.Count);

        var result = LivenessCheck.Run(model);

        Assert.Equal((Completion.ExploredAll, all.States), (result.Completion, result.States));
        Assert.Equal(known.Keys.Order(StringComparer.Ordinal), result.Waits.Select(wait => wait.Witness.Finding.Id).Order(StringComparer.Ordinal));
        Assert.All(result.Waits, wait => Assert.True(wait.Witness.Schedule.Count <= known[wait.Witness.Finding.Id]));
        return result;
    }

    // Whatever the others do: some random continuations to the end.
    private static void AssertNeverMovesAgain(Model model, EndlessWait wait)
    {
        for (var number = 0; number < Continuations; number++)
        {
            var world = new World(model);
            foreach (var (task, choice) in wait.Witness.Schedule)
                world.Take(task, choice);
            var state = (ulong)number;
            while (true)
            {
                Assert.All(wait.Waiting, task => Assert.True(!world[task].IsIdle && world.Successors(task).Count == 0));
                var able = world.Tasks.Select(task => task.Id).Where(task => world.Successors(task).Count > 0).ToArray();
                if (able.Length == 0)
                    break;
                state = SplitMix.Next(state, out var drawn);
                world.Take(able[(int)(drawn % (ulong)able.Length)]);
            }
        }
    }
}
