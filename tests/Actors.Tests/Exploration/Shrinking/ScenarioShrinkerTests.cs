using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Tests.Simulation;

namespace Actors.Tests.Exploration.Shrinking;

/// <summary>A shrunk scenario breaks the same, is written in the language, and nothing more can be taken away.</summary>
public sealed class ScenarioShrinkerTests
{
    public static TheoryData<string, string> Failing => new()
    {
        { "flr-map-dma", "S0" },
        { "close-map", "S0" },
        { "export-fd-full", "S6" },
        { "ignore-command", "M73" },
        { "low-power-map-dma", "S0" },
    };

    [Theory]
    [MemberData(nameof(Failing))]
    public void Shrink_WhenAScenarioFails_KeepsTheIdAndTakesAwayWhatItCan(string name, string revisionName)
    {
        var scenario = ShippedScenarios.Read(name);
        var revision = KernelRevisions.Find(revisionName)!;
        var findings = Explore(scenario, revision).Findings;
        Assert.NotEmpty(findings);
        foreach (var id in findings.Select(witness => witness.Finding.Id))
        {
            var shrunk = ScenarioShrinker.Run(scenario, revision, GrantPolicy.Barging, id, new ShrinkOptions())!;

            var read = ScenarioParser.Parse(ScenarioPrinter.Print(shrunk.Scenario), "");
            Assert.Equal(shrunk.Scenario with { Comment = "" }, read with { Comment = "" });
            Assert.Contains(id, Explore(read, revision).Findings.Select(witness => witness.Finding.Id));
            Assert.True(ScenarioEdits.CallCount(shrunk.Scenario) <= ScenarioEdits.CallCount(scenario));
            Assert.DoesNotContain(ScenarioEdits.All.SelectMany(edits => edits(shrunk.Scenario)), smaller => smaller != shrunk.Scenario && ScenarioEdits.IsWritable(smaller) && Explore(smaller, revision).Findings.Any(witness => witness.Finding.Id == id));
            AssertSchedule(shrunk, revision, id);
        }
    }

    private static void AssertSchedule(Shrunk shrunk, KernelRevision revision, string id)
    {
        var model = new Model(revision, shrunk.Scenario, GrantPolicy.Barging);
        var shortest = Explore(shrunk.Scenario, revision).Findings.Single(witness => witness.Finding.Id == id);
        Assert.Equal(shortest.Schedule.Count, shrunk.Witness.Schedule.Count);
        Assert.True(FewestSwitches.Count(shrunk.Witness.Schedule) <= FewestSwitches.Count(shortest.Schedule));
        var events = shrunk.Witness.Replay(model);
        if (!shrunk.Witness.AtQuiescence)
            Assert.Contains(id, events[^1].Findings.Select(finding => finding.Id));
    }

    [Fact]
    public void Shrink_WhenTheIdIsNotThere_AnswersNothing()
    {
        var scenario = ShippedScenarios.Read("flr-map-dma");

        Assert.Null(ScenarioShrinker.Run(scenario, KernelRevisions.Find("S0")!, GrantPolicy.Barging, "00000000", new ShrinkOptions()));
    }

    private static ExplorationResult Explore(Scenario scenario, KernelRevision revision) => new Explorer(new Model(revision, scenario, GrantPolicy.Barging)).Run();
}
