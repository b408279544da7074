using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Host.Inputs;
using Actors.Host.Museum;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Asks the museum's questions of other kernels: does a patch bring a known bug back, or remove one?</summary>
internal sealed class BugsTryCommand : HostCommand
{
    private const int NameWidth = 52;

    private readonly Argument<string[]> entries = new("ENTRY") { Description = "Only these entries, by id or name.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> revisions = new("--revision") { Description = "Kernel revisions, comma-separated; R+FILE.patch is R with a patch. The first is what the others are compared with.", HelpName = "R[,R...]", Required = true };
    private readonly Option<int> jobs = new("--jobs") { Description = "Explorations side by side.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };
    private readonly Option<string> catalogue = CatalogueOption.Create();

    /// <summary>Builds the command.</summary>
    public BugsTryCommand(HostContext context)
        : base("try", "Explores the museum's scenarios on any revisions. Exit code 2 when a later one has an entry that the first has not, or a single one has any.")
    {
        Add(entries);
        foreach (var option in new Option[] { revisions, jobs, json, noProgress, catalogue })
            Add(option);
        SetAction(parsed =>
        {
            var museum = CatalogueParser.Read(parsed.GetValue(catalogue)!);
            var asked = RevisionNames.ParseList(parsed.GetValue(revisions)!);
            var trial = Explore(context, museum.Select(parsed.GetValue(entries) ?? []), asked, Math.Clamp(parsed.GetValue(jobs), 1, SideBySide.JobsMax), !parsed.GetValue(noProgress) && !parsed.GetValue(json));
            return (int)Tell(context, trial, parsed.GetValue(json));
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bugs try --revision M73,M73+fix.patch", "does the patch bring a known bug back, or remove one?"),
        ("bugs try --revision M73-annul ENTRY", "one entry on one kernel"),
    ];

    private static MuseumTrial Explore(HostContext context, IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<KernelRevision> revisions, int jobs, bool progress)
    {
        var runs = MuseumTrial.RunsFor(entries, revisions);
        var results = LiveProgress.During(context, progress, "bugs try", tell => MuseumRuns.Explore(runs, jobs, tell, context.Cancellation));
        return MuseumTrial.Of(entries, revisions, results);
    }

    private static ExitCode Tell(HostContext context, MuseumTrial trial, bool asJson)
    {
        var code = trial.Rows.All(row => row.Cells.All(cell => cell is CellState.NotExpressed)) ? ExitCode.NothingChecked
            : trial.Worse.Any() ? ExitCode.Violation : trial.Open > 0 ? ExitCode.Incomplete : ExitCode.Clean;
        if (asJson)
        {
            var rows = trial.Rows.Select(row => new { row.Entry.Id, row.Entry.Name, row.Cells });
            JsonOutput.Write(context.Out, new { Revisions = trial.Revisions.Select(revision => revision.Spelling), Entries = rows, Worse = trial.Worse.Select(row => row.Entry.Id), trial.Open, ExitCode = (int)code });
            return code;
        }

        foreach (var line in Text(trial))
            context.Out.WriteLine(line);
        return code;
    }

    private static IEnumerable<string> Text(MuseumTrial trial)
    {
        foreach (var (number, revision) in trial.Revisions.Index())
            yield return $"{number,3}  {revision.Name}";
        yield return "";
        yield return $"{"entry",-NameWidth}{string.Concat(trial.Revisions.Index().Select(column => $"{column.Index,3}"))}";
        foreach (var row in trial.Rows)
        {
            var name = $"{row.Entry.Id} {row.Entry.Name}";
            yield return $"{(name.Length > NameWidth ? name[..NameWidth] : name),-NameWidth}{string.Concat(row.Cells.Select(cell => $"  {BugMatrix.Sign(cell)}"))}";
        }

        yield return "";
        yield return BugMatrix.Legend.Replace("pending", "open", StringComparison.Ordinal);
        var better = trial.Rows.Where(row => row.Cells[0] == CellState.Found && row.Cells.Any(cell => cell is CellState.Absent or CellState.Accepted)).ToArray();
        foreach (var row in better)
            yield return $"gone:  {row.Entry.Id} {row.Entry.Name}";
        foreach (var row in trial.Worse)
            yield return $"{(row.Cells.Count == 1 ? "found: " : "worse: ")}{row.Entry.Id} {row.Entry.Name}";
        yield return $"{Coverage.Count(trial.Rows.Count, "row")}, {Coverage.Count(trial.Revisions.Count, "revision")}, policy barging: {trial.Worse.Count()} {(trial.Revisions.Count == 1 ? "found" : "worse than on " + trial.Revisions[0].Name)}{(trial.Open == 0 ? "" : $", {Coverage.Count(trial.Open, "cell")} left open")}.";
    }
}
