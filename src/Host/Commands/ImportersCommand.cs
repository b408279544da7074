using System.CommandLine;
using System.Diagnostics;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Host.Importers;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Which importer goes with which exporter: every kind of importer in the same workloads on several revisions.</summary>
internal sealed class ImportersCommand : HostCommand
{
    private const string DefaultRevisions = "S0,M619,M70,M71a,M73";

    private static readonly string[] DefaultWorkloads = ["scenarios/attach-map-dma-reset.litmus", "scenarios/attach-map-dma-close.litmus"];

    private readonly Argument<string[]> workloads = new("SCENARIO")
    {
        Description = $"Workloads whose importers every kind takes the place of in turn; {string.Join(" and ", DefaultWorkloads)} when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> revisions = new("--revision") { Description = $"Kernel revisions, comma-separated, or 'all'; {DefaultRevisions} when left out.", HelpName = "R[,R...]" };
    private readonly Option<string[]> importers = new("--importer") { Description = "Kinds of importers, comma-separated, as in scenario files; all of them when left out.", HelpName = "KIND[,KIND...]" };
    private readonly Option<string> statesMax = new("--states-max") { Description = "Stop each exploration after this many distinct states; 0 = only the workload's own bound.", HelpName = "N", DefaultValueFactory = _ => "0" };
    private readonly Option<int> jobs = new("--jobs") { Description = "Explorations side by side; as many as there are processors when left out.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<bool> markdown = new("--markdown") { Description = "The matrix as a Markdown table." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>Builds the command.</summary>
    public ImportersCommand(HostContext context)
        : base("importers", "Which importer goes with which exporter: a matrix of proofs and findings, by exploration of all schedules.")
    {
        Add(workloads);
        foreach (var option in new Option[] { revisions, importers, statesMax, jobs, markdown, json, noProgress })
            Add(option);
        SetAction(parsed => (int)Run(context, parsed));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("importers", "all kinds of importers on five revisions, in two workloads"),
        ("importers --revision M71a-draft,M73 --importer amdgpu,xe", "graphics drivers on a draft and on today's kernel"),
        ("importers my.litmus --revision M73 --markdown", "a workload of your own: its importers begin 'free'"),
    ];

    private ExitCode Run(HostContext context, ParseResult parsed)
    {
        var asked = parsed.GetValue(workloads) is { Length: > 0 } named ? named : [.. DefaultWorkloads.Select(ShippedFiles.Find)];
        var files = ScenarioFiles.Read(asked, context.In);
        foreach (var file in files)
            ImporterRun.CheckWorkload(file);
        var columns = RevisionNames.ParseList(parsed.GetValue(revisions) is { Length: > 0 } given ? given : [DefaultRevisions]);
        var kinds = KindsOf(parsed.GetValue(importers) ?? []);
        foreach (var file in files)
        {
            foreach (var revision in columns)
                ScenarioFiles.CheckPossible(file, revision);
        }

        var bound = ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!);
        var side = SideBySide.JobsOf(parsed.GetValue(jobs));
        ImporterRun[] runs = [.. from kind in kinds from revision in columns from file in files select new ImporterRun(file, kind, revision)];
        var clock = Stopwatch.StartNew();
        var results = LiveProgress.During(context, !parsed.GetValue(noProgress), "importers", tell =>
            SideBySide.Run(runs, side, run => run.Title, (run, told) => run.Explore(bound, told, context.Cancellation), tell, context.Cancellation));
        var matrix = ImporterMatrix.Of(kinds, columns, files.Count, results);
        if (parsed.GetValue(json))
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Workloads = files.Select(file => file.Path), Cells = matrix.Cells.Select(CompatibilityRow.Of), ExitCode = (int)matrix.Code });
        else
            Tell(context, parsed.GetValue(markdown) ? ImporterMatrixText.Markdown(matrix) : ImporterMatrixText.Text(matrix), results, runs.Length, side, clock);
        return matrix.Code;
    }

    private static IReadOnlyList<ImporterKind> KindsOf(IEnumerable<string> values)
    {
        var names = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        var known = ImporterNames.All.Select(ImporterNames.Of);
        return names.Length == 0
            ? [.. ImporterNames.All]
            : [.. names.Select(name => ImporterNames.Find(name) ?? throw new InputException($"unknown importer '{name}'{Nearest.Hint(name, known)}; known: {string.Join(", ", known)}"))];
    }

    private static void Tell(HostContext context, IEnumerable<string> matrix, IReadOnlyList<ImporterResult> results, int runs, int jobs, Stopwatch clock)
    {
        foreach (var line in matrix)
            context.Out.WriteLine(line);
        context.Out.WriteLine();
        var missing = runs - results.Count == 0 ? "" : $"; interrupted: {Coverage.Count(runs - results.Count, "run")} not made";
        foreach (var line in TextLayout.Paragraph($"{Coverage.Count(results.Count, "run")}, policy barging, {Coverage.Count(results.Sum(result => result.States), "state")}, {Coverage.Count(jobs, "job")}, {clock.Elapsed.TotalSeconds:F1} s{missing}."))
            context.Out.WriteLine(line);
    }
}
