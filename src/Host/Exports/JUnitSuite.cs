using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Findings;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>One judgement.</summary>
/// <param name="Name">The property or clause, and the revision.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failures">What was found and counts.</param>
/// <param name="Skipped">Why it is not decided; null when it is.</param>
internal sealed record JUnitCase(string Name, double Seconds, IReadOnlyList<StoredFinding> Failures, string? Skipped);

/// <summary>The judgements of one scenario file, on all its revisions, or of one journal.</summary>
internal sealed record JUnitSuite(string Name, double Seconds, IReadOnlyList<(string Name, string Value)> Properties, IReadOnlyList<JUnitCase> Cases, string Output)
{
    /// <summary>A suite for each scenario file.</summary>
    public static IReadOnlyList<JUnitSuite> Of(IReadOnlyList<StoredRun> runs) => [.. runs.GroupBy(run => run.Report.File).Select(file => OfFile([.. file]))];

    /// <summary>A journal is one run of many: what it breaks fails, what it does not break is not decided.</summary>
    public static JUnitSuite Of(StoredJournal journal)
    {
        var judged = Judged.Count(journal.Run);
        return new JUnitSuite(
            journal.Model.Scenario.Name, 0,
            [("tool", Tool), ("file", journal.Path), ("model", journal.Model.Hash), ("revision", journal.Model.Revision.Name), ("runtime", journal.Runtime), ("seed", $"{journal.Seed}"), ("coverage", $"one run of {journal.Run.Steps.Count} steps")],
            [.. Enum.GetValues<Property>().Select(property => OfProperty(journal, property, judged.GetValueOrDefault(property)))],
            AcceptedOf(journal.Model.Revision.Name, journal.Findings));
    }

    private static string Tool => $"actors {HostContext.Version}";

    private static JUnitCase OfProperty(StoredJournal journal, Property property, long judged)
    {
        StoredFinding[] failures = [.. journal.Findings.Where(found => found.Accepted is null && found.Property == $"{property}")];
        var reason = judged == 0 ? "not exercised" : $"incomplete: not broken in one run, which judged it at {Coverage.Count(judged, Judged.Unit(property))}";
        return new JUnitCase($"{property} {PropertyNames.Title(property)} [{journal.Model.Revision.Name}]", 0, failures, failures.Length > 0 ? null : reason);
    }

    private static JUnitSuite OfFile(StoredRun[] runs) => new(
        runs[0].Report.Scenario, runs.Sum(run => run.Report.ElapsedSeconds),
        [("tool", Tool), ("file", runs[0].Report.File), .. runs.SelectMany(run => PropertiesOf(run.Report))],
        [.. runs.SelectMany(CasesOf)],
        string.Concat(runs.Select(run => AcceptedOf(run.Report.Revision, run.Findings))));

    private static IEnumerable<(string Name, string Value)> PropertiesOf(RunReport report) =>
    [
        ($"model.{report.Revision}", report.ModelHash),
        ($"strategy.{report.Revision}", report.Strategy),
        ($"seed.{report.Revision}", report.Seed is { } seed ? $"{seed}" : "n/a"),
        ($"coverage.{report.Revision}", report.Coverage),
        ($"reproduce.{report.Revision}", report.Reproduce),
    ];

    // The time of a run stands at its first case: all its properties are judged at once.
    private static IEnumerable<JUnitCase> CasesOf(StoredRun run)
    {
        var report = run.Report;
        var counted = run.Findings.Where(found => found.Accepted is null).ToArray();
        foreach (var (row, index) in report.Properties.Select((row, index) => (row, index)))
        {
            StoredFinding[] failures = [.. counted.Where(found => found.Property == $"{row.Property}")];
            yield return new JUnitCase($"{row.Property} {row.Title} [{report.Revision}]", index == 0 ? report.ElapsedSeconds : 0, failures, failures.Length > 0 ? null : WhySkipped(row, report));
        }

        if (report.Condition is { } condition)
        {
            StoredFinding[] failures = [.. counted.Where(found => found.Property == FindingReport.ClauseName)];
            yield return new JUnitCase($"{condition.Condition} [{report.Revision}]", 0, failures, failures.Length > 0 || report.Completion == Completion.ExploredAll ? null : Undecided(report));
        }
    }

    private static string? WhySkipped(PropertyRow row, RunReport report) => row switch
    {
        { Off: true } => "switched off by the scenario",
        { Judged: 0 } => "not exercised",
        _ when !report.IsProof => Undecided(report),
        _ => null,
    };

    private static string Undecided(RunReport report) => report.Sample is { } sample ? $"incomplete: not broken in {sample.Runs} sampled runs" : report.Completion switch
    {
        Completion.StoppedAtBound => $"incomplete: not broken in {report.States} states, then the bound was reached",
        Completion.StoppedAtMemory => $"incomplete: not broken in {report.States} states, then the memory limit was reached",
        Completion.Interrupted => $"incomplete: not broken in {report.States} states, then interrupted",
        Completion.StoppedAtFinding => $"incomplete: not broken in {report.States} states, then stopped at a finding",
        Completion.ExploredAll => $"incomplete: not broken in {report.States} states, not all schedules",
    };

    private static string AcceptedOf(string revision, IEnumerable<StoredFinding> findings) =>
        string.Concat(findings.Where(found => found.Accepted is not null).Select(found => $"{revision} {found.Id} {found.Property} accepted by design: {found.Text}: {found.Accepted}\n"));
}
