using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Core;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration;

public sealed class ExplorerTests
{
    public static TheoryData<string, string, GrantPolicy> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, GrantPolicy>();
            foreach (var name in SmallScenarios.Names)
            {
                foreach (var revision in KernelRevisions.Usual)
                {
                    cases.Add(name, revision.Name, GrantPolicy.Barging);
                    cases.Add(name, revision.Name, GrantPolicy.Ordered);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_WhenComparedWithAPlainSearch_SeesTheSame(string name, string revision, GrantPolicy policy)
    {
        var model = Model(name, revision, policy);
        var reference = new ReferenceExplorer(model);

        var result = new Explorer(model).Run();

        Assert.Equal(Completion.ExploredAll, result.Completion);
        Assert.Equal(
            (reference.States, reference.Transitions, reference.FinalStates, reference.FinalFingerprint),
            (result.States, result.Transitions, result.FinalStates, result.FinalFingerprint));
        Assert.Equal(reference.Findings, result.Findings.Select(witness => (witness.Finding.Id, witness.Schedule.Count)).OrderBy(entry => entry.Id, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Run_WhenOrdered_ReachesASubsetOfBarging(string name)
    {
        foreach (var revision in KernelRevisions.Usual)
        {
            var barging = new ReferenceExplorer(Model(name, revision.Name, GrantPolicy.Barging));
            var ordered = new ReferenceExplorer(Model(name, revision.Name, GrantPolicy.Ordered));

            Assert.Empty(ordered.Projected.Except(barging.Projected));
            Assert.Empty(ordered.Findings.Select(finding => finding.Id).Except(barging.Findings.Select(finding => finding.Id)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Witness_WhenReplayed_EndsInItsFinding(string name, string revision, GrantPolicy policy)
    {
        var model = Model(name, revision, policy);

        foreach (var witness in new Explorer(model).Run().Findings)
        {
            var world = new World(model);
            List<string> found = [];
            foreach (var (task, choice) in witness.Schedule)
                found = [.. world.Take(task, choice).Findings.Select(finding => finding.Id)];
            if (witness.AtQuiescence)
                found = [.. world.JudgeQuiescence().Select(finding => finding.Id)];

            Assert.Contains(witness.Finding.Id, found);
            Assert.True(!witness.AtQuiescence || world.Tasks.All(task => world.Successors(task.Id).Count == 0));
            Assert.Equal(witness.Schedule.Count, witness.Replay(model).Count);
        }
    }

    [Fact]
    public void Run_WhenRepeated_GivesTheSame()
    {
        var model = Model("off-map", "S0", GrantPolicy.Barging);

        var (one, other) = (new Explorer(model).Run(), new Explorer(model).Run());

        Assert.Equal((one.States, one.Transitions, one.FinalFingerprint), (other.States, other.Transitions, other.FinalFingerprint));
        Assert.Equal(one.Findings.Select(witness => witness.Finding), other.Findings.Select(witness => witness.Finding));
    }

    [Fact]
    public void Run_WhenOptionBoundIsReached_StopsThere()
    {
        var result = new Explorer(Model("reset-dma", "M73", GrantPolicy.Barging), new ExplorerOptions { StatesMax = 100 }).Run();

        Assert.Equal(Completion.StoppedAtBound, result.Completion);
        Assert.InRange(result.States, 100, 110);
    }

    [Fact]
    public void Run_WhenScenarioBoundIsTighter_StopsThere()
    {
        var result = new Explorer(OneBuffer().Task(Flr).Task(MemoryOff).StatesMax(50).Model(), new ExplorerOptions { StatesMax = 100 }).Run();

        Assert.Equal(Completion.StoppedAtBound, result.Completion);
        Assert.InRange(result.States, 50, 60);
    }

    [Fact]
    public void Run_WhenBoundIsNotReached_ExploresAll()
    {
        var model = Model("flr", "M73", GrantPolicy.Barging);
        var states = new Explorer(model).Run().States;

        var bounded = new Explorer(model, new ExplorerOptions { StatesMax = states + 1 }).Run();

        Assert.Equal((Completion.ExploredAll, states), (bounded.Completion, bounded.States));
    }

    [Fact]
    public void Run_WhenCancelled_SaysInterrupted()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        var result = new Explorer(Model("reset-dma", "M73", GrantPolicy.Barging), new ExplorerOptions { Cancellation = source.Token }).Run();

        Assert.Equal(Completion.Interrupted, result.Completion);
    }

    [Theory]
    [InlineData(Quantifier.Exists, true)]
    [InlineData(Quantifier.NotExists, true)]
    [InlineData(Quantifier.ForAll, true)]
    public void Run_WhenClauseIsSometimesTrue_CountsBothAndShowsOne(Quantifier quantifier, bool witnessed)
    {
        var result = OneImporter().Task(MemoryOff).Task(Map).Condition(quantifier, new Clause.Compare(new Location.Register(1, 0), Comparison.Equal, -(int)Errno.ENODEV)).Explore();

        var seen = Assert.IsType<Observation>(result.Observation);
        Assert.Equal(result.FinalStates, seen.Positive + seen.Negative);
        Assert.True(seen is { Positive: > 0, Negative: > 0 });
        Assert.Equal(seen.Positive + seen.Negative, seen.States.Sum(state => state.Count));
        Assert.Equal(witnessed, seen.Witness is not null);
    }

    [Theory]
    [InlineData(Quantifier.Exists, true)]
    [InlineData(Quantifier.ForAll, false)]
    public void Run_WhenClauseAlwaysHolds_ShowsAnExampleButNoCounterexample(Quantifier quantifier, bool witnessed)
    {
        var always = new Clause.Not(new Clause.And(new Clause.Compare(new Location.Register(0, 0), Comparison.Equal, 0), new Clause.Or(new Clause.Compare(new Location.Register(0, 0), Comparison.Equal, 1), new Clause.Compare(new Location.Register(0, 7), Comparison.Equal, 0))));

        var seen = OneBuffer().Task(Flr).Condition(quantifier, always).Explore().Observation;

        Assert.Equal((0L, witnessed), (seen!.Negative, seen.Witness is not null));
    }

    [Fact]
    public void Run_WhenOver_TellsWhatWasExercised()
    {
        var result = OneBuffer().Task(Flr).Explore();

        Assert.Contains(result.Exercised, step => step.Function == "vfio_pci_dma_buf_move" && step.Mark == "M3");
        Assert.DoesNotContain(result.Exercised, step => step.Function == "vfio_pci_dma_buf_cleanup");
    }

    private static Model Model(string name, string revision, GrantPolicy policy) => SmallScenarios.Of(name).Model(KernelRevisions.Find(revision), policy);
}
