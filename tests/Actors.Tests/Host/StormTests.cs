using System.Text.RegularExpressions;
using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>storm, replay and journal as a caller sees them. Storms here are small: what they find is the simulation tests' matter.</summary>
public sealed class StormTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Storm_WhenSimulatedTwiceWithASeed_WritesTheSameJournal()
    {
        Simulate("a.db", "M73");
        Simulate("b.db", "M73");

        var first = CommandRun.Of("journal", "export", At("a.db")).Out;

        Assert.Equal(first, CommandRun.Of("journal", "export", At("b.db")).Out);
        Assert.True(first.Split('\n').Length > 1000, "the storm is too small to say anything");
    }

    [Fact]
    public void Storm_WhenTheSeedDiffers_WritesAnotherJournal()
    {
        Simulate("a.db", "M73");
        CommandRun.Of("storm", "--sim", "--seed", "8", "--operations", "400", "--journal", At("b.db"));

        Assert.NotEqual(CommandRun.Of("journal", "export", At("a.db")).Out, CommandRun.Of("journal", "export", At("b.db")).Out);
    }

    [Theory]
    [InlineData("S0")]
    [InlineData("M73")]
    public void Replay_WhenTheJournalIsWhole_FollowsEveryEventAndFindsTheSame(string revision)
    {
        var storm = Simulate("a.db", revision);

        var replay = CommandRun.Of("replay", At("a.db"));

        Assert.Matches(@"(?m)^[1-9]\d* events, 0 divergences", replay.Out);
        Assert.Equal(Ids(storm.Out), Ids(replay.Out));
        Assert.Equal(storm.Code, replay.Code);
        Assert.Contains("replay " + At("a.db"), storm.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Storm_WhenLive_FoldsWithoutDivergence()
    {
        var storm = CommandRun.Of("storm", "--seed", "0x5", "--operations", "200", "--duration", "5m", "--revision", "S0", "--tasks", "6", "--journal", At("live.db"));

        Assert.True(storm.Code is ExitCode.Violation or ExitCode.Clean, storm.Out + storm.Error);
        Assert.Contains("seed 5", storm.Out, StringComparison.Ordinal);
        Assert.Contains("0 divergences", CommandRun.Of("replay", At("live.db")).Out, StringComparison.Ordinal);
        Assert.Contains("Intact", CommandRun.Of("journal", "verify", At("live.db")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Storm_WhenNoJournalIsKept_SaysThatNothingWasChecked()
    {
        var storm = CommandRun.Of("storm", "--sim", "--seed", "7", "--operations", "50", "--journal", "none");

        Assert.Equal(ExitCode.NothingChecked, storm.Code);
        Assert.Contains("nothing was checked", storm.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Storm_WhenTheJournalExists_RefusesAndKeepsIt()
    {
        Simulate("a.db", "M73");
        var before = File.ReadAllBytes(At("a.db"));

        var again = CommandRun.Of("storm", "--sim", "--journal", At("a.db"));

        Assert.Equal(ExitCode.Usage, again.Code);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(At("a.db")));
    }

    [Theory]
    [InlineData("--devices", "0", "devices: '0' is not a whole number of at least 1")]
    [InlineData("--devices", "100000000", "devices: '100000000' is not a whole number of at least 1 and at most 65536")]
    [InlineData("--duration", "soon", "duration: 'soon' is not a length of time")]
    [InlineData("--seed", "x", "seed: 'x' is not a number")]
    [InlineData("--revision", "S99", "unknown revision 'S99'")]
    [InlineData("--policy", "fair", "unknown policy 'fair'")]
    [InlineData("--profile", "no-such-file", "no-such-file")]
    [InlineData("--config", "no-such-file", "no-such-file")]
    public void Storm_WhenAnOptionIsWrong_IsRefusedInOneLine(string option, string value, string text) =>
        CommandRun.Of("storm", "--sim", option, value).AssertRefused(text);

    [Fact]
    public void Storm_WhenTheProfileNamesAnUnknownVerb_TellsTheLineAndTheNearest()
    {
        File.WriteAllText(At("profile"), "# weights\nmap 10\nunmpa 3\n");

        var storm = CommandRun.Of("storm", "--sim", "--profile", At("profile"));

        Assert.Equal(ExitCode.Usage, storm.Code);
        Assert.Contains($"{At("profile")}:3:1: error: unknown verb 'unmpa'", storm.Error, StringComparison.Ordinal);
        Assert.Contains("unmap", storm.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Storm_WhenTheProfileHasOneVerb_AsksForNothingElse()
    {
        File.WriteAllText(At("profile"), "open 1");

        var storm = CommandRun.Of("storm", "--sim", "--seed", "1", "--operations", "20", "--profile", At("profile"), "--journal", "none");

        Assert.Contains("OpenDevice", storm.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ExportDmaBuf", storm.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_WhenUntilIsGiven_FollowsThatMany()
    {
        Simulate("a.db", "M73");

        Assert.Contains("100 events, 0 divergences", CommandRun.Of("replay", At("a.db"), "--until", "100").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_UnderTheSameRevision_AnswersNothingDifferently()
    {
        Simulate("a.db", "M73");

        Assert.Contains(": 0 answered differently", CommandRun.Of("replay", At("a.db"), "--revision", "M73").Out, StringComparison.Ordinal);
        Assert.DoesNotContain(": 0 answered differently", CommandRun.Of("replay", At("a.db"), "--revision", "S0").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_WhenTheFileIsNoJournal_IsRefusedInOneLine()
    {
        File.WriteAllText(At("a.db"), "not a journal");

        var replay = CommandRun.Of("replay", At("a.db"));

        Assert.Equal(ExitCode.Journal, replay.Code);
        Assert.Single(replay.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Replay_OfACounterexample_FindsItAgain()
    {
        var explored = CommandRun.Of("explore", folder.Write("close-dma.litmus", SampleScenarios.CloseWhileBusy.Replace("close-while-busy", "close-dma", StringComparison.Ordinal)), "--revision", "S0", "--journal", folder.Path, "--quiet");

        var journals = Directory.GetFiles(folder.Path, "close-dma-S0-*.db");

        Assert.Equal(Ids(explored.Out).Length, journals.Length);
        Assert.NotEmpty(journals);
        foreach (var journal in journals)
        {
            var id = Path.GetFileNameWithoutExtension(journal).Split('-')[^1];
            Assert.Contains(id, Ids(CommandRun.Of("replay", journal).Out));
        }
    }

    private CommandRun Simulate(string journal, string revision)
    {
        var run = CommandRun.Of("storm", "--sim", "--seed", "7", "--operations", "400", "--revision", revision, "--journal", At(journal));
        Assert.True(run.Code is ExitCode.Violation or ExitCode.Clean, run.Out + run.Error);
        return run;
    }

    private static string[] Ids(string text) => [.. Regex.Matches(text, @"(?m)^([0-9a-f]{8})  ").Select(match => match.Groups[1].Value).Order()];

    private string At(string name) => Path.Combine(folder.Path, name);
}
