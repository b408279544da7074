using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Exploration.Mutation;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>One call of <c>explore --mutants</c>: for each revision, what its scenarios notice of mutated call paths.</summary>
internal sealed class MutantsRun(HostContext context, ExploreRequest request, MutantRequest mutants)
{
    private readonly List<RunReport> unmutated = [];

    /// <summary>Mutates; answers the exit code of the unmutated runs.</summary>
    public ExitCode Run(IReadOnlyList<(ScenarioFile File, KernelRevision Revision)> pairs)
    {
        var reports = new List<MutantReport>();
        foreach (var group in pairs.GroupBy(pair => pair.Revision).TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            reports.Add(Mutate(group.Key, [.. group.Select(pair => pair.File)]));
            if (!request.Json)
                reports[^1].Write(context.Out);
            context.Out.Flush();
        }

        var notRun = pairs.Count - unmutated.Count;
        var isCut = notRun > 0 || reports.Exists(report => report.Mutants.Any(mutant => mutant.Fate == Fate.NotRun));
        var code = ExitCodes.Combine(unmutated.Select(run => (ExitCode)run.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, isCut ? 1 : 0)));
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Revisions = reports, NotRun = notRun, Reproduce = Command(pairs), ExitCode = (int)code });
        else
            context.Out.WriteLine($"{(isCut ? "interrupted: not all mutants were judged\n" : "")}Reproduce: {Command(pairs)}");
        return code;
    }

    private MutantReport Mutate(KernelRevision revision, ScenarioFile[] files) =>
        LiveProgress.During(context, !request.Quiet && !request.NoProgress, $"mutants of {revision.Name}", tell =>
        {
            var run = new MutationRun(files.Select(file => new Model(revision, file.Scenario, request.Policy)), new MutationOptions
            {
                Count = mutants.Count,
                Seed = mutants.Seed,
                StatesMax = request.StatesMax,
                Jobs = request.Engine.Options.Workers,
                Cancellation = context.Cancellation,
                OnProgress = (done, all, killed) => tell($"mutants of {revision.Name}: {done} of {all}, {killed} killed"),
            });
            unmutated.AddRange(run.Unmutated.Zip(files, (known, file) => RunReportBuilder.Build(known.Model, known.Result, file.Path, "")));
            return MutantReport.Of(revision.Name, mutants.Seed, run, run.Run());
        });

    private string Command(IReadOnlyList<(ScenarioFile File, KernelRevision Revision)> pairs)
    {
        var revisions = string.Join(',', pairs.Select(pair => pair.Revision.Spelling).Distinct().Select(ExplorationOptions.Quoted));
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        return $"{context.Invocation} explore {string.Join(' ', request.Scenarios.Select(ExplorationOptions.Quoted))} --revision {revisions}{request.WhatIf} --policy {ExplorationOptions.NameOf(request.Policy)}{bound}{mutants.Flags}";
    }
}
