using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Exploration.Liveness;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>explore --liveness</c>: waits that never end, when they form, and loops without progress.</summary>
internal sealed class LivenessRun(HostContext context, ExploreRequest request)
{
    private const string Margin = "          ";
    private readonly List<LivenessReport> reports = [];

    /// <summary>Judges; answers the exit code.</summary>
    public ExitCode Run(IReadOnlyList<(ScenarioFile File, KernelRevision Revision)> pairs)
    {
        foreach (var (file, revision) in pairs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            reports.Add(Judge(file, revision));
            if (!request.Json)
                Tell(reports[^1]);
        }

        var notRun = pairs.Count - reports.Count;
        var code = ExitCodes.Combine(reports.Select(report => (ExitCode)report.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, Math.Min(1, notRun))));
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = reports, NotRun = notRun, ExitCode = (int)code });
        else if (notRun > 0)
            context.Out.WriteLine($"interrupted: {Coverage.Count(notRun, "run")} not begun");
        return code;
    }

    private LivenessReport Judge(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var told = System.Diagnostics.Stopwatch.StartNew();
        var result = LiveProgress.During(context, !request.Quiet && !request.NoProgress, title, tell => LivenessCheck.Run(model, file.Scenario.Bounds.Within(request.StatesMax), states =>
        {
            if (told.ElapsedMilliseconds >= 1000)
            {
                told.Restart();
                tell($"{title}: {Coverage.Count(states, "state")}");
            }

            return context.Cancellation.IsCancellationRequested;
        }));
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        return LivenessReport.Of(model, result, $"{context.Invocation} explore {ExplorationOptions.Quoted(file.Path)} --revision {revision.Name} --policy {ExplorationOptions.NameOf(request.Policy)} --liveness{bound}");
    }

    private void Tell(LivenessReport report)
    {
        foreach (var finding in report.Findings)
            Tell(finding);
        var loops = report.Loops == 0 ? "no loop: every run ends" : $"{Coverage.Count(report.Loops, "component")} with a loop";
        Paragraph(report.Completion != Completion.ExploredAll
            ? $"{report.Scenario} on {report.Revision}: nothing judged, {Coverage.Count(report.States, "state")} are not all: infinite runs are only known on the whole graph."
            : $"{report.Scenario} on {report.Revision}: {Coverage.Count(report.Findings.Count(each => each.LoopStates is null), "wait")} without end, {Coverage.Count(report.Findings.Count(each => each.LoopStates is not null), "livelock")}; "
                + $"{loops}; all {Coverage.Count(report.States, "state")}, {Coverage.Count(report.Transitions, "transition")}, unreduced; {report.ElapsedSeconds:F2} s.");
        if (!request.Quiet)
            context.Out.WriteLine($"Reproduce: {report.Reproduce}\n");
        context.Out.Flush();
    }

    private void Tell(LivenessFinding finding)
    {
        Paragraph($"{finding.Id}  {finding.Property}  {(finding.AcceptedReason is null ? "FOUND" : "ACCEPTED")}  {finding.Kind}: {finding.Text}", "", Margin);
        if (finding.AcceptedReason is { } reason)
            Paragraph($"accepted: {reason}", Margin, Margin);
        Paragraph($"in {finding.Function}: {finding.Step}", Margin, Margin);
        Paragraph(finding.LoopStates is { } states
            ? $"after {Coverage.Count(finding.Steps, "step")} {string.Join(", ", finding.GoOn)} can go round for ever among {Coverage.Count(states, "state")}, however fair the scheduler"
            : $"after {Coverage.Count(finding.Steps, "step")} {string.Join(", ", finding.Waiting)} will never move again{(finding.GoOn.Count == 0 ? "; nobody else can move" : $", while {string.Join(", ", finding.GoOn)} can")}", Margin, Margin);
        if (request.Quiet)
            return;
        context.Out.WriteLine();
        foreach (var line in ColumnTrace.Lines(finding.Trace, request.Full))
            context.Out.WriteLine(line);
        context.Out.WriteLine();
    }

    private void Paragraph(string text, string first = "", string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            context.Out.WriteLine(line);
    }
}
