using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Compares two revisions as a patch summary.</summary>
internal sealed class RevisionsDiffCommand : HostCommand
{
    private readonly Argument<string> before = new("R1") { Description = "The earlier revision." };

    private readonly Argument<string> after = new("R2") { Description = "The later revision." };

    private readonly Argument<string[]> paths = new("PATH") { Description = "Only these kernel functions.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public RevisionsDiffCommand(HostContext context)
        : base("diff", "Compares two revisions: per function, steps removed (-), added (+), moved (~), and the locks that changed.")
    {
        Add(before);
        Add(after);
        Add(paths);
        Add(json);
        SetAction(parsed => (int)Run(
            context,
            RevisionNames.Parse(parsed.GetValue(before)!),
            RevisionNames.Parse(parsed.GetValue(after)!),
            parsed.GetValue(paths) ?? [],
            parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("revisions diff S0 M73", "all functions that differ"),
        ("revisions diff S0 M73 vfio_pci_dma_buf_cleanup vfio_pci_core_close_device", "two of them"),
        ("revisions diff M73 M73-nodmabuf", "what CONFIG_VFIO_PCI_DMABUF takes away"),
    ];

    private static ExitCode Run(HostContext context, KernelRevision before, KernelRevision after, string[] only, bool asJson)
    {
        var functions = PathDiff.Between(before, after);
        CheckNames(before, after, only);
        if (only.Length > 0)
            functions = [.. functions.Where(function => only.Contains(function.Before) || only.Contains(function.After))];
        var switches = RevisionSwitches.Between(before, after);
        if (asJson)
            JsonOutput.Write(context.Out, new { From = before.Name, To = after.Name, Switches = switches, Functions = functions });
        else
            Write(context.Out, before, after, switches, functions);
        return ExitCode.Clean;
    }

    private static void CheckNames(KernelRevision before, KernelRevision after, string[] only)
    {
        var known = SampleWorld.PathsOf(before).All.Concat(SampleWorld.PathsOf(after).All).Select(program => program.Name).Distinct().ToArray();
        foreach (var name in only.Where(name => !known.Contains(name)))
            throw new InputException($"unknown call path '{name}'{Nearest.Hint(name, known)}; 'actors revisions show' lists them");
    }

    private static void Write(TextWriter output, KernelRevision before, KernelRevision after, IReadOnlyList<SwitchChange> switches, IReadOnlyList<FunctionDiff> functions)
    {
        output.WriteLine($"--- {before.Name}  {before.Date}");
        output.WriteLine($"+++ {after.Name}  {after.Date}");
        foreach (var change in switches)
            output.WriteLine($"    {change.Name,-16}{change.Before} -> {change.After}");
        foreach (var function in functions)
            Write(output, function);
        output.WriteLine();
        output.WriteLine(
            $"{functions.Count} functions differ: {Count(functions, LineChange.Removed)} lines removed, "
            + $"{Count(functions, LineChange.Added)} added, {Count(functions, LineChange.Moved)} moved");
    }

    private static void Write(TextWriter output, FunctionDiff function)
    {
        output.WriteLine();
        output.WriteLine($"@@ {(function.Before == function.After ? function.Before : $"{function.Before ?? "(new)"} -> {function.After ?? "(gone)"}")}");
        for (var index = 0; index < function.Lines.Count; index++)
        {
            if (IsShown(function.Lines, index))
                WriteLine(output, function.Lines[index]);
            else if (index > 0 && IsShown(function.Lines, index - 1))
                output.WriteLine("  ...");
        }

        foreach (var change in function.Locks)
            output.WriteLine($"  locks: {change}");
    }

    // A changed line, and one line around it.
    private static bool IsShown(IReadOnlyList<DiffLine> lines, int index) =>
        lines.Skip(Math.Max(0, index - 1)).Take(index == 0 ? 2 : 3).Any(line => line.Change != LineChange.Same);

    private static void WriteLine(TextWriter output, DiffLine line)
    {
        var margin = line.Change switch
        {
            LineChange.Same => "  ",
            LineChange.Removed => "- ",
            LineChange.Added => "+ ",
            LineChange.Moved => "~ ",
        };
        foreach (var text in PathListing.Text(line.Line, margin))
            output.WriteLine(text);
    }

    private static int Count(IReadOnlyList<FunctionDiff> functions, LineChange change) =>
        functions.Sum(function => function.Lines.Count(line => line.Change == change));
}
