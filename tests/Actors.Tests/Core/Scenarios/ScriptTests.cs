using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Core.Scenarios;

/// <summary>User tasks run what the scenario file says: conditions, loops, registers, properties off.</summary>
public sealed class ScriptTests
{
    private const string OneImporter = "vfio t\n{ v0: device; b0: dma_buf of v0; a0: importer unmaps of b0; }\n";

    [Theory]
    [InlineData("P0 { r0 = map(a0); if (r0 == 0) { r1 = map(a0); } }", "0:r0=0; 0:r1=-114;")]
    [InlineData("P0 { r0 = map(a0); if (r0 != 0) { r1 = map(a0); } else { r1 = unmap(a0); } }", "0:r0=0; 0:r1=0;")]
    [InlineData("P0 { r0 = map(a0); if (r0 != 0) { r1 = map(a0); } }", "0:r0=0;")]
    [InlineData("P0 { repeat 3 { r0 = map(a0); } r1 = unmap(a0); }", "0:r0=-114; 0:r1=0;")]
    [InlineData("P0 { r0 = map(a0); r1 = unmap(a0); if (r0 == 0 && !(r1 == 0)) { r0 = map(a0); } }", null)]
    [InlineData("P0 { r0 = map(a0); r1 = unmap(a0); if (r0 == 0 && !(r1 != 0)) { r2 = unmap(a0); } if (r2 == -ENOENT) { r1 = map(a0); repeat 2 { r0 = unmap(a0); } } }", "0:r0=-2; 0:r1=0;")]
    public void Task_WhenItHasConditionsAndLoops_EndsWithTheExpectedRegisters(string process, string? registers)
    {
        var text = $"{OneImporter}{process}\nexists (0:r0=0 /\\ 0:r1=0)";
        if (registers is null)
        {
            Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse(text, "-"));
            return;
        }

        var states = Explore(text).Observation!.States;

        Assert.Equal([(registers, 1L)], states);
    }

    [Theory]
    [InlineData("r0 < 0", "0:r0=0;")]
    [InlineData("r0 >= 0", "0:r0=0; 0:r1=-114;")]
    [InlineData("r0 <= -EALREADY || r0 > 0", "0:r0=0;")]
    public void Condition_WhenItComparesAnOrder_DecidesByIt(string condition, string registers) =>
        Assert.Equal([(registers, 1L)], Explore($"{OneImporter}P0 {{ r0 = map(a0); if ({condition}) {{ r1 = map(a0); }} }}\nexists (0:r0=0 /\\ 0:r1=0)").Observation!.States);

    [Fact]
    public void Clause_WhenItNamesObjects_ReadsThemInFinalStates()
    {
        const string Text = $"{OneImporter}P0 {{ r0 = power(v0, D3hot); close(b0); }}\nlocations [v0:power; v0:memory_lock;]\nforall (b0:revoked=1 /\\ b0:fd_count<1 /\\ v0:open_count=1 /\\ a0:mapped=0 /\\ 0:r0=0)";

        var observation = Explore(Text).Observation!;

        Assert.Equal(0, observation.Negative);
        Assert.Equal("0:r0=0; v0:open_count=1; v0:power=D3hot; b0:fd_count=0; b0:revoked=1; a0:mapped=0; v0:memory_lock=0;", Assert.Single(observation.States).State);
    }

    [Fact]
    public void Async_WhenACallIsNotWaitedFor_RunsBesideWhatFollows()
    {
        const string Condition = "exists (0:r0=0 /\\ 0:r1=0)";

        var waited = Explore($"{OneImporter}P0 {{ mem_off(v0); r0 = map(a0); r1 = mem_on(v0); }}\n{Condition}").Observation!;
        var beside = Explore($"{OneImporter}P0 {{ mem_off(v0); r0 = map(a0) (async); r1 = mem_on(v0); }}\n{Condition}").Observation!;

        Assert.Equal([("0:r0=-19; 0:r1=0;", 1L)], waited.States);
        Assert.Equal(["0:r0=-19; 0:r1=0;", "0:r0=0; 0:r1=0;"], beside.States.Select(state => state.State));
    }

    // The thread begins only when its process gets there: not before the first request has ended, and not at all where a condition says no.
    [Theory]
    [InlineData("P0 { r0 = map(a0) (async); r1 = unmap(a0); }", new[] { "0:r0=0; 0:r1=-2;", "0:r0=0; 0:r1=0;" })]
    [InlineData("P0 { r1 = unmap(a0); r0 = map(a0) (async); }", new[] { "0:r0=0; 0:r1=-2;" })]
    [InlineData("P0 { r1 = unmap(a0); if (r1 == 0) { r0 = map(a0) (fail_nth: 1, async); } }", new[] { "0:r1=-2;" })]
    [InlineData("P0 { r1 = unmap(a0); if (r1 < 0) { r0 = map(a0) (fail_nth: 1, async); } }", new[] { "0:r0=-12; 0:r1=-2;" })]
    public void Async_WhenItsProcessGetsThere_Begins(string process, string[] states) =>
        Assert.Equal(states, Explore($"{OneImporter}{process}\nexists (0:r0=0 /\\ 0:r1=0)").Observation!.States.Select(state => state.State));

    // As two processes say it, but that the second one begins later.
    [Fact]
    public void Async_OfAllRequests_FindsWhatProcessesSideBySideFind()
    {
        var processes = Explore($"{OneImporter}P0 {{ flr(v0); }} P1 {{ map(a0); }}", KernelRevisions.S0);
        var threads = Explore($"{OneImporter}P0 {{ flr(v0) (async); map(a0) (async); }}", KernelRevisions.S0);

        Assert.NotEmpty(processes.Findings);
        Assert.Equal(processes.Findings.Select(witness => witness.Finding.Id).Order(), threads.Findings.Select(witness => witness.Finding.Id).Order());
        Assert.Equal(processes.FinalStates, threads.FinalStates);
    }

    [Fact]
    public void Task_WhenNobodyReadsAResult_DoesNotKeepIt()
    {
        const string Silent = "P0 { map(a0); unmap(a0); } P1 { mem_off(v0); }";
        const string Named = "P0 { r0 = map(a0); r1 = unmap(a0); } P1 { r0 = mem_off(v0); }";

        Assert.Equal(Explore(OneImporter + Silent).States, Explore(OneImporter + Named).States);
        Assert.True(Explore(OneImporter + Silent).States < Explore($"{OneImporter}{Named} exists (0:r0=0)").States);
    }

    [Fact]
    public void Task_WhenAConditionWasReadForTheLastTime_ForgetsIt()
    {
        var scenario = ScenarioParser.Parse($"{OneImporter}P0 {{ r0 = map(a0); if (r0 == 0) {{ unmap(a0); }} }}", "-");

        var result = Explore(scenario);

        Assert.Equal(1, result.FinalStates);
        Assert.Null(result.Observation);
    }

    [Fact]
    public void Locations_WhenNamed_AreShownWithEachFinalState()
    {
        var result = Explore($"{OneImporter}P0 {{ r0 = map(a0); r1 = unmap(a0); }}\nlocations [0:r1;]\n~exists (0:r0=-ENODEV)");

        Assert.Equal([("0:r0=0; 0:r1=0;", 1L)], result.Observation!.States);
        Assert.Equal((0L, 1L), (result.Observation.Positive, result.Observation.Negative));
    }

    [Fact]
    public void Properties_WhenOff_AreNotJudged()
    {
        const string Flr = "P0 { flr(v0); }";

        var judged = Explore(OneImporter + Flr, KernelRevisions.S0).Findings.Select(witness => witness.Finding.Violation.Property);
        var silent = Explore($"{OneImporter}properties off: P2;\n{Flr}", KernelRevisions.S0).Findings;

        Assert.Equal([Property.P2], judged);
        Assert.Empty(silent);
    }

    [Fact]
    public void Hash_WhenDevicesDiffer_Differs()
    {
        const string Rest = " } P0 { flr(v0); }";

        var plain = ScenarioParser.Parse($"vfio t {{ v0: device;{Rest}", "-");
        var without = ScenarioParser.Parse($"vfio t {{ v0: device no_flr;{Rest}", "-");
        var spaced = ScenarioParser.Parse($"vfio t # comment\n{{ v0: device  open;{Rest}", "-");

        Assert.NotEqual(plain.Hash, without.Hash);
        Assert.Equal(plain.Hash, spaced.Hash);
        Assert.Equal(plain, spaced);
    }

    private static ExplorationResult Explore(string text, KernelRevision? revision = null) => Explore(ScenarioParser.Parse(text, "-"), revision);

    private static ExplorationResult Explore(Scenario scenario, KernelRevision? revision = null) =>
        new Explorer(new Model(revision ?? KernelRevisions.M73, scenario, GrantPolicy.Barging)).Run();
}
