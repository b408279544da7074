using System.CommandLine;
using Actors.Host.Exports;

namespace Actors.Host.Commands;

/// <summary>Files that a run over scenarios writes besides its report, as options.</summary>
internal sealed class ArtefactOptions
{
    private readonly Option<string?> junit = new("--junit") { Description = "Write all runs as JUnit XML: a case for each scenario, property and revision.", HelpName = "FILE" };

    private readonly Option<string?> sarif = new("--sarif") { Description = "Write all findings as SARIF 2.1.0.", HelpName = "FILE" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [junit, sarif];

    /// <summary>What a command line says.</summary>
    public RunArtefacts Of(ParseResult parsed) => new(parsed.GetValue(junit), parsed.GetValue(sarif));
}
