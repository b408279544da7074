using System.Text.RegularExpressions;
using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>shrink as a caller sees it: from a storm or a scenario to a file that explore confirms.</summary>
public sealed class ShrinkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void Shrink_WhenAStormFailed_WritesAScenarioThatExploreConfirmsForEachFinding()
    {
        var storm = CommandRun.Of("storm", "--sim", "--revision", "S0", "--seed", "3", "--operations", "20000", "--journal", At("s0.db"));
        var ids = Regex.Matches(storm.Out, @"(?m)^([0-9a-f]{8})  P").Select(match => match.Groups[1].Value).ToArray();

        Assert.True(ids.Length > 1, "the storm found too little to say anything");
        foreach (var id in ids)
        {
            var shrunk = CommandRun.Of("shrink", At("s0.db"), "--finding", id, "-o", At($"{id}.litmus"), "--no-progress");

            Assert.True(shrunk.Code == ExitCode.Violation, shrunk.Out + shrunk.Error);
            Assert.DoesNotContain(shrunk.Lines.SkipLast(1), line => line.Length > 72);
            Assert.Contains(id, CommandRun.Of("explore", At($"{id}.litmus"), "--revision", "S0", "--quiet").Out, StringComparison.Ordinal);
            Assert.Contains(id, CommandRun.Of("replay", At($"{id}.db")).Out, StringComparison.Ordinal);
            Assert.True(File.ReadAllLines(At($"{id}.litmus")).Length < 25);
        }
    }

    // A schedule that shrink itself wrote: the journal names scenario and revision.
    [Fact]
    public void Shrink_WhenGivenAnExplorersSchedule_ShrinksItsScenario()
    {
        CommandRun.Of("explore", ShippedFile("close-dma"), "--revision", "S0", "--quiet", "--journal", folder.Path);
        var journal = Directory.GetFiles(folder.Path, "*.db").Order(StringComparer.Ordinal).First();

        var shrunk = CommandRun.Of("shrink", journal, "--json", "--no-progress").Json;

        Assert.Equal("S0", shrunk.GetProperty("revision").GetString());
        Assert.InRange(shrunk.GetProperty("requests").GetInt32(), 1, 2);
    }

    [Fact]
    public void Shrink_WhenAllHolds_SaysSo()
    {
        var shrunk = CommandRun.Of("shrink", ShippedFile("export-fd-full"), "--revision", "M73", "--no-progress");

        Assert.Equal(ExitCode.Clean, shrunk.Code);
        Assert.Contains("nothing to shrink", shrunk.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-file.litmus", "no such file")]
    [InlineData("--revision=S99", "unknown revision")]
    [InlineData("--finding=12345678", "does not show '12345678'")]
    public void Shrink_WhenTheInputIsWrong_IsRefusedInOneLine(string argument, string text) =>
        CommandRun.Of(argument.StartsWith('-') ? ["shrink", ShippedFile("flr-map-dma"), argument, "--no-progress"] : ["shrink", argument, "--no-progress"]).AssertRefused(text);

    [Fact]
    public void BugsShrink_WhenAnEntryIsSmall_CountsItsEventsAndSwitches()
    {
        var rows = CommandRun.Of("bugs", "shrink", "B03", "--no-progress", "--catalogue", Path.Combine(Tidy.SourceTree.Root, "museum", "catalogue.txt"));

        Assert.Equal(ExitCode.Clean, rows.Code);
        var numbers = Regex.Match(rows.Out, @"(?m)^B03 +close-dma +\S+ +(\d+) +(\d+) +(\d+)$");
        Assert.True(numbers.Success, rows.Out);
        Assert.InRange(int.Parse(numbers.Groups[2].Value), 1, 25);
        Assert.InRange(int.Parse(numbers.Groups[3].Value), 0, 4);
    }

    // Each with objects that only some scenarios have.
    [Theory]
    [InlineData("C01")]
    public void BugsShrink_OfAnEntryWithAnIommu_KeepsWhatItsImportersNeed(string entry)
    {
        var rows = CommandRun.Of("bugs", "shrink", entry, "--no-progress", "--catalogue", Path.Combine(Tidy.SourceTree.Root, "museum", "catalogue.txt"));

        Assert.Equal(ExitCode.Clean, rows.Code);
        Assert.Contains("1 of 1 entry shrunk", rows.Out, StringComparison.Ordinal);
    }

    // The whole museum: half a minute of processor time. UPDATE_GOLDEN=1 rewrites the file; docs/shrink.md explains what is marked.
    [Fact]
    public void BugsShrink_OfTheMuseum_EqualsTheCommittedTable()
    {
        var file = Path.Combine(Tidy.SourceTree.Root, "tests", "Actors.Tests", "Host", "Golden", "museum.shrunk.txt");

        var run = CommandRun.Of("bugs", "shrink", "--no-progress", "--catalogue", Path.Combine(Tidy.SourceTree.Root, "museum", "catalogue.txt"));

        var rows = string.Concat(run.Lines.TakeWhile(line => !line.Contains("entries shrunk", StringComparison.Ordinal)).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, rows);
        Assert.Equal(File.ReadAllText(file), rows);
    }

    private static string ShippedFile(string name) => Path.Combine(Tidy.SourceTree.Root, "scenarios", $"{name}.litmus");
}
