using System.Globalization;
using Actors.Exploration;
using Actors.Host.Museum;

namespace Actors.Bench.SideBySide;

/// <summary>How long the search takes to the first finding of each entry of the museum, on each revision that has it: one thread each, alone.</summary>
internal static class FirstFindings
{
    private const double BarSeconds = 2;

    public static void Measure(TextWriter output)
    {
        var museum = CatalogueParser.Read("museum/catalogue.txt");
        var slowest = (Seconds: 0.0, Entry: "", Where: "");
        var count = 0;
        foreach (var entry in museum.Entries)
        {
            var found = MuseumRun.For(museum, [entry]).Select(run => run.Explore(_ => { }, CancellationToken.None)).Where(result => result.Result.Completion == Completion.StoppedAtFinding);
            foreach (var result in found)
            {
                count++;
                if (result.Result.Elapsed.TotalSeconds > slowest.Seconds)
                    slowest = (result.Result.Elapsed.TotalSeconds, entry.Id, $"{result.Run.File.Scenario.Name} on {result.Run.Revision.Name}");
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first-finding {BarSeconds / slowest.Seconds:F2}  (slowest of {count}: {slowest.Entry}, {slowest.Where}, {slowest.Seconds:F2} s; bar {BarSeconds} s)"));
    }
}
