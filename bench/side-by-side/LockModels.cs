using System.Globalization;
using Actors.Exploration;

namespace Actors.Bench.SideBySide;

/// <summary>The lock models, ours and SPIN's in turn: states per second without reduction, and time to exhaust with each side's best exact setting.</summary>
internal static class LockModels
{
    private const int Repeats = 3;
    private const double RateBar = 2;
    private const double TimeBar = 7;
    private const double SpeedUpBar = 1.5;
    private const double BytesBar = 32;
    private const long SpeedUpStates = 10_000_000;

    public static void Rate(TextWriter output) => AgainstSpin(output, "states-per-second", RateBar, reduced: false, tasks =>
        new Explorer(new LockModel(tasks)).Run(), (ours, seconds, theirs, theirSeconds) => ours / seconds / (theirs / theirSeconds));

    public static void Exhaust(TextWriter output) => AgainstSpin(output, "time-to-exhaust", TimeBar, reduced: true, tasks =>
        new Explorer(new LockModel(tasks), new ExplorerOptions { Reduction = true, Storage = Storage.Exact, Workers = Environment.ProcessorCount }).Run(), (_, seconds, _, theirSeconds) => theirSeconds / seconds);

    /// <summary>Two threads against one, in turn.</summary>
    public static void SpeedUp(TextWriter output)
    {
        var ratios = new List<double>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var (one, two) = (Run(1), Run(2));
            ratios.Add(one.Elapsed / two.Elapsed);
        }

        Tell(output, "two-workers-against-one", Median(ratios), SpeedUpBar, $"{SpeedUpStates:N0} states of the six-task lock model, {ratios.Min():F2} to {ratios.Max():F2}");

        static ExplorationResult Run(int workers) => new Explorer(new LockModel(6), new ExplorerOptions { Workers = workers, StatesMax = SpeedUpStates }).Run();
    }

    /// <summary>Memory of the tables at the end of the six-task model, for each state.</summary>
    public static void Bytes(TextWriter output)
    {
        var peak = 0L;
        var result = new Explorer(new LockModel(6), new ExplorerOptions { Workers = Environment.ProcessorCount, OnProgress = progress => peak = Math.Max(peak, progress.MemoryBytes) }).Run();
        var bytes = (double)Math.Max(peak, result.MemoryBytes) / result.States;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bytes-per-state {BytesBar / bytes:F2}  ({bytes:F1} bytes at most, frontier included, {result.States:N0} states; bar {BytesBar})"));
    }

    private static void AgainstSpin(TextWriter output, string name, double bar, bool reduced, Func<int, ExplorationResult> explore, Func<long, double, long, double, double> ratioOf)
    {
        if (Spin.Missing is { } why)
        {
            output.WriteLine($"{name} -  (left out: {why})");
            return;
        }

        foreach (var tasks in new[] { 5, 6 })
        {
            using var spin = Spin.Compile($"bench/side-by-side/proto-{tasks}tasks.pml", reduced);
            var ratios = new List<double>();
            var figures = "";
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                var result = explore(tasks);
                var (states, seconds) = spin.Verify();
                ratios.Add(ratioOf(result.States, result.Elapsed.TotalSeconds, states, seconds));
                figures = $"{result.States:N0} states in {result.Elapsed.TotalSeconds:F2} s, SPIN {states:N0} in {seconds:F2} s";
            }

            Tell(output, $"{name}-{tasks}-tasks", Median(ratios), bar, $"{figures}; {ratios.Min():F2} to {ratios.Max():F2}");
        }
    }

    /// <summary>The middle one.</summary>
    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Tell(TextWriter output, string name, double ratio, double bar, string figures)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {ratio:F2}  (bar {bar}; {figures})"));
        output.Flush();
    }
}
