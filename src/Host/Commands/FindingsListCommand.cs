using System.CommandLine;
using Actors.Host.Findings;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Lists findings, each id once.</summary>
internal sealed class FindingsListCommand : HostCommand
{
    private const string Margin = "          ";

    private readonly SourceOptions sources = new();
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public FindingsListCommand(HostContext context)
        : base("list", "Lists the findings of all sources, each id once: where it was found, and its shortest schedule.")
    {
        Add(sources.Files);
        foreach (var option in sources.Options.Append(json))
            Add(option);
        SetAction(parsed => (int)Run(context, sources.Of(context, parsed), parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("findings list storm-7.db found/*.db report.json", "of a storm's journal, explored schedules and a report of 'explore --json'"),
        ("findings list scenarios/ --revision M73", "of all shipped scenarios, which are explored for it"),
    ];

    private static ExitCode Run(HostContext context, FindingSources sources, bool asJson)
    {
        try
        {
            KnownFinding[] known = [.. KnownFinding.Of(sources.Findings())];
            var code = Array.Exists(known, finding => finding.Accepted is null) ? ExitCode.Violation
                : context.Cancellation.IsCancellationRequested ? ExitCode.Incomplete
                : ExitCode.Clean;
            if (asJson)
                JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Findings = known, ExitCode = (int)code });
            else
                Write(context.Out, known);
            return code;
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }
    }

    private static void Write(TextWriter output, KnownFinding[] known)
    {
        foreach (var finding in known)
        {
            Paragraph(output, $"{finding.Id}  {(finding.Property == nameof(Core.Vocabulary.Property.Quiescence) ? "end" : finding.Property),-6}{(finding.Accepted is null ? "found" : "accepted"),-10}{finding.Kind}: {finding.Text}", "");
            Paragraph(output, $"in {finding.Function}", Margin);
            Paragraph(output, $"{string.Join(", ", finding.Revisions)}; {string.Join(", ", finding.Scenarios)}", Margin);
            Paragraph(output, $"found by {string.Join(", ", finding.FoundBy)}; shortest schedule {Coverage.Count(finding.Steps, "step")}, in {finding.Source}", Margin);
        }

        output.WriteLine($"{Coverage.Count(known.Length, "finding")}, {known.Count(finding => finding.Accepted is not null)} accepted by design");
    }

    private static void Paragraph(TextWriter output, string text, string first)
    {
        foreach (var line in TextLayout.Paragraph(text, first, Margin))
            output.WriteLine(line);
    }
}
