using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>diff: two journals, and a failing schedule with its passing neighbour.</summary>
public sealed class DiffTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void Diff_WhenTheOrderDecides_ShowsThePairBothWays()
    {
        var run = CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "flr-map-dma.litmus"), "--revision", "S0", "--finding", "7627103e");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("It fails in this order", run.Out, StringComparison.Ordinal);
        Assert.Contains("It passes in the other", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Lines, line => line.Length > 72);
    }

    [Fact]
    public void Diff_WhenOneTaskFailsAlone_SaysThatNoOrderAvoidsIt()
    {
        var run = CommandRun.Of("diff", Path.Combine(Tidy.SourceTree.Root, "scenarios", "export-fd-full.litmus"), "--revision", "S6");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("No exchange", run.Out, StringComparison.Ordinal);
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
