using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>bisect</c>: every scenario on every state of the series.</summary>
internal sealed class BisectRun(HostContext context, BisectRequest request)
{
    private readonly List<SeriesRow> rows = [];
    private long transitions;
    private int open;

    /// <summary>Explores; answers the exit code.</summary>
    public ExitCode Run()
    {
        var files = ScenarioFiles.Read(request.Scenarios, context.In);
        var states = StatesOf();
        foreach (var file in files)
        {
            foreach (var state in states)
                ScenarioFiles.CheckPossible(file, state);
        }

        foreach (var file in files)
            rows.AddRange(RowsOf(file, states));
        var report = new SeriesReport(
            [.. states.Select((state, number) => new SeriesState(number, number == 0 ? state.Name : request.Series[number - 1], state.Spelling, number == 0 ? "" : state.Title))],
            [.. files.Select(file => file.Scenario.Name)], rows, open);
        var code = transitions == 0 ? ExitCode.NothingChecked : rows.Exists(row => row.IntroducedBy.Any()) ? ExitCode.Violation : open > 0 ? ExitCode.Incomplete : ExitCode.Clean;
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, report.States, report.Rows, report.Open, Reproduce = Reproduce(), ExitCode = (int)code });
        else
            new SeriesText(context.Out, report).Write(Reproduce());
        return code;
    }

    // The base, then one more patch each time. The name says how far the series has come, not every file.
    private List<KernelRevision> StatesOf()
    {
        var states = new List<KernelRevision> { RevisionNames.Parse(request.Base) };
        foreach (var path in request.Series)
        {
            var patch = PatchFile.Read(path);
            states.Add(patch.ApplyTo(states[^1]) with { Title = patch.Title });
        }

        return states;
    }

    private List<SeriesRow> RowsOf(ScenarioFile file, List<KernelRevision> states)
    {
        var results = states.Select(state => (Revision: state, Result: context.Cancellation.IsCancellationRequested ? null : Explore(file, state))).ToArray();
        open += results.Count(state => state.Result is not { Completion: Completion.ExploredAll });
        var findings = results.SelectMany(state => FindingsOf(state.Result)).DistinctBy(finding => finding.Id);
        return
        [
            .. findings.Select(finding => new SeriesRow(
                file.Scenario.Name, file.Path, finding.Id, NameOf(finding), finding.Violation.Kind, finding.Violation.Text, finding.Function,
                [.. results.Select(state => CellOf(finding, state.Revision, state.Result))])),
        ];
    }

    private ExplorationResult Explore(ScenarioFile file, KernelRevision revision)
    {
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var result = LiveProgress.During(context, !request.NoProgress, title, tell => new Explorer(new Model(revision, file.Scenario, request.Policy), new ExplorerOptions
        {
            StatesMax = request.StatesMax,
            Cancellation = context.Cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
        }).Run());
        transitions += result.Transitions;
        return result;
    }

    private static IEnumerable<Finding> FindingsOf(ExplorationResult? result) =>
        result is null ? [] : result.Findings.Select(witness => witness.Finding).Concat(result.Observation?.Witness is { } clause ? [clause.Finding] : []);

    private static string NameOf(Finding finding) => finding.Function == "(scenario)" ? "clause" : $"{finding.Violation.Property}";

    private static SeriesCell CellOf(Finding finding, KernelRevision revision, ExplorationResult? result)
    {
        if (FindingsOf(result).FirstOrDefault(found => found.Id == finding.Id) is { } here)
            return here.AcceptedReason(revision) is null ? SeriesCell.Found : SeriesCell.Accepted;
        return result is { Completion: Completion.ExploredAll } ? SeriesCell.Absent : SeriesCell.Open;
    }

    private string Reproduce()
    {
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        return $"{context.Invocation} bisect {string.Join(' ', request.Scenarios.Select(ExplorationOptions.Quoted))} --revision {ExplorationOptions.Quoted(request.Base)}"
            + $" --series {string.Join(' ', request.Series.Select(ExplorationOptions.Quoted))} --policy {ExplorationOptions.NameOf(request.Policy)}{bound}";
    }
}
