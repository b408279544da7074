using Actors.Host.Findings;

namespace Actors.Host.Exports;

/// <summary>Runs as JUnit XML.</summary>
internal sealed class JUnitForm() : ExportForm("junit", "Runs as JUnit XML: a suite for each scenario or journal, a case for each property and revision; what is not decided is skipped.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output) =>
        JUnitDocument.Write(output, [.. source.Sources.RecordedRuns().Select(JUnitSuite.Of), .. JUnitSuite.Of([.. source.Sources.Runs()])]);
}
