using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Explores all schedules of scenarios.</summary>
internal sealed class ExploreCommand : HostCommand
{
    private readonly Argument<string[]> scenarios = new("SCENARIO")
    {
        Description = "Scenario files (*.litmus), folders of them, or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> revisions = new("--revision")
    {
        Description = "Kernel revisions, comma-separated, or 'all'; R+FILE.patch is R with a patch; those the scenario names, or S0,M73, when left out.",
        HelpName = "R[,R...]",
    };

    private readonly WhatIfOptions whatIf = new();

    private readonly Option<string> policy = new("--policy")
    {
        Description = "Who wins a free lock: barging (any waiter or newcomer, as Linux allows) or ordered (first come).",
        HelpName = "barging|ordered",
        DefaultValueFactory = _ => "barging",
    };

    private readonly Option<string> statesMax = new("--states-max")
    {
        Description = "Stop after this many distinct states; 0 = only the scenario's own bound.",
        HelpName = "N",
        DefaultValueFactory = _ => "0",
    };

    private readonly ArtefactOptions artefacts = new();

    private readonly Option<string?> journal = new("--journal")
    {
        Description = "Write the schedule of each finding into this folder as a journal that 'replay' reads.",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> incompleteOk = new("--incomplete-ok") { Description = "Exit code 0 instead of 5 when a bound came first and nothing was found." };

    private readonly Option<bool> full = new("--full") { Description = "Show every event of a trace." };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    private readonly Option<bool> quiet = new("--quiet") { Description = "Only findings, verdicts and coverage; no traces, no progress." };

    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    private readonly EngineFlags engine = new();

    private readonly SamplingFlags sampling = new();

    private readonly OracleFlags oracles = new();

    private readonly MutantFlags mutants = new();

    /// <summary>Builds the command.</summary>
    public ExploreCommand(HostContext context)
        : base("explore", "Explores all schedules of scenarios: a proof with a coverage statement, or the shortest counterexamples.")
    {
        Add(scenarios);
        foreach (var option in artefacts.All)
            Add(option);
        foreach (var option in new Option[] { revisions, policy, statesMax, journal, incompleteOk, full, json, quiet, noProgress })
            Add(option);
        foreach (var option in engine.All.Concat(sampling.All).Concat(oracles.All).Append(mutants.Option))
            Add(option);
        whatIf.AddTo(this);
        SetAction(parsed => (int)new ExploreRun(context, RequestOf(parsed)).Run());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("explore scenarios/", "all shipped scenarios on the seed patch and today's kernel"),
        ("explore scenarios/ --revision M73 --quiet --junit junit.xml --sarif findings.sarif", "for a CI job: properties as test cases, findings for code scanning"),
        ("explore scenarios/flr-map-dma.litmus --revision M73", "is there any order of events that breaks today's kernel?"),
        ("explore scenarios/flr-map-dma.litmus --dpor", "does a search without stored states come to the same findings and final states?"),
        ("explore scenarios/command-close-fd.litmus --revision R24 --liveness", "which task comes to wait for ever, and when, while others go on?"),
        ("explore scenarios/flr-map-dma.litmus --revision M73 --coverage", "which tests, errors and contended locks did that exercise?"),
        ("explore scenarios/flr-map-dma.litmus --revision M73 --mutants", "would the scenario notice if a statement of the kernel were missing?"),
        ("explore scenarios/close-dma.litmus --revision S0 --journal found/", "each shortest schedule as a journal: replay found/*.db"),
        ("explore big.litmus --revision M73 --memory 8G --checkpoint big.check", "hours of search: Ctrl-C, a kill or the limit lose nothing"),
        ("explore big.litmus --revision M73 --resume big.check --checkpoint big.check", "goes on from there"),
        ("explore big.litmus --revision M73 --bound preemptions=2", "a theorem about all schedules with at most two preemptions"),
        ("explore scenarios/two-importers-reset-close.litmus --revision M73 --sample 60s", "too large to exhaust: a minute of drawn schedules"),
        ("explore scenarios/close-dma.litmus --revision S0 --sample 10000 --seed 7 --run 42", "one of those runs again, step by step"),
        ("explore scenarios/flr-map-dma.litmus --revision M73,M73+fix.patch", "a kernel with a patch beside the one without"),
        ("explore scenarios/close-map.litmus --revision M73 --without-lock dma_resv@vfio_pci_dma_buf_move", "what would happen without that lock?"),
        ("explore - --revision S0,M73 --policy ordered --json < my.litmus", "a scenario from standard input, for a script"),
    ];

    private ExploreRequest RequestOf(ParseResult parsed) => Checked(new(
        parsed.GetValue(scenarios)!,
        whatIf.Apply(parsed, RevisionNames.ParseList(parsed.GetValue(revisions) ?? [])),
        whatIf.Words(parsed),
        ExplorationOptions.PolicyOf(parsed.GetValue(policy)!),
        ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!),
        parsed.GetValue(journal),
        artefacts.Of(parsed),
        parsed.GetValue(incompleteOk),
        parsed.GetValue(full),
        parsed.GetValue(json),
        parsed.GetValue(quiet),
        parsed.GetValue(noProgress),
        engine.Of(parsed),
        sampling.Of(parsed, mutants.Of(parsed, null) is not null),
        oracles.Of(parsed),
        mutants.Of(parsed, sampling.SeedOf(parsed))));

    private static ExploreRequest Checked(ExploreRequest request)
    {
        var other = request.Sample is not null ? "--sample" : request.Oracles.Liveness ? "--liveness" : request.Oracles.CrossCheckTraces is not null ? "--dpor" : null;
        if (request.Oracles.Coverage && (other ?? request.Engine.Resume) is not null)
            throw new InputException("--coverage is of one whole search: not with --sample, --dpor, --liveness or --resume");
        if (request.Mutants is not null && (other is not null || request.Oracles.Coverage))
            throw new InputException("--mutants explores by itself: not with --coverage, --sample, --dpor or --liveness");
        return request.Engine.Named is { } option && (other ?? (request.Mutants is null ? null : "--mutants")) is { } search
            ? throw new InputException($"{option} is of the search that stores all states: not with {search}")
            : request;
    }
}

/// <summary>What an exploration was asked for.</summary>
internal sealed record ExploreRequest(
    IReadOnlyList<string> Scenarios,
    IReadOnlyList<KernelRevision> Revisions,
    string WhatIf,
    GrantPolicy Policy,
    long StatesMax,
    string? JournalFolder,
    Exports.RunArtefacts Artefacts,
    bool IncompleteOk,
    bool Full,
    bool Json,
    bool Quiet,
    bool NoProgress,
    EngineRequest Engine,
    SampleRequest? Sample,
    OracleRequest Oracles,
    MutantRequest? Mutants);
