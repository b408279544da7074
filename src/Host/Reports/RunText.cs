using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>A run as text: first line, findings with their traces, verdict, coverage, what was exercised, clause, reproducer.</summary>
/// <param name="output">Where to.</param>
/// <param name="quiet">Only the verdict and what it rests on.</param>
/// <param name="full">Traces with every event.</param>
public sealed class RunText(TextWriter output, bool quiet, bool full)
{
    private const string Margin = "          ";
    private readonly Dictionary<(string Revision, string Id), string> traced = [];

    /// <summary>Writes a run. A finding that an earlier run of the same revision has traced is not traced again, unless in full.</summary>
    public void Write(RunReport run)
    {
        if (!quiet)
            WriteFirstLine(run);
        foreach (var finding in run.Findings)
            WriteFinding(run, finding);
        Blank();
        Paragraph($"Verdict: {VerdictOf(run)}");
        Paragraph(run.Coverage);
        if (quiet)
            return;
        WriteProperties(run);
        if (run.Condition is { } condition)
            WriteCondition(run, condition);
        output.WriteLine();
        output.WriteLine($"Reproduce: {run.Reproduce}");
    }

    /// <summary>The verdict in a few words.</summary>
    public static string Short(RunReport run)
    {
        var counts = new[] { Some(run.Verdict.Found.Count, "found"), Some(run.Verdict.Accepted.Count, "accepted") }.OfType<string>().ToArray();
        var text = counts.Length > 0 ? string.Join(", ", counts) : (ExitCode)run.ExitCode == ExitCode.NothingChecked ? "nothing checked" : "none";
        if (run.Sample is { } sample)
            return $"{text} (sample of {sample.Runs:N0})";
        return run.Completion switch
        {
            Completion.ExploredAll => text,
            Completion.StoppedAtBound => $"{text} (bound)",
            Completion.StoppedAtMemory => $"{text} (memory)",
            Completion.Interrupted => $"{text} (interrupted)",
            Completion.StoppedAtFinding => $"{text} (first)",
        };
    }

    private static string? Some(int count, string what) => count == 0 ? null : $"{count} {what}";

    private static string VerdictOf(RunReport run)
    {
        var verdict = run.Verdict;
        if ((ExitCode)run.ExitCode == ExitCode.NothingChecked)
            return "nothing was checked";
        var found = verdict.Found.Count == 0 ? "no violation found" : $"{Coverage.Count(verdict.Found.Count, "violation")} found ({string.Join(", ", verdict.Found)})";
        var accepted = verdict.Accepted.Count == 0 ? "" : $", {verdict.Accepted.Count} accepted by design ({string.Join(", ", verdict.Accepted)})";
        var absent = run.Sample is { } sample
            ? $" in {Coverage.Count(sample.Runs, "run")}; a sample proves nothing absent"
            : !run.IsProof
            ? "; nothing is proved absent, the exploration is not complete"
            : verdict.ProvedAbsent.Count == 0 ? "" : $"; proved absent on all schedules: violations of {string.Join(", ", verdict.ProvedAbsent)}";
        return $"{found}{accepted}{absent}.";
    }

    private void WriteFirstLine(RunReport run)
    {
        output.WriteLine($"actors {HostContext.Version}  model {TextLayout.Short(run.ModelHash)}  {run.Revision}  scenario {TextLayout.Short(run.ScenarioHash)}");
        Paragraph($"{run.Scenario}: {run.Strategy}; policy {(run.Policy == Core.Vocabulary.GrantPolicy.Barging ? "barging" : "ordered")}; seed {(run.Seed is { } seed ? $"{seed}" : "n/a")}");
    }

    private void WriteFinding(RunReport run, FindingReport finding)
    {
        Blank();
        Paragraph($"{finding.Id}  {finding.PropertyName}  {finding.Status.ToUpperInvariant()}  {finding.Kind}: {finding.Text}", hanging: Margin);
        if (finding.AcceptedReason is { } reason)
            Paragraph($"accepted: {reason}", Margin, Margin);
        if (quiet)
            return;
        Paragraph($"in {finding.Function}: {finding.Step}", Margin, Margin);
        if (finding.Conflict.Length > 0)
            Paragraph($"against {finding.Conflict}", Margin, Margin);
        var drawn = run.Sample?.Met.GetValueOrDefault(finding.Id);
        if (drawn is not null)
            Paragraph($"met by {Coverage.Count(drawn.Hits, "run")}, first by run {drawn.FirstRun:N0} ({drawn.FirstStrategy})", Margin, Margin);
        Paragraph($"{(drawn is null ? finding.IsShortest ? "shortest schedule" : "a schedule, not the shortest" : $"shortest of them: run {drawn.Run:N0}")}, {Coverage.Count(finding.Trace.Events.Count, "step")}{(finding.AtQuiescence ? ", after which nothing can move" : "")}{(finding.Fatal ? "; the kernel stops here" : "")}:", Margin, Margin);
        if (!full && !traced.TryAdd((run.Revision, finding.Id), run.Scenario))
        {
            Paragraph($"as traced above for {traced[(run.Revision, finding.Id)]}", Margin, Margin);
            return;
        }

        Blank();
        foreach (var line in ColumnTrace.Lines(finding.Trace, full))
            output.WriteLine(line);
        if (finding.AtQuiescence)
            Paragraph($"{finding.PropertyName} {finding.Text}", "!!! ", "    ");
    }

    private void WriteProperties(RunReport run)
    {
        Blank();
        output.WriteLine($"{"property",-49}{"judged at",-16}result");
        foreach (var row in run.Properties)
        {
            var name = row.Property.ToString() is { Length: <= 5 } number ? number : "end";
            output.WriteLine($"{name,-6}{row.Title,-43}{JudgedAt(row),-16}{ResultOf(row, run)}".TrimEnd());
        }
    }

    private static string JudgedAt(PropertyRow row) => row.Off ? "switched off" : row.Judged == 0 ? "not exercised" : Coverage.Count(row.Judged, row.At);

    private static string ResultOf(PropertyRow row, RunReport run) => row switch
    {
        { Found: > 0, Accepted: > 0 } => $"{row.Found}+{row.Accepted}",
        { Found: > 0 } => $"{row.Found} found",
        { Accepted: > 0 } => $"{row.Accepted} acc.",
        { Judged: 0 } => "-",
        _ => run.IsProof ? "holds" : "so far",
    };

    // The order of herd: test, states, verdict word, witnesses, condition, observation, time, hash.
    private void WriteCondition(RunReport run, ConditionReport condition)
    {
        Blank();
        output.WriteLine($"Test {run.Scenario} {condition.Kind}");
        output.WriteLine($"States {condition.States.Count}");
        foreach (var state in condition.States)
            output.WriteLine(state.Registers);
        output.WriteLine(condition.Ok ? "Ok" : "No");
        output.WriteLine("Witnesses");
        output.WriteLine($"Positive: {condition.Positive} Negative: {condition.Negative}");
        Paragraph($"Condition {condition.Condition}", hanging: "    ");
        output.WriteLine($"Observation {run.Scenario} {condition.Observation} {condition.Positive} {condition.Negative}");
        output.WriteLine($"Time {run.Scenario} {run.ElapsedSeconds:F2}");
        output.WriteLine($"Hash={run.ScenarioHash}");
    }

    private void Paragraph(string text, string first = "", string hanging = "")
    {
        foreach (var line in TextLayout.Paragraph(text, first, hanging))
            output.WriteLine(line);
    }

    private void Blank() => output.WriteLine();
}
