using System.CommandLine;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;

namespace Actors.Host.Commands;

/// <summary>From a failing run of any size to a small scenario that fails for the same reason.</summary>
internal sealed class ShrinkCommand : HostCommand
{
    private readonly Argument<string> input = new("INPUT") { Description = "A scenario (*.litmus, or - for standard input), or a journal of a storm, a sampling or an exploration." };
    private readonly Option<string?> finding = new("--finding") { Description = "The finding to keep, by id; the first defect when left out.", HelpName = "ID" };
    private readonly Option<string> revision = new("--revision") { Description = "The kernel revision of a scenario; a journal names its own.", HelpName = "R", DefaultValueFactory = _ => "M73" };
    private readonly Option<string> policy = new("--policy") { Description = "Who wins a free lock in the search: barging or ordered.", HelpName = "barging|ordered", DefaultValueFactory = _ => "barging" };
    private readonly Option<string?> output = new("--output", "-o") { Description = "Write the scenario and its schedule: a folder, or a file NAME.litmus; beside it NAME.db for replay, NAME.c and NAME.syz for a real kernel.", HelpName = "DIR|FILE" };
    private readonly Option<string> statesMax = new("--states-max") { Description = "The most states of one exploration; a candidate that needs more is not taken.", HelpName = "N", DefaultValueFactory = _ => "400000" };
    private readonly Option<bool> full = new("--full") { Description = "Show every event of the trace." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>Builds the command.</summary>
    public ShrinkCommand(HostContext context)
        : base("shrink", "Makes a failing run small: a scenario with fewer tasks, requests and objects, and a shortest schedule with the fewest switches, for the same finding id.")
    {
        Add(input);
        foreach (var option in new Option[] { finding, revision, policy, output, statesMax, full, json, noProgress })
            Add(option);
        SetAction(parsed => (int)new ShrinkRun(context, RequestOf(parsed)).Run());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("shrink storm-7.db", "the first defect of a storm as a scenario of a few lines"),
        ("shrink storm-7.db --finding f499d2be -o found/", "that finding, written to found/*.litmus and found/*.db"),
        ("shrink scenarios/close-dma.litmus --revision S0 -o small.litmus", "what of a scenario its first finding needs"),
    ];

    private ShrinkRequest RequestOf(ParseResult parsed) => new(
        parsed.GetValue(input)!,
        parsed.GetValue(finding),
        parsed.GetValue(revision)!,
        ExplorationOptions.PolicyOf(parsed.GetValue(policy)!),
        parsed.GetValue(output),
        ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!),
        parsed.GetValue(full),
        parsed.GetValue(json),
        parsed.GetValue(noProgress));
}

/// <summary>What a shrinking was asked for.</summary>
internal sealed record ShrinkRequest(
    string Input,
    string? Finding,
    string Revision,
    GrantPolicy Policy,
    string? Output,
    long StatesMax,
    bool Full,
    bool Json,
    bool NoProgress);
