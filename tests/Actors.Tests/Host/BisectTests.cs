using Actors.Host;
using Actors.Host.Reports;

namespace Actors.Tests.Host;

/// <summary>Series of patches: what each introduces and removes.</summary>
public sealed class BisectTests : IDisposable
{
    private const string Unrevoke = "vfio_pci_dma_buf_move(vdev, false)";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The un-revoke of FLR is taken out by the first patch and put back by the second: the ends are fine, the middle is not.
    [Fact]
    public void Bisect_WhenTheMiddleIsWorse_NamesBothPatchesAndExits2()
    {
        var run = Bisect(Drop(), folder.Write("2.patch", $"title Put it back\ninsert vfio_exp_config_write: {Unrevoke} @ vfio_exp_config_write -> up_write(&vdev->memory_lock)"));

        Assert.Equal(ExitCode.Violation, run.Code);
        var text = string.Join(' ', run.Lines);
        Assert.Matches(@"[0-9a-f]{8}  P2 stuck-revoked\s+\.  x  \.  flr", text);
        Assert.Matches(@"1 introduces [0-9a-f]{8} in flr: a buffer stays revoked although .*; 2 removes it", text);
        Assert.Contains("NOT BISECTABLE: patch 1 made something worse.", text, StringComparison.Ordinal);
        Assert.Contains("  2  +2.patch  Put it back", run.Out, StringComparison.Ordinal);
        Assert.All(run.Lines[..^1].Where(line => !line.Contains(folder.Path, StringComparison.Ordinal)), line => Assert.True(line.Length <= TextLayout.Width, line));
    }

    [Fact]
    public void Bisect_WhenNothingRemovesIt_SaysSo() => Assert.Contains("nothing removes it", string.Join(' ', Bisect(Drop()).Lines), StringComparison.Ordinal);

    [Fact]
    public void Bisect_WhenAPatchFixes_IsClean()
    {
        var fix = folder.Write("fix.patch", $"insert vfio_exp_config_write: {Unrevoke} @ vfio_pci_ioctl_reset @ M73 -> up_write(&vdev->memory_lock)");

        var run = CommandRun.WithInput(SampleScenarios.Flr, "bisect", "-", "--revision", "S0", "--series", fix);

        Assert.Matches(@"1 removes [0-9a-f]{8} in flr: a buffer stays revoked", string.Join(' ', run.Lines));
        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("Bisectable: no state of the series is worse than the one before.", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Bisect_WhenABoundComesFirst_Exits5() => Assert.Equal(ExitCode.Incomplete, Bisect(["--states-max", "10"], Drop()).Code);

    [Fact]
    public void Bisect_AsJson_HasTheCellsByState()
    {
        var row = Bisect(["--json"], Drop()).Json.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("property").GetString() == "P2");

        Assert.Equal(["absent", "found"], row.GetProperty("cells").EnumerateArray().Select(cell => cell.GetString()!.ToLowerInvariant()));
        Assert.Equal([1], row.GetProperty("introducedBy").EnumerateArray().Select(patch => patch.GetInt32()));
    }

    [Fact]
    public void Bisect_OfTheSecondPatch_PointsIntoItsFile()
    {
        var second = folder.Write("2.patch", $"drop vfio_exp_config_write: {Unrevoke}");

        var run = Bisect(Drop(), second);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"{second}:1:1: error: vfio_exp_config_write has no step", run.Error, StringComparison.Ordinal);
    }

    private string Drop() => folder.Write("1.patch", $"drop vfio_exp_config_write: {Unrevoke}");

    private static CommandRun Bisect(params string[] series) => Bisect([], series);

    private static CommandRun Bisect(string[] options, params string[] series) =>
        CommandRun.WithInput(SampleScenarios.Flr, ["bisect", "-", "--revision", "M73", .. options, "--series", .. series]);
}
