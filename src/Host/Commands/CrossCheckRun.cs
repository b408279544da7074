using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Exploration.Dpor;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>explore --dpor</c>: each scenario by the exhaustive search and by a stateless one, and whether they agree.</summary>
internal sealed class CrossCheckRun(HostContext context, ExploreRequest request, long tracesMax)
{
    private readonly List<CrossCheckReport> reports = [];

    /// <summary>Searches both ways; answers the exit code.</summary>
    public ExitCode Run(IReadOnlyList<(ScenarioFile File, KernelRevision Revision)> pairs)
    {
        foreach (var (file, revision) in pairs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            reports.Add(Compare(file, revision));
            if (!request.Json)
                Tell(reports[^1]);
        }

        var notRun = pairs.Count - reports.Count;
        var code = ExitCodes.Combine(reports.Select(report => (ExitCode)report.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, Math.Min(1, notRun))));
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = reports, NotRun = notRun, ExitCode = (int)code });
        else if (reports.Count > 1 || notRun > 0)
            context.Out.WriteLine($"{Coverage.Count(reports.Count(report => report.Agreement == Agreement.Agree), "run")} agree, {reports.Count(report => report.Agreement == Agreement.Differ)} differ, {reports.Count(report => report.Agreement == Agreement.Unknown)} too large, {notRun} not begun");
        return code;
    }

    private CrossCheckReport Compare(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        return LiveProgress.During(context, !request.Quiet && !request.NoProgress, title, tell =>
        {
            var all = new Explorer(model, new ExplorerOptions { StatesMax = request.StatesMax, Cancellation = context.Cancellation, OnProgress = progress => tell(LiveProgress.Line(title, progress)) }).Run();
            var traces = new DporExplorer(model, new DporOptions { TracesMax = tracesMax, Cancellation = context.Cancellation, OnProgress = progress => tell(Line(title, progress)) }).Run();
            return CrossCheckReport.Of(model, all, traces);
        });
    }

    private static string Line(string title, DporProgress progress) =>
        $"{title}: {progress.Elapsed.TotalSeconds:F0} s, {Coverage.Count(progress.Traces, "trace")}, {progress.SleepBlocked:N0} sleep-blocked, {Coverage.Count(progress.Steps, "step")}, {Coverage.Count(progress.Findings, "finding")}";

    private void Tell(CrossCheckReport report)
    {
        string[] words =
        [
            $"{report.Scenario} on {report.Revision}: {report.Verdict}.",
            $"Exhaustive search: {Coverage.Count(report.States, "state")}, {Coverage.Count(report.Transitions, "transition")}, {Coverage.Count(report.FinalStates, "final state")}, findings {Listed(report.Findings)}.",
            $"Stateless search: {Coverage.Count(report.Traces, "trace")}, {report.Stopped:N0} stopped kernel, {report.SleepBlocked:N0} sleep-set-blocked, {Coverage.Count(report.Steps, "step")}, "
                + $"{Coverage.Count(report.DporFinalStates, "final state")}, findings {Listed(report.DporFindings)}; {report.ElapsedSeconds:F2} s.",
        ];
        foreach (var line in words.SelectMany((text, index) => TextLayout.Paragraph(text, index == 0 ? "" : "  ", "  ")))
            context.Out.WriteLine(line);
        context.Out.Flush();
    }

    private static string Listed(IReadOnlyList<string> ids) => ids.Count == 0 ? "none" : string.Join(", ", ids);
}
