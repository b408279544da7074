using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Search;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>explore</c>: every scenario on every revision, reported as it comes.</summary>
internal sealed class ExploreRun(HostContext context, ExploreRequest request)
{
    private IReadOnlyList<KernelRevision> revisions = [];
    private readonly RunText text = new(context.Out, request.Quiet, request.Full);

    /// <summary>Explores; answers the exit code.</summary>
    public ExitCode Run()
    {
        var files = ScenarioFiles.Read(request.Scenarios, context.In);
        (ScenarioFile File, KernelRevision Revision)[] pairs = [.. files.SelectMany(file => RevisionNames.For(file, request.Revisions).Select(revision => (file, revision)))];
        foreach (var (file, revision) in pairs)
            ScenarioFiles.CheckPossible(file, revision);
        if (pairs.Length > 1 && (request.Engine.Checkpoint ?? request.Engine.Resume) is not null)
            throw new InputException($"a checkpoint is of one scenario on one revision, not of {pairs.Length} runs");
        revisions = RevisionsOf(files);
        if (request.Sample is { Run: not null } one)
            return Show(new SampleRun(context, request, one), pairs);
        if (request.Oracles.CrossCheckTraces is { } tracesMax)
            return new CrossCheckRun(context, request, tracesMax).Run(pairs);
        if (request.Mutants is { } mutants)
            return new MutantsRun(context, request, mutants).Run(pairs);
        if (request.Oracles.Liveness)
            return new LivenessRun(context, request).Run(pairs);
        var runs = new List<RunReport>();
        foreach (var (file, revision) in pairs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            runs.Add(request.Sample is { } sample ? new SampleRun(context, request, sample).Sample(file, revision) : Explore(file, revision));
            if (!request.Json)
                Tell(runs);
        }

        request.Artefacts.Write(runs, context.Error);
        var code = CodeOf(runs, pairs.Length - runs.Count);
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = runs, NotRun = pairs.Length - runs.Count, Reproduce = CommandOf(request.Scenarios, revisions), ExitCode = (int)code });
        else
            TellTogether(runs, pairs.Length - runs.Count);
        return code;
    }

    // For the command line that does all runs again: none where the files name different ones.
    private IReadOnlyList<KernelRevision> RevisionsOf(IReadOnlyList<ScenarioFile> files)
    {
        var lists = files.Select(file => RevisionNames.For(file, request.Revisions)).ToArray();
        return lists.Length > 0 && Array.TrueForAll(lists, list => list.SequenceEqual(lists[0])) ? lists[0] : [];
    }

    private ExitCode Show(SampleRun sample, (ScenarioFile File, KernelRevision Revision)[] pairs)
    {
        SampledRunReport[] shown = [.. pairs.Select(pair => sample.Show(pair.File, pair.Revision))];
        var code = ExitCodes.Combine(shown.Select(run => (ExitCode)run.ExitCode));
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = shown, ExitCode = (int)code });
        return code;
    }

    private RunReport Explore(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var watch = request.Oracles.Coverage ? new PathWatch(model) : null;
        var result = LiveProgress.During(context, !request.Quiet && !request.NoProgress, title, tell => Search(model, request.Engine.Options with
        {
            StatesMax = request.StatesMax,
            Cancellation = context.Cancellation,
            OnTransition = watch is null ? null : watch.Observe,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
            OnCheckpoint = request.Engine.Checkpoint is { } path ? content => CheckpointFile.Write(path, content) : null,
        }));
        if (request.JournalFolder is { } folder)
            WitnessJournals.Write(folder, model, result.Findings);
        return RunReportBuilder.Build(model, result, file.Path, CommandOf([file.Path], [revision])) with { CallPaths = watch?.Functions, NotRun = watch?.NotRun };
    }

    private ExplorationResult Search(Model model, ExplorerOptions options) =>
        request.Engine.PreemptionsMax is { } most ? new PreemptionSearch(model, most, options).Run()
        : request.Engine.Resume is { } path ? ProofSearch.Run(model, options, CheckpointFile.Resume(path, model, options))
        : ProofSearch.Run(model, options);

    private void Tell(List<RunReport> runs)
    {
        if (runs.Count > 1)
            context.Out.WriteLine(request.Quiet ? "" : $"\n{new string('=', TextLayout.Width)}\n");
        text.Write(runs[^1]);
        if (runs[^1].CallPaths is { } functions)
            PathCoverageText.Write(context.Out, functions, runs[^1].NotRun!.Count);
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
            context.Out.WriteLine($"\nReproduce: {CommandOf(request.Scenarios, revisions)}");
    }

    private ExitCode CodeOf(List<RunReport> runs, int notRun)
    {
        var codes = runs.Select(run => (ExitCode)run.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, Math.Min(1, notRun)));
        return ExitCodes.Combine(codes.Select(code => code == ExitCode.Incomplete && request.IncompleteOk ? ExitCode.Clean : code));
    }

    private string CommandOf(IEnumerable<string> scenarios, IEnumerable<KernelRevision> revisions)
    {
        var sample = request.Sample is { } drawn ? $" {drawn.Flags(drawn.Amount)}" : "";
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        var names = string.Join(',', revisions.Select(revision => revision.Spelling).Distinct().Select(ExplorationOptions.Quoted));
        return $"{context.Invocation} explore {string.Join(' ', scenarios.Select(ExplorationOptions.Quoted))}{(names.Length == 0 ? "" : $" --revision {names}")}{request.WhatIf} --policy {ExplorationOptions.NameOf(request.Policy)}{bound}{request.Engine.Flags}{(request.Oracles.Coverage ? " --coverage" : "")}{sample}";
    }
}
