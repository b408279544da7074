using Actors.Exploration;

namespace Actors.Host.Exports;

/// <summary>The schedule of a finding as a C program for a real kernel.</summary>
internal sealed class CForm() : ExportForm("c", "The schedule of a finding as a C program for a real kernel: a thread for each task, barriers where userspace can force the order.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output) => new CProgram(source.Case().Model, WitnessOf(source)).Write(output);

    /// <summary>The schedule that the explorer found.</summary>
    /// <exception cref="InputException">The finding is a journal's: its tasks have no scripts.</exception>
    public static Witness WitnessOf(ExportSource source) => source.Case().Witness
        ?? throw new InputException($"{source.Case().Source}: the requests of a journal are no scenario; 'actors shrink' makes one of them, with its programs");
}

/// <summary>The schedule of a finding in the shape of a syzkaller program.</summary>
internal sealed class SyzForm() : ExportForm("syz", "The schedule of a finding as a syzkaller program, (async) where calls overlap, with the descriptions it needs.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output) => new SyzProgram(source.Case().Model, CForm.WitnessOf(source)).Write(output);
}
