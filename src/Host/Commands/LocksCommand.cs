using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;

namespace Actors.Host.Commands;

/// <summary>Draws the lock and wait graph, predicts deadlocks from it and searches for each.</summary>
internal sealed class LocksCommand : HostCommand
{
    private readonly Argument<string[]> files = new("SCENARIO|JOURNAL")
    {
        Description = "Scenario files (*.litmus), folders of them, - for standard input, or journals (*.db).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> revisions = new("--revision")
    {
        Description = "Kernel revisions, comma-separated, or 'all'; those the scenario names, or S0,M73, when left out. A journal has its own.",
        HelpName = "R[,R...]",
    };

    private readonly Option<string> policy = new("--policy")
    {
        Description = "Who wins a free lock in the search: barging (any waiter or newcomer, as Linux allows) or ordered (first come).",
        HelpName = "barging|ordered",
        DefaultValueFactory = _ => "barging",
    };

    private readonly Option<string> statesMax = new("--states-max")
    {
        Description = "Search at most this many distinct states; 0 = only the scenario's own bound.",
        HelpName = "N",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<bool> noSearch = new("--no-search") { Description = "Only the graph and its cycles; no schedule is looked for." };

    private readonly Option<string?> dot = new("--dot") { Description = "Write the graphs for Graphviz to this file; - writes them instead of the report.", HelpName = "FILE|-" };

    private readonly Option<bool> splat = new("--splat") { Description = "Each cycle in the shape of a lockdep report, instead of the table." };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>Builds the command.</summary>
    public LocksCommand(HostContext context)
        : base("locks", "Predicts deadlocks from runs of one task at a time, over locks and the waits lockdep cannot see, and searches for each.")
    {
        Add(files);
        foreach (var option in new Option[] { revisions, policy, statesMax, noSearch, dot, splat, json, noProgress })
            Add(option);
        SetAction(parsed => (int)new LocksRun(context, RequestOf(parsed)).Run());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("locks scenarios/flr-map-dma.litmus --revision M73", "what is held when what is wanted, the cycles, and a verdict for each"),
        ("locks scenarios/ --revision M73 --splat", "each cycle in the shape of a lockdep report"),
        ("locks scenarios/close-dma.litmus --revision M73 --dot - --no-search | dot -Tsvg > locks.svg", "the picture"),
        ("locks storm-7.db", "the graph of a recorded run"),
    ];

    private LocksRequest RequestOf(ParseResult parsed)
    {
        var asked = new LocksRequest(
            parsed.GetValue(files)!,
            RevisionNames.ParseList(parsed.GetValue(revisions) ?? []),
            ExplorationOptions.PolicyOf(parsed.GetValue(policy)!),
            ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!),
            parsed.GetValue(noSearch),
            parsed.GetValue(dot),
            parsed.GetValue(splat),
            parsed.GetValue(json),
            parsed.GetValue(noProgress));
        if (asked.Splat && asked.Json)
            throw new InputException("--splat and --json: one of them");
        if (asked.Dot == LocksRequest.StandardOutput && (asked.Splat || asked.Json))
            throw new InputException("--dot - writes the graphs to standard output: not together with --splat or --json");
        return asked;
    }
}

/// <summary>What was asked for.</summary>
internal sealed record LocksRequest(
    IReadOnlyList<string> Files,
    IReadOnlyList<KernelRevision> Revisions,
    GrantPolicy Policy,
    long StatesMax,
    bool NoSearch,
    string? Dot,
    bool Splat,
    bool Json,
    bool NoProgress)
{
    /// <summary>The file name that means standard output.</summary>
    public const string StandardOutput = "-";
}
