using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Reports;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Core.Analysis;

public sealed class RefcountLedgerTests
{
    private const string Cleanup = "vfio_pci_dma_buf_cleanup";
    private const string Move = "vfio_pci_dma_buf_move";

    // A revoke that neither asks whether it was done before nor arms the counter again.
    private static readonly PathEdit[] CountsDownAgain = [new PathEdit.DropTest(Move, "M2"), new PathEdit.Drop(Move, "kref_init(&priv->kref), reinit_completion(&priv->comp)")];

    [Fact]
    public void Ledger_OfACleanClose_FollowsEveryHolder()
    {
        var model = OneBuffer().Task(CloseDevice, CloseBuffer).Model();

        var ledger = RefcountLedger.Of(model, []);
        while (!ledger.World[new TaskId(0)].IsIdle)
            ledger.Take(new TaskId(0));

        var registration = ledger.Changes.Where(change => change.Kind == CountKind.Registration).ToArray();
        Assert.Equal([(3, 2), (2, 1)], registration.Select(change => (change.Before, change.After)));
        Assert.Equal([Holder.Of(B0), Holder.Of(F0)], registration.SelectMany(change => change.Dropped));
        Assert.Equal((0, Sequence<Holder>.Empty), ledger.CountOf(MachineRef.Of(B0), CountKind.File));
        Assert.Equal(0, ledger.CountOf(MachineRef.Of(B0), CountKind.PrivMemory).Count);
        Assert.Equal(0, ledger.CountOf(MachineRef.Of(B0), CountKind.FileMemory).Count);
        Assert.Empty(ledger.DoubleDrops);
    }

    [Fact]
    public void DoubleDrops_WhenAHolderPutsTwice_NameItsFirstDropNotSomebodyElses()
    {
        var edit = new PathEdit.Repeat(Cleanup, "vfio_device_put_registration(&vdev->vdev)", "fput(priv->dmabuf->file)");
        var (model, witness) = Found(OneBuffer().Task(CloseDevice), Property.P6, edit);

        var pair = Assert.Single(RefcountLedger.Of(model, witness.Schedule).DoubleDrops);

        Assert.Equal(CountKind.Registration, pair.Second.Kind);
        Assert.Equal(Sequence<Holder>.Of(Holder.Of(B0)), pair.First!.Dropped);
        Assert.Equal(Sequence<Holder>.Of(Holder.Of(B0)), pair.Second.Dropped);
        Assert.True(pair.First.Number < pair.Second.Number);
    }

    [Fact]
    public void DoubleDrops_OfACountWithoutNames_NameTheLastDropOfAnyTask()
    {
        var (model, witness) = Found(OneBuffer().Task(MemoryOff, CloseDevice), Property.P6, CountsDownAgain);

        var pair = Assert.Single(RefcountLedger.Of(model, witness.Schedule).DoubleDrops);

        Assert.Equal(CountKind.Kref, pair.Second.Kind);
        Assert.Equal((1, 0), (pair.First!.Before, pair.First.After));
        Assert.Equal((0, 0), (pair.Second.Before, pair.Second.After));
        Assert.Equal(pair.First.Step, pair.Second.Step);
    }

    [Fact]
    public void DoubleDrops_OfAUseAfterFree_NameWhoFreed()
    {
        var model = OneBuffer().Task(MemoryOff, MemoryOn).Task(new Request.OpenPath(B0), CloseBuffer).Model();
        var witness = new Explorer(model).Run().Findings.First(found => found.Finding.Violation.Property == Property.P8);

        var pair = Assert.Single(RefcountLedger.Of(model, witness.Schedule).DoubleDrops);

        Assert.Equal(CountKind.FileMemory, pair.Second.Kind);
        Assert.Equal("file_free(file)", pair.First!.Step.Text);
        Assert.NotEqual(pair.First.Task, pair.Second.Task);
    }

    [Fact]
    public void Text_OfADoubleDrop_HasBothDroppersSideBySide()
    {
        var (model, witness) = Found(OneBuffer().Task(MemoryOff, CloseDevice), Property.P6, CountsDownAgain);

        var lines = LedgerText.Lines(model, RefcountLedger.Of(model, witness.Schedule), TraceReplay.Of(model, witness), full: true);

        Assert.All(lines, line => Assert.True(line.Length <= TextLayout.Width, line));
        var row = Assert.Single(lines, line => line.StartsWith("dropped by P0 at ", StringComparison.Ordinal));
        Assert.Contains(" | dropped again by P0 at ", row, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("in r0 = command(v0, mem=0) ", StringComparison.Ordinal) && line.Contains(" | in r1 = close(v0)", StringComparison.Ordinal));
    }

    private static (Model Model, Witness Witness) Found(ScenarioBuilder scenario, Property property, params PathEdit[] edits)
    {
        var model = scenario.Model(KernelRevisions.M73 with { Name = "M73-edited", Edits = Sequence<PathEdit>.Of(edits) });
        return (model, new Explorer(model).Run().Findings.First(found => found.Finding.Violation.Property == property));
    }
}
