namespace Actors.Bench.SideBySide;

/// <summary>Runs the measures, all or the named ones. From the repository's root: dotnet run -c Release --project bench/side-by-side -- [MEASURE...].</summary>
internal static class Program
{
    private static readonly (string Name, Action<TextWriter> Run)[] Measures =
    [
        ("rate", LockModels.Rate),
        ("exhaust", LockModels.Exhaust),
        ("speed-up", LockModels.SpeedUp),
        ("reduction", Reductions.Measure),
        ("bytes", LockModels.Bytes),
        ("schedules", RandomSchedules.Measure),
        ("first-finding", FirstFindings.Measure),
    ];

    public static int Main(string[] args)
    {
        if (args.FirstOrDefault(arg => !Measures.Any(measure => measure.Name == arg)) is { } unknown)
        {
            Console.Error.WriteLine($"side-by-side: unknown measure '{unknown}'; known: {string.Join(", ", Measures.Select(measure => measure.Name))}");
            return 1;
        }

        foreach (var (_, run) in Measures.Where(measure => args.Length == 0 || args.Contains(measure.Name)))
            run(Console.Out);
        return 0;
    }
}
