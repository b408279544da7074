namespace Actors.Host.Findings;

/// <summary>A finding over all sources that have it. In JSON: an element of <c>findings</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Property">The property.</param>
/// <param name="Kind">The sub-kind.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Function">The violating kernel function.</param>
/// <param name="Accepted">Why it is accepted by design; null as soon as it counts on one of the revisions.</param>
/// <param name="Revisions">The revisions it was found on.</param>
/// <param name="Scenarios">The scenarios it was found in.</param>
/// <param name="FoundBy">How it was found.</param>
/// <param name="Steps">The length of the shortest schedule.</param>
/// <param name="Source">The file that has it.</param>
public sealed record KnownFinding(
    string Id,
    string Property,
    string Kind,
    string Text,
    string Function,
    string? Accepted,
    IReadOnlyList<string> Revisions,
    IReadOnlyList<string> Scenarios,
    IReadOnlyList<string> FoundBy,
    int Steps,
    string Source)
{
    /// <summary>The findings of sources, each id once: those that count first, then by property and id.</summary>
    public static IEnumerable<KnownFinding> Of(IEnumerable<StoredFinding> findings) => findings
        .GroupBy(found => found.Id)
        .Select(group => Of([.. group]))
        .OrderBy(known => known.Accepted is not null).ThenBy(known => known.Property, StringComparer.Ordinal).ThenBy(known => known.Id, StringComparer.Ordinal);

    private static KnownFinding Of(StoredFinding[] same)
    {
        var shortest = same.MinBy(found => found.Steps)!;
        return new KnownFinding(
            shortest.Id, shortest.Property, shortest.Kind, shortest.Text, shortest.Function,
            Array.Exists(same, found => found.Accepted is null) ? null : shortest.Accepted,
            [.. same.Select(found => found.Revision).Distinct()],
            [.. same.Select(found => found.Scenario).Distinct()],
            [.. same.Select(found => found.How).Distinct()],
            shortest.Steps, shortest.Source);
    }
}
