namespace Actors.Host.Commands;

/// <summary>The kernel revisions and their call paths.</summary>
internal sealed class RevisionsCommand : HostCommand
{
    /// <summary>Builds the command.</summary>
    public RevisionsCommand(HostContext context)
        : base("revisions", "Kernel revisions: list them, show a call path, compare two of them step by step.")
    {
        Add(new RevisionsListCommand(context));
        Add(new RevisionsShowCommand(context));
        Add(new RevisionsDiffCommand(context));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("revisions list", "the revisions, and the switches each one changes"),
        ("revisions show vfio_pci_dma_buf_move --revision M73", "one kernel function as atomic steps"),
        ("revisions diff S0 M73", "what changed between two revisions, function by function"),
    ];
}
