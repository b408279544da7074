using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Lists the revisions, oldest first.</summary>
internal sealed class RevisionsListCommand : HostCommand
{
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public RevisionsListCommand(HostContext context)
        : base("list", "Lists the kernel revisions, oldest first, with the switches that each one changes.")
    {
        Add(json);
        SetAction(parsed => (int)Run(context, parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("revisions list", "name, date, title, and what differs from the row above"),
        ("revisions list --json", "the same with all switches, for a script"),
    ];

    private static ExitCode Run(HostContext context, bool asJson)
    {
        var rows = KernelRevisions.All.Select(revision => new RevisionRow(
            revision.Name,
            revision.Date,
            revision.Title,
            RevisionSwitches.Of(revision),
            KernelRevisions.BaseOf(revision) is { } before ? RevisionSwitches.Between(before, revision) : [])).ToArray();
        if (asJson)
            JsonOutput.Write(context.Out, new { Revisions = rows });
        else
            Write(context.Out, rows);
        return ExitCode.Clean;
    }

    private static void Write(TextWriter output, IEnumerable<RevisionRow> rows)
    {
        foreach (var row in rows)
        {
            foreach (var line in TextLayout.Paragraph(row.Title, $"{row.Name,-16}{row.Date,-12}", new string(' ', 28)))
                output.WriteLine(line);
            foreach (var change in row.Changed)
                output.WriteLine($"      {change.Name,-20}{change.Before} -> {change.After}");
        }

        output.WriteLine($"      any name followed by {KernelRevisions.WithoutDmaBuf}: CONFIG_VFIO_PCI_DMABUF off");
        output.WriteLine($"      any name followed by {KernelRevisions.WithoutMoveNotify}: CONFIG_DMABUF_MOVE_NOTIFY off");
    }

    // In JSON: an element of "revisions".
    private sealed record RevisionRow(string Name, string Date, string Title, IReadOnlyDictionary<string, string> Switches, IReadOnlyList<SwitchChange> Changed);
}
