using System.CommandLine;
using Actors.Host.Inputs;
using Actors.Host.Museum;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>The museum of known bugs: what search says of each on every revision.</summary>
internal sealed class BugsCommand : HostCommand
{
    private readonly Option<string> catalogue = CatalogueOption.Create();
    private readonly Option<bool> markdown = new("--markdown") { Description = "The matrix as a Markdown table." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public BugsCommand(HostContext context)
        : base("bugs", "The museum of known bugs: entries by kernel revisions; 'bugs verify' has search confirm every cell.")
    {
        Add(new BugsVerifyCommand(context));
        Add(new BugsShowCommand(context));
        Add(new BugsTryCommand(context));
        Add(new BugsShrinkCommand(context));
        Add(catalogue);
        Add(markdown);
        Add(json);
        SetAction(parsed => (int)Run(context, CatalogueParser.Read(parsed.GetValue(catalogue)!), parsed.GetValue(markdown), parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("bugs", "the matrix as the catalogue has it"),
        ("bugs --markdown", "the same for a web page"),
        ("bugs verify", "explores every scenario on every revision and compares"),
        ("bugs try --revision M73,M73+fix.patch", "does a patch bring a known bug back, or remove one?"),
    ];

    private static ExitCode Run(HostContext context, Catalogue museum, bool asMarkdown, bool asJson)
    {
        if (museum.Entries.Count == 0)
            throw new InputException($"{museum.Path} has no entries");
        if (asJson)
            JsonOutput.Write(context.Out, new { Catalogue = museum.Path, Revisions = museum.Revisions.Select(revision => revision.Name), Pending = museum.Entries.Count(museum.IsPending), Entries = museum.Entries.Select(entry => BugRow.Of(museum, entry)) });
        else
        {
            foreach (var line in asMarkdown ? BugMatrix.Markdown(museum) : BugMatrix.Text(museum))
                context.Out.WriteLine(line);
        }

        return ExitCode.Clean;
    }
}

/// <summary>The option that names the museum's file.</summary>
internal static class CatalogueOption
{
    /// <summary>A new option, for one command.</summary>
    public static Option<string> Create() => new("--catalogue")
    {
        Description = "The museum's file; museum/catalogue.txt, here or beside the program, when left out.",
        HelpName = "FILE",
        DefaultValueFactory = _ => ShippedFiles.Find("museum/catalogue.txt"),
    };
}
