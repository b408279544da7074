namespace Actors.Host.Exports;

/// <summary>A form that a finding, a run or a scenario can be written in: <c>actors export --NAME SOURCE</c>. A new one is one file, and one line in <see cref="ExportForms"/>.</summary>
/// <param name="name">The option's name, without dashes.</param>
/// <param name="does">What comes out, in a sentence, and who reads it.</param>
public abstract class ExportForm(string name, string does)
{
    /// <summary>The option's name, without dashes.</summary>
    public string Name { get; } = name;

    /// <summary>What comes out, in a sentence.</summary>
    public string Does { get; } = does;

    /// <summary>Writes it; <see cref="InputException"/> when the source does not have what the form is of.</summary>
    /// <param name="source">What was asked for: the form takes out of it what it is of.</param>
    /// <param name="output">Where to.</param>
    public abstract void Write(ExportSource source, TextWriter output);
}

/// <summary>All forms.</summary>
public static class ExportForms
{
    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<ExportForm> All { get; } =
    [
        new PerfettoForm(),
        new MermaidForm(),
        new WaitGraphForm(),
        new StateGraphForm(),
        new PromelaForm(),
        new JUnitForm(),
        new SarifForm(),
        new JsonLinesForm(),
        new TimelineForm(),
        new CForm(),
        new SyzForm(),
    ];
}
