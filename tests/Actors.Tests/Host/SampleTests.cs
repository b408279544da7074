using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>explore --sample: verdict words, exit codes, replay of a run by its number.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Sample_WhenNothingIsFound_EndsIncompleteAndProvesNothing()
    {
        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "M73", "--sample", "300", "--seed", "0x7");

        var text = run.Out.ReplaceLineEndings(" ");
        Assert.Equal(ExitCode.Incomplete, run.Code);
        foreach (var part in new[] { "no violation found", "in 300 runs; a sample proves nothing absent", "seed 7", "Good-Turing", "--sample 300 --seed 7" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain("proved absent", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_WhenSomethingIsFound_NamesItAsExploreDoes()
    {
        var all = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "S0", "--json");
        var sample = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "S0", "--sample", "500", "--seed", "1", "--jobs", "2", "--json");

        var run = sample.Json.GetProperty("runs")[0];
        Assert.Equal(ExitCode.Violation, sample.Code);
        Assert.Equal(Found(all), Found(sample));
        Assert.Equal(500, run.GetProperty("sample").GetProperty("runs").GetInt64());
        Assert.Empty(run.GetProperty("verdict").GetProperty("provedAbsent").EnumerateArray());
    }

    [Fact]
    public void Run_OfASample_IsShownAndJournaled()
    {
        string[] drawn = ["explore", "-", "--revision", "S0", "--seed", "1", "--run", "3"];

        var shown = CommandRun.WithInput(SampleScenarios.Flr, [.. drawn, "--journal", folder.Path]);
        var again = CommandRun.WithInput(SampleScenarios.Flr, [.. drawn, "--json"]);

        Assert.Equal(ExitCode.Violation, shown.Code);
        Assert.Contains("run 3 (random) of seed 1", shown.Out, StringComparison.Ordinal);
        Assert.Equal(3, again.Json.GetProperty("runs")[0].GetProperty("run").GetInt64());
        var journal = Assert.Single(Directory.GetFiles(folder.Path, "*-S0-run3.db"));
        Assert.Contains("0 divergences", CommandRun.Of("replay", journal).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sample needs", "--strategy", "random")]
    [InlineData("--run needs the --seed", "--run", "3")]
    [InlineData("unknown strategy 'pctt'", "--sample", "10", "--strategy", "pctt")]
    [InlineData("--sample: 'many'", "--sample", "many")]
    [InlineData("--sample: '0'", "--sample", "0")]
    [InlineData("--jobs: '0'", "--sample", "10", "--jobs", "0")]
    public void Options_WhenWrong_AreRefused(string part, params string[] options) =>
        CommandRun.WithInput(SampleScenarios.Flr, ["explore", "-", .. options]).AssertRefused(part.Split(' ')[0], part.Split(' ')[^1]);

    private static IEnumerable<string?> Found(CommandRun run) =>
        run.Json.GetProperty("runs")[0].GetProperty("verdict").GetProperty("found").EnumerateArray().Select(id => id.GetString()).Order(StringComparer.Ordinal);
}
