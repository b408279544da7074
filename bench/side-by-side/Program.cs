using System.Globalization;

namespace Actors.Bench.SideBySide;

/// <summary>Runs the measures, all or the named ones, or a comparison, which only runs when it is named. From the repository's root: dotnet run -c Release --project bench/side-by-side -- [MEASURE...|COMPARISON[=N]...].</summary>
internal static class Program
{
    private static readonly (string Name, Action<TextWriter> Run)[] Measures =
    [
        ("rate", LockModels.Rate),
        ("exhaust", LockModels.Exhaust),
        ("speed-up", LockModels.SpeedUp),
        ("reduction", Reductions.Measure),
        ("symmetry", Exchanges.Measure),
        ("bytes", LockModels.Bytes),
        ("schedules", RandomSchedules.Measure),
        ("first-finding", FirstFindings.Measure),
    ];

    // Minutes to hours each. N is what bounds it.
    private static readonly (string Name, long N, Func<TextWriter, long, bool> Run)[] Comparisons =
    [
        ("reduction-equality", ReductionEquality.StatesMax, ReductionEquality.Compare),
        ("spin-counts", SpinCounts.StatesMax, SpinCounts.Compare),
        ("strategies", Strategies.RunsMax, Strategies.Compare),
    ];

    public static int Main(string[] args)
    {
        var known = Measures.Select(measure => measure.Name).Concat(Comparisons.Select(comparison => comparison.Name)).ToArray();
        if (args.FirstOrDefault(arg => !known.Contains(NameOf(arg))) is { } unknown)
        {
            Console.Error.WriteLine($"side-by-side: unknown measure '{unknown}'; known: {string.Join(", ", known)}");
            return 1;
        }

        foreach (var (_, run) in Measures.Where(measure => args.Length == 0 || args.Contains(measure.Name)))
            run(Console.Out);
        var isEqual = true;
        foreach (var arg in args)
        {
            foreach (var (_, most, run) in Comparisons.Where(comparison => comparison.Name == NameOf(arg)))
                isEqual &= run(Console.Out, arg.Contains('=', StringComparison.Ordinal) ? long.Parse(arg.Split('=')[1], CultureInfo.InvariantCulture) : most);
        }

        return isEqual ? 0 : 2;
    }

    private static string NameOf(string arg) => arg.Split('=')[0];
}
