using System.Globalization;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Sampling;

namespace Actors.Bench.SideBySide;

/// <summary>Schedules of about 165 steps that one core walks in a second, by strategy. The bar of random is an absolute figure.</summary>
internal static class RandomSchedules
{
    private const double BarPerSecond = 40_000;
    private const string File = "scenarios/two-importers-reset-close.litmus";
    private const int Repeats = 3;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);

    public static void Measure(TextWriter output)
    {
        var scenario = Shipped.Scenario(File);
        foreach (var revision in new[] { "S0", "M73" })
        {
            var model = new Model(KernelRevisions.Find(revision)!, scenario, GrantPolicy.Barging);
            foreach (var strategy in new[] { SamplingStrategy.Random, SamplingStrategy.Pct, SamplingStrategy.Pos })
                Tell(output, $"{strategy}-schedules-{revision}", [.. Enumerable.Range(0, Repeats).Select(repeat => Rate(model, strategy, (ulong)repeat))]);
        }
    }

    private static (double PerSecond, double StepsEach) Rate(Model model, SamplingStrategy strategy, ulong seed)
    {
        // Processor time: on a busy machine the wall clock would measure the others.
        var before = Environment.CpuUsage.TotalTime;
        var result = new Sampler(model, new SamplingOptions { Strategy = strategy, Seed = seed, Duration = Slice, Jobs = 1 }).Run();
        return (result.Runs / (Environment.CpuUsage.TotalTime - before).TotalSeconds, (double)result.Steps / result.Runs);
    }

    private static void Tell(TextWriter output, string name, (double PerSecond, double StepsEach)[] rates)
    {
        var (best, steps) = rates.OrderBy(rate => rate.PerSecond).ElementAt(Repeats / 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()} {best / BarPerSecond:F2}  (median {best:N0} schedules/s and core of {steps:F0} steps, {rates.Min(rate => rate.PerSecond):N0} to {rates.Max(rate => rate.PerSecond):N0}; bar {BarPerSecond:N0})"));
        output.Flush();
    }
}
