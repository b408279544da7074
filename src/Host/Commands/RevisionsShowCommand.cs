using System.CommandLine;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Shows one kernel function of a revision as atomic steps.</summary>
internal sealed class RevisionsShowCommand : HostCommand
{
    private readonly Argument<string?> path = new("PATH")
    {
        Description = "A kernel function, as vfio_pci_dma_buf_move. Without it: the list of all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> revision = new("--revision")
    {
        Description = "The kernel revision.",
        HelpName = "R",
        DefaultValueFactory = _ => KernelRevisions.Newest.Name,
    };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public RevisionsShowCommand(HostContext context)
        : base("show", "Shows a call path line by line: mark, lock effect or machine, kernel statement.")
    {
        Add(path);
        Add(revision);
        Add(json);
        SetAction(parsed => (int)Run(context, parsed.GetValue(path), RevisionNames.Parse(parsed.GetValue(revision)!), parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("revisions show vfio_pci_dma_buf_move --revision M73", "revoke and un-revoke in today's kernel"),
        ("revisions show 'vfio_pci_runtime_pm_entry[with wakeup]'", "a function with several forms"),
        ("revisions show --revision S0", "all functions of the seed patch"),
    ];

    private static ExitCode Run(HostContext context, string? name, KernelRevision revision, bool asJson)
    {
        var programs = SampleWorld.PathsOf(revision).All.ToArray();
        if (name is null)
            WriteNames(context.Out, revision, programs, asJson);
        else
            WritePath(context.Out, revision, Find(programs, name), asJson);
        return ExitCode.Clean;
    }

    private static Program Find(Program[] programs, string name) =>
        Array.Find(programs, program => program.Name == name)
        ?? throw new InputException($"unknown call path '{name}'{Nearest.Hint(name, programs.Select(program => program.Name))}; 'actors revisions show' lists them");

    private static void WriteNames(TextWriter output, KernelRevision revision, Program[] programs, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(output, new { Revision = revision.Name, Paths = programs.Select(program => program.Name) });
            return;
        }

        output.WriteLine($"{programs.Length} call paths of {revision.Name}, with their atomic steps:");
        foreach (var program in programs)
            output.WriteLine($"{program.Steps.Count(step => step.IsVisible),6}  {program.Name}");
    }

    private static void WritePath(TextWriter output, KernelRevision revision, Program program, bool asJson)
    {
        var lines = PathListing.Lines(program);
        if (asJson)
        {
            JsonOutput.Write(output, new { Path = program.Name, Revision = revision.Name, Steps = lines });
            return;
        }

        output.WriteLine($"{program.Name} on {revision.Name}");
        output.WriteLine(PathListing.Legend);
        output.WriteLine();
        foreach (var line in lines.SelectMany(line => PathListing.Text(line)))
            output.WriteLine(line);
    }
}
