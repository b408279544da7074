using System.Globalization;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Bench.SideBySide;

/// <summary>What symmetry gains on three identical importers, and what it costs where two tasks are alike: time of the reduced search without and with it, in turn.</summary>
internal static class Exchanges
{
    private const int Repeats = 3;

    private const string Two = "vfio two-importers-reset { v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } "
        + "P0 { attach(a0); map(a0); unmap(a0); detach(a0); } P1 { attach(a1); map(a1); unmap(a1); detach(a1); } P2 { reset(v0); }";

    public static void Measure(TextWriter output)
    {
        foreach (var scenario in new[] { ScenarioParser.Parse(Two, "two"), Shipped.Scenario("scenarios/large/three-importers-reset.litmus") })
        {
            var model = new Model(KernelRevisions.M73, scenario, GrantPolicy.Barging);
            var ratios = new List<double>();
            var states = (Plain: 0L, Counted: 0L);
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                var plain = new Explorer(model, new ExplorerOptions { Reduction = true, Symmetry = false }).Run();
                var counted = new Explorer(model, new ExplorerOptions { Reduction = true }).Run();
                ratios.Add(plain.Elapsed / counted.Elapsed);
                states = (plain.States, counted.States);
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"symmetry-{scenario.Name}-M73 {LockModels.Median(ratios):F2}  (time, {ratios.Min():F2} to {ratios.Max():F2}; {states.Plain:N0} states without, {states.Counted:N0} with: {(double)states.Plain / states.Counted:F1} times fewer)"));
            output.Flush();
        }
    }
}
