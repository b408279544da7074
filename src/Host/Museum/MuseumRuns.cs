using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>Explores many scenarios side by side: each exploration is one thread.</summary>
internal static class MuseumRuns
{
    /// <summary>Explores all; fewer come back when the caller asks for an end. In the order of the runs.</summary>
    public static IReadOnlyList<MuseumResult> Explore(IReadOnlyList<MuseumRun> runs, int jobs, Action<string> tell, CancellationToken cancellation) =>
        SideBySide.Run(runs, jobs, run => $"{run.File.Scenario.Name} on {run.Revision.Name}", (run, told) => run.Explore(told, cancellation), tell, cancellation);
}
