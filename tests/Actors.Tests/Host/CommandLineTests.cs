using System.Globalization;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("explore")]
    [InlineData("storm")]
    [InlineData("replay")]
    [InlineData("journal")]
    [InlineData("revisions")]
    [InlineData("revisions list")]
    [InlineData("revisions show")]
    [InlineData("revisions diff")]
    [InlineData("bisect")]
    [InlineData("scenario")]
    [InlineData("scenario check")]
    [InlineData("scenario fmt")]
    [InlineData("map")]
    [InlineData("bugs")]
    [InlineData("bugs verify")]
    [InlineData("bugs show")]
    [InlineData("findings")]
    [InlineData("findings list")]
    [InlineData("findings show")]
    [InlineData("findings export")]
    [InlineData("export")]
    [InlineData("bugs try")]
    [InlineData("bugs shrink")]
    [InlineData("shrink")]
    [InlineData("diff")]
    [InlineData("conform")]
    [InlineData("locks")]
    [InlineData("importers")]
    [InlineData("journal verify")]
    public void Help_OfEveryCommand_HasExamples(string command)
    {
        var run = CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
        Assert.Contains($"  actors {command}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_IsOneLine()
    {
        var run = CommandRun.Of("--version");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Matches(@"^actors \d+\.\d+\.\d+$", Assert.Single(run.Lines));
    }

    [Fact]
    public void Command_WhenUnknown_IsRefusedWithTheNearest() => CommandRun.Of("revision").AssertRefused("unknown command 'revision'", "nearest: revisions");

    [Theory]
    [InlineData("replay {0}")]
    [InlineData("replay {0} --revision M73")]
    [InlineData("diff {0} {0}")]
    [InlineData("diff {1} --revision S0")]
    [InlineData("shrink {0}")]
    [InlineData("shrink {1} --revision S0")]
    [InlineData("journal verify {0}")]
    [InlineData("journal info {0}")]
    [InlineData("journal export {0}")]
    [InlineData("export --promela {1} --revision S0")]
    public void Command_WhenInterrupted_SaysSoAndIsIncomplete(string command)
    {
        using var folder = new TemporaryFolder();
        var journal = Path.Combine(folder.Path, "sim.db");
        CommandRun.Of("storm", "--sim", "--seed", "3", "--operations", "300", "--revision", "S0", "--journal", journal);
        var args = string.Format(CultureInfo.InvariantCulture, command, journal, ShippedScenarios.FileOf("close-dma")).Split(' ');

        var run = CommandRun.Of("", new CancellationToken(canceled: true), args);

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("interrupted", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_WhenMissing_IsRefused() => CommandRun.Of().AssertRefused("which command?", "explore", "revisions");

    [Theory]
    [InlineData("revisions", "list", "--jsn")]
    [InlineData("revisions", "show", "--jsn")]
    public void Option_WhenUnknown_IsRefused(params string[] args) => CommandRun.Of(args).AssertRefused("unknown option '--jsn'", "nearest: --json");

    [Theory]
    [InlineData(new ExitCode[0], ExitCode.NothingChecked)]
    [InlineData(new[] { ExitCode.Clean, ExitCode.Incomplete }, ExitCode.Incomplete)]
    [InlineData(new[] { ExitCode.Incomplete, ExitCode.Violation, ExitCode.Clean }, ExitCode.Violation)]
    [InlineData(new[] { ExitCode.NothingChecked, ExitCode.Clean }, ExitCode.NothingChecked)]
    public void Combine_OfSeveralRuns_KeepsTheStrongest(ExitCode[] codes, ExitCode expected) => Assert.Equal(expected, ExitCodes.Combine(codes));
}
