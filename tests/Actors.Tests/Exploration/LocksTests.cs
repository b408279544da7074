using Actors.Core.Analysis.Locks;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Core;
using Actors.Tests.Simulation;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration;

/// <summary>Small programs whose deadlocks are known, as edits of today's call paths; and the promise that every deadlock met was predicted.</summary>
public sealed class LocksTests
{
    private const string Move = "vfio_pci_dma_buf_move";
    private const string Fault = "vfio_pci_mmap_huge_fault";
    private const string Wait = "wait_for_completion(&priv->comp)";
    private const int StatesMax = 30_000;

    private static readonly LockNode MemoryLock = new(MachineKind.MemoryLock);
    private static readonly LockNode DmaResv = new(MachineKind.DmaResv);
    private static readonly LockNode Igate = new(MachineKind.Igate);
    private static readonly LockNode DeviceLock = new(MachineKind.PciDeviceLock);
    private static readonly LockNode Completion = new(MachineKind.DmaBuf, nameof(DmaBufMessage.WaitForCompletion));

    private static readonly Request BarFault = new Request.FaultBar(F0);

    // Suspend takes igate under memory_lock, close takes memory_lock under igate.
    private static readonly KernelRevision CrossedLocks = With(
        new PathEdit.Move("vfio_pci_core_runtime_suspend", "up_write(&vdev->memory_lock)", "mutex_unlock(&vdev->igate)"),
        new PathEdit.Move("vfio_pci_core_close_device", "mutex_lock(&vdev->igate)", "vfio_pci_dma_buf_cleanup(vdev)"));

    private static readonly KernelRevision FaultReadsTwice = With(new PathEdit.Repeat(Fault, "down_read(&vdev->memory_lock)", "down_read(&vdev->memory_lock)"));

    private static readonly KernelRevision DrainsUnderResv = With(
        new PathEdit.Move(Move, "kref_put(&priv->kref, vfio_pci_dma_buf_done)", "dma_resv_unlock(priv->dmabuf->resv)#1"),
        new PathEdit.Move(Move, Wait, "dma_resv_unlock(priv->dmabuf->resv)#1"));

    private static readonly KernelRevision UnmapDoesNotCount = With(new PathEdit.Drop("vfio_pci_dma_buf_unmap", "kref_put(&priv->kref, vfio_pci_dma_buf_done)"));

    private static readonly KernelRevision FlrKeepsTheLock = With(new PathEdit.Drop("vfio_exp_config_write", "up_write(&vdev->memory_lock)"));

    [Fact]
    public void Graph_OfARevoke_HasItsLocksInTheirOrder()
    {
        var graph = TaskRuns.Graph(OneImporter(mapped: true).Task(MemoryOff).Model());

        Assert.True(graph.IsComplete);
        Assert.Contains(graph.Edges, edge => edge.From == MemoryLock && edge.To == DmaResv && edge.Held.Mode == LockMode.Write);
        Assert.Contains(graph.Edges, edge => edge.From == MemoryLock && edge.To == Completion && edge.Wanted.Step.Text == Wait);
        Assert.DoesNotContain(graph.Edges, edge => edge.From == DmaResv && edge.To == MemoryLock);
    }

    [Fact]
    public void Graph_WhenALockIsTried_HasNoEdgeToIt()
    {
        var graph = TaskRuns.Graph(OneBuffer().Task(Flr).Task(Unbind).Model());

        Assert.Contains(graph.Takings, taking => taking.Node == DeviceLock);
        Assert.DoesNotContain(graph.Edges, edge => edge.To == DeviceLock);
    }

    [Fact]
    public void Graph_WhenATriedLockIsHeld_HasEdgesFromIt()
    {
        var revision = With(new PathEdit.Move("vfio_pci_core_disable", "vfio_pci_runtime_pm_exit(vdev)", "pci_dev_unlock(pdev)"));

        var graph = TaskRuns.Graph(new ScenarioBuilder().Device().Task(CloseDevice).Model(revision));

        Assert.Contains(graph.Edges, edge => edge.From == DeviceLock && edge.To == MemoryLock && edge.Held.Try);
    }

    [Fact]
    public void Graph_WhenAWorkerUnmaps_HasAnEdgeFromTheWaitToWhatTheWorkerTakes()
    {
        var model = OneImporter(ImporterKind.UnmapsLater, mapped: true).Task(MemoryOff).Model();

        var edge = Assert.Single(TaskRuns.Graph(model).Edges, edge => edge.From == Completion && edge.To == DmaResv);

        Assert.Equal("a0.work", model.Topology.NameOf(edge.Task));
        Assert.Equal("kref_put(&priv->kref, vfio_pci_dma_buf_done)", edge.Wakes!.Next.Text);
    }

    [Fact]
    public void Graph_WhenASuspendIsUnderWay_HasAnEdgeFromTheResumeThatWaitsForIt()
    {
        var model = new ScenarioBuilder().Device().Task(new Request.EnterLowPower(F0, WakeupArgument.None)).Task(new Request.ReadConfig(F0)).Model();

        Assert.Contains(TaskRuns.Graph(model).Edges, edge => edge.From.Wait == nameof(DeviceMessage.ResumeBegin) && edge.To == MemoryLock && model.Topology.NameOf(edge.Task) == "v0.pm");
    }

    [Fact]
    public void Graph_WhenTheRunsAreBounded_SaysThatItIsNotComplete() =>
        Assert.False(TaskRuns.Graph(OneImporter().Task(MemoryOff).Task(Map).Model(), runsMax: 2).IsComplete);

    [Fact]
    public void Between_OfTwoObjectsOfOneClass_TellsThemApartByTheirOrder()
    {
        var (first, second) = (MachineRef.MemoryLock(V0), MachineRef.MemoryLock(V1));

        Assert.Equal((MemoryLock, MemoryLock with { Subclass = 1 }), LockNode.Between(MemoryLock, first, MemoryLock, second));
        Assert.Equal((MemoryLock with { Subclass = 1 }, MemoryLock), LockNode.Between(MemoryLock, second, MemoryLock, first));
        Assert.Equal((MemoryLock, MemoryLock), LockNode.Between(MemoryLock, first, MemoryLock, first));
        Assert.Equal((MemoryLock, DmaResv), LockNode.Between(MemoryLock, first, DmaResv, MachineRef.DmaResv(B0)));
    }

    [Fact]
    public void Cycles_WhenTwoTasksTakeTwoLocksCrosswise_ArePredictedAndConfirmed()
    {
        var scenario = OneBuffer().Task(new Request.EnterLowPower(F0, WakeupArgument.None), CloseDevice);

        Assert.Empty(Circles(scenario, KernelRevisions.M73));
        AssertConfirmed(scenario, CrossedLocks, CycleKind.Circular, MemoryLock, Igate);
    }

    [Fact]
    public void Cycles_WhenAReaderReadsAgainAndAWriterQueues_ArePredictedAndConfirmed()
    {
        var cycle = AssertConfirmed(OneBuffer().Task(BarFault).Task(MemoryOff), FaultReadsTwice, CycleKind.Recursive, MemoryLock);

        Assert.Equal(LockMode.Write, Assert.Single(cycle.QueuedWriters).Mode);
    }

    [Fact]
    public void Cycles_WhenReadersReadAgainAndNobodyWrites_AreNone() =>
        Assert.Empty(Circles(OneBuffer().Task(BarFault).Task(BarFault), FaultReadsTwice));

    [Fact]
    public void Cycles_WhenAWaitKeepsALockItsWakerNeeds_ArePredictedAndConfirmed() =>
        AssertConfirmed(OneImporter(ImporterKind.UnmapsLater, mapped: true).Task(MemoryOff), DrainsUnderResv, CycleKind.Circular, DmaResv, Completion);

    [Fact]
    public void Cycles_WhenTheTaskThatIsToUnmapNeedsMemoryLockFirst_ArePredictedAndConfirmed()
    {
        var scenario = OneImporter(ImporterKind.Ignores, mapped: true).Buffer().Task(MemoryOff).Task(new Request.CloseDmaBuf(B1), Unmap);

        AssertConfirmed(scenario, KernelRevisions.M73, CycleKind.Circular, MemoryLock, Completion);
    }

    [Fact]
    public void Cycles_WhenATaskWaitsForACompletionNobodyCompletes_ArePredictedAndConfirmed() =>
        AssertConfirmed(OneImporter(mapped: true).Task(MemoryOff), UnmapDoesNotCount, CycleKind.NobodyWakes, Completion);

    [Fact]
    public void Cycles_WhenAnImporterKeepsItsMapping_SayWhoOwesTheUnmap()
    {
        var (graph, cycles, search) = Search(OneImporter().Task(MemoryOff).Task(Map), KernelRevisions.M73);

        var cycle = Assert.Single(cycles);
        Assert.Equal(CycleKind.NobodyWakes, cycle.Kind);
        Assert.Equal("kref_get(&priv->kref)", cycle.Owing!.Next.Text);
        Assert.True(graph.IsComplete);
        Assert.Null(search.WitnessOf(cycle));
    }

    [Fact]
    public void Cycles_WhenALockIsKept_ArePredictedAndConfirmed() =>
        AssertConfirmed(OneBuffer().Task(Flr).Task(MemoryOff), FlrKeepsTheLock, CycleKind.NeverReleased, MemoryLock);

    [Fact]
    public void Cycles_WhenATaskTakesItsOwnLock_ArePredictedAndConfirmed()
    {
        var revision = With(new PathEdit.Repeat("vfio_exp_config_write", "vfio_pci_zap_and_down_write_memory_lock(vdev)", "vfio_pci_zap_and_down_write_memory_lock(vdev)"));

        AssertConfirmed(OneBuffer().Task(Flr), revision, CycleKind.Recursive, MemoryLock);
    }

    [Fact]
    public void Search_WhenTheGraphLacksACycle_SaysThatItWasNotPredicted()
    {
        var model = OneImporter(mapped: true).Task(MemoryOff).Model(UnmapDoesNotCount);
        var graph = TaskRuns.Graph(model);

        var search = CycleSearch.Run(model, graph, [], new ExplorerOptions());

        Assert.NotEmpty(search.NotPredicted);
    }

    public static TheoryData<string, string> Shipped
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var name in ShippedScenarios.Names)
            {
                foreach (var revision in KernelRevisions.All)
                    runs.Add(name, revision.Name);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Search_OfAShippedScenario_MeetsNoDeadlockThatWasNotPredicted(string name, string revision)
    {
        var model = new Actors.Core.Scenarios.Model(KernelRevisions.Find(revision)!, ShippedScenarios.Read(name), GrantPolicy.Barging);
        var graph = TaskRuns.Graph(model);

        var search = CycleSearch.Run(model, graph, LockCycles.Of(graph), new ExplorerOptions { StatesMax = StatesMax });

        Assert.True(graph.IsComplete);
        Assert.Empty(search.NotPredicted.Select(witness => witness.Finding));
    }

    // Every statement of the paths a small scenario runs is left out once, and written twice once: many of these deadlock, none by surprise.
    [Theory]
    [InlineData("flr", 5)]
    [InlineData("off-map", 10)]
    [InlineData("close-unbind", 10)]
    [InlineData("attach-detach", 5)]
    [InlineData("reset-unbind", 2)]
    public void Search_OfMutatedPaths_MeetsNoDeadlockThatWasNotPredicted(string name, int atLeast)
    {
        var scenario = SmallScenarios.Of(name);
        var deadlocked = 0;
        var missed = new List<string>();

        foreach (var edit in EditsOf(scenario))
        {
            var (graph, _, search) = Search(scenario, With(edit));
            deadlocked += search.Result.Findings.Any(witness => witness.Finding.Violation.Property is Property.P9 or Property.P10) ? 1 : 0;
            if (graph.IsComplete)
                missed.AddRange(search.NotPredicted.Select(witness => $"{edit}: {witness.Finding}"));
        }

        Assert.Empty(missed);
        Assert.True(deadlocked >= atLeast, $"only {deadlocked} mutants deadlock");
    }

    private static IEnumerable<PathEdit> EditsOf(ScenarioBuilder scenario)
    {
        var run = scenario.Explore().Exercised.OfType<Step.Send>().Where(step => step.Kind != SendKind.Await).Select(step => (step.Function, step.Text)).ToHashSet();
        foreach (var path in scenario.Model().Paths.All)
        {
            foreach (var text in path.Steps.Where(step => run.Contains((step.Function, step.Text))).Select(step => step.Text).Distinct())
            {
                var name = path.Steps.Count(step => step.Text == text) > 1 ? $"{text}#1" : text;
                yield return new PathEdit.Drop(path.Name, name);
                yield return new PathEdit.Repeat(path.Name, name, name);
            }
        }
    }

    private static KernelRevision With(params PathEdit[] edits) => KernelRevisions.M73 with { Name = "M73-edited", Edits = Sequence<PathEdit>.Of(edits) };

    private static (LockGraph Graph, IReadOnlyList<LockCycle> Cycles, CycleSearch Search) Search(ScenarioBuilder scenario, KernelRevision revision)
    {
        var model = scenario.Model(revision);
        var graph = TaskRuns.Graph(model);
        var cycles = LockCycles.Of(graph);
        return (graph, cycles, CycleSearch.Run(model, graph, cycles, new ExplorerOptions { StatesMax = StatesMax }));
    }

    private static IEnumerable<LockCycle> Circles(ScenarioBuilder scenario, KernelRevision revision) =>
        LockCycles.Of(TaskRuns.Graph(scenario.Model(revision))).Where(cycle => cycle.Kind is CycleKind.Circular or CycleKind.Recursive);

    private static LockCycle AssertConfirmed(ScenarioBuilder scenario, KernelRevision revision, CycleKind kind, params LockNode[] nodes)
    {
        var (_, cycles, search) = Search(scenario, revision);
        var cycle = Assert.Single(cycles, cycle => cycle.Kind == kind && cycle.Nodes.ToHashSet().SetEquals(nodes));
        Assert.NotNull(search.WitnessOf(cycle));
        Assert.Empty(search.NotPredicted);
        return cycle;
    }
}
