using System.CommandLine;
using Actors.Host.Museum;

namespace Actors.Host.Commands;

/// <summary>Tells the story of one museum entry.</summary>
internal sealed class BugsShowCommand : HostCommand
{
    private readonly Argument<string> entry = new("ENTRY") { Description = "An entry's id or name." };
    private readonly Option<string?> revision = new("--revision") { Description = "The revision to show it on; the oldest that has it when left out.", HelpName = "R" };
    private readonly Option<string?> scenario = new("--scenario") { Description = "The scenario to show it with, by name.", HelpName = "NAME" };
    private readonly Option<bool> full = new("--full") { Description = "Show every event of the trace and every count." };
    private readonly Option<string> catalogue = CatalogueOption.Create();

    /// <summary>Builds the command.</summary>
    public BugsShowCommand(HostContext context)
        : base("show", "Tells one entry: story, revisions, shortest trace, locks held, refcount ledger, fix and reference.")
    {
        Add(entry);
        foreach (var option in new Option[] { revision, scenario, full, catalogue })
            Add(option);
        SetAction(parsed =>
        {
            var museum = CatalogueParser.Read(parsed.GetValue(catalogue)!);
            return (int)new BugStory(context, museum, museum.Find(parsed.GetValue(entry)!), parsed.GetValue(full)).Tell(parsed.GetValue(revision), parsed.GetValue(scenario));
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bugs show ENTRY", "story, shortest trace, locks, both droppers of a double put; 'bugs' lists the entries"),
        ("bugs show ENTRY --revision S0 --full", "on a revision of your choice, every event"),
    ];
}
