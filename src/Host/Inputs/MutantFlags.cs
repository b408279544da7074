using System.CommandLine;

namespace Actors.Host.Inputs;

/// <summary>What mutation testing was asked for.</summary>
/// <param name="Count">The most mutants.</param>
/// <param name="Seed">Which of them, when there are more.</param>
internal sealed record MutantRequest(int Count, ulong Seed)
{
    /// <summary>The options on a command line.</summary>
    public string Flags => $" --mutants {Count} --seed {Seed}";
}

/// <summary>The option of explore that mutates call paths.</summary>
internal sealed class MutantFlags
{
    private const int CountDefault = 200;

    /// <summary>The option.</summary>
    public Option<string?> Option { get; } = new("--mutants")
    {
        Description = $"Mutate the call paths, one statement at a time, and count what the scenarios notice: at most N mutants (default {CountDefault}), drawn by --seed (default 0).",
        HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>What was asked for; null = nothing.</summary>
    public MutantRequest? Of(ParseResult parsed, string? seed)
    {
        if (parsed.GetResult(Option) is not { Implicit: false })
            return null;
        var count = parsed.GetValue(Option) is { Length: > 0 } text ? (int)Math.Min(int.MaxValue, Quantities.Number(text, "--mutants", 1)) : CountDefault;
        return new MutantRequest(count, seed is null ? 0 : Quantities.Seed(seed));
    }
}
