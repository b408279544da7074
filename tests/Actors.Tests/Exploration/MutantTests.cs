using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Core;
using Actors.Tests.Simulation;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration;

/// <summary>Each property has a mutant of a call path that violates it, so a green run of today's kernel is no accident of blind properties.</summary>
public sealed class MutantTests
{
    private const string Move = "vfio_pci_dma_buf_move";
    private const string Cleanup = "vfio_pci_dma_buf_cleanup";
    private const string CommandWrite = "vfio_basic_config_write";
    private const string PutRegistration = "vfio_device_put_registration(&vdev->vdev)";

    // P4 cannot be seen apart in M73, which notifies before it clears by design: its mutant is one of M73 whose revoke does not wait.
    private static readonly KernelRevision NoWait = KernelRevisions.M73 with { Name = "M73-nowait", RevokeReturns = RevokeReturns.AfterNotify };

    private static readonly FaultPlan NoFd = new(1, 0, Sequence<FaultPoint>.Of(FaultPoint.FdTable));

    private sealed record Mutant(Property Property, ScenarioBuilder Scenario, PathEdit Edit, KernelRevision? Base = null)
    {
        public KernelRevision Original => Base ?? KernelRevisions.M73;

        public KernelRevision Revision => Original with { Name = $"{Original.Name}-mutant", Edits = Sequence<PathEdit>.Of(Edit) };
    }

    private static readonly Dictionary<string, Mutant> Mutants = new()
    {
        ["P1: a revoke does not wait for unmaps"] = new(
            Property.P1, OneImporter(ImporterKind.UnmapsLater, mapped: true).Task(MemoryOff), new PathEdit.Drop(Move, "wait_for_completion(&priv->comp)")),
        ["P1: DMA starts on a mapping that a reset forgot"] = new(
            Property.P1, OneImporter(mapped: true).Task(Flr).Task(Dma), new PathEdit.Drop("vfio_exp_config_write", "vfio_pci_dma_buf_move(vdev, true)")),
        ["P2: FLR does not un-revoke"] = new(
            Property.P2, OneBuffer().Task(Flr), new PathEdit.Drop("vfio_exp_config_write", "vfio_pci_dma_buf_move(vdev, false)")),
        ["P2: export samples memory before it takes memory_lock"] = new(
            Property.P2, NoBuffer().Task(Export).Task(MemoryOff), new PathEdit.Move("vfio_pci_core_feature_dma_buf", "__vfio_pci_memory_enabled(vdev)", "E5")),
        ["P3: map does not test revoked"] = new(
            Property.P3, OneImporter().Task(MemoryOff).Task(Map), new PathEdit.Drop("vfio_pci_dma_buf_map", "if (priv->revoked)")),
        ["P4: attachments are told before the flag is written"] = new(
            Property.P4, OneImporter().Task(MemoryOff, MemoryOn), new PathEdit.Swap(Move, "M3", "M4"), NoWait),
        ["P4: attachments are not told"] = new(
            Property.P4, OneImporter().Task(MemoryOff, MemoryOn), new PathEdit.Drop(Move, "M4"), NoWait),
        ["P5: close leaves priv->vdev"] = new(
            Property.P5, OneBuffer().Task(CloseDevice), new PathEdit.Drop(Cleanup, "priv->vdev = NULL")),
        ["P5: release does not unlink"] = new(
            Property.P5, OneBuffer().Task(CloseBuffer, MemoryOff), new PathEdit.Drop("vfio_pci_dma_buf_release", "list_del_init(&priv->dmabufs_elm)")),
        ["P6: close puts the registration twice"] = new(
            Property.P6, OneBuffer().Task(CloseDevice), new PathEdit.Repeat(Cleanup, PutRegistration, "fput(priv->dmabuf->file)")),
        ["Answers: export does not look at the ranges"] = new(
            Property.Answers, NoBuffer().Task(ExportNothing), new PathEdit.Drop("vfio_pci_core_feature_dma_buf", "if (validate_dmabuf_input())")),
        ["P7: config is freed before the low-power exit reads it"] = new(
            Property.P7, OneBuffer().Task(CloseDevice), new PathEdit.Move("vfio_pci_core_disable", "vfio_config_free(vdev)", "vfio_pci_runtime_pm_exit(vdev)")),
        ["P8: the file is freed before the dentry is put"] = new(
            Property.P8, OneBuffer().Task(MemoryOff).Task(CloseBuffer), new PathEdit.Move("__fput", "file_free(file)", "dput(dentry)")),
        ["P9: unmap does not count down"] = new(
            Property.P9, OneImporter(mapped: true).Task(MemoryOff), new PathEdit.Drop("vfio_pci_dma_buf_unmap", "kref_put(&priv->kref, vfio_pci_dma_buf_done)")),
        ["P9: a revoke drains under dma_resv"] = new(
            Property.P9, OneImporter(ImporterKind.UnmapsLater, mapped: true).Task(MemoryOff), new PathEdit.Move(Move, "wait_for_completion(&priv->comp)", "M5")),
        ["P10: close does not put the registration"] = new(
            Property.P10, OneBuffer().Task(CloseDevice).Task(Unbind), new PathEdit.Drop(Cleanup, PutRegistration)),
        ["P11: export does not put the buffer when no fd is free"] = new(
            Property.P11, NoBuffer().Task(NoFd, Export), new PathEdit.Drop("vfio_pci_core_feature_dma_buf", "dma_buf_put(priv->dmabuf)")),
        ["P12: memory off does not zap"] = new(
            Property.P12, OneBuffer().Task(new Request.FaultBar(F0), MemoryOff), new PathEdit.Drop(CommandWrite, "vfio_pci_zap_bars(vdev): unmap_mapping_range()")),
        ["P12: a fault tests and inserts without memory_lock"] = new(
            Property.P12, OneBuffer().Task(MemoryOff).Task(new Request.FaultBar(F0)),
            new PathEdit.DropSection("vfio_pci_mmap_huge_fault", "down_read(&vdev->memory_lock)", "up_read(&vdev->memory_lock)")),
        ["Locks: FLR does not release memory_lock"] = new(
            Property.Locks, OneBuffer().Task(Flr), new PathEdit.Drop("vfio_exp_config_write", "up_write(&vdev->memory_lock)")),
        ["Locks: close revokes without memory_lock"] = new(
            Property.Locks, OneBuffer().Task(CloseDevice), new PathEdit.DropSection(Cleanup, "down_write(&vdev->memory_lock)", "up_write(&vdev->memory_lock)")),
        ["Locks: release of a lock that was not taken"] = new(
            Property.Locks, OneBuffer().Task(Reset), new PathEdit.Drop("vfio_pci_ioctl_reset", "vfio_pci_zap_and_down_write_memory_lock(vdev)")),
        ["Quiescence: a device file reference is kept"] = new(
            Property.Quiescence, OneBuffer().Task(Reset), new PathEdit.Drop("fdput", "atomic_long_dec_and_test(&file->f_count)")),
    };

    public static TheoryData<string> Names => [.. Mutants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Explore_WhenPathIsMutated_FindsWhatThePlainRevisionLacks(string name)
    {
        var mutant = Mutants[name];

        var plain = Ids(mutant.Scenario, mutant.Original, mutant.Property);
        var mutated = Ids(mutant.Scenario, mutant.Revision, mutant.Property);

        Assert.NotEmpty(mutated.Except(plain));
    }

    // What is left half done at the end of a shipped scenario when a statement is left out.
    [Theory]
    [InlineData("submit-both-orders", "amdgpu_cs_ioctl", "drm_exec_fini(): ww_acquire_fini(&exec->ticket)", "an acquire context of a task that has finished is open")]
    [InlineData("remap-detach-iova", "importer_detach", "dma_buf_detach(dmabuf, attach)", "an importer's attach or detach never ends")]
    [InlineData("epoll-close", "dma_buf_poll_cb[EPOLLIN]", "fput(dmabuf->file): atomic_long_dec_and_test(&file->f_count)", "a dma-buf file reference of a poll is never put")]
    [InlineData("close-dma", "vfio_pci_core_disable", "__pci_reset_function_locked(pdev): end", "a reset of the function never ends")]
    public void Explore_WhenAStatementIsLeftOut_FindsWhatIsLeftHalfDone(string scenario, string function, string statement, string text)
    {
        IEnumerable<string> Texts(KernelRevision revision) =>
            new Explorer(new Model(revision, ShippedScenarios.Read(scenario), GrantPolicy.Barging), new ExplorerOptions { Reduction = true }).Run().Findings.Select(witness => witness.Finding.Violation.Text);

        Assert.Contains(text, Texts(KernelRevisions.M73 with { Name = "M73-mutant", Edits = Sequence<PathEdit>.Of(new PathEdit.Drop(function, statement)) }));
        Assert.DoesNotContain(text, Texts(KernelRevisions.M73));
    }

    [Fact]
    public void Mutants_WhenPropertiesAreListed_CoverAll() =>
        Assert.Empty(Enum.GetValues<Property>().Except(Mutants.Values.Select(mutant => mutant.Property)));

    // The findings that count: of that property, and not accepted by design.
    private static IEnumerable<string> Ids(ScenarioBuilder scenario, KernelRevision revision, Property property) =>
        scenario.Explore(revision).Findings
            .Where(witness => witness.Finding.Violation.Property == property && witness.Finding.AcceptedReason(revision) is null)
            .Select(witness => witness.Finding.Id);
}
