using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Scenarios;

/// <summary>Parts of scenarios and requests of other objects.</summary>
public sealed class ScenarioPartTests
{
    private const string Two = """
        vfio two
        {
            v0: device;
            v1: device dev_set 1;
            f2: file of v1;
            b0: dma_buf of v0;
            b1: dma_buf of v1;
            a0: importer unmaps of b0 mapped;
            a1: importer remaps of b1;
        }
        P0 {
            reset(v0);
            map(a1);
        }
        P1 {
            close(f2);
            detach(a0);
        }
        """;

    [Fact]
    public void Part_WhenADeviceIsLeftOut_RenumbersWhatStays()
    {
        var scenario = ScenarioParser.Parse(Two, "");

        var part = new ScenarioPart(scenario, [1], [1, 2], [0, 1], [0, 1]).With([1, 0]);

        Assert.Equal(
            """
            vfio two
            {
                v0: device;
                f1: file of v0;
                b0: dma_buf of v0;
                a0: importer remaps of b0;
            }
            P0 {
                close(f1);
            }
            P1 {
                map(a0);
            }

            """,
            ScenarioPrinter.Print(part));
    }

    [Fact]
    public void Part_WhenAllIsKept_IsTheScenario() =>
        Assert.Equal(ScenarioParser.Parse(Two, ""), ScenarioPart.All(ScenarioParser.Parse(Two, "")).With([0, 1]));

    // Every kind of request, found by reflection: one that is forgotten in the table throws.
    [Fact]
    public void Renamed_WhenNothingChanges_IsTheSameRequestForEveryKind()
    {
        var kinds = typeof(Request).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Request))).ToArray();

        Assert.True(kinds.Length > 30);
        foreach (var kind in kinds)
        {
            var request = Sample(kind);
            Assert.Equal(request, RequestObjects.Renamed(request, machine => machine));
            if (request is Request.SetAcsRedirect)
                continue;
            Assert.NotEmpty(RequestObjects.Of(request));
            Assert.Null(RequestObjects.Renamed(request, _ => null));
            Assert.Equal(RequestObjects.Of(request).Select(machine => machine.Index + 1), RequestObjects.Of(RequestObjects.Renamed(request, machine => machine with { Index = machine.Index + 1 })!).Select(machine => machine.Index));
        }
    }

    private static Request Sample(Type kind)
    {
        var constructor = kind.GetConstructors().Single(each => each.GetParameters() is not [var only] || only.ParameterType != kind);
        return (Request)constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.ParameterType switch
        {
            var type when type == typeof(ExportArguments) => ExportArguments.OnePage,
            var type when type == typeof(Sequence<DeviceId>) => Sequence<DeviceId>.Of(new DeviceId(3)),
            var type => Activator.CreateInstance(type),
        })]);
    }
}
