using System.Text.Json;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>explore --mutants.</summary>
public sealed class MutantsTests
{
    private static readonly string[] Command = ["explore", ShippedScenarios.FileOf("flr-map-dma"), "--revision", "M73", "--no-progress", "--mutants"];

    [Fact]
    public void Mutants_OfARevoke_AreKilledOrTellWhyNot()
    {
        var run = CommandRun.Of([.. Command, "1000", "--json"]);
        var report = run.Json.GetProperty("revisions")[0];
        var rows = report.GetProperty("mutants").EnumerateArray().ToDictionary(row => row.GetProperty("edit").GetString()!, row => row.GetProperty("fate").GetString());

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Equal("killed", rows["drop vfio_exp_config_write: vfio_pci_dma_buf_move(vdev, true)"]);
        Assert.Equal("killed", rows["drop vfio_exp_config_write: up_write(&vdev->memory_lock)"]);
        Assert.Contains("survived", rows.Values);
        Assert.DoesNotContain(rows.Keys, edit => edit.Contains("vfio_pci_core_close_device", StringComparison.Ordinal));
        Assert.True(report.GetProperty("notExercised").GetInt32() > 0);
        Assert.All(report.GetProperty("mutants").EnumerateArray(), row => Assert.NotEmpty(row.GetProperty("why").GetString()!));
    }

    // Why a mutant lives: nothing needs it here, it is the same, or nobody looks at what it changes.
    [Theory]
    [InlineData("drop vfio_exp_config_write: vfio_pci_zap_bars(vdev): unmap_mapping_range()", "not-exercised")]
    [InlineData("drop-test peer_dma: it gets through", "not-exercised")]
    [InlineData("swap pci_try_reset_function: pci_dev_restore(dev) -> pci_dev_unlock(dev)", "equivalent")]
    [InlineData("drop importer_map: dma_buf_map_attachment(attach, dir)", "not-judged")]
    public void Survivors_OfOneScenario_TellWhatWouldShowThem(string edit, string survival)
    {
        var rows = CommandRun.Of([.. Command, "1000", "--json"]).Json.GetProperty("revisions")[0].GetProperty("mutants").EnumerateArray();

        var row = rows.Single(row => row.GetProperty("edit").GetString() == edit);

        Assert.Equal(("survived", survival), (row.GetProperty("fate").GetString(), row.GetProperty("survival").GetString()));
        Assert.Equal(survival == "not-judged", row.GetProperty("why").GetString()!.Contains("final worlds differ in DmaBuf: kref", StringComparison.Ordinal));
    }

    // The wait is never over there, so no step of it is ever taken.
    [Fact]
    public void DropWait_WhenTheWaitNeverEnds_IsKilled()
    {
        var rows = CommandRun.Of("explore", ShippedScenarios.FileOf("endless-fence-command"), "--revision", "M73", "--no-progress", "--mutants", "1000", "--json").Json.GetProperty("revisions")[0].GetProperty("mutants");

        var waits = rows.EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "drop wait").ToArray();

        Assert.NotEmpty(waits);
        Assert.All(waits, row => Assert.Equal("killed", row.GetProperty("fate").GetString()));
    }

    [Fact]
    public void Mutants_WithASeed_AreTheSameOnAnyNumberOfThreads()
    {
        string Rows(string workers, string seed) => CommandRun.Of([.. Command, "8", "--seed", seed, "--workers", workers, "--json"]).Json.GetProperty("revisions")[0].GetProperty("mutants").GetRawText();

        Assert.Equal(Rows("1", "7"), Rows("3", "7"));
        Assert.NotEqual(Rows("1", "7"), Rows("1", "8"));
    }

    [Fact]
    public void Mutants_AsText_HaveAScoreAndFit72Columns()
    {
        var run = CommandRun.Of([.. Command, "20"]);

        Assert.Contains("mutants killed (", run.Out, StringComparison.Ordinal);
        Assert.Contains("--mutants 20 --seed 0", run.Out, StringComparison.Ordinal);
        Assert.All(run.Lines.Where(line => !line.StartsWith("Reproduce", StringComparison.Ordinal)), line => Assert.True(line.Length <= 72, line));
    }

    [Fact]
    public void Mutants_WhenNoVariableNamesAnAttachmentYet_AreJudged()
    {
        var run = CommandRun.Of("explore", ShippedScenarios.FileOf("freeze-command"), "--revision", "M73", "--no-progress", "--mutants", "3", "--states-max", "20000");

        Assert.Empty(run.Error);
        Assert.Contains("mutants killed", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutants_WhenInterrupted_SaysSo()
    {
        var run = CommandRun.Of("", new CancellationToken(canceled: true), [.. Command, "5"]);

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("interrupted", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("few")]
    [InlineData("5", "--dpor")]
    [InlineData("5", "--sample", "10")]
    public void Mutants_WhenWrong_AreRefused(params string[] options) => CommandRun.Of([.. Command, .. options]).AssertRefused("--mutants");
}
