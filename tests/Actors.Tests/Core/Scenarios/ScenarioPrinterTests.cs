using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Tests.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Core.Scenarios;

/// <summary>What is printed and read again is the same scenario.</summary>
public sealed class ScenarioPrinterTests
{
    public static TheoryData<string> Shipped => [.. ShippedScenarios.Names];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Print_OfAShippedScenario_ParsesBack(string name)
    {
        var scenario = ShippedScenarios.Read(name);

        AssertParsesBack(scenario);
    }

    [Fact]
    public void Print_OfAnyScenario_ParsesBack()
    {
        var numbers = Arb.From(Gen.ListOf(Gen.Choose(0, 1_000_000), 150).Select(list => list.ToArray()), ArbMap.Default.ArbFor<int[]>().Shrinker);

        Prop.ForAll(numbers, choices => AssertParsesBack(Canonical(RandomScenario.From(choices)))).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Print_OfACall_IsOneLineOfTheLanguage()
    {
        var scenario = ScenarioParser.Parse("""
            vfio t
            {
                v0: device;
                f1: file of v0;
                b0: dma_buf of v0 free;
            }
            P0 { r0 = export(f0, b0, offset=4096, length=0x2000) (may_fail: 2 alloc); d3hot(f1); lseek_set0(b0); }
            """, "-");

        var printed = scenario.Tasks[0].Select(call => ScenarioPrinter.Print(call, scenario.Topology));

        Assert.Equal(["r0 = export(v0, b0, offset=4K, length=8K) (may_fail: 2 alloc)", "power(f1, D3hot)", "lseek_set0(b0)"], printed);
    }

    // A device's traits are named by what they are; code may name them as it likes.
    private static Scenario Canonical(Scenario scenario)
    {
        var parsed = ScenarioParser.Parse(ScenarioPrinter.Print(scenario), "-").Topology.Devices;
        var named = scenario.Topology.Devices.Select((place, index) => place with { Traits = place.Traits with { Name = parsed[index].Traits.Name } });
        return scenario with { Topology = scenario.Topology with { Devices = Sequence<DevicePlace>.From(named) } };
    }

    private static void AssertParsesBack(Scenario scenario)
    {
        var text = ScenarioPrinter.Print(scenario);

        var parsed = ScenarioParser.Parse(text, $"{scenario.Name}.litmus");

        Assert.True(scenario.Equals(parsed), text);
        Assert.Equal(text, ScenarioPrinter.Print(parsed));
        Assert.Equal(scenario.Hash, parsed.Hash);
    }
}
