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
