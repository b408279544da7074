using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Dpor;
using Actors.Exploration.Sampling;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration.Dpor;

/// <summary>The stateless search and the exhaustive one share no code that covers schedules; they have to come to the same.</summary>
public sealed class DporExplorerTests(ITestOutputHelper output)
{
    private const long TracesMax = 10_000;
    private const int ComparedAtLeast = 45;

    // Their traces are counted in hundreds of thousands and more.
    private static readonly string[] TooLarge = ["attach-detach", "close-unbind", "two-readers", "job-off", "off-export"];

    [Theory]
    [MemberData(nameof(ExplorerTests.Cases), MemberType = typeof(ExplorerTests))]
    public void Run_OfASmallScenario_SeesWhatTheExplorerSees(string name, string revision, GrantPolicy policy)
    {
        var model = SmallScenarios.Of(name).Model(KernelRevisions.Find(revision)!, policy);

        var traces = new DporExplorer(model, new DporOptions { TracesMax = 50_000 }).Run();

        var all = new Explorer(model).Run();
        Assert.True(traces.Completion == Completion.ExploredAll || TooLarge.Contains(name));
        if (traces.Completion == Completion.ExploredAll)
            AssertSame(all, traces);
        else
            Assert.Subset(Ids(all.Findings).ToHashSet(), Ids(traces.Findings).ToHashSet());
    }

    // About ten seconds of one core for all of them together.
    [Fact]
    public void Run_OfTheShippedScenarios_SeesWhatTheExplorerSees()
    {
        var compared = 0;
        foreach (var name in ShippedScenarios.Names)
        {
            foreach (var revision in KernelRevisions.Usual)
                compared += Compare(new Model(revision, ShippedScenarios.Read(name), GrantPolicy.Barging)) ? 1 : 0;
        }

        output.WriteLine($"{compared} runs compared");
        Assert.InRange(compared, ComparedAtLeast, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Witness_WhenTakenAgain_EndsInItsFinding(string name)
    {
        var model = SmallScenarios.Of(name).Model(KernelRevisions.Find("S0")!);

        foreach (var witness in new DporExplorer(model).Run().Findings)
        {
            var world = new World(model);
            List<string> found = [];
            foreach (var (task, choice) in witness.Schedule)
                found = [.. world.Take(task, choice).Findings.Select(finding => finding.Id)];
            if (witness.AtQuiescence)
                found = [.. world.JudgeQuiescence().Select(finding => finding.Id)];

            Assert.Contains(witness.Finding.Id, found);
        }
    }

    // Enough runs of a small scenario draw each of its traces: neither search has seen one too many, or one too few.
    [Theory]
    [InlineData("flr")]
    [InlineData("off-map")]
    [InlineData("ignored-revoke")]
    [InlineData("faulty-export")]
    public void Traces_OfASmallScenario_AreAsManyAsASampleTellsApart(string name)
    {
        var model = SmallScenarios.Of(name).Model(KernelRevisions.Find("M73")!);

        var traces = new DporExplorer(model).Run();
        var sample = new Sampler(model, new SamplingOptions { Seed = 3, Runs = 40_000 }).Run();

        Assert.Equal(0, traces.Stopped);
        Assert.Equal((traces.Traces, 0), (sample.Traces.Distinct, sample.Traces.Once));
    }

    [Fact]
    public void Run_WhenTheBoundIsReached_StopsThere()
    {
        var result = new DporExplorer(SmallScenarios.Of("off-map").Model(), new DporOptions { TracesMax = 5 }).Run();

        Assert.Equal((Completion.StoppedAtBound, 5L), (result.Completion, result.Traces + result.Stopped + result.SleepBlocked));
    }

    [Fact]
    public void Run_WhenAnExecutionIsTooLong_SaysSo()
    {
        var result = new DporExplorer(SmallScenarios.Of("off-map").Model(), new DporOptions { StepsMax = 10 }).Run();

        Assert.Equal((Completion.StoppedAtBound, true), (result.Completion, result.IsTooLong));
    }

    private bool Compare(Model model)
    {
        var traces = new DporExplorer(model, new DporOptions { TracesMax = TracesMax }).Run();
        if (traces.Completion != Completion.ExploredAll)
        {
            output.WriteLine($"left out: {model.Scenario.Name} on {model.Revision.Name}: {(traces.IsTooLong ? "an execution does not end" : $"more than {TracesMax} executions")}");
            return false;
        }

        var all = new Explorer(model).Run();
        output.WriteLine($"{model.Scenario.Name} on {model.Revision.Name}: {all.States} states, {traces.Traces} traces, {traces.Stopped} stopped, {traces.SleepBlocked} sleep-set-blocked");
        AssertSame(all, traces);
        return true;
    }

    private static void AssertSame(ExplorationResult all, DporResult traces)
    {
        Assert.Equal(Ids(all.Findings), Ids(traces.Findings));
        Assert.Equal((all.FinalStates, all.FinalFingerprint), (traces.FinalStates, traces.FinalFingerprint));
    }

    private static IEnumerable<string> Ids(IEnumerable<Witness> findings) => findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal);
}
