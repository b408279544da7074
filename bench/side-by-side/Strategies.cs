using System.Globalization;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Sampling;
using Actors.Host.Museum;

namespace Actors.Bench.SideBySide;

/// <summary>Which way to draw schedules finds first: for each entry of the museum, where it is found, the number of runs until a run shows it.</summary>
internal static class Strategies
{
    /// <summary>The most runs of a sample unless said otherwise.</summary>
    public const long RunsMax = 65_536;

    private const int Seeds = 5;
    private const int FirstRuns = 256;
    private const int Growth = 16;

    /// <summary>Measures and prints a table; there is nothing to be equal.</summary>
    public static bool Compare(TextWriter output, long runsMax)
    {
        var museum = CatalogueParser.Read("museum/catalogue.txt");
        var strategies = Enum.GetValues<SamplingStrategy>();
        var tallies = strategies.ToDictionary(strategy => strategy, _ => new List<double>());
        var best = strategies.ToDictionary(strategy => strategy, _ => 0);
        output.WriteLine($"{"entry",-8} {"scenario",-40} {string.Join(' ', strategies.Select(strategy => $"{strategy,10}"))}");
        foreach (var entry in museum.Entries)
        {
            var places = MuseumRun.For(museum, [entry]).Select(run => (Run: run, run.Explore(_ => { }, CancellationToken.None).Result)).Where(place => place.Result.Completion == Completion.StoppedAtFinding);
            if (places.FirstOrDefault() is not { Run: { } where })
                continue;
            var model = new Model(where.Revision, where.File.Scenario, GrantPolicy.Barging);
            var medians = strategies.Select(strategy => Median(model, where, strategy, runsMax)).ToArray();
            foreach (var (strategy, median) in strategies.Zip(medians))
            {
                tallies[strategy].Add(median);
                best[strategy] += median == medians.Min() ? 1 : 0;
            }

            output.WriteLine($"{entry.Id,-8} {$"{where.File.Scenario.Name} {where.Revision.Name}",-40} {string.Join(' ', medians.Select(median => $"{(median > runsMax ? "-" : median.ToString("N0", CultureInfo.InvariantCulture)),10}"))}");
            output.Flush();
        }

        Tell("geometric mean", strategy => Math.Exp(tallies[strategy].Average(Math.Log)).ToString("F1", CultureInfo.InvariantCulture));
        Tell("most", strategy => tallies[strategy].Max().ToString("N0", CultureInfo.InvariantCulture));
        Tell($"not within {runsMax:N0}", strategy => $"{tallies[strategy].Count(median => median > runsMax)}");
        Tell("at least as soon as all others", strategy => $"{best[strategy]}");
        return true;

        void Tell(string what, Func<SamplingStrategy, string> figure) => output.WriteLine($"{what,-49} {string.Join(' ', strategies.Select(strategy => $"{figure(strategy),10}"))}");
    }

    // Over the seeds; a sample that does not show it counts as one run more than there were.
    private static double Median(Model model, MuseumRun where, SamplingStrategy strategy, long runsMax) =>
        Enumerable.Range(0, Seeds).Select(seed => FirstRun(model, where, strategy, (ulong)seed, runsMax)).Order().ElementAt(Seeds / 2);

    private static double FirstRun(Model model, MuseumRun where, SamplingStrategy strategy, ulong seed, long runsMax)
    {
        for (var runs = Math.Min(FirstRuns, runsMax); ; runs = Math.Min(runs * Growth, runsMax))
        {
            var shown = new Sampler(model, new SamplingOptions { Strategy = strategy, Seed = seed, Runs = runs }).Run().Findings
                .Where(finding => where.Exhibits.Any(exhibit => exhibit.IsShownBy(finding.Witness.Finding) && finding.Witness.Finding.AcceptedReason(where.Revision) is null)).ToArray();
            if (shown.Length > 0)
                return shown.Min(finding => finding.FirstRun) + 1;
            if (runs == runsMax)
                return runsMax + 1;
        }
    }
}
