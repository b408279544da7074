using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Host;
using Actors.Host.Museum;

namespace Actors.Tests.Host;

/// <summary>diff: two journals, and a failing schedule with its passing neighbour.</summary>
public sealed class DiffTests : IDisposable
{
    private static readonly Catalogue Museum = CatalogueParser.Read(Path.Combine(Tidy.SourceTree.Root, "museum", "catalogue.txt"));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Unwrapped(CommandRun run) => string.Join(' ', run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void Diff_WhenTheOrderDecides_ShowsThePairBothWays()
    {
        var run = CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "flr-map-dma.litmus"), "--revision", "S0", "--finding", "7627103e");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("It fails in this order", Unwrapped(run), StringComparison.Ordinal);
        Assert.Contains("It passes in the other", Unwrapped(run), StringComparison.Ordinal);
        Assert.Contains("some schedule still passes, behind it none does", Unwrapped(run), StringComparison.Ordinal);
        Assert.DoesNotContain(run.Lines, line => line.Length > 72);
    }

    [Fact]
    public void Diff_OfTheDocument_IsTheAnswerGiven()
    {
        var page = Tidy.SourceTree.Text("docs/shrink.md");
        var start = page.IndexOf("$ actors diff scenarios/flr-map-dma.litmus --revision S0 --finding 7627103e\n", StringComparison.Ordinal);
        var block = page[(page.IndexOf('\n', start) + 1)..page.IndexOf("exit code 2\n```", start, StringComparison.Ordinal)];

        Assert.Equal(block, CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "flr-map-dma.litmus"), "--revision", "S0", "--finding", "7627103e").Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Diff_WhenOneTaskFailsAlone_SaysThatNoOrderAvoidsIt()
    {
        var run = CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "export-fd-full.litmus"), "--revision", "S6");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("No schedule of this scenario passes", Unwrapped(run), StringComparison.Ordinal);
    }

    // The doorbell is rung before the close has taken the mapping away, or after.
    [Fact]
    public void Diff_WhenNoNeighbouringExchangePasses_LooksFurther()
    {
        var run = CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "close-map.litmus"), "--revision", "S0");

        Assert.Contains("It fails in this order", Unwrapped(run), StringComparison.Ordinal);
        Assert.Contains("ring the peer's doorbell => -ENOENT", run.Out, StringComparison.Ordinal);
    }

    // Each entry's failure has its decision; where an order decides, the failing schedule up to it and the passing one are the same.
    [Fact]
    public void Flip_OfTheMuseum_IsDecidedForEachEntry()
    {
        var kinds = new List<(string Entry, FlipKind Kind)>();
        foreach (var entry in Museum.Entries)
        {
            var shown = entry.Exhibits.SelectMany(exhibit => Museum.Revisions.Where(revision => exhibit.On(revision.Name).State == CellState.Found).TakeLast(1).Select(revision => (exhibit, revision))).FirstOrDefault();
            if (shown.exhibit is null)
                continue;
            var model = new Model(shown.revision, shown.exhibit.File.Scenario, GrantPolicy.Barging);
            var witness = new Explorer(model, new ExplorerOptions { Enough = findings => findings.Any(shown.exhibit.IsShownBy) }).Run().Findings.First(found => shown.exhibit.IsShownBy(found.Finding));
            var pair = FlippingPair.Of(model, witness);
            kinds.Add((entry.Id, pair.Kind));
            if (pair.Kind == FlipKind.Order)
                Assert.Equal(witness.Schedule.Take(pair.First), pair.Passing.Take(pair.First));
        }

        Assert.DoesNotContain(kinds, each => each.Kind == FlipKind.Undecided);
        Assert.True(kinds.Count(each => each.Kind == FlipKind.Order) >= 47, $"{kinds.Count(each => each.Kind == FlipKind.Order)} of {kinds.Count}");
    }

    [Fact]
    public void Diff_WhenTwoJournalsAreGiven_TellsTheFirstDifference()
    {
        CommandRun.Of("storm", "--sim", "--revision", "S0", "--seed", "3", "--operations", "60", "--journal", At("a.db"));
        CommandRun.Of("storm", "--sim", "--revision", "S0", "--seed", "4", "--operations", "60", "--journal", At("b.db"));

        var same = CommandRun.Of("diff", At("a.db"), At("a.db"));
        var other = CommandRun.Of("diff", At("a.db"), At("b.db"));

        Assert.Equal(ExitCode.Clean, same.Code);
        Assert.Contains("The same", same.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Violation, other.Code);
        Assert.Matches(@"The first [\d,]+ events are the same", other.Out);
    }

    [Theory]
    [InlineData("no-such-file.litmus", "no such file")]
    [InlineData("--finding=12345678", "does not show 12345678")]
    public void Diff_WhenTheInputIsWrong_IsRefusedInOneLine(string argument, string text) =>
        CommandRun.Of(argument.StartsWith('-') ? ["diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "flr-map-dma.litmus"), argument] : ["diff", argument]).AssertRefused(text);
}
