using System.Globalization;
using Xunit.Abstractions;

namespace Actors.Tests.GroundTruth;

/// <summary>Rows checked, equal, different and not covered, for one part of the recordings.</summary>
internal sealed class Tally(string title)
{
    private readonly SortedDictionary<string, List<string>> notCovered = new(StringComparer.Ordinal);
    private readonly List<string> different = [];

    private readonly SortedDictionary<string, string> findings = new(StringComparer.Ordinal);

    public int Checked => Equal + different.Count;

    public int Equal { get; private set; }

    public int NotCovered => notCovered.Values.Sum(rows => rows.Count);

    public IReadOnlyList<string> Different => different;

    public void AddEqual() => Equal++;

    public void AddDifferent(string report) => different.Add(report);

    public void AddNotCovered(string reason, string row)
    {
        if (!notCovered.TryGetValue(reason, out var rows))
            notCovered.Add(reason, rows = []);
        rows.Add(row);
    }

    /// <summary>Keeps a broken property that the kernel shows on a recorded way, with the first row that shows it. It is no difference: the kernel does it too.</summary>
    public void AddFinding(string finding, string row) => findings.TryAdd(finding, row);

    /// <summary>Prints the tally and keeps it in a file beside the test assembly.</summary>
    public void Report(ITestOutputHelper output)
    {
        var text = string.Join(Environment.NewLine, Lines());
        output.WriteLine(text);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, $"groundtruth-{title}.txt"), text + Environment.NewLine);
    }

    private IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{title}: {Checked} rows checked, {Equal} equal, {NotCovered} not covered ({Recordings.Current.Folder})");
        foreach (var (reason, rows) in notCovered)
            yield return string.Create(CultureInfo.InvariantCulture, $"  not covered: {reason}: {rows.Count} ({string.Join("; ", rows.Take(6))}{(rows.Count > 6 ? "; ..." : "")})");
        foreach (var (finding, row) in findings)
            yield return $"  found on a recorded way, first in {row}: {finding}";
        foreach (var report in different)
            yield return report;
    }
}
