using System.CommandLine;
using Actors.Host.Exports;
using Actors.Host.Findings;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Shows one finding as a text report.</summary>
internal sealed class FindingsShowCommand : HostCommand
{
    private readonly Argument<string> id = new("ID") { Description = "The finding's id, or the beginning of it." };
    private readonly SourceOptions sources = new();
    private readonly Option<string> report = new("--report") { Description = ReportForms.Help, HelpName = "FORM", DefaultValueFactory = _ => ReportForms.ByKind };

    /// <summary>Builds the command.</summary>
    public FindingsShowCommand(HostContext context)
        : base("show", "Shows one finding as a report of at most 72 columns, to mail or to read.")
    {
        Add(id);
        Add(sources.Files);
        foreach (var option in sources.Options.Prepend(report))
            Add(option);
        SetAction(parsed => (int)Run(context, sources.Of(context, parsed, id), ReportForms.Parse(parsed.GetValue(report)!)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("findings show f499d2be storm-7.db", "in the form that fits its kind"),
        ("findings show 278f27e1 scenarios/flr-map-dma.litmus --revision S0 --report mail", "a column for each task, in less than 40 lines"),
        ("findings show 278f27e1 scenarios/flr-map-dma.litmus --revision S0 --schedule 33-0", "without a search: the schedule a mail has named"),
    ];

    private static ExitCode Run(HostContext context, ExportSource source, ReportForm? form)
    {
        try
        {
            var found = source.Case();
            foreach (var line in ReportForms.Lines(found, form ?? ReportForms.FormOf(found)))
                context.Out.WriteLine(line);
            return found.Finding.AcceptedReason(found.Model.Revision) is null ? ExitCode.Violation : ExitCode.Clean;
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }
    }
}
