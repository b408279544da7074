using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>What rows beside the usual two say to shipped scenarios written for them.</summary>
public sealed class BranchVerdictTests
{
    [Theory]
    [InlineData("freeze-map-dma", "LU-jan", Property.P1, "the function is in reset")]
    [InlineData("freeze-command", "LU", Property.P2, "decode is on in the hardware although the device is frozen")]
    [InlineData("set-tph-get-tph", "TPH-v2", Property.Answers, "the steering tag of one setting and the processing hint of another")]
    [InlineData("nvgrace-reset-map-dma", "M619", Property.P1, "its memory is not ready yet after a reset")]
    [InlineData("nvgrace-reset-map-dma", "M71b", Property.P1, "its memory is not ready yet after a reset")]
    [InlineData("nvgrace-read-command-fault-mmap", "M71b", Property.P9, "MmapLock is never released")]
    public void Explore_OnARowThatHasIt_FindsIt(string scenario, string revision, Property property, string text) =>
        Assert.Contains(Found(scenario, revision), violation => violation.Property == property && violation.Text.Contains(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("freeze-map-dma", "LU")]
    [InlineData("freeze-close-open", "LU")]
    [InlineData("freeze-command", "LU-jan")]
    [InlineData("set-tph-get-tph", "TPH-v4")]
    [InlineData("set-tph-get-tph", "TPH")]
    [InlineData("set-tph-close", "TPH")]
    [InlineData("nvgrace-reset-read-dma", "M71b")]
    [InlineData("nvgrace-cxl-reset-read", "M71b")]
    [InlineData("nvgrace-cxl-reset-read", "LU")]
    [InlineData("read-command-fault-mmap", "M71b")]
    public void Explore_OnARowWithoutIt_FindsNothing(string scenario, string revision) => Assert.Empty(Found(scenario, revision));

    private static IEnumerable<Actors.Core.Machines.Violation> Found(string scenario, string revision)
    {
        var row = KernelRevisions.Find(revision)!;
        var result = new Explorer(new Model(row, ShippedScenarios.Read(scenario), GrantPolicy.Barging)).Run();

        Assert.Equal(Completion.ExploredAll, result.Completion);
        return result.Findings.Select(witness => witness.Finding).Where(finding => finding.AcceptedReason(row) is null).Select(finding => finding.Violation);
    }
}
