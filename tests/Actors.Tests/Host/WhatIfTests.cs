using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host;
using Actors.Host.Inputs;
using Actors.Persistence;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>Edited call paths from the command line and from patch files: names, matrices, journals, mistakes.</summary>
public sealed class WhatIfTests : IDisposable
{
    private const string Flr = "vfio_exp_config_write";

    // What the seed patch does wrong, put into today's kernel.
    private const string NoUnrevoke = $"""
        # the FLR of the seed patch
        title   FLR without un-revoke
        base M73, M71b
        drop {Flr}: vfio_pci_dma_buf_move(vdev, false)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Explore_OfARevisionWithAPatch_IsAColumnOfItsOwn()
    {
        var patch = folder.Write("no-unrevoke.patch", NoUnrevoke);

        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", $"M73,M73+{patch}", "--quiet");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("scenario  M73         M73+no-unrevoke.patch", run.Out, StringComparison.Ordinal);
        Assert.Contains("flr       1 accepted  1 found", run.Out, StringComparison.Ordinal);
        Assert.EndsWith($"--revision M73,M73+{patch} --policy barging", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WithAnEdit_RunsTheBaseBesideIt()
    {
        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--drop", $"{Flr}: vfio_pci_dma_buf_move(vdev, false)", "--name", "seed", "--quiet");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("scenario  M73         M73+seed", run.Out, StringComparison.Ordinal);
        Assert.EndsWith($"--revision M73 --drop '{Flr}: vfio_pci_dma_buf_move(vdev, false)' --name seed --policy barging", run.Lines[^1], StringComparison.Ordinal);
    }

    // What each option stands for, as the patch file has it.
    [Theory]
    [InlineData("without-lock vfio_pci_dma_buf_move: dma_resv", "--without-lock", "dma_resv@buf_move")]
    [InlineData("without-lock vfio_pci_dma_buf_unmap: dma_resv", "--without-lock", "dma_resv@vfio_pci_dma_buf_unmap")]
    [InlineData("swap vfio_pci_dma_buf_move: M3 -> M4", "--swap", "M3", "M4")]
    [InlineData("move vfio_pci_dma_buf_cleanup: fput(priv->dmabuf->file) -> priv->vdev = NULL", "--move", "cleanup: fput(priv->dmabuf->file)", "priv->vdev = NULL")]
    [InlineData("repeat vfio_pci_dma_buf_move: M4 -> M3", "--insert", "M4", "M3")]
    [InlineData("insert vfio_pci_dma_buf_move: L4 @ vfio_pci_dma_buf_release -> M4", "--insert", "L4 @ vfio_pci_dma_buf_release", "vfio_pci_dma_buf_move: M4")]
    [InlineData("hold vfio_pci_dma_buf_map: dma_resv", "--hold", "dma_resv@vfio_pci_dma_buf_map")]
    [InlineData("without-lock pci_try_reset_function: device_lock", "--without-lock", "device_lock@pci_try_reset_function")]
    public void Options_SayWhatAPatchSays(string patch, params string[] words)
    {
        var asked = CommandRun.WithInput(SampleScenarios.Read, ["explore", "-", "--revision", "M73", .. words, "--json"]);
        if (patch.Contains("dma_buf_unmap", StringComparison.Ordinal))
        {
            asked.AssertRefused("no call path 'vfio_pci_dma_buf_unmap' with dma_resv");
            return;
        }

        var path = folder.Write("what-if", patch);
        var written = CommandRun.WithInput(SampleScenarios.Read, "explore", "-", "--revision", $"M73,M73+{path}", "--json");

        string[] Hashes(CommandRun run) => [.. run.Json.GetProperty("runs").EnumerateArray().Select(each => each.GetProperty("modelHash").GetString()!)];
        Assert.Equal(Hashes(written), Hashes(asked));
        Assert.Equal(2, Hashes(asked).Distinct().Count());
        Assert.Equal(patch, PathEditWords.Write(RevisionNames.Parse($"M73+{path}").Edits[0]));
    }

    [Theory]
    [InlineData("", "1:1: error: the patch has no edit, expected one of drop, ")]
    [InlineData("title x\n  drip f: a", "2:3: error: found 'drip', expected one of drop, ")]
    [InlineData("drop M3", "1:1: error: expected 'drop FUNCTION: STEP'")]
    [InlineData("swap vfio_pci_dma_buf_move: M3", "1:1: error: expected 'swap FUNCTION: STEP -> STEP'")]
    [InlineData("# a remark\n\ndrop vfio_pci_dma_buf_move: M99", "3:1: error: vfio_pci_dma_buf_move has no step 'M99'; nearest: ")]
    [InlineData("drop vfio_pci_dma_buf_mov: M3", "1:1: error: no call path 'vfio_pci_dma_buf_mov'; nearest: 'vfio_pci_dma_buf_move'")]
    [InlineData("without-lock vfio_pci_dma_buf_move: resv", "1:1: error: unknown lock 'resv'; known: memory_lock, dma_resv, ")]
    [InlineData("base M99\ndrop vfio_pci_dma_buf_move: M3", "1:1: error: unknown revision 'M99'")]
    public void Patch_WhenALineIsWrong_PointsAtIt(string text, string message)
    {
        var path = folder.Write("p.patch", text);

        var run = CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", $"M73+{path}");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"{path}:{message}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Patch_WhenItsBaseIsAnother_Refuses() =>
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", $"S0+{folder.Write("p.patch", NoUnrevoke)}").AssertRefused("the patch is written for M73, M71b, not for S0");

    [Fact]
    public void Revision_WhenThePatchIsMissingOrTheRowUnknown_Refuses()
    {
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "M73+none.patch").AssertRefused("cannot read 'none.patch': no such file");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "M7+none.patch").AssertRefused("unknown revision 'M7'");
    }

    [Fact]
    public void Edit_WhenItCannotBeMade_SaysWhich()
    {
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--drop", "M99").AssertRefused("--drop M99: no call path has 'M99'");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--drop", "vfio_pci_dma_buf_move: M99").AssertRefused("--drop 'vfio_pci_dma_buf_move: M99': vfio_pci_dma_buf_move has no step 'M99'");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--drop", "buf_move: M99").AssertRefused("--drop 'buf_move: M99': several call paths; name one of vfio_pci_dma_buf_move, amdgpu_dma_buf_move_notify");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--drop", "dma_resv_lock(priv->dmabuf->resv, NULL)").AssertRefused("several call paths with 'dma_resv_lock(priv->dmabuf->resv, NULL)'; name one of ");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--name", "x").AssertRefused("--name: there is no edit to name");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--hold", "dma_resv").AssertRefused("expected LOCK@FUNCTION");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--hold", "memory_lock@vfio_pci_dma_buf_map").AssertRefused("has no variable that names one such lock");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--without-lock", "dma_resv").AssertRefused("--without-lock dma_resv: several call paths with dma_resv; name one of ");
    }

    // The patch file is gone: the journal has the edits. Another model is refused.
    [Fact]
    public void Journal_OfAVariant_ReplaysWithoutThePatchFile()
    {
        var patch = folder.Write("no-unrevoke.patch", NoUnrevoke);
        var found = Path.Combine(folder.Path, "found");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", $"M73+{patch}", "--journal", found);
        File.Delete(patch);
        var journal = Directory.GetFiles(found, "flr-M73+no-unrevoke.patch-*.db").First();

        var run = CommandRun.Of("replay", journal);

        Assert.Contains("M73+no-unrevoke.patch, seed 0, written by explorer", run.Out, StringComparison.Ordinal);
        Assert.Contains("0 divergences", run.Out, StringComparison.Ordinal);
        Assert.Contains("requests recorded under M73+no-unrevoke.patch, given to M73", CommandRun.Of("replay", journal, "--revision", "M73").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Journal_OfAVariant_IsNoJournalOfItsBase()
    {
        var found = Path.Combine(folder.Path, "found");
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", $"M73+{folder.Write("no-unrevoke.patch", NoUnrevoke)}", "--journal", found);
        using var store = JournalStore.OpenRead(Directory.GetFiles(found, "flr-M73+no-unrevoke.patch-*.db").First());

        Assert.Equal("M73+no-unrevoke.patch", JournalModels.Of(store.Header, bestEffort: false).Revision.Name);
        var refused = Assert.Throws<JournalException>(() => JournalModels.Of(store.Header with { Revision = "M73", Edits = "" }, bestEffort: false));

        Assert.Contains("written by another model", refused.Message, StringComparison.Ordinal);
    }

    // The museum knows what the patch brings back: the seed's missing un-revoke after FLR.
    [Fact]
    public void BugsTry_OfAPatch_NamesTheBugItBringsBack()
    {
        var patch = folder.Write("no-unrevoke.patch", NoUnrevoke);
        var catalogue = Path.Combine(ShippedScenarios.Folder, "../museum/catalogue.txt");

        var run = CommandRun.Of("bugs", "try", "--catalogue", catalogue, "--revision", $"M73,M73+{patch}", "B01", "B03");
        var back = CommandRun.Of("bugs", "try", "--catalogue", catalogue, "--revision", $"M73+{patch},M73", "B01", "B03");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("B01 flr-never-unrevokes ", StringComparison.Ordinal) && line.EndsWith("  .  x", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("B03 cleanup-after-disable ", StringComparison.Ordinal) && line.EndsWith("  .  .", StringComparison.Ordinal));
        Assert.Contains("worse: B01 flr-never-unrevokes", run.Lines);
        Assert.Equal(ExitCode.Clean, back.Code);
        Assert.Contains("gone:  B01 flr-never-unrevokes", back.Lines);
    }

    [Fact]
    public void Diff_OfAPatch_IsItsHunk()
    {
        var patch = folder.Write("no-unrevoke.patch", NoUnrevoke);

        var diff = CommandRun.Of("revisions", "diff", "M73", $"M73+{patch}");
        var shown = CommandRun.Of("revisions", "show", Flr, "--revision", $"M73+{patch}");

        Assert.Contains("+++ M73+no-unrevoke.patch", diff.Out, StringComparison.Ordinal);
        Assert.Equal($"@@ {Flr}", Assert.Single(diff.Lines, line => line.StartsWith("@@", StringComparison.Ordinal)));
        Assert.Contains(diff.Lines, line => line.StartsWith("- ", StringComparison.Ordinal) && line.Contains("vfio_pci_dma_buf_move(vdev, false)", StringComparison.Ordinal));
        Assert.DoesNotContain("vfio_pci_dma_buf_move(vdev, false)", shown.Out, StringComparison.Ordinal);
        Assert.StartsWith($"{Flr} on M73+no-unrevoke.patch", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfAVariantsEdits_ReadsBackAsTheSame()
    {
        var variant = KernelRevisions.M73 with
        {
            Base = "M73",
            Edits = Sequence<PathEdit>.Of(
                new PathEdit.Drop("f", "a"), new PathEdit.DropTest("f", "if (a)"), new PathEdit.DropSection("f", "lock", "unlock"), new PathEdit.WithoutLock("f", MachineKind.PagesMutex),
                new PathEdit.Swap("f[x]", "a#2", "b: c"), new PathEdit.Move("f", "priv->a", "end"), new PathEdit.Repeat("f", "a", "begin"), new PathEdit.Insert("f", "a", new StepSource("g", ""), "b"),
                new PathEdit.Insert("f", "a", new StepSource("g", "S0"), "b")),
        };

        var read = PatchFile.Parse("p", PatchFile.Text(variant));

        Assert.Equal(variant.Edits, read.Lines.Select(line => line.Edit));
        Assert.Equal(["M73"], read.Bases);
    }
}
