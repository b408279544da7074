using System.Text.Json;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>explore --coverage.</summary>
public sealed class PathCoverageTests
{
    private static readonly string[] Command = ["explore", ShippedScenarios.FileOf("flr-map-dma"), "--revision", "M73", "--no-progress", "--coverage"];

    [Fact]
    public void Coverage_OfARevokeBesideAMap_TellsOutcomesErrorsAndContention()
    {
        var functions = Functions(Command).ToDictionary(function => function.GetProperty("function").GetString()!);

        var map = functions["vfio_pci_dma_buf_map"];
        Assert.Contains(map.GetProperty("guards").EnumerateArray(), guard => guard.GetProperty("yes").GetBoolean() && guard.GetProperty("no").GetBoolean());
        Assert.Equal(["ENODEV"], map.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("errno").GetString()!.ToUpperInvariant()));
        Assert.NotEmpty(functions["vfio_pci_dma_buf_move"].GetProperty("contended").EnumerateArray());
        Assert.NotEmpty(functions["importer_dma"].GetProperty("started").EnumerateArray());
        Assert.DoesNotContain("vfio_pci_core_close_device", functions.Keys);
    }

    [Fact]
    public void Coverage_WithMoreThreads_IsTheSame() =>
        Assert.Equal(Text([.. Command, "--workers", "1"]), Text([.. Command, "--workers", "3"]));

    [Fact]
    public void Coverage_WithoutReduction_SeesAtLeastAsMuch()
    {
        int Contended(params string[] more) => Functions([.. Command, .. more]).Sum(function => function.GetProperty("contended").GetArrayLength());

        Assert.True(Contended("--no-reduction") >= Contended());
    }

    // A bound leaves schedules out: what it meets grows with it, and never beyond what all schedules meet.
    [Fact]
    public void Coverage_WithABound_IsOfTheSchedulesWithinIt()
    {
        string[] Met(params string[] more) =>
        [
            .. Functions([.. Command, .. more]).SelectMany(function => function.GetProperty("contended").EnumerateArray().Select(text => $"{function.GetProperty("function")}: {text}")
                .Concat(function.GetProperty("guards").EnumerateArray().Where(guard => guard.GetProperty("yes").GetBoolean() && guard.GetProperty("no").GetBoolean()).Select(guard => $"{function.GetProperty("function")}: {guard.GetProperty("text")}"))),
        ];
        var (none, one, all) = (Met("--bound", "preemptions=0"), Met("--bound", "preemptions=1"), Met("--no-reduction"));

        Assert.Subset(one.ToHashSet(), none.ToHashSet());
        Assert.Subset(all.ToHashSet(), one.ToHashSet());
        Assert.True(none.Length < one.Length);
        Assert.DoesNotContain(none, fact => fact.Contains("granted", StringComparison.Ordinal));
        Assert.Contains(one, fact => fact.Contains("granted", StringComparison.Ordinal));
    }

    [Fact]
    public void Coverage_AsText_Fits72Columns()
    {
        var run = CommandRun.Of([.. Command, "--quiet"]);
        var table = run.Lines.SkipWhile(line => !line.StartsWith("Call paths exercised", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("Reproduce", StringComparison.Ordinal)).ToArray();

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.NotEmpty(table);
        Assert.All(table, line => Assert.True(line.Length <= 72, line));
        Assert.Contains("both ways", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sample", "10")]
    [InlineData("--liveness")]
    [InlineData("--dpor")]
    public void Coverage_WithAnotherSearch_IsRefused(params string[] other) => CommandRun.Of([.. Command, .. other]).AssertRefused("--coverage");

    private static JsonElement[] Functions(string[] command) => [.. CommandRun.Of([.. command, "--json"]).Json.GetProperty("runs")[0].GetProperty("callPaths").EnumerateArray()];

    private static string Text(string[] command) => CommandRun.Of([.. command, "--json"]).Json.GetProperty("runs")[0].GetProperty("callPaths").GetRawText();
}
