using System.Diagnostics;

namespace Actors.Host.Reports;

/// <summary>Many pieces of work side by side, each in one thread.</summary>
internal static class SideBySide
{
    /// <summary>The most jobs at a time.</summary>
    public const int JobsMax = 256;

    /// <summary>The number of jobs a caller asks for; a clear error when it is none.</summary>
    public static int JobsOf(int number) => number is > 0 and <= JobsMax ? number : throw new InputException($"--jobs: {number} is not a number from 1 to {JobsMax}");

    /// <summary>Does all of it; less comes back when the caller asks for an end. In the order of the work.</summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="jobs">How much at a time.</param>
    /// <param name="nameOf">What a piece is called when it is done.</param>
    /// <param name="run">Does one piece, which tells how it goes.</param>
    /// <param name="tell">Hears at most once a second how far it is.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<TResult> Run<TWork, TResult>(
        IReadOnlyList<TWork> work, int jobs, Func<TWork, string> nameOf, Func<TWork, Action<string>, TResult> run, Action<string> tell, CancellationToken cancellation)
        where TResult : class
    {
        var results = new TResult?[work.Count];
        var next = -1;
        var done = 0;
        var telling = new Lock();
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.Zero;

        void Work()
        {
            for (var index = Interlocked.Increment(ref next); index < work.Count && !cancellation.IsCancellationRequested; index = Interlocked.Increment(ref next))
            {
                results[index] = run(work[index], Tell);
                Interlocked.Increment(ref done);
                Tell($"{nameOf(work[index])} done");
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
                tell($"{Volatile.Read(ref done)} of {work.Count} runs; {text}");
            }
        }

        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = jobs }, [.. Enumerable.Repeat<Action>(Work, Math.Clamp(work.Count, 1, jobs))]);
        return [.. results.OfType<TResult>()];
    }
}
