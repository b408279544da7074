using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Promela;
using Actors.Tests.Host;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Exploration.Promela;

public sealed partial class PromelaModelTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Of_ASmallScenario_HasTheExplorersCounts(string name)
    {
        var model = SmallScenarios.Of(name).Model(KernelRevisions.Find("S0")!);

        var program = PromelaModel.Of(model);

        var all = new Explorer(model).Run();
        Assert.Equal(all.States, program.States);
        Assert.True(program.FatalSteps == 0 ? all.Transitions == program.Steps : all.Transitions > program.Steps);
        Assert.Equal(program.Options, Option().Count(program.Text));
    }

    [Fact]
    public void Of_WhenTheBoundIsReached_SaysSo() =>
        Assert.Equal(Completion.StoppedAtBound, PromelaModel.Of(SmallScenarios.Of("off-map").Model(), new ExplorerOptions { StatesMax = 10 }).Completion);

    [Fact]
    public void Of_TheSameScenarioTwice_IsTheSameText() =>
        Assert.Equal(PromelaModel.Of(SmallScenarios.Of("off-map").Model()).Text, PromelaModel.Of(SmallScenarios.Of("off-map").Model()).Text);

    [SpinTheory]
    [InlineData("command-fault", "M73")]
    [InlineData("flr-map-dma", "S0")]
    [InlineData("hot-reset-closed", "S0")]
    [InlineData("command-close-opath", "M73")]
    public void Spin_WithoutReduction_StoresAsManyStates(string name, string revision)
    {
        var program = PromelaModel.Of(new Model(KernelRevisions.Find(revision)!, ShippedScenarios.Read(name), GrantPolicy.Barging));
        using var folder = new TemporaryFolder();
        folder.Write("model.pml", program.Text);

        Run(folder.Path, "spin", "-a", "-o2", "model.pml");
        Run(folder.Path, "cc", "-O2", "-DSAFETY", "-DNOREDUCE", "-w", "-o", "pan", "pan.c");
        var told = Run(folder.Path, Path.Combine(folder.Path, "pan"), "-m100000");

        // SPIN counts the first state as a transition as well.
        var (stored, transitions) = (Number(Stored(), told), Number(Transitions(), told) - 1);
        output.WriteLine($"{name} on {revision}: {program.States} states, {program.Steps} steps; SPIN {stored} states, {transitions} transitions");
        Assert.Equal((program.States, program.Steps), (stored, transitions));
        Assert.Contains("errors: 0", told, StringComparison.Ordinal);
    }

    private static string Run(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var told = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: exit code {process.ExitCode}\n{told}\n{errors.Result}");
        return told;
    }

    private static long Number(Regex pattern, string text) => long.Parse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\t:: d_step \{")]
    private static partial Regex Option();

    [GeneratedRegex(@"(\d+) states, stored")]
    private static partial Regex Stored();

    [GeneratedRegex(@"(\d+) transitions \(=")]
    private static partial Regex Transitions();
}
