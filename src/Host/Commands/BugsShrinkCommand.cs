using System.CommandLine;
using System.Diagnostics;
using Actors.Exploration.Shrinking;
using Actors.Host.Museum;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>How small the museum's entries get.</summary>
internal sealed class BugsShrinkCommand : HostCommand
{
    private readonly Argument<string[]> entries = new("ENTRY") { Description = "Only these entries, by id or name.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };
    private readonly Option<string> catalogue = CatalogueOption.Create();

    /// <summary>Builds the command.</summary>
    public BugsShrinkCommand(HostContext context)
        : base("shrink", $"Shrinks each entry, on the oldest and the newest revision that has it, and counts: more than {TraceSize.EventsMax} events or {TraceSize.SwitchesMax} switches are marked.")
    {
        Add(entries);
        Add(noProgress);
        Add(catalogue);
        SetAction(parsed =>
        {
            var museum = CatalogueParser.Read(parsed.GetValue(catalogue)!);
            return (int)Run(context, museum, museum.Select(parsed.GetValue(entries) ?? []), !parsed.GetValue(noProgress));
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bugs shrink", "a table: requests, events and switches of each entry's smallest form"),
        ("bugs shrink ENTRY", "one entry"),
    ];

    private static ExitCode Run(HostContext context, Catalogue museum, IReadOnlyList<CatalogueEntry> entries, bool progress)
    {
        var clock = Stopwatch.StartNew();
        context.Out.WriteLine($"{"entry",-6}{"scenario",-34}{"revision",-12}{"calls",5}{"events",7}{"switches",9}");
        var rows = new List<ShrunkEntry>();
        foreach (var entry in entries.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
        {
            var row = LiveProgress.During(context, progress, entry.Id, tell => ShrunkEntry.Of(museum, entry, new ShrinkOptions { Cancellation = context.Cancellation }));
            rows.Add(row);
            context.Out.WriteLine(LineOf(row));
            context.Out.Flush();
        }

        var shown = rows.Where(row => row.Size is not null).ToArray();
        var lost = rows.Where(row => row is { Exhibit: not null, Size: null }).ToArray();
        var text = $"{shown.Length} of {Coverage.Count(rows.Count, "entry").Replace("entrys", "entries", StringComparison.Ordinal)} shrunk; within {TraceSize.EventsMax} events and {TraceSize.SwitchesMax} switches: {shown.Count(row => !row.IsLong)}, beyond: {shown.Count(row => row.IsLong)}{(lost.Length > 0 ? $"; not found within the bounds: {string.Join(", ", lost.Select(row => row.Entry.Id))}" : "")}; {clock.Elapsed.TotalSeconds:F0} s.";
        foreach (var line in TextLayout.Paragraph(text))
            context.Out.WriteLine(line);
        return context.Cancellation.IsCancellationRequested ? ExitCode.Incomplete : lost.Length > 0 ? ExitCode.Violation : shown.Length == 0 ? ExitCode.NothingChecked : ExitCode.Clean;
    }

    private static string LineOf(ShrunkEntry row) => row switch
    {
        { Exhibit: null } => $"{row.Entry.Id,-6}(no revision shows it)",
        { Size: null } => $"{row.Entry.Id,-6}{row.Exhibit.File.Scenario.Name,-34}{row.Revision!.Name,-12}not found",
        _ => $"{row.Entry.Id,-6}{row.Exhibit!.File.Scenario.Name,-34}{row.Revision!.Name,-12}{ScenarioEdits.CallCount(row.Shrunk!.Scenario),5}{row.Size.Events,7}{row.Size.Switches,9}{(row.IsLong ? " !" : "")}",
    };
}
