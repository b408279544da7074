using System.CommandLine;
using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Host.Storms;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Folds a journal through the same machines and verifies every outcome.</summary>
internal sealed class ReplayCommand : HostCommand
{
    private const int DifferencesShown = 20;

    private readonly Argument<string> file = new("FILE") { Description = "A journal." };
    private readonly Option<long> until = new("--until") { Description = "Follow only the first N events.", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
    private readonly Option<string?> revision = new("--revision") { Description = "Give the requests to another revision and tell what goes differently.", HelpName = "R" };
    private readonly Option<bool> bestEffort = new("--best-effort") { Description = "Replay although the journal was written by another model; tell where it diverges." };
    private readonly Option<bool> events = new("--events") { Description = "Print each event." };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public ReplayCommand(HostContext context)
        : base("replay", "Folds a journal through the same machines, event by event, and verifies every outcome.")
    {
        Add(file);
        foreach (var option in new Option[] { until, revision, bestEffort, events, json, noProgress })
            Add(option);
        SetAction(parsed => (int)Run(context, parsed));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("replay storm-7.db", "N events, 0 divergences; the findings again, by the same ids"),
        ("replay storm-7.db --until 5000 --events", "the first 5,000 events, one line each"),
        ("replay storm-7.db --revision S0", "where the same requests go differently in the seed patch"),
    ];

    private ExitCode Run(HostContext context, ParseResult parsed)
    {
        try
        {
            using var store = JournalStore.OpenRead(parsed.GetValue(file)!);
            var recorded = JournalModels.Of(store.Header, parsed.GetValue(bestEffort));
            return parsed.GetValue(revision) is { } other
                ? Compare(context, parsed, store, recorded, RevisionNames.Parse(other))
                : Replay(context, parsed, store, recorded);
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }
    }

    private ExitCode Replay(HostContext context, ParseResult parsed, JournalStore store, Model model)
    {
        var fold = new JournalFold(model);
        if (parsed.GetValue(events))
            fold.OnEvent = taken => context.Out.WriteLine($"{fold.Count,8} {model.Topology.NameOf(taken.Task),-8} {taken.Step.Function}: {taken.Step.Text}{(taken.Target is { } target ? $"  [{target}]" : "")}");
        var whole = LiveProgress.During(context, !parsed.GetValue(noProgress), store.Path, tell => Follow(fold, JournalReading.Entries(store, tell, context.Cancellation, parsed.GetValue(until))));
        if (whole)
            fold.Finish();
        var report = new ReplayReport(
            store.Header.Revision, model.Scenario.Name, store.Header.Seed, store.Header.Runtime, !whole, fold.Count, fold.Divergence is null ? 0 : 1, fold.Divergence, fold.Checks,
            [.. fold.Findings.OrderBy(found => found.Entry).Select(found => JournalFinding.Of(found, model.Revision))]);
        if (parsed.GetValue(json))
            JsonOutput.Write(context.Out, report);
        else
            report.Write(context.Out);
        return report.ExitCode;
    }

    // False when it was told to end.
    private static bool Follow(JournalFold fold, IEnumerable<JournalEntry> entries)
    {
        try
        {
            foreach (var entry in entries.TakeWhile(fold.Follow))
            {
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private ExitCode Compare(HostContext context, ParseResult parsed, JournalStore store, Model recorded, KernelRevision other)
    {
        var fold = new JournalFold(recorded);
        var answers = new List<int?>();
        fold.OnAnswer = (request, answer) => answers[request] = answer;
        var now = new RequestReplay(new Model(other, recorded.Scenario, recorded.Policy));
        LiveProgress.During(context, !parsed.GetValue(noProgress), store.Path, tell =>
        {
            foreach (var entry in JournalReading.Entries(store, tell, context.Cancellation, parsed.GetValue(until)))
            {
                if (entry.Call is not null)
                    answers.Add(null);
                if (!fold.Follow(entry))
                    break;
                now.Follow(entry);
            }

            return fold;
        });

        fold.Finish();
        if (fold.Divergence is { } divergence)
            throw new JournalException($"{store.Path}: {divergence}");
        var differences = now.Finish(answers);
        var findings = now.Findings.Select(finding => JournalFinding.Of(new FoldFinding(finding, 0, default), other)).ToArray();
        if (parsed.GetValue(json))
            JsonOutput.Write(context.Out, new { Recorded = store.Header.Revision, Now = other.Name, Requests = answers.Count, Differences = differences.Select(Row), Findings = findings });
        else
            Write(context.Out, store.Header.Revision, other.Name, answers.Count, differences, findings, recorded);
        return findings.Any(finding => finding.Accepted is null) ? ExitCode.Violation : ExitCode.Clean;
    }

    private static object Row(RequestDifference difference) =>
        new { Event = difference.Entry, Task = difference.Task.Index, Request = difference.Request.ToString(), difference.Recorded, difference.Now };

    private static void Write(TextWriter output, string recorded, string now, int requests, IReadOnlyList<RequestDifference> differences, JournalFinding[] findings, Model model)
    {
        output.WriteLine($"{requests:N0} requests recorded under {recorded}, given to {now}: {differences.Count:N0} answered differently");
        foreach (var difference in differences.Take(DifferencesShown))
        {
            output.WriteLine($"  event {difference.Entry}, {model.Topology.NameOf(difference.Task)}: {ScenarioPrinter.Print(Call.Of(difference.Request), model.Topology)}"
                + $" {Answer(difference.Recorded)} under {recorded}, {Answer(difference.Now)} under {now}");
        }

        if (differences.Count > DifferencesShown)
            output.WriteLine($"  ... and {differences.Count - DifferencesShown:N0} more");
        foreach (var finding in findings)
            finding.Write(output);
    }

    private static string Answer(int? answer) => answer switch
    {
        null => "never ends",
        0 => "0",
        < 0 => $"-{(Core.Vocabulary.Errno)(-answer.Value)}",
        _ => $"{answer}",
    };

    // In JSON: the document of "replay".
    private sealed record ReplayReport(string Revision, string Scenario, ulong Seed, string Runtime, bool Interrupted, long Events, int Divergences, string? Divergence, long Checks, IReadOnlyList<JournalFinding> Findings)
    {
        public ExitCode ExitCode =>
            Divergences > 0 ? ExitCode.Journal
            : Findings.Any(finding => finding.Accepted is null) ? ExitCode.Violation
            : Interrupted ? ExitCode.Incomplete
            : Checks == 0 ? ExitCode.NothingChecked
            : ExitCode.Clean;

        public void Write(TextWriter output)
        {
            foreach (var finding in Findings)
                finding.Write(output);
            output.WriteLine($"{Revision}, seed {Seed}, written by {Runtime}");
            output.WriteLine($"{Events} events, {Divergences} divergences; {Checks:N0} checks judged, {Findings.Count} findings");
            if (Interrupted)
                output.WriteLine("interrupted: there are more events");
            if (Divergence is not null)
                output.WriteLine($"first divergence: {Divergence}");
        }
    }
}
