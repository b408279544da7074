using Actors.Host.Findings;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>Files that a run over scenarios writes besides its report.</summary>
/// <param name="Junit">The JUnit XML file, or null.</param>
/// <param name="Sarif">The SARIF file, or null.</param>
public sealed record RunArtefacts(string? Junit, string? Sarif)
{
    /// <summary>Writes those that were asked for, each as a whole; says on <paramref name="error"/> which was compressed.</summary>
    public void Write(IReadOnlyList<RunReport> reports, TextWriter error)
    {
        if (Junit is null && Sarif is null)
            return;
        StoredRun[] runs = [.. reports.Select(report => StoredRuns.Of(report, report.File))];
        Write(Junit, error, output => JUnitDocument.Write(output, JUnitSuite.Of(runs)));
        Write(Sarif, error, output => SarifDocument.Write(output, [.. runs.SelectMany(run => run.Findings)]));
    }

    private static void Write(string? file, TextWriter error, Action<TextWriter> write)
    {
        if (file is null)
            return;
        using var text = new StringWriter { NewLine = "\n" };
        write(text);
        OutputFiles.Write(file, text.ToString(), error);
    }
}
