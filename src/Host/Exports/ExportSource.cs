using Actors.Core.Scenarios;
using Actors.Host.Findings;

namespace Actors.Host.Exports;

/// <summary>What an export was asked of. Nothing is read or explored before a form asks for it.</summary>
/// <param name="sources">The files.</param>
/// <param name="finding">The id of the finding that was asked for, or its beginning; null when none was named.</param>
public sealed class ExportSource(FindingSources sources, string? finding)
{
    /// <summary>The one finding: the named one; else the first that counts, else the first that is accepted.</summary>
    public FindingCase Case() => TheFinding().Case
        ?? throw new InputException($"{TheFinding().Source}: has {TheFinding().Id} without a schedule of this build's model: explore it again");

    /// <summary>The files.</summary>
    public FindingSources Sources => sources;

    /// <summary>The findings: the named one, or all.</summary>
    public IEnumerable<StoredFinding> Findings => sources.Findings().Where(found => finding is null || found.Id.StartsWith(finding, StringComparison.OrdinalIgnoreCase));

    /// <summary>The one scenario on its one revision.</summary>
    public Model Model() => sources.Models().Take(2).ToArray() switch
    {
        [var only] => only,
        [] => throw new InputException("no scenario in the sources: name a scenario file"),
        _ => throw new InputException("more than one scenario or revision: name one file and one --revision"),
    };

    private readonly Lazy<StoredFinding?> chosen = new(() =>
    {
        var all = sources.Findings().Where(found => finding is null || found.Id.StartsWith(finding, StringComparison.OrdinalIgnoreCase)).ToArray();
        return finding is not null
            ? all.MinBy(found => (found.Case is null, found.Steps))
            : all.FirstOrDefault(found => found.Accepted is null) ?? all.FirstOrDefault();
    });

    private StoredFinding TheFinding() => chosen.Value
        ?? throw new InputException(finding is null ? "the sources have no finding" : $"no finding {finding} in the sources; 'actors findings list' shows what they have");
}
