using System.Text.RegularExpressions;
using Actors.Tests.Tidy;

namespace Actors.Tests.Host;

/// <summary>docs/reports.md shows what is printed: its reports are the committed ones, which <see cref="FindingReportTests"/> holds against the commands.</summary>
public sealed partial class ReportsDocumentTests
{
    private const string Golden = "tests/Actors.Tests/Host/Golden";

    [Fact]
    public void Reports_OfTheDocument_AreTheCommittedOnes()
    {
        var shown = Report().Matches(SourceTree.Text("docs/reports.md"));

        Assert.True(shown.Count >= 5, $"{shown.Count} reports");
        Assert.All(shown, match => Assert.Equal(
            SourceTree.Text($"{Golden}/finding.{match.Groups["id"].Value}.{match.Groups["revision"].Value}.{match.Groups["form"].Value}.txt").TrimEnd('\n'), match.Groups["text"].Value));
    }

    [GeneratedRegex(@"\$ actors findings show (?<id>[0-9a-f]{8}) \S+ --revision (?<revision>\S+) --report (?<form>\S+)\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Report();
}
