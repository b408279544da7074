using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Actors.Tests.Core;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration;

/// <summary>Small scenarios that together use every machine, every kind of step and every way to defer work.</summary>
internal static class SmallScenarios
{
    private static readonly Dictionary<string, ScenarioBuilder> All = new()
    {
        ["flr"] = OneImporter(mapped: true).Task(Flr),
        ["off-map"] = OneImporter().Task(MemoryOff).Task(Map),
        ["off-export"] = NoBuffer().Task(Export).Task(MemoryOff),
        ["close-unbind"] = OneBuffer().Task(CloseDevice).Task(Unbind),
        ["reset-unbind"] = new ScenarioBuilder().Device().Task(Reset).Task(Unbind),
        ["reset-dma"] = OneImporter(mapped: true).Task(Reset).Task(Dma),
        ["faulty-export"] = NoBuffer().Task(new FaultPlan(0, 1, Sequence<FaultPoint>.Empty), Export),
        ["low-power"] = OneBuffer().Task(new Request.EnterLowPower(F0, WakeupArgument.Eventfd), new Request.ReadConfig(F0)),
        ["two-readers"] = new ScenarioBuilder().Device().Task(new Request.FaultBar(F0)).Task(new Request.FaultBar(F0)).Task(MemoryOff),
        ["remap"] = OneImporter(ImporterKind.Remaps, mapped: true).Task(MemoryOff, MemoryOn),
        ["ignored-revoke"] = OneImporter(ImporterKind.Ignores, mapped: true).Task(MemoryOff),
        ["job-off"] = OneImporter(ImporterKind.Amdgpu).Task(Dma).Task(MemoryOff),
        ["close-buffer"] = OneBuffer().Task(MemoryOff).Task(CloseBuffer),
        ["attach-detach"] = new ScenarioBuilder().Device().Buffer().Attachment(attached: false).Task(Attach, Detach).Task(MemoryOff),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static ScenarioBuilder Of(string name) => All[name];
}
