using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>explore --dpor and explore --liveness.</summary>
public sealed class OracleTests
{
    [Fact]
    public void Dpor_WhenBothSearchesAgree_SaysSo()
    {
        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "S0,M73", "--dpor");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("on M73: both searches agree on findings and final states", run.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("2 runs agree, 0 differ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Dpor_WhenTheBoundComesFirst_ComparesNothing()
    {
        var run = CommandRun.Of("explore", ShippedScenarios.FileOf("freeze-command"), "--revision", "M73", "--dpor", "--traces-max", "3", "--json");

        var report = run.Json.GetProperty("runs")[0];
        Assert.Equal("unknown", report.GetProperty("agreement").GetString());
        Assert.Equal(3, report.GetProperty("traces").GetInt64());
        Assert.Equal(ExitCode.Incomplete, run.Code);
    }

    [Fact]
    public void Liveness_WhenATaskSpinsForEver_ShowsWhenItIsSealed()
    {
        var run = CommandRun.Of("explore", ShippedScenarios.FileOf("command-close-two"), "--revision", "R24", "--liveness");

        var text = run.Out.ReplaceLineEndings(" ");
        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("livelock: get_file_rcu() tries for ever", text, StringComparison.Ordinal);
        Assert.Contains("P0 will never move again, while P1, P2 can", text, StringComparison.Ordinal);
        Assert.Contains("no loop: every run ends", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Liveness_WhenTheBoundComesFirst_JudgesNothing()
    {
        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "M73", "--liveness", "--states-max", "10");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("nothing judged", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--traces-max", "--traces-max", "5")]
    [InlineData("--liveness", "--dpor", "--liveness")]
    [InlineData("--memory", "--liveness", "--memory", "1G")]
    [InlineData("--exact", "--sample", "5", "--exact")]
    [InlineData("--bound", "--dpor", "--bound", "preemptions=1")]
    [InlineData("--no-reduction", "--mutants", "5", "--no-reduction")]
    [InlineData("--traces-max", "--dpor", "--traces-max", "few")]
    public void Options_WhenWrong_AreRefused(string part, params string[] options) =>
        CommandRun.WithInput(SampleScenarios.Flr, ["explore", "-", .. options]).AssertRefused(part);
}
