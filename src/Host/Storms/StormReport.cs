using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;
using Actors.Shell;

namespace Actors.Host.Storms;

/// <summary>One finding of a storm or a replay. In JSON: an element of "findings".</summary>
/// <param name="Id">The finding's id.</param>
/// <param name="Property">The property.</param>
/// <param name="Kind">The sub-kind.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Function">The violating kernel function.</param>
/// <param name="Step">The violating step.</param>
/// <param name="Event">The journal entry after which it was first seen, from 1.</param>
/// <param name="Accepted">Why the kernel accepts it by design, or null.</param>
public sealed record JournalFinding(string Id, string Property, string Kind, string Text, string Function, string Step, long Event, string? Accepted)
{
    /// <summary>A finding of a fold.</summary>
    public static JournalFinding Of(FoldFinding found, KernelRevision revision) => new(
        found.Finding.Id, found.Finding.Violation.Property.ToString(), found.Finding.Violation.Kind, found.Finding.Violation.Text,
        found.Finding.Function, found.Finding.Step, found.Entry, found.Finding.AcceptedReason(revision));

    private static void Wrap(TextWriter output, string first, string text)
    {
        foreach (var line in TextLayout.Paragraph(text, first, "          "))
            output.WriteLine(line);
    }

    /// <summary>A paragraph or two, at most 72 columns.</summary>
    public void Write(TextWriter output)
    {
        Wrap(output, $"{Id}  {Property,-3} ", $"{(Accepted is null ? "found" : "accepted")} at event {Event}: {Text}");
        Wrap(output, "          ", $"in {Function}: {Step}");
        if (Accepted is not null)
            Wrap(output, "          ", Accepted);
    }
}

/// <summary>The report of a storm. In JSON: the document.</summary>
public sealed record StormReport
{
    /// <summary>What ran: everything needed to run it again.</summary>
    public required string Banner { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>The topology's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>What ran it: a simulation, or actors of a live runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>How it ended.</summary>
    public required RunEnd End { get; init; }

    /// <summary>Whether a signal ended it before its time.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Answered requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Accepted steps: journal entries.</summary>
    public required long Steps { get; init; }

    /// <summary>Time under storm, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Answers by request and errno.</summary>
    public required IReadOnlyDictionary<string, long> Answers { get; init; }

    /// <summary>Machines that made tasks wait, most first.</summary>
    public required IReadOnlyDictionary<string, long> Waits { get; init; }

    /// <summary>Check steps judged when the journal was folded; 0 without a journal.</summary>
    public required long Checks { get; init; }

    /// <summary>Where the journal does not conform to the model, or null.</summary>
    public required string? Divergence { get; init; }

    /// <summary>What was found.</summary>
    public required IReadOnlyList<JournalFinding> Findings { get; init; }

    /// <summary>The command that replays the journal, or that runs a simulation again.</summary>
    public required string Reproducer { get; init; }

    /// <summary>The verdict as an exit code.</summary>
    public ExitCode ExitCode =>
        Divergence is not null ? ExitCode.Internal
        : Findings.Any(finding => finding.Accepted is null) || End == RunEnd.Oops ? ExitCode.Violation
        : Checks == 0 ? ExitCode.NothingChecked
        : ExitCode.Clean;

    /// <summary>Reports a storm that has ended.</summary>
    public static StormReport Of(StormService service, StormOptions options)
    {
        var result = service.Result!;
        return new StormReport
        {
            Banner = service.Banner,
            Revision = options.Revision.Name,
            Scenario = service.Model.Scenario.Name,
            Runtime = service.Runtime,
            End = result.End,
            Interrupted = result.Interrupted,
            Requests = result.Requests,
            Steps = result.Steps,
            Seconds = result.Elapsed.TotalSeconds,
            Answers = result.Answers.OrderBy(entry => entry.Key.Request, StringComparer.Ordinal).ThenBy(entry => entry.Key.Errno)
                .ToDictionary(entry => $"{entry.Key.Request} {(entry.Key.Errno == Errno.None ? "0" : entry.Key.Errno.ToString())}", entry => entry.Value),
            Waits = result.Contention.Take(10).ToDictionary(entry => entry.Machine.ToString(), entry => entry.Waits),
            Checks = result.Fold?.Checks ?? 0,
            Divergence = result.Fold?.Divergence,
            Findings = [.. (result.Fold?.Findings ?? []).OrderBy(found => found.Entry).Select(found => JournalFinding.Of(found, options.Revision))],
            Reproducer = options.JournalPath is null ? $"storm --seed {options.Seed} --revision {options.Revision.Name}" : $"replay {options.JournalPath}",
        };
    }

    /// <summary>Writes the report as text, at most 72 columns.</summary>
    public void Write(HostContext context)
    {
        var output = context.Out;
        foreach (var line in TextLayout.Paragraph(Banner, "", "  "))
            output.WriteLine(line);
        output.WriteLine($"{Requests:N0} requests, {Steps:N0} steps in {Seconds:F1} s; {Ended}");
        foreach (var request in Answers.GroupBy(entry => entry.Key.Split(' ')[0]))
        {
            foreach (var line in TextLayout.Paragraph(string.Join("  ", request.Select(entry => $"{entry.Key.Split(' ')[1]} {entry.Value:N0}")), $"  {request.Key,-20}", new string(' ', 22)))
                output.WriteLine(line);
        }

        if (Waits.Count > 0)
            output.WriteLine($"waits: {string.Join(", ", Waits.Take(3).Select(entry => $"{entry.Key} {entry.Value:N0}"))}");
        output.WriteLine();
        foreach (var finding in Findings)
            finding.Write(output);
        foreach (var line in TextLayout.Paragraph(Verdict, "", "  "))
            output.WriteLine(line);
        foreach (var line in TextLayout.Paragraph(Banner, "", "  "))
            output.WriteLine(line);
        output.WriteLine($"Reproduce: {context.Invocation} {Reproducer}");
    }

    private string Ended => End switch
    {
        RunEnd.Finished => Interrupted ? "ended early, all tasks finished" : "all tasks finished",
        RunEnd.Stalled => "STALLED: tasks wait and nothing can move",
        RunEnd.Oops => "the kernel has stopped (oops)",
    };

    private string Verdict => ExitCode switch
    {
        ExitCode.Internal => $"the journal does not conform to the model: {Divergence}",
        ExitCode.NothingChecked => "nothing was checked: without a journal world properties cannot be judged",
        ExitCode.Violation => $"VIOLATION: {Findings.Count(finding => finding.Accepted is null)} findings, {Findings.Count(finding => finding.Accepted is not null)} accepted; {Checks:N0} checks judged",
        _ => $"nothing found in {Checks:N0} checks over {Steps:N0} steps; one schedule of many, no proof"
            + (Findings.Count > 0 ? $" ({Findings.Count} accepted by design)" : ""),
    };
}
