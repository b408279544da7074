using System.CommandLine;
using System.Security.Cryptography;
using Actors.Exploration.Sampling;

namespace Actors.Host.Inputs;

/// <summary>What a sample was asked for.</summary>
/// <param name="Options">How it is drawn and where it ends.</param>
/// <param name="Amount">The number of runs or the time, as written.</param>
/// <param name="Run">The one run that is asked for, or null.</param>
internal sealed record SampleRequest(SamplingOptions Options, string Amount, long? Run)
{
    /// <summary>The options on a command line.</summary>
    /// <param name="amount">The number of runs there were, so that the same come again; or the amount as written.</param>
    public string Flags(string amount)
    {
        var depth = Options.Depth > 0 ? $" --depth {Options.Depth}" : "";
        var steps = Options.StepsMax == SamplingOptions.StepsMaxDefault ? "" : $" --steps-max {Options.StepsMax}";
        return $"--sample {amount}{DrawnBy}{depth}{steps}";
    }

    /// <summary>The options that show one run again.</summary>
    public string FlagsOfRun(string number)
    {
        var depth = Options.Depth > 0 ? $" --depth {Options.Depth}" : "";
        return $"--run {number}{DrawnBy}{depth}";
    }

    private string DrawnBy => $"{(Options.Strategy == SamplingStrategy.Portfolio ? "" : $" --strategy {SamplingFlags.NameOf(Options.Strategy)}")} --seed {Options.Seed}";
}

/// <summary>The options of explore that draw schedules instead of trying all.</summary>
internal sealed class SamplingFlags
{
    private readonly Option<string?> sample = new("--sample") { Description = "Draw so many schedules, or for so long (10s, 2m), instead of trying all: finds, and never proves.", HelpName = "N|TIME" };
    private readonly Option<string?> strategy = new("--strategy") { Description = "How schedules are drawn (default: portfolio, a fixed share of each).", HelpName = "random|pct|pos|portfolio" };
    private readonly Option<string?> seed = new("--seed") { Description = "Master seed of a sample (default: drawn, and printed) or of --mutants, decimal or 0x.", HelpName = "S" };
    private readonly Option<string?> depth = new("--depth") { Description = "The number of ordering constraints that pct aims at (default: 2, 3 and 5 in turn).", HelpName = "D" };
    private readonly Option<string?> stepsMax = new("--steps-max") { Description = $"Cut a run of a sample after so many steps (default {SamplingOptions.StepsMaxDefault}).", HelpName = "N" };
    private readonly Option<string?> jobs = new("--jobs") { Description = "Threads of a sample (default: all processors). The result does not depend on it.", HelpName = "J" };
    private readonly Option<string?> run = new("--run") { Description = "Show one run of a sample by its number; needs its --seed.", HelpName = "K" };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [sample, .. Further, run];

    private Option<string?>[] Further => [strategy, seed, depth, stepsMax, jobs];

    /// <summary>A strategy as the option spells it.</summary>
    public static string NameOf(SamplingStrategy strategy) => strategy switch
    {
        SamplingStrategy.Random => "random",
        SamplingStrategy.Pct => "pct",
        SamplingStrategy.Pos => "pos",
        SamplingStrategy.Portfolio => "portfolio",
    };

    /// <summary>The seed as it was given, or null.</summary>
    public string? SeedOf(ParseResult parsed) => parsed.GetValue(seed);

    /// <summary>What was asked for; null when all schedules are to be tried.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seedIsOfOther">Whether a seed alone is for something else.</param>
    public SampleRequest? Of(ParseResult parsed, bool seedIsOfOther = false)
    {
        var amount = parsed.GetValue(sample);
        var number = parsed.GetValue(run) is { } text ? Quantities.Number(text, "--run", 0) : (long?)null;
        if (amount is null && number is null)
        {
            return Further.FirstOrDefault(option => parsed.GetValue(option) is not null && !(seedIsOfOther && option == seed)) is { } alone
                ? throw new InputException($"{alone.Name} needs --sample: without it all schedules are tried")
                : null;
        }

        if (number is not null && parsed.GetValue(seed) is null)
            throw new InputException("--run needs the --seed of its sample");
        var isTime = amount is { Length: > 0 } && char.IsAsciiLetter(amount[^1]) && !amount.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return new SampleRequest(
            new SamplingOptions
            {
                Strategy = StrategyOf(parsed.GetValue(strategy)),
                Seed = parsed.GetValue(seed) is { } given ? Quantities.Seed(given) : BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
                Runs = isTime ? 0 : amount is null ? 1 : Quantities.Number(amount, "--sample", 1),
                Duration = isTime ? Quantities.Duration(amount!, "--sample") : TimeSpan.Zero,
                Depth = (int)Math.Min(1000, NumberOf(parsed, depth, 0)),
                StepsMax = (int)Math.Min(int.MaxValue, NumberOf(parsed, stepsMax, SamplingOptions.StepsMaxDefault)),
                Jobs = (int)Math.Min(256, NumberOf(parsed, jobs, Environment.ProcessorCount)),
            },
            amount ?? "1",
            number);
    }

    private static long NumberOf(ParseResult parsed, Option<string?> option, long otherwise) =>
        parsed.GetValue(option) is { } text ? Quantities.Number(text, option.Name, 1) : otherwise;

    private static SamplingStrategy StrategyOf(string? name)
    {
        var known = Enum.GetValues<SamplingStrategy>();
        return name is null ? SamplingStrategy.Portfolio
            : Array.FindIndex(known, strategy => NameOf(strategy) == name) is >= 0 and var index ? known[index]
            : throw new InputException($"unknown strategy '{name}'{Nearest.Hint(name, known.Select(NameOf))}; known: {string.Join(", ", known.Select(NameOf))}");
    }
}
