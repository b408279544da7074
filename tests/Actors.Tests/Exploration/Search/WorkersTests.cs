using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Simulation;

namespace Actors.Tests.Exploration.Search;

/// <summary>Nothing that is reported depends on the number of threads.</summary>
public sealed class WorkersTests
{
    [Theory]
    [InlineData("reset-command-map-close", "M73", false)]
    [InlineData("reset-command-map-close", "S0", true)]
    [InlineData("low-power-reset-access", "M73", false)]
    [InlineData("two-importers-reset-close", "S0", true)]
    [InlineData("unmap-later-reset", "M73", true)]
    public void Run_WithOneTwoOrEightWorkers_ReportsTheSame(string scenario, string revision, bool reduction)
    {
        var model = new Model(KernelRevisions.All.Single(row => row.Name == revision), ShippedScenarios.Read(scenario), GrantPolicy.Barging);

        var results = new[] { 1, 2, 8 }.Select(workers => new Explorer(model, new ExplorerOptions { Workers = workers, Reduction = reduction }).Run()).ToArray();

        foreach (var other in results[1..])
        {
            Assert.Equal(Figures(results[0]), Figures(other));
            Assert.Equal(
                results[0].Findings.Select(witness => (witness.Finding.Id, string.Join(' ', witness.Schedule))),
                other.Findings.Select(witness => (witness.Finding.Id, string.Join(' ', witness.Schedule))));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Run_WhenABoundIsReached_StopsAtTheSameWorlds(int workers)
    {
        var model = new Model(KernelRevisions.M73, ShippedScenarios.Read("reset-command-map-close"), GrantPolicy.Barging);

        var result = new Explorer(model, new ExplorerOptions { Workers = workers, StatesMax = 20_000 }).Run();

        var alone = new Explorer(model, new ExplorerOptions { StatesMax = 20_000 }).Run();
        Assert.Equal((Completion.StoppedAtBound, Figures(alone)), (result.Completion, Figures(result)));
        Assert.InRange(result.States, 20_000, 20_100);
    }

    private static (long States, long Transitions, int Depth, long Finals, UInt128 Final, (int, int) Components) Figures(ExplorationResult result) =>
        (result.States, result.Transitions, result.Depth, result.FinalStates, result.FinalFingerprint, result.Components);
}
