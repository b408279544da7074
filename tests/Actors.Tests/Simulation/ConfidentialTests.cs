using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>Shared and private MMIO against trusted and untrusted requests: dma-mapping d, the rules of the model.</summary>
public sealed class ConfidentialTests
{
    private const string Text = """
        vfio t
        {
            v0: device MMIO;
            b0: dma_buf of v0;
            d0: dma_device DEVICE;
            a0: importer unmaps of b0 free dev d0;
        }
        P0 {
            attach(a0);
            r0 = map(a0);
        }
        exists (0:r0=ANSWER)
        """;

    // Exporter, importer's device; what the row should answer; whether an address is produced that must not be.
    [Theory]
    [InlineData("M73", "", "translated", "0", false)]
    [InlineData("M73", "", "trusted", "0", false)] // the sources do not say; nothing refuses it
    [InlineData("M73", "private_mmio", "translated trusted", "0", false)]
    [InlineData("M73", "private_mmio", "translated", "0", true)]
    [InlineData("M73", "private_mmio", "identity", "0", true)]
    [InlineData("M73", "", "swiotlb_force", "-ENOMEM", false)]
    [InlineData("M73", "private_mmio", "swiotlb_force", "-ENOMEM", false)]
    [InlineData("M73-fixes", "", "translated", "0", false)]
    [InlineData("M73-fixes", "private_mmio", "translated trusted", "0", false)]
    [InlineData("M73-fixes", "private_mmio", "translated", "-EINVAL", false)]
    [InlineData("M73-fixes", "private_mmio", "identity", "-EINVAL", false)]
    [InlineData("M73-fixes", "private_mmio", "swiotlb_force", "-EINVAL", false)]
    public void Map_OfMmioForADevice_IsRefusedWhereTheRowKnowsThatItMustBe(string revision, string mmio, string device, string answer, bool leaks)
    {
        var text = Text.Replace("MMIO", mmio, StringComparison.Ordinal).Replace("DEVICE", device, StringComparison.Ordinal).Replace("ANSWER", answer, StringComparison.Ordinal);

        var result = new Explorer(new Model(KernelRevisions.Find(revision)!, ScenarioParser.Parse(text, "t"), GrantPolicy.Barging)).Run();

        Assert.Equal((true, 0L), (result.Observation!.Positive > 0, result.Observation.Negative));
        Assert.Equal(leaks, result.Findings.Any(witness => witness.Finding.Violation.Kind == "confidential"));
        Assert.DoesNotContain(result.Findings, witness => witness.Finding.Violation.Property == Property.Answers);
    }
}
