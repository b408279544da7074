using System.CommandLine;

namespace Actors.Host.Commands;

/// <summary>Findings wherever they were found: in journals, reports and scenarios, the same bug once.</summary>
internal sealed class FindingsCommand : HostCommand
{
    /// <summary>Builds the command with its subcommands.</summary>
    public FindingsCommand(HostContext context)
        : base("findings", "Findings of journals, reports and scenarios, the same bug once: lists, shows and exports them by id.")
    {
        Add(new FindingsListCommand(context));
        Add(new FindingsShowCommand(context));
        Add(new FindingsExportCommand(context));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("findings list storm-7.db found/*.db report.json", "what a storm, explored schedules and a report have found, each bug once"),
        ("findings show f499d2be storm-7.db", "one of them, as a report to mail"),
        ("findings export f499d2be storm-7.db --as html --out finding.html", "the same as 'export --html storm-7.db --finding f499d2be'"),
    ];
}
