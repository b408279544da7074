using Actors.Core.Revisions;
using Actors.Host;
using Actors.Host.Reports;

namespace Actors.Tests.Host;

public sealed class RevisionsTests
{
    public static TheoryData<string> Names => [.. KernelRevisions.All.Select(revision => revision.Name), .. KernelRevisions.Usual.SelectMany(revision => KernelRevisions.Suffixes.Select(suffix => revision.Name + suffix))];

    [Fact]
    public void List_NamesEveryRevisionAndItsSwitches()
    {
        var run = CommandRun.Of("revisions", "list");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.All(KernelRevisions.All, revision => Assert.Contains(run.Lines, line => line.StartsWith(revision.Name + " ", StringComparison.Ordinal)));
        Assert.Contains("AfterFlr            RevokesAgain -> Unrevokes", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void List_AsJson_HasAllSwitches()
    {
        var row = CommandRun.Of("revisions", "list", "--json").Json.GetProperty("revisions").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "S0");

        Assert.Equal("S0", row.GetProperty("name").GetString());
        Assert.Equal("RevokesAgain", row.GetProperty("switches").GetProperty("AfterFlr").GetString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Show_OfEveryPath_FitsIntoAMail(string revision)
    {
        var paths = CommandRun.Of("revisions", "show", "--revision", revision, "--json").Json.GetProperty("paths");

        foreach (var path in paths.EnumerateArray())
        {
            var run = CommandRun.Of("revisions", "show", path.GetString()!, "--revision", revision);
            Assert.Equal(ExitCode.Clean, run.Code);
            Assert.All(run.Lines, line => Assert.True(line.Length <= TextLayout.Width, line));
        }
    }

    [Fact]
    public void Show_WhenThePathIsUnknown_IsRefusedWithTheNearest() =>
        CommandRun.Of("revisions", "show", "vfio_pci_dma_buf_mvoe").AssertRefused("unknown call path", "vfio_pci_dma_buf_move");

    [Fact]
    public void Show_WhenTheRevisionIsUnknown_IsRefusedWithTheKnown() =>
        CommandRun.Of("revisions", "show", "--revision", "M99").AssertRefused("unknown revision 'M99'", "S0", "M73");

    [Fact]
    public void Diff_OfTheFlrPath_IsTheSlipOfTheSeed()
    {
        var run = CommandRun.Of("revisions", "diff", "S0", "M73", "vfio_exp_config_write");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("- ", StringComparison.Ordinal) && line.Contains("vfio_pci_dma_buf_move(vdev, true)", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("+ ", StringComparison.Ordinal) && line.Contains("vfio_pci_dma_buf_move(vdev, false)", StringComparison.Ordinal));
    }

    [Fact]
    public void Diff_OfTheClosePath_ShowsTheMove()
    {
        var run = CommandRun.Of("revisions", "diff", "S0", "M73", "vfio_pci_core_close_device");

        Assert.Single(run.Lines, line => line.StartsWith("~ ", StringComparison.Ordinal));
    }

    [Fact]
    public void Diff_OfARevisionWithItself_IsEmpty() =>
        Assert.Contains("0 functions differ", CommandRun.Of("revisions", "diff", "M73", "M73").Out, StringComparison.Ordinal);

    [Fact]
    public void Diff_AsJson_SaysWhichLocksChanged()
    {
        var function = CommandRun.Of("revisions", "diff", "S0", "M73", "vfio_pci_dma_buf_cleanup", "--json").Json.GetProperty("functions")[0];

        Assert.Contains("+dma_resv 1 -> 0", function.GetProperty("locks").EnumerateArray().Select(change => change.GetString()));
    }

    [Fact]
    public void Diff_WhenThePathIsUnknown_IsRefused() => CommandRun.Of("revisions", "diff", "S0", "M73", "nosuch").AssertRefused("unknown call path 'nosuch'");
}
