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
using Actors.Persistence;

namespace Actors.Host.Findings;

/// <summary>One scenario on one revision, with its findings.</summary>
/// <param name="Report">Its report.</param>
/// <param name="Findings">Its findings.</param>
public sealed record StoredRun(RunReport Report, IReadOnlyList<StoredFinding> Findings);

/// <summary>What is read of a document of <c>explore --json</c>.</summary>
/// <param name="Runs">Its runs; null when it has none.</param>
public sealed record RunsDocument(IReadOnlyList<RunReport>? Runs);

/// <summary>Reads the document that <c>explore --json</c> writes.</summary>
public static class StoredRuns
{
    /// <summary>The runs of a document. Where this build has the same model, their schedules are taken again.</summary>
    public static IReadOnlyList<StoredRun> Read(string path, HostContext context)
    {
        try
        {
            using var file = File.OpenRead(path);
            var runs = JsonOutput.Read<RunsDocument>(file)?.Runs ?? throw new InputException($"{path}: has no \"runs\": it is no document of 'explore --json'");
            return [.. runs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested).Select(run => Of(run, path))];
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
