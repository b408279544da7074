using System.Text.Json;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Host.Storms;
using Actors.Persistence;

namespace Actors.Host.Findings;

/// <summary>One scenario on one revision, with its findings.</summary>
/// <param name="Report">Its report.</param>
/// <param name="Findings">Its findings.</param>
public sealed record StoredRun(RunReport Report, IReadOnlyList<StoredFinding> Findings);

/// <summary>What is read of a document of <c>explore --json</c>, <c>storm --json</c> or <c>replay --json</c>.</summary>
/// <param name="Runs">The runs of an exploration; null when it is of a journal.</param>
/// <param name="Findings">The findings of a journal; null when it is of an exploration.</param>
/// <param name="Revision">The journal's revision.</param>
/// <param name="Scenario">The journal's scenario.</param>
/// <param name="Runtime">What wrote the journal.</param>
public sealed record RunsDocument(IReadOnlyList<RunReport>? Runs, IReadOnlyList<JournalFinding>? Findings, string? Revision, string? Scenario, string? Runtime);

/// <summary>Reads the documents that <c>explore</c>, <c>storm</c> and <c>replay</c> write with <c>--json</c>.</summary>
public static class StoredRuns
{
    /// <summary>The runs of a document. Where this build has the same model, their schedules are taken again.</summary>
    public static IReadOnlyList<StoredRun> Read(string path, HostContext context) => Load(path) is { Runs: { } runs }
        ? [.. runs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested).Select(run => Of(run, path))]
        : throw new InputException($"{path}: has no \"runs\": it is no document of 'explore --json'; of a storm or a replay give the journal");

    /// <summary>The findings of a document of any kind; those of a storm or a replay have no schedule, which is in the journal.</summary>
    public static IEnumerable<StoredFinding> Findings(string path, HostContext context) => Load(path) switch
    {
        { Runs: null, Findings: { } found, Revision: { } revision, Scenario: { } scenario } journal =>
            found.Select(each => StoredFinding.Of(each, revision, scenario, journal.Runtime ?? "journal", path)),
        _ => Read(path, context).SelectMany(run => run.Findings),
    };

    private static RunsDocument Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonOutput.Read<RunsDocument>(file) ?? throw new InputException($"{path}: is empty");
        }
        catch (JsonException wrong)
        {
            throw new InputException($"{path}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}: error: is no document of 'explore --json'{(wrong.Path is { } at ? $" (at {at})" : "")}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read '{path}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}");
        }
    }

    /// <summary>A report's run with its findings, whose schedules are taken again.</summary>
    /// <param name="run">The report.</param>
    /// <param name="path">The file that stands for it.</param>
    public static StoredRun Of(RunReport run, string path)
    {
        var model = ModelOf(run);
        return new StoredRun(run, [.. run.Findings.Select(found => CaseOf(path, run, found, model) is { } known ? StoredFinding.Of(known) : StoredFinding.Of(run, found, path))]);
    }

    private static Model? ModelOf(RunReport run)
    {
        if (run.ScenarioText is null)
            return null;
        try
        {
            var model = new Model(JournalModels.RevisionOf(run.Revision, run.Edits), ScenarioParser.Parse(run.ScenarioText, run.File), run.Policy);
            return model.Hash == run.ModelHash ? model : null;
        }
        catch (Exception error) when (error is ScenarioSyntaxException or JournalException or PathEditException)
        {
            return null;
        }
    }

    private static FindingCase? CaseOf(string path, RunReport run, FindingReport found, Model? model)
    {
        if (model is null || found.Schedule is null || ScheduleCode.Decode(model, found.Schedule) is not { } schedule)
            return null;
        var finding = new Finding(new Violation(found.Property ?? Property.Quiescence, found.Kind, found.Text, found.Conflict, found.Fatal), found.Function, found.Step);
        return FindingCase.Of(model, new Witness(finding, schedule, found.AtQuiescence), path, run.Reproduce, run.Strategy.StartsWith("exhaustive", StringComparison.Ordinal) ? "explorer" : run.Strategy);
    }
}
