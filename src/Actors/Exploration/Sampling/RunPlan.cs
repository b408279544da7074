using System.Globalization;
using Actors.Core.Scenarios;

namespace Actors.Exploration.Sampling;

/// <summary>What a run of a given number is to do. A function of master seed, strategy and number only, so that any run can be done again alone.</summary>
/// <param name="Number">The number.</param>
/// <param name="Strategy">Random, PCT or POS.</param>
/// <param name="Depth">The d of PCT; 0 for the others.</param>
/// <param name="Seed">The run's own seed.</param>
internal readonly record struct RunPlan(long Number, SamplingStrategy Strategy, int Depth, ulong Seed)
{
    private static readonly int[] Depths = [2, 3, 5];

    // Plain random finds first bugs most reliably, so it is never left out (algorithms of the field: 30 : 30 : 15).
    private static readonly (SamplingStrategy Strategy, int Depth)[] Shares =
    [
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 3), (SamplingStrategy.Pos, 0),
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 2),
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 5), (SamplingStrategy.Pos, 0),
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 2),
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 3), (SamplingStrategy.Pos, 0),
        (SamplingStrategy.Random, 0), (SamplingStrategy.Pct, 5),
    ];

    /// <summary>How it is drawn, in words.</summary>
    public string Name => Strategy == SamplingStrategy.Pct ? $"pct d={Depth.ToString(CultureInfo.InvariantCulture)}" : Strategy == SamplingStrategy.Pos ? "pos" : "random";

    /// <summary>The plan of a run.</summary>
    public static RunPlan Of(SamplingOptions options, long number)
    {
        var (strategy, depth) = options.Strategy switch
        {
            SamplingStrategy.Portfolio => Shares[(int)(number % Shares.Length)],
            SamplingStrategy.Pct => (SamplingStrategy.Pct, Depths[(int)(number % Depths.Length)]),
            SamplingStrategy.Random or SamplingStrategy.Pos => (options.Strategy, 0),
        };
        if (strategy == SamplingStrategy.Pct && options.Depth > 0)
            depth = options.Depth;
        return new RunPlan(number, strategy, depth, SeedOf(options.Seed, strategy, depth, number));
    }

    /// <summary>A run that only measures how long runs are; not one of the sample.</summary>
    public static RunPlan Pilot(SamplingOptions options, int number) => new(-1, SamplingStrategy.Random, 0, SeedOf(options.Seed, SamplingStrategy.Portfolio, 0, number));

    private static ulong SeedOf(ulong master, SamplingStrategy strategy, int depth, long number) =>
        SplitMix.Derive(SplitMix.Derive(master, ((ulong)strategy * 1000) + (ulong)depth), (ulong)number);
}
