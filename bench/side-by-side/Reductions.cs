using System.Globalization;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Bench.SideBySide;

/// <summary>States without and with reduction, on named scenarios of four to six tasks. Where the unreduced search does not end at its bound, the factor is one from below.</summary>
internal static class Reductions
{
    private const double Bar = 10;
    private const long StatesMax = 40_000_000;

    private static readonly (string Scenario, string Revision)[] Named =
    [
        ("two-importers-reset-close", "M73"), ("reset-command-map-close", "M73"), ("read-command-fault-mmap", "M73"), ("nvgrace-read-command-fault-mmap", "M73"),
        ("large/two-devices-six-tasks", "M73"), ("large/two-devices-flr-close", "M73"),
    ];

    public static void Measure(TextWriter output)
    {
        var product = 1.0;
        foreach (var (name, revision) in Named)
        {
            var model = new Model(KernelRevisions.Find(revision)!, Shipped.Scenario($"scenarios/{name}.litmus"), GrantPolicy.Barging);
            var options = new ExplorerOptions { Workers = Environment.ProcessorCount };
            var full = new Explorer(model, options with { StatesMax = StatesMax }).Run();
            var reduced = new Explorer(model, options with { Reduction = true }).Run();
            var factor = (double)full.States / reduced.States;
            product *= factor;
            var bound = full.Completion == Completion.ExploredAll ? "" : " at least";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reduction-{Path.GetFileName(name)}-{revision} {factor:F1}  ({full.States:N0} states without{bound}, {reduced.States:N0} with)"));
            output.Flush();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reduction-geometric-mean {Math.Pow(product, 1.0 / Named.Length):F1}  (bar {Bar})"));
    }
}
