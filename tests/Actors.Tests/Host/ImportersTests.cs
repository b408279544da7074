using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>actors importers, as a caller sees it.</summary>
public sealed class ImportersTests
{
    private static readonly string Reset = ShippedScenarios.FileOf("attach-map-dma-reset");

    [Theory]
    [InlineData("static", "M73", "refused", ExitCode.NothingChecked)]
    [InlineData("unmaps", "M73", "accepted", ExitCode.Clean)]
    [InlineData("unmaps", "M619", "proof", ExitCode.Clean)]
    [InlineData("amdgpu", "M619", "d2c4e886+", ExitCode.Violation)]
    public void Cell_OfAnImporterOnARevision_SaysWhatSearchFinds(string importer, string revision, string word, ExitCode code)
    {
        var run = CommandRun.Of("importers", Reset, "--importer", importer, "--revision", revision, "--no-progress");

        Assert.Equal(code, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith(importer, StringComparison.Ordinal) && line.EndsWith($" {word}", StringComparison.Ordinal));
        Assert.All(run.Lines, line => Assert.True(line.Length <= 72, line));
    }

    [Fact]
    public void Json_OfAMatrix_HasACellForEachPair()
    {
        var cells = CommandRun.Of("importers", Reset, "--importer", "irdma,xe", "--revision", "M70,M73", "--json", "--no-progress").Json.GetProperty("cells");

        Assert.Equal(
            ["irdma M70 refused", "irdma M73 accepted", "xe M70 found", "xe M73 accepted"],
            cells.EnumerateArray().Select(cell => $"{cell.GetProperty("importer")} {cell.GetProperty("revision")} {cell.GetProperty("verdict")}"));
    }

    [Fact]
    public void Markdown_OfAMatrix_IsATable() =>
        Assert.Equal("| unmaps | proof |", CommandRun.Of("importers", Reset, "--importer", "unmaps", "--revision", "M619", "--markdown", "--no-progress").Lines[2]);

    [Fact]
    public void Bound_WhenItComesFirst_LeavesTheCellOpen()
    {
        var run = CommandRun.Of("importers", Reset, "--importer", "unmaps", "--revision", "M619", "--states-max", "10", "--no-progress");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("open", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Interruption_BeforeTheFirstRun_SaysSo()
    {
        var run = CommandRun.Of("", new CancellationToken(canceled: true), "importers", Reset, "--importer", "unmaps", "--revision", "M619", "--no-progress");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("interrupted: 1 run", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Importer_WhenUnknown_IsRefused() => CommandRun.Of("importers", Reset, "--importer", "amdgpuu").AssertRefused("unknown importer 'amdgpuu'", "nearest: amdgpu");

    [Theory]
    [InlineData("vfio t { v0: device; } P0 { reset(v0); }", "has no importer")]
    [InlineData("vfio t { v0: device; b0: dma_buf of v0; a0: importer unmaps of b0; } P0 { map(a0); }", "begins attached")]
    public void Workload_WhenNotEveryImporterCanTakeIt_IsRefused(string text, string why) => CommandRun.WithInput(text, "importers", "-").AssertRefused(why);

    [Fact]
    public void Jobs_WhenNone_AreRefused() => CommandRun.Of("importers", Reset, "--jobs", "0").AssertRefused("--jobs: 0");
}
