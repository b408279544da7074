using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>Scenarios that are exhausted with reduction only: tens of millions of worlds without.</summary>
public sealed class LargeScenarioTests
{
    public static readonly string Folder = Path.Combine(ShippedScenarios.Folder, "large");

    [Theory]
    [InlineData("three-importers-reset", "M73", 1_210_080, "0277b504 8530a991")]
    [InlineData("three-importers-reset", "S0", 1_125_238, "7627103e")]
    [InlineData("two-devices-flr-close", "M73", 437_106, "0277b504")]
    [InlineData("two-devices-flr-close", "S0", 57_178, "278f27e1 417c067c 7627103e 95f13b44")]
    [InlineData("two-devices-six-tasks", "M73", 67_285, "0277b504 38d903b9 daa9b92e")]
    [InlineData("two-devices-six-tasks", "S0", 38_745, "38d903b9 7627103e bdab30a9 daa9b92e")]
    public void Explore_WithReduction_ExhaustsAndFindsThese(string name, string revision, long states, string findings)
    {
        var result = new Explorer(Model(name, revision), new ExplorerOptions { Reduction = true, Workers = 2 }).Run();

        Assert.Equal((Completion.ExploredAll, states), (result.Completion, result.States));
        Assert.Equal(findings, string.Join(' ', result.Findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Folder_WhenListed_HoldsWhatIsExploredHere() =>
        Assert.Equal(["three-importers-reset", "two-devices-flr-close", "two-devices-six-tasks"], Directory.GetFiles(Folder, "*.litmus").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    private static Model Model(string name, string revision)
    {
        var file = Path.Combine(Folder, $"{name}.litmus");
        return new Model(KernelRevisions.Find(revision)!, ScenarioParser.Parse(File.ReadAllText(file), $"scenarios/large/{name}.litmus"), GrantPolicy.Barging);
    }
}
