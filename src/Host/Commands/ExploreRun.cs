using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>explore</c>: every scenario on every revision, reported as it comes.</summary>
internal sealed class ExploreRun(HostContext context, ExploreRequest request)
{
    private readonly RunText text = new(context.Out, request.Quiet, request.Full);

    /// <summary>Explores; answers the exit code.</summary>
    public ExitCode Run()
    {
        var files = ScenarioFiles.Read(request.Scenarios, context.In);
        (ScenarioFile File, KernelRevision Revision)[] pairs = [.. files.SelectMany(file => request.Revisions.Select(revision => (file, revision)))];
        foreach (var (file, revision) in pairs)
            ScenarioFiles.CheckPossible(file, revision);
        var runs = new List<RunReport>();
        foreach (var (file, revision) in pairs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            runs.Add(Explore(file, revision));
            if (!request.Json)
                Tell(runs);
        }

        var code = CodeOf(runs, pairs.Length - runs.Count);
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = runs, NotRun = pairs.Length - runs.Count, Reproduce = CommandOf(request.Scenarios, request.Revisions), ExitCode = (int)code });
        else
            TellTogether(runs, pairs.Length - runs.Count);
        return code;
    }

    private RunReport Explore(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var result = LiveProgress.During(context, !request.Quiet && !request.NoProgress, title, tell => new Explorer(model, new ExplorerOptions
        {
            StatesMax = request.StatesMax,
            Cancellation = context.Cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
        }).Run());
        if (request.JournalFolder is { } folder)
            WitnessJournals.Write(folder, model, result.Findings);
        return RunReportBuilder.Build(model, result, file.Path, CommandOf([file.Path], [revision]));
    }

    private void Tell(List<RunReport> runs)
    {
        if (runs.Count > 1)
            context.Out.WriteLine(request.Quiet ? "" : $"\n{new string('=', TextLayout.Width)}\n");
        text.Write(runs[^1]);
        context.Out.Flush();
    }

    private void TellTogether(List<RunReport> runs, int notRun)
    {
        if (runs.Count == 0 && notRun == 0)
            context.Error.WriteLine($"actors: nothing was checked: no scenario file in {string.Join(", ", request.Scenarios)}");
        if (runs.Count > 1)
        {
            context.Out.WriteLine(request.Quiet ? "" : $"\n{new string('=', TextLayout.Width)}\n");
            VerdictMatrix.Write(context.Out, runs);
        }

        if (notRun > 0)
            context.Out.WriteLine($"interrupted: {Coverage.Count(notRun, "run")} not begun");
        if (runs.Count > 1 || request.Quiet || notRun > 0)
            context.Out.WriteLine($"\nReproduce: {CommandOf(request.Scenarios, request.Revisions)}");
    }

    private ExitCode CodeOf(List<RunReport> runs, int notRun)
    {
        var codes = runs.Select(run => (ExitCode)run.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, Math.Min(1, notRun)));
        return ExitCodes.Combine(codes.Select(code => code == ExitCode.Incomplete && request.IncompleteOk ? ExitCode.Clean : code));
    }

    private string CommandOf(IEnumerable<string> scenarios, IEnumerable<KernelRevision> revisions)
    {
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        return $"{context.Invocation} explore {string.Join(' ', scenarios.Select(ExplorationOptions.Quoted))} --revision {string.Join(',', revisions.Select(revision => revision.Name))} --policy {ExplorationOptions.NameOf(request.Policy)}{bound}";
    }
}
