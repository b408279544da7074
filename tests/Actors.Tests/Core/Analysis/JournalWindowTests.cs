using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Actors.Exploration.Shrinking;
using Actors.Host.Inputs;
using Actors.Persistence;
using Actors.Tests.Host;

namespace Actors.Tests.Core.Analysis;

/// <summary>Which part of a journal a finding hangs on.</summary>
public sealed class JournalWindowTests
{
    // A BAR fault that keeps the file is a leak that the end of the storm tells of, long after the first one.
    [Fact]
    public void ReadToCauses_OfALeak_EndsWithTheRequestThatLeftIt()
    {
        using var folder = new TemporaryFolder();
        var patch = folder.Write("leak.patch", "drop vfio_pci_mmap_huge_fault: munmap() later: fput(vma->vm_file)\n");
        var path = Path.Combine(folder.Path, "sim.db");
        CommandRun.Of("storm", "--sim", "--seed", "5", "--operations", "2000", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--revision", $"M73+{patch}", "--journal", path);
        using var store = JournalStore.OpenRead(path);
        var model = JournalModels.Of(store.Header, bestEffort: false);
        var left = JournalWindow.Read(model, store.ReadAll(), finding => finding.Violation is { Property: Property.Quiescence, Text: "a device file reference is never put" }, _ => { }).Found!;

        var window = JournalWindow.ReadToCauses(model, () => store.ReadAll(), left).First();

        Assert.InRange(window.Count, 1, left.Entry / 2);
        Assert.IsType<Request.FaultBar>(window.Requests.Single(request => request.End == window.Count).Call.Request);
        var shrunk = JournalShrinker.Run(window, new ShrinkOptions())!;
        Assert.Equal(left.Finding.Id, shrunk.Witness.Finding.Id);
        Assert.IsType<Request.FaultBar>(Assert.Single(Assert.Single(shrunk.Scenario.Tasks)).Request);
    }

    [Fact]
    public void ReadToCauses_WhenNothingIsLeft_AreNone()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "sim.db");
        CommandRun.Of("storm", "--sim", "--seed", "5", "--operations", "300", "--devices", "1", "--tasks", "4", "--revision", "M73", "--journal", path);
        using var store = JournalStore.OpenRead(path);
        var model = JournalModels.Of(store.Header, bestEffort: false);
        var end = new FoldFinding(new Actors.Core.Properties.Finding(new(Property.Quiescence, "leak", "a device file reference is never put"), "(quiescence)", nameof(MachineKind.DeviceFile)), 0, default);

        Assert.Empty(JournalWindow.ReadToCauses(model, () => store.ReadAll(), end));
    }
}
