using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>export --promela.</summary>
public sealed class PromelaFormTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Promela_OfAScenario_IsWrittenWhole()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var file = Path.Combine(folder.Path, "model.pml");

        var run = CommandRun.Of("export", "--promela", scenario, "--revision", "S0", "--out", file);

        var states = CommandRun.Of("explore", scenario, "--revision", "S0", "--json").Json.GetProperty("runs")[0].GetProperty("states").GetInt64();
        var text = File.ReadAllText(file);
        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains($" {states} states, ", text, StringComparison.Ordinal);
        Assert.EndsWith("od\n}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Promela_WhenTheBoundIsReached_IsRefused() =>
        CommandRun.Of("export", "--promela", folder.Write("flr.litmus", SampleScenarios.Flr), "--revision", "S0", "--states-max", "10").AssertRefused("more than", "--states-max");

    [Fact]
    public void Promela_WhenInterrupted_WritesNothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var file = Path.Combine(folder.Path, "model.pml");

        var run = CommandRun.Of("", source.Token, "export", "--promela", folder.Write("flr.litmus", SampleScenarios.Flr), "--revision", "S0", "--out", file);

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.False(File.Exists(file));
    }
}
