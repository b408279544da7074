using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Sampling;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>The sampling of one scenario on one revision, or one run of it.</summary>
internal sealed class SampleRun(HostContext context, ExploreRequest request, SampleRequest sample)
{
    /// <summary>Draws the schedules.</summary>
    public RunReport Sample(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var result = LiveProgress.During(context, !request.Quiet && !request.NoProgress, title, tell => new Sampler(model, sample.Options with
        {
            Cancellation = context.Cancellation,
            OnProgress = progress => tell(Line(title, progress)),
        }).Run());
        if (request.JournalFolder is { } folder)
            WitnessJournals.Write(folder, model, result.Findings.Select(finding => finding.Witness));
        return SampleReportBuilder.Build(
            model, result, sample.Options, file.Path, CommandOf(file.Path, revision, sample.Flags($"{Math.Max(1, result.Runs)}")), run => CommandOf(file.Path, revision, sample.FlagsOfRun($"{run}")));
    }

    /// <summary>Does one run again and shows it.</summary>
    public SampledRunReport Show(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var run = new Sampler(model, sample.Options).Replay(sample.Run!.Value);
        var whole = new Witness(new Finding(new Violation(Property.Quiescence, "run", "a run of a sample"), "(run)", $"run-{run.Number}"), run.Schedule, run.AtQuiescence);
        var report = new SampledRunReport
        {
            Scenario = file.Scenario.Name,
            Revision = revision.Name,
            Run = run.Number,
            Strategy = run.Strategy,
            Seed = sample.Options.Seed,
            AtQuiescence = run.AtQuiescence,
            Findings = [.. run.Findings.Select(met => new MetFinding(met.Finding.Id, met.Finding.Violation.Property, met.Finding.Violation.Text, met.Schedule.Count, met.AtQuiescence, met.Finding.AcceptedReason(revision)))],
            Trace = TraceReplay.Of(model, whole),
            Journal = request.JournalFolder is { } folder ? WitnessJournals.WriteRun(folder, model, whole, run.Number) : null,
            Reproduce = CommandOf(file.Path, revision, sample.FlagsOfRun($"{run.Number}")),
        };
        if (!request.Json)
            Tell(report);
        return report;
    }

    private void Tell(SampledRunReport run)
    {
        Paragraph($"{run.Scenario} on {run.Revision}: run {run.Run} ({run.Strategy}) of seed {run.Seed}, {Coverage.Count(run.Trace.Events.Count, "step")}{(run.AtQuiescence ? ", after which nothing can move" : "")}:");
        context.Out.WriteLine();
        foreach (var line in ColumnTrace.Lines(run.Trace, full: !request.Quiet))
            context.Out.WriteLine(line);
        context.Out.WriteLine();
        foreach (var met in run.Findings)
            Paragraph($"{met.Id}  {met.Property}  {(met.AcceptedReason is null ? "FOUND" : "ACCEPTED")}  {(met.AtQuiescence ? "at the end" : $"at step {met.Steps}")}: {met.Text}", "          ");
        Paragraph($"Verdict: {(run.Findings.Count == 0 ? "no violation found" : Coverage.Count(run.Findings.Count, "finding"))} in this one run; nothing is proved absent.");
        if (run.Journal is not null)
            context.Out.WriteLine($"Journal: {run.Journal}");
        context.Out.WriteLine($"\nReproduce: {run.Reproduce}\n");
    }

    private void Paragraph(string text, string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, "", hanging))
            context.Out.WriteLine(line);
    }

    private static string Line(string title, SamplingProgress progress) =>
        $"{title}: {progress.Elapsed.TotalSeconds:F0} s, {Coverage.Count(progress.Runs, "run")}, {progress.Runs / Math.Max(0.001, progress.Elapsed.TotalSeconds):N0} runs/s, "
        + $"{Coverage.Count(progress.Traces.Distinct, "distinct trace")}, unseen {progress.Traces.UnseenMass:P1}, {Coverage.Count(progress.Findings, "finding")}";

    private string CommandOf(string file, KernelRevision revision, string flags) =>
        $"{context.Invocation} explore {ExplorationOptions.Quoted(file)} --revision {ExplorationOptions.Quoted(revision.Spelling)}{request.WhatIf} --policy {ExplorationOptions.NameOf(request.Policy)} {flags}";
}
