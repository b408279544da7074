using System.CommandLine;
using System.Diagnostics;
using Actors.Exploration;
using Actors.Host.Museum;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Has search confirm the catalogue, cell by cell.</summary>
internal sealed class BugsVerifyCommand : HostCommand
{
    private readonly Argument<string[]> entries = new("ENTRY") { Description = "Only these entries, by id or name.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int> jobs = new("--jobs") { Description = "Explorations side by side; each uses one processor. As many as there are when left out.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };
    private readonly Option<string> catalogue = CatalogueOption.Create();

    /// <summary>Builds the command.</summary>
    public BugsVerifyCommand(HostContext context)
        : base("verify", "Explores each scenario on each revision once, policy barging, and compares with the catalogue.")
    {
        Add(entries);
        foreach (var option in new Option[] { jobs, noProgress, catalogue })
            Add(option);
        SetAction(parsed =>
        {
            var museum = CatalogueParser.Read(parsed.GetValue(catalogue)!);
            return (int)Run(context, museum, museum.Select(parsed.GetValue(entries) ?? []), SideBySide.JobsOf(parsed.GetValue(jobs)), !parsed.GetValue(noProgress));
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bugs verify", "the whole museum; exit code 2 when search and catalogue differ"),
        ("bugs verify --jobs 1 ENTRY", "one entry on all revisions, one exploration at a time"),
    ];

    private static ExitCode Run(HostContext context, Catalogue museum, IReadOnlyList<CatalogueEntry> entries, int jobs, bool progress)
    {
        var clock = Stopwatch.StartNew();
        var runs = MuseumRun.For(museum, entries);
        var results = LiveProgress.During(context, progress, "bugs verify", tell => MuseumRuns.Explore(runs, jobs, tell, context.Cancellation));
        var verification = Verification.Of(museum, entries, runs, results);
        foreach (var line in verification.Differences.Concat(verification.Notes).SelectMany(difference => TextLayout.Paragraph(difference, hanging: "    ")))
            context.Out.WriteLine(line);
        var early = results.Count(result => result.Result.Completion == Completion.StoppedAtFinding);
        var whole = results.Count(result => result.Result.Completion == Completion.ExploredAll);
        string[] facts =
        [
            $"{entries.Count} {(entries.Count == 1 ? "entry" : "entries")}, {Coverage.Count(verification.Compared, "cell")} compared: {Coverage.Count(verification.Differences.Count, "difference")}{(verification.Open == 0 ? "" : $", {verification.Open} left open by a bound or an interruption")}.",
            $"{Coverage.Count(results.Count, "run")}, policy barging: {early} ended at a finding that decided them, {whole} explored all schedules;",
            $"{Coverage.Count(results.Sum(result => result.Result.States), "state")}, {Coverage.Count(jobs, "job")}, {clock.Elapsed.TotalSeconds:F1} s.",
        ];
        foreach (var line in TextLayout.Paragraph(string.Join(' ', facts)))
            context.Out.WriteLine(line);
        return CodeOf(verification);
    }

    private static ExitCode CodeOf(Verification verification) => verification switch
    {
        { Differences.Count: > 0 } => ExitCode.Violation,
        { Open: > 0 } => ExitCode.Incomplete,
        { Compared: 0 } => ExitCode.NothingChecked,
        _ => ExitCode.Clean,
    };
}
