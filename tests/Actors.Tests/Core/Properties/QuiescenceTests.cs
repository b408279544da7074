using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Core.Properties;

public sealed class QuiescenceTests
{
    private static readonly TaskId T0 = new(0);
    private static readonly TaskId T1 = new(1);
    private static readonly TaskId T2 = new(2);

    [Fact]
    public void Judge_WhenNothingIsOpen_FindsNothing() => Assert.Empty(Run(OneImporter().Task(Flr).Model()).JudgeQuiescence());

    [Fact]
    public void Judge_WhenTwoTasksWaitForEachOther_NamesTheCycleOnce()
    {
        var world = Tasks(
            (T0, Take("a", "memory_lock", "igate")),
            (T1, Take("b", "igate", "memory_lock")),
            (T2, Take("c", "memory_lock")));
        Steps(world, T0, 2);
        Steps(world, T1, 2);

        var finding = Assert.Single(Blocked(Run(world)));

        Assert.Equal((Property.P9, "deadlock"), (finding.Violation.Property, finding.Violation.Kind));
    }

    [Fact]
    public void Judge_WhenATaskWaitsForItself_SaysSo()
    {
        var finding = Assert.Single(Blocked(Run(Tasks((T0, Take("a", "memory_lock", "memory_lock"))))));

        Assert.Contains("holds itself", finding.Violation.Text, StringComparison.Ordinal);
    }

    // The holder has finished; those who wait behind the first waiter are its consequence, but each waits for the same root.
    [Fact]
    public void Judge_WhenHolderHasFinished_BlamesTheWaiterAndTheLeak()
    {
        var world = Tasks((T0, new PathBuilder("keeper").Lock("lock", Paths.MemoryLock)), (T1, Take("b", "memory_lock")));
        Steps(world, T0, 2);

        var findings = Run(world).JudgeQuiescence().ToArray();

        Assert.Contains(findings, finding => finding.Violation is { Property: Property.P9 } broken && broken.Text.Contains("never released", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Violation is { Property: Property.Quiescence, Text: "a lock is held by a task that has finished" });
    }

    [Fact]
    public void Judge_WhenAReaderHasFinished_FindsTheLeak()
    {
        var world = Run(Tasks((T0, new PathBuilder("keeper").Lock("lock", Paths.MemoryLock, LockMode.Read))));

        Assert.Contains(world.JudgeQuiescence(), finding => finding.Violation.Text == "a lock is held by a task that has finished");
    }

    [Theory]
    [InlineData(ImporterKind.Ignores, Quiescence.ImporterKind, true)]
    [InlineData(ImporterKind.NeverSignals, Quiescence.ImporterKind, true)]
    [InlineData(ImporterKind.NeedsMemoryLock, Quiescence.ImporterKind, true)]
    [InlineData(ImporterKind.Xe, Quiescence.ImporterKind, true)]
    [InlineData(ImporterKind.NoCallback, "deadlock", false)]
    public void Judge_WhenARevokeWaitsForAnImporter_AcceptsOnlyABrokenPromise(ImporterKind kind, string broken, bool accepted)
    {
        var finding = Assert.Single(Blocked(Run(OneImporter(kind, mapped: true).Task(MemoryOff).Model())));

        Assert.Equal((Property.P9, broken), (finding.Violation.Property, finding.Violation.Kind));
        Assert.Equal(accepted, finding.AcceptedReason(KernelRevisions.M73) is not null);
        Assert.Null(finding.AcceptedReason(KernelRevisions.S0));
    }

    [Theory]
    [InlineData(ImporterKind.NeverUnmaps, true)]
    [InlineData(ImporterKind.Unmaps, false)]
    public void Judge_WhenAMappingOutlivesItsAttachment_BlamesWhoNeverUnmaps(ImporterKind kind, bool accepted)
    {
        var world = Run(OneImporter(kind).Task(Detach).Model());
        var slots = world.Slots.ToArray();
        slots[world.Model.SlotOf(MachineRef.Of(A0))] = new Attachment { Kind = kind, Mapped = true };

        var finding = Assert.Single(new World(world.Model, slots).JudgeQuiescence(), finding => finding.Violation.Property == Property.Quiescence);

        Assert.Equal(accepted, finding.AcceptedReason(KernelRevisions.S0) is not null);
    }

    [Fact]
    public void Judge_WhenUnbindWaitsForAnOpenFd_FindsNothing() => Assert.Empty(Run(OneBuffer().Task(Unbind).Model()).JudgeQuiescence());

    [Fact]
    public void Judge_WhenUnbindWaitsForABuffer_BreaksP10()
    {
        var world = Run(OneBuffer().Task(CloseDevice).Task(Unbind).Model(
            KernelRevisions.M73 with { Edits = Sequence<PathEdit>.Of(new PathEdit.Drop("vfio_pci_dma_buf_cleanup", "vfio_device_put_registration(&vdev->vdev)")) }));

        Assert.Contains(world.JudgeQuiescence(), finding => finding.Violation.Property == Property.P10);
    }

    public static TheoryData<string> Leaks => [.. LeakyStates.Keys];

    private static readonly Dictionary<string, (MachineRef Machine, Func<MachineState, MachineState> Leak)> LeakyStates = new()
    {
        ["a runtime-PM usage reference is never put"] = (MachineRef.Of(V0), state => ((Device)state) with { UsageHolders = Sequence<Holder>.Of(Holder.Of(T0)) }),
        ["a registration reference of a buffer that is gone is never put"] =
            (MachineRef.Of(B0), _ => new DmaBuf { Phase = DmaBufPhase.Freed, FileFreed = true }),
        ["a registration reference of a device file that is closed is never put"] = (MachineRef.Of(F0), _ => DeviceFile.Closed),
        ["the session's runtime-PM usage reference is left or taken twice"] = (MachineRef.Of(V0), state => ((Device)state) with { OpenCount = 0 }),
        ["a device file reference is never put"] = (MachineRef.Of(F0), state => ((DeviceFile)state) with { Holders = Sequence<Holder>.Of(Holder.Of(T0)) }),
        ["a dma-buf file reference is never put"] = (MachineRef.Of(B0), state => ((DmaBuf)state) with { FileHolders = Sequence<Holder>.Of(Holder.Of(T0)) }),
        ["an IOVA window of an importer's device is never given back"] = (MachineRef.Of(A0), state => ((Attachment)state) with { WindowLost = true }),
        ["a half-built or half-freed buffer is left"] = (MachineRef.Of(B0), state => ((DmaBuf)state) with { Phase = DmaBufPhase.PrivFreed, DentryCount = 0 }),
        ["release of a buffer without references never ran"] = (MachineRef.Of(B0), state => ((DmaBuf)state) with { FileHolders = Sequence<Holder>.Empty, DentryCount = 0 }),
        ["a dma-buf file reference of a poll is never put"] = (MachineRef.Of(B0), state => ((DmaBuf)state) with { FileHolders = ((DmaBuf)state).FileHolders.Add(Holder.Of(PollDirection.In)) }),
        ["a reset of the function never ends"] = (MachineRef.Of(V0), state => ((Device)state) with { InReset = true }),
        ["an attachment that its importer has given up is left on the buffer's list"] = (MachineRef.Of(A0), state => ((Attachment)state) with { Phase = AttachPhase.None }),
        ["an importer's attachment is on no buffer's list"] = (MachineRef.Of(B0), state => ((DmaBuf)state) with { Attachments = Sequence<AttachmentId>.Empty }),
        ["an importer's attach or detach never ends"] = (MachineRef.Of(A0), state => ((Attachment)state) with { Phase = AttachPhase.Detaching }),
        ["an importer's work never ends"] = (MachineRef.Of(A0), state => ((Attachment)state) with { WorkPending = true }),
        ["a peer's access never ends"] = (MachineRef.Of(A0), state => ((Attachment)state) with { DmaInFlight = true }),
        ["a mapping outlives its attachment"] = (MachineRef.Of(A0), _ => new Attachment { Kind = ImporterKind.Unmaps, Mapped = true }),
    };

    [Theory]
    [MemberData(nameof(Leaks))]
    public void Judge_WhenSomethingIsLeftOpen_NamesIt(string text)
    {
        var model = OneImporter().Task(Flr).Model();
        var (machine, leak) = LeakyStates[text];
        object[] slots = [.. Run(model).Slots];
        slots[model.SlotOf(machine)] = leak((MachineState)slots[model.SlotOf(machine)]);

        var findings = new World(model, slots).JudgeQuiescence();

        Assert.Equal([text], findings.Select(finding => finding.Violation.Text));
    }

    private static IEnumerable<Finding> Blocked(World world) => world.JudgeQuiescence().Where(finding => finding.Violation.Property == Property.P9);

    private static World Run(Model model) => Run(new World(model));

    // One task after the other as far as it goes, until nothing moves.
    private static World Run(World world)
    {
        while (world.Tasks.FirstOrDefault(task => world.Successors(task.Id).Count > 0) is { } task)
            world.Take(task.Id);
        return world;
    }

    private static void Steps(World world, TaskId task, int count)
    {
        for (var step = 0; step < count; step++)
            world.Take(task);
    }

    private static World Tasks(params (TaskId Task, PathBuilder Path)[] tasks)
    {
        var world = new World(new ScenarioBuilder().Device().Task().Task().Task().Model());
        foreach (var (task, path) in tasks)
            world.Begin(task, path.Build(), new Locals { Vdev = V0 });
        return world;
    }

    private static PathBuilder Take(string function, params string[] locks)
    {
        var path = new PathBuilder(function);
        foreach (var name in locks)
            path.Lock(name, name == "igate" ? Paths.Igate : Paths.MemoryLock);
        foreach (var name in locks.Reverse())
            path.Unlock(name, name == "igate" ? Paths.Igate : Paths.MemoryLock);
        return path;
    }
}
