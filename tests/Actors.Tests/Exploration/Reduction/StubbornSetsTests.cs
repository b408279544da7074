using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration.Reduction;

/// <summary>A reduced search says what the unreduced one says, of every shipped scenario that can be exhausted without reduction here.</summary>
public sealed class StubbornSetsTests(ITestOutputHelper output)
{
    // Beyond this many worlds the comparison is left to bench/side-by-side -- reduction-equality.
    private const int StatesMax = 1_500_000;

    public static TheoryData<string, string> Cases => ShippedScenarios.OnBothKernels(ShippedScenarios.Names);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_WhenReduced_FindsTheSameAndEndsInTheSameWorlds(string scenario, string revision)
    {
        var model = new Model(KernelRevisions.All.Single(row => row.Name == revision), ShippedScenarios.Read(scenario), GrantPolicy.Barging);
        var full = new Explorer(model, new ExplorerOptions { StatesMax = StatesMax }).Run();
        var reduced = new Explorer(model, new ExplorerOptions { Reduction = true, Symmetry = false, Workers = 2 }).Run();

        Assert.Equal(Completion.ExploredAll, reduced.Completion);
        output.WriteLine($"{full.States} states, {reduced.States} reduced, {(double)full.States / reduced.States:F1} fewer; {full.Completion}");
        if (full.Completion == Completion.StoppedAtBound)
        {
            Assert.Subset(Ids(reduced), Ids(full));
            return;
        }

        Assert.Equal(Ids(full), Ids(reduced));
        Assert.Equal((full.FinalStates, full.FinalFingerprint), (reduced.FinalStates, reduced.FinalFingerprint));
        Assert.Equal((full.Observation?.Positive, full.Observation?.Negative), (reduced.Observation?.Positive, reduced.Observation?.Negative));
        Assert.Equal(Steps(full), Steps(reduced));
        Assert.True(reduced.States <= full.States);
    }

    private static SortedSet<string> Ids(ExplorationResult result) => [.. result.Findings.Select(witness => witness.Finding.Id)];

    private static SortedSet<string> Steps(ExplorationResult result) => [.. result.Exercised.Select(step => $"{step.Function}: {step.Text}")];
}
