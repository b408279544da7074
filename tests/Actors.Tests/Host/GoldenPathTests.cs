using System.Runtime.CompilerServices;

namespace Actors.Tests.Host;

/// <summary>Call paths as committed text, read against kernel/exporter-paths.md. UPDATE_GOLDEN=1 rewrites the files; review the diff.</summary>
public sealed class GoldenPathTests
{
    [Theory]
    [InlineData("vfio_pci_core_feature_dma_buf", "M73")]
    [InlineData("vfio_pci_core_feature_dma_buf", "S0")]
    [InlineData("vfio_pci_dma_buf_attach", "M73")]
    [InlineData("vfio_pci_dma_buf_map", "M73")]
    [InlineData("vfio_pci_dma_buf_map", "S0")]
    [InlineData("vfio_pci_dma_buf_move", "M73")]
    [InlineData("vfio_pci_dma_buf_move", "S0")]
    [InlineData("vfio_pci_dma_buf_cleanup", "M73")]
    [InlineData("vfio_pci_dma_buf_cleanup", "S0")]
    [InlineData("vfio_pci_dma_buf_release", "M73")]
    [InlineData("vfio_basic_config_write", "M73")]
    [InlineData("vfio_exp_config_write", "M73")]
    [InlineData("vfio_exp_config_write", "S0")]
    [InlineData("vfio_pci_ioctl_reset", "M73")]
    [InlineData("vfio_pci_runtime_pm_entry[with wakeup]", "M73")]
    [InlineData("vfio_pci_core_disable", "M73")]
    public void Show_OfACallPath_EqualsTheCommittedText(string path, string revision)
    {
        var run = CommandRun.Of("revisions", "show", path, "--revision", revision);

        var file = Path.Combine(Folder(), $"{path.Replace('[', '.').Replace(' ', '-').TrimEnd(']')}.{revision}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, run.Out);
        Assert.Equal(File.ReadAllText(file), run.Out);
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
