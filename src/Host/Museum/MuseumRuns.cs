using System.Diagnostics;

namespace Actors.Host.Museum;

/// <summary>Explores many scenarios side by side: each exploration is one thread.</summary>
internal static class MuseumRuns
{
    /// <summary>Explores all; fewer come back when the caller asks for an end. In the order of the runs.</summary>
    public static IReadOnlyList<MuseumResult> Explore(IReadOnlyList<MuseumRun> runs, int jobs, Action<string> tell, CancellationToken cancellation)
    {
        var results = new MuseumResult?[runs.Count];
        var next = -1;
        var done = 0;
        var telling = new Lock();
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.Zero;

        void Work()
        {
            for (var index = Interlocked.Increment(ref next); index < runs.Count && !cancellation.IsCancellationRequested; index = Interlocked.Increment(ref next))
            {
                results[index] = runs[index].Explore(Tell, cancellation);
                Interlocked.Increment(ref done);
                Tell($"{runs[index].File.Scenario.Name} on {runs[index].Revision.Name} done");
            }
        }

        // At most a line a second, whoever has something to say.
        void Tell(string text)
        {
            lock (telling)
            {
                if (clock.Elapsed - last < TimeSpan.FromSeconds(1))
                    return;
                last = clock.Elapsed;
                tell($"{Volatile.Read(ref done)} of {runs.Count} runs; {text}");
            }
        }

        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = jobs }, [.. Enumerable.Repeat<Action>(Work, Math.Clamp(runs.Count, 1, jobs))]);
        return [.. results.OfType<MuseumResult>()];
    }
}
