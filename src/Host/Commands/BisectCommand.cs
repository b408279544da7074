using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;

namespace Actors.Host.Commands;

/// <summary>Checks that a series of patches makes nothing worse on the way.</summary>
internal sealed class BisectCommand : HostCommand
{
    private readonly Argument<string[]> scenarios = ScenarioArgument.Create();

    private readonly Option<string[]> series = new("--series")
    {
        Description = "The patch files, in the order they are applied in.",
        HelpName = "PATCH...",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private readonly Option<string> revision = new("--revision")
    {
        Description = "The kernel revision the series is applied to.",
        HelpName = "BASE",
        DefaultValueFactory = _ => KernelRevisions.Newest.Name,
    };

    private readonly Option<string> policy = new("--policy")
    {
        Description = "Who wins a free lock: barging (any waiter or newcomer, as Linux allows) or ordered (first come).",
        HelpName = "barging|ordered",
        DefaultValueFactory = _ => "barging",
    };

    private readonly Option<string> statesMax = new("--states-max")
    {
        Description = "Stop each exploration after this many distinct states; 0 = only the scenario's own bound.",
        HelpName = "N",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>Builds the command.</summary>
    public BisectCommand(HostContext context)
        : base("bisect", "Is each state of a patch series no worse than the one before? Exit code 2 when a patch introduces a finding, also one that a later patch removes.")
    {
        Add(scenarios);
        foreach (var option in new Option[] { series, revision, policy, statesMax, json, noProgress })
            Add(option);
        SetAction(parsed => (int)new BisectRun(context, RequestOf(parsed)).Run());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bisect scenarios/ --revision M73 --series 1.patch 2.patch 3.patch", "all scenarios on M73, M73+1, M73+1+2, M73+1+2+3"),
        ("bisect my.litmus --series fix.patch", "does one patch bring anything new?"),
    ];

    private BisectRequest RequestOf(ParseResult parsed) => new(
        parsed.GetValue(scenarios)!,
        parsed.GetValue(revision)!,
        parsed.GetValue(series)!,
        ExplorationOptions.PolicyOf(parsed.GetValue(policy)!),
        ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!),
        parsed.GetValue(json),
        parsed.GetValue(noProgress));
}

/// <summary>What a bisection was asked for.</summary>
internal sealed record BisectRequest(IReadOnlyList<string> Scenarios, string Base, IReadOnlyList<string> Series, GrantPolicy Policy, long StatesMax, bool Json, bool NoProgress);
