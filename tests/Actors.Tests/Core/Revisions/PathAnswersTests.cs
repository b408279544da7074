using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Core.Revisions;

/// <summary>Call paths held against kernel/exporter-paths.md: what one request after the other answers and leaves behind.</summary>
public sealed class PathAnswersTests
{
    private static readonly TaskId T0 = new(0);
    private static readonly DeviceFileId F1 = new(1);
    private static readonly DeviceTraits Virtual = new("vf") { IsVirtualFunction = true };
    private static readonly DeviceTraits NoReset = new("no_reset") { ResetWorks = false };
    private static readonly Request LowPower = new Request.EnterLowPower(F0, WakeupArgument.None);
    private static readonly Request HotReset = new Request.HotReset(F0, Sequence<DeviceId>.Empty);
    private static readonly Request VfsOn = new Request.EnableSriov(V0);
    private static readonly Request VfsOff = new Request.DisableSriov(V0);
    private static readonly Request D3hot = new Request.SetPowerState(F0, PowerState.D3hot);

    // Section 7: on a VF a cleared memory bit revokes and un-revokes in one write, and nothing is disabled.
    [Theory]
    [InlineData("S0")]
    [InlineData("M73")]
    public void CommandWrite_OnAVirtualFunction_TellsTwiceAndDisablesNothing(string revision)
    {
        var run = On(revision, new ScenarioBuilder().Device(Virtual).Buffer().Attachment());

        var world = Ask(run, MemoryOff);

        Assert.Equal((2, false), (world.Invalidations[0], BufferOf(world).Revoked));
        Assert.Null(DeviceOf(world).Inaccessible);
    }

    // Section 18a: the function keeps a runtime-PM reference while it has VFs, so low power does not suspend it.
    [Theory]
    [InlineData("M71b")]
    [InlineData("M73")]
    public void Sriov_WhileVfsExist_HoldsTheFunctionAwake(string revision)
    {
        var run = On(revision, new ScenarioBuilder().Device().Buffer().Attachment());

        var refused = Ask(run, VfsOn, D3hot);
        var entered = Ask(run, LowPower);
        var without = Ask(run, VfsOff);

        Assert.Equal((2, PowerState.D0), (refused.Invalidations[0], DeviceOf(refused).PowerState));
        Assert.Equal((0, RpmStatus.Active), (entered.Answer, DeviceOf(entered).RpmStatus));
        Assert.Contains(Holder.VirtualFunctions, DeviceOf(entered).UsageHolders);
        Assert.Equal((0, false), (without.Answer, DeviceOf(without).SriovActive));
        Assert.DoesNotContain(Holder.VirtualFunctions, DeviceOf(without).UsageHolders);
    }

    [Fact]
    public void Unbind_OfAFunctionWithVfs_TurnsThemOffFirst()
    {
        var run = On("M73", new ScenarioBuilder().Device(open: false));

        var world = Ask(run, VfsOn, Unbind);

        Assert.Equal((0, false, false), (world.Answer, DeviceOf(world).SriovActive, DeviceOf(world).HasDriver));
    }

    [Theory]
    [InlineData("M71b")]
    [InlineData("M73")]
    public void Sriov_WhenItFails_LeavesNothing(string revision)
    {
        var run = On(revision, new ScenarioBuilder().Device(open: false));

        run.Request(T0, VfsOn, new FaultPlan(1, 0, Sequence<FaultPoint>.Of(FaultPoint.Allocation)));

        Assert.All(run.Worlds, world => Assert.Equal((-(int)Errno.ENOMEM, false, true), (world.Answer, DeviceOf(world).SriovActive, DeviceOf(world).UsageHolders.IsEmpty)));
    }

    // Rows 1a and 0: every file operation of a cdev that is not bound.
    [Fact]
    public void Cdev_BeforeItIsBound_HasNoAccess()
    {
        Request[] asked = [new Request.GetInfo(F0), new Request.ReadConfig(F0), MemoryOn, new Request.ReadBar(F0), new Request.MmapBar(F0), Reset];

        Assert.All(asked, request => Assert.Equal(-(int)Errno.EINVAL, Ask(On("M73", Closed()), new Request.OpenCdev(F0), request).Answer));
    }

    // A cdev has one user at a time; closing one that was never bound closes no device.
    [Fact]
    public void Cdev_WhenAnotherIsBound_CannotBeBound()
    {
        var run = On("M73", Closed());

        var first = Ask(run, new Request.OpenCdev(F0), new Request.BindIommufd(F0));
        var again = Ask(run, new Request.BindIommufd(F0));
        var second = Ask(run, new Request.OpenCdev(F1), new Request.BindIommufd(F1));
        var closed = Ask(run, new Request.CloseDevice(F1));
        var last = Ask(run, CloseDevice);

        Assert.Equal((0, -(int)Errno.EINVAL, -(int)Errno.EINVAL), (first.Answer, again.Answer, second.Answer));
        Assert.Equal((1, 0), (DeviceOf(closed).OpenCount, DeviceOf(last).OpenCount));
        Assert.Equal(Sequence<Holder>.Of(Holder.Registered), DeviceOf(last).RegistrationHolders);
    }

    // Rows 1 and H3: the function cannot be resumed.
    [Fact]
    public void Requests_WhenTheFunctionCannotBeResumed_AnswerEioAndHoldNothing()
    {
        Request[] asked = [Export, Reset, HotReset, MemoryOff, D3hot, Flr, new Request.ReadBar(F0), VfsOn];

        Assert.All(asked, request =>
        {
            var run = On("M73", new ScenarioBuilder().Device().Device().Buffer(exported: request != Export).Task());
            run.Request(T0, request, new FaultPlan(1, 0, Sequence<FaultPoint>.Of(FaultPoint.RuntimeResume)));
            Assert.All(run.Worlds, world => Assert.Equal((-(int)Errno.EIO, Sequence<Holder>.Of(Holder.Session)), (world.Answer, DeviceOf(world).UsageHolders)));
        });
    }

    // H3: the second function of the set cannot be resumed (the third try: the ioctl's own comes first); the first one's reference is put.
    [Fact]
    public void HotReset_WhenTheSecondFunctionCannotBeResumed_PutsTheFirst()
    {
        var run = On("M73", new ScenarioBuilder().Device().Device().Buffer().Attachment());

        run.Request(T0, HotReset, new FaultPlan(3, 0, Sequence<FaultPoint>.Of(FaultPoint.RuntimeResume)));

        Assert.All(run.Worlds, world => Assert.Equal(
            (-(int)Errno.EIO, 0, Sequence<Holder>.Of(Holder.Session), Sequence<Holder>.Of(Holder.Session)),
            (world.Answer, world.Invalidations[0], DeviceOf(world).UsageHolders, DeviceOf(world, 1).UsageHolders)));
    }

    // H6, section 20: the reset fails, what follows runs all the same.
    [Fact]
    public void HotReset_WhenTheBusIsNotSeenAgain_AnswersEnottyAndUnrevokes()
    {
        var run = On("M73", new ScenarioBuilder().Device(new DeviceTraits("slow") { BusResetTimesOut = true }).Buffer().Attachment());

        var world = Ask(run, HotReset);

        Assert.Equal((-(int)Errno.ENOTTY, 2, false), (world.Answer, world.Invalidations[0], BufferOf(world).Revoked));
    }

    // Section 13: the reset that a close could not do is done by the last close of the set.
    [Fact]
    public void Close_OfTheLastOfASet_ResetsTheBusThatAnEarlierCloseLeftDue()
    {
        var run = On("M73", new ScenarioBuilder().Device(NoReset).Device());

        var first = Ask(run, CloseDevice);
        var last = Ask(run, new Request.CloseDevice(F1));

        Assert.Equal((true, false), (DeviceOf(first).NeedsReset, DeviceOf(last).NeedsReset));
        Assert.Contains(Trail.Events(last.Trail), happened => happened.Step.Text.StartsWith("pci_bridge_secondary_bus_reset", StringComparison.Ordinal));
    }

    // Section 7, step 1; sections 8 and 9, step 1: no lock is taken, nothing is revoked.
    [Theory]
    [InlineData(FaultPoint.ConfigRead, "command")]
    [InlineData(FaultPoint.ConfigWrite, "power")]
    [InlineData(FaultPoint.ConfigWrite, "flr")]
    [InlineData(FaultPoint.ConfigWrite, "af_flr")]
    public void ConfigWrite_WhenItsFirstAccessFails_RevokesNothing(FaultPoint point, string write)
    {
        var run = On("M73", new ScenarioBuilder().Device().Buffer().Attachment());

        run.Request(T0, Named(write), new FaultPlan(1, 0, Sequence<FaultPoint>.Of(point)));

        Assert.All(run.Worlds, world => Assert.Equal((-(int)Errno.EIO, 0), (world.Answer, world.Invalidations[0])));
        Assert.All(run.Worlds, world => Assert.DoesNotContain(Trail.Events(world.Trail), happened => happened.Target?.IsLock == true));
    }

    // Section 7, step 8: igate is taken when memory_lock is given back.
    [Fact]
    public void CommandWrite_WhenItTogglesIntx_TakesIgateBehindMemoryLock()
    {
        var run = On("M73", new ScenarioBuilder().Device());

        var world = Ask(run, new Request.WriteCommand(F0, Memory: true, TogglesIntx: true));

        var locks = Trail.Events(world.Trail).Where(happened => happened.Target?.IsLock == true && happened.Step is Step.Send { Kind: SendKind.Await or SendKind.Release }).Select(happened => happened.Target!.Value.Kind);
        Assert.Equal([MachineKind.MemoryLock, MachineKind.MemoryLock, MachineKind.Igate, MachineKind.Igate], locks);
    }

    // Section 12: the eventfd is looked at before memory_lock.
    [Theory]
    [InlineData(WakeupArgument.Unreadable, Errno.EFAULT)]
    [InlineData(WakeupArgument.Negative, Errno.EINVAL)]
    [InlineData(WakeupArgument.ClosedFd, Errno.EBADF)]
    [InlineData(WakeupArgument.OtherFile, Errno.EINVAL)]
    public void LowPowerEntry_WithABadEventfd_RevokesNothing(WakeupArgument wakeup, Errno errno)
    {
        var world = Ask(On("M73", new ScenarioBuilder().Device().Buffer().Attachment()), new Request.EnterLowPower(F0, wakeup));

        Assert.Equal((-(int)errno, 0), (world.Answer, world.Invalidations[0]));
    }

    // Section 3: without importer operations peer2peer is false, in every revision.
    [Theory]
    [InlineData("R22", Errno.None, Errno.EPERM)]
    [InlineData("S0", Errno.EOPNOTSUPP, Errno.ENOTCONN)]
    [InlineData("M73", Errno.EOPNOTSUPP, Errno.ENOTCONN)]
    public void Importer_WithoutOperations_HasNoPeer2Peer(string revision, Errno attach, Errno map)
    {
        var run = On(revision, new ScenarioBuilder().Device().Buffer().Attachment(ImporterKind.Static, attached: false));

        Assert.Equal((-(int)attach, -(int)map), (Ask(run, Attach).Answer, Ask(run, Map).Answer));
    }

    // Section 3, S0 and S1: a failed link leaves the window reserved, a failed sync gives it back.
    [Theory]
    [InlineData("S0", 2, IovaWindow.Held)]
    [InlineData("S0", 3, IovaWindow.Destroyed)]
    [InlineData("S5", 2, IovaWindow.Held)]
    public void Map_WhenLinkOrSyncFails_LeavesTheWindowAsThePostingsDo(string revision, int nth, IovaWindow left)
    {
        var run = On(revision, new ScenarioBuilder().Device().Buffer().Attachment(attached: false), place => place with { Mode = ImporterMode.Iova });
        _ = Ask(run, Attach);

        run.Request(T0, Map, new FaultPlan(nth, 0, Sequence<FaultPoint>.Of(FaultPoint.Allocation)));

        Assert.All(run.Worlds, world => Assert.Equal((-(int)Errno.ENOMEM, left), (world.Answer, ((Attachment)world.World[MachineRef.Of(A0)]).Window)));
    }

    // Section 15: ME is tested, pm_runtime_engaged is not.
    [Theory]
    [InlineData("M619")]
    [InlineData("M73")]
    public void Ioeventfd_WhenSignalled_TestsMemory(string revision)
    {
        var signal = new Request.SignalIoeventfd(F0);

        Assert.Equal(0, Ask(On(revision, new ScenarioBuilder().Device()), signal).Answer);
        Assert.Equal(-(int)Errno.EIO, Ask(On(revision, new ScenarioBuilder().Device()), MemoryOff, signal).Answer);
    }

    // Section 17: the wait of the first form cannot be killed, that of the newer ones can.
    [Theory]
    [InlineData("M71b", VariantDriver.Nvgrace, Errno.None)]
    [InlineData("M73", VariantDriver.Nvgrace, Errno.EINTR)]
    [InlineData("M73", VariantDriver.NvgraceCxl, Errno.EINTR)]
    public void NvgraceRead_WhenKilledInItsWait_AnswersAsItsForm(string revision, VariantDriver driver, Errno errno)
    {
        var run = On(revision, new ScenarioBuilder().Device(new DeviceTraits("nvgrace") { Driver = driver }));
        _ = Ask(run, Reset);

        run.Request(T0, new Request.ReadBar(F0), new FaultPlan(1, 0, Sequence<FaultPoint>.Of(FaultPoint.Signal)));

        Assert.All(run.Worlds, world => Assert.Equal((-(int)errno, Sequence<Holder>.Of(Holder.Session)), (world.Answer, DeviceOf(world).UsageHolders)));
    }

    private static ScenarioBuilder Closed() => new ScenarioBuilder().Device(open: false).File();

    private static Request Named(string write) => write switch
    {
        "command" => MemoryOff,
        "power" => D3hot,
        "flr" => Flr,
        _ => new Request.FunctionLevelReset(F0, AdvancedFeatures: true),
    };

    private static SequentialRun On(string revision, ScenarioBuilder builder, Func<AttachmentPlace, AttachmentPlace>? place = null)
    {
        var scenario = builder.Task().Build();
        if (place is not null)
            scenario = scenario with { Topology = scenario.Topology with { Attachments = Sequence<AttachmentPlace>.From(scenario.Topology.Attachments.Select(place)) } };
        return new SequentialRun(new Model(KernelRevisions.Find(revision)!, scenario, GrantPolicy.Ordered));
    }

    private static PossibleWorld Ask(SequentialRun run, params Request[] requests)
    {
        run.Forget();
        foreach (var request in requests)
            run.Request(T0, request);
        return run.Worlds[^1];
    }

    private static Device DeviceOf(PossibleWorld world, int index = 0) => (Device)world.World[MachineRef.Of(new DeviceId(index))];

    private static DmaBuf BufferOf(PossibleWorld world) => (DmaBuf)world.World[MachineRef.Of(B0)];
}
