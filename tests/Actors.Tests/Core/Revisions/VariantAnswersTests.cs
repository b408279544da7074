using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Core.Revisions;

/// <summary>Answers of nvgrace-gpu, of freezing and of steering tags, one request after the other.</summary>
public sealed class VariantAnswersTests
{
    private static readonly Request Freeze = new Request.Freeze(F0);
    private static readonly Request SetTph = new Request.SetTph(F0, B0);
    private static readonly Request GetTph = new Request.GetTph(A0);
    private static readonly Request ReadBar = new Request.ReadBar(F0);
    private static readonly Request FaultBar = new Request.FaultBar(F0);
    private static readonly Request MmapBar = new Request.MmapBar(F0);
    private static readonly Request SetIrqs = new Request.SetIrqs(F0);

    private static readonly Dictionary<string, Request[]> Sequences = new()
    {
        ["freeze"] = [Freeze],
        ["irqs, freeze"] = [SetIrqs, Freeze],
        ["d3hot, freeze"] = [new Request.SetPowerState(F0, PowerState.D3hot), Freeze],
        ["freeze, info"] = [Freeze, new Request.GetInfo(F0)],
        ["freeze, read"] = [Freeze, ReadBar],
        ["freeze, command"] = [Freeze, MemoryOn],
        ["freeze, mmap"] = [Freeze, MmapBar],
        ["freeze, fault"] = [Freeze, FaultBar],
        ["freeze, map"] = [Freeze, Map],
        ["freeze, close, open, read"] = [Freeze, CloseDevice, new Request.OpenDevice(F0), ReadBar],
        ["irqs, close, open, freeze"] = [SetIrqs, CloseDevice, new Request.OpenDevice(F0), Freeze],
        ["set"] = [SetTph],
        ["set, set"] = [SetTph, SetTph],
        ["set through another device"] = [new Request.SetTph(new DeviceFileId(1), B0)],
        ["close the buffer, set"] = [Detach, CloseBuffer, SetTph],
        ["close the device, get"] = [SetTph, CloseDevice, GetTph],
        ["get"] = [GetTph],
        ["set, get"] = [SetTph, GetTph],
        ["detach, get"] = [Detach, GetTph],
        ["mmap"] = [MmapBar],
        ["close, mmap"] = [CloseDevice, MmapBar],
        ["poison"] = [new Request.MemoryFailure(V0)],
        ["off, read"] = [MemoryOff, ReadBar],
        ["reset, off, read"] = [Reset, MemoryOff, ReadBar],
        ["reset, off, fault"] = [Reset, MemoryOff, FaultBar],
        ["reset, fault"] = [Reset, FaultBar],
        ["reset, read, off, read"] = [Reset, ReadBar, MemoryOff, ReadBar],
        ["low power, fault"] = [new Request.EnterLowPower(F0, WakeupArgument.None), FaultBar],
    };

    [Theory]
    [InlineData("M73", "freeze", Errno.EOPNOTSUPP)]
    [InlineData("LU-jan", "freeze", Errno.None)]
    [InlineData("LU-jan", "irqs, freeze", Errno.EINVAL)]
    [InlineData("LU-jan", "d3hot, freeze", Errno.None)]
    [InlineData("LU-jan", "freeze, read", Errno.None)]
    [InlineData("LU", "freeze", Errno.None)]
    [InlineData("LU", "irqs, freeze", Errno.EINVAL)]
    [InlineData("LU", "d3hot, freeze", Errno.EINVAL)]
    [InlineData("LU", "freeze, info", Errno.EIO)]
    [InlineData("LU", "freeze, read", Errno.EIO)]
    [InlineData("LU", "freeze, command", Errno.EIO)]
    [InlineData("LU", "freeze, mmap", Errno.EIO)]
    [InlineData("LU", "freeze, fault", Errno.EFAULT)]
    [InlineData("LU", "freeze, map", Errno.ENODEV)]
    [InlineData("LU", "freeze, close, open, read", Errno.None)]
    [InlineData("LU", "irqs, close, open, freeze", Errno.None)]
    [InlineData("M73", "set", Errno.ENOTTY)]
    [InlineData("M73", "get", Errno.EOPNOTSUPP)]
    [InlineData("M73", "mmap", Errno.None)]
    [InlineData("M73", "close, mmap", Errno.EBADF)]
    [InlineData("M73", "poison", Errno.EBUSY)]
    public void Answer_OnAPlainDevice_IsThatOfTheRow(string revision, string sequence, Errno errno) => AssertAnswer(DeviceTraits.Plain, revision, sequence, errno);

    [Theory]
    [InlineData("TPH-v2")]
    [InlineData("TPH-v4")]
    [InlineData("TPH")]
    public void Answer_OfSteeringTags_IsThatOfTheRow(string revision)
    {
        var again = revision == "TPH-v4" ? Errno.EBUSY : Errno.None;

        AssertAnswer(DeviceTraits.Plain, revision, "set", Errno.None);
        AssertAnswer(DeviceTraits.Plain, revision, "set, set", again);
        AssertAnswer(DeviceTraits.Plain, revision, "set through another device", Errno.EINVAL);
        AssertAnswer(DeviceTraits.Plain, revision, "close the buffer, set", Errno.EBADF);
        AssertAnswer(DeviceTraits.Plain, revision, "close the device, get", Errno.None);
        AssertAnswer(DeviceTraits.Plain, revision, "get", Errno.EOPNOTSUPP);
        AssertAnswer(DeviceTraits.Plain, revision, "set, get", Errno.None);
        AssertAnswer(DeviceTraits.Plain, revision, "detach, get", Errno.ENOTCONN);
    }

    // Whether memory is enabled is only asked when the device has been reset, and only in the newest form.
    [Theory]
    [InlineData("M71b", "off, read", Errno.None)]
    [InlineData("M73", "off, read", Errno.None)]
    [InlineData("M71b", "reset, off, read", Errno.None)]
    [InlineData("M73", "reset, off, read", Errno.EIO)]
    [InlineData("M71b", "reset, off, fault", Errno.EFAULT)]
    [InlineData("M73", "reset, off, fault", Errno.EFAULT)]
    [InlineData("M71b", "reset, fault", Errno.None)]
    [InlineData("M73", "reset, fault", Errno.None)]
    [InlineData("M73", "reset, read, off, read", Errno.None)]
    [InlineData("M71b", "low power, fault", Errno.EFAULT)]
    [InlineData("M73", "low power, fault", Errno.EFAULT)]
    [InlineData("M73", "poison", Errno.None)]
    [InlineData("LU", "freeze", Errno.EOPNOTSUPP)]
    public void Answer_OnAnNvgraceDevice_IsThatOfTheRow(string revision, string sequence, Errno errno)
    {
        AssertAnswer(new DeviceTraits("nvgrace") { Driver = VariantDriver.Nvgrace }, revision, sequence, errno);
        AssertAnswer(new DeviceTraits("nvgrace_cxl") { Driver = VariantDriver.NvgraceCxl }, revision, sequence, errno);
    }

    // The lock-free wait is over, then the function is reset again: the test under memory_lock sees it.
    [Fact]
    public void CxlRead_WhenAResetComesBetweenWaitAndLock_WaitsAgain()
    {
        const string Wait = "nvgrace_gpu_wait_device_ready_cxl(): polls configuration space";
        var reader = new TaskId(1);
        var scenario = new ScenarioBuilder().Device(new DeviceTraits("nvgrace_cxl") { Driver = VariantDriver.NvgraceCxl })
            .Task(new Request.SysfsReset(V0)).Task(ReadBar).Task(new Request.SysfsReset(V0)).Build();
        var world = new World(new Model(KernelRevisions.M73, scenario, GrantPolicy.Ordered));
        var waits = 0;

        Run(world, new TaskId(0), _ => { });
        while (waits == 0)
            waits += world.Take(reader).Step.Text == Wait ? 1 : 0;
        Run(world, new TaskId(2), _ => { });
        Run(world, reader, step => waits += step.Text == Wait ? 1 : 0);

        Assert.Equal(2, waits);
        Assert.Equal((false, false), (((Device)world[MachineRef.Of(V0)]).ResetDone, ((Device)world[MachineRef.Of(V0)]).NotReady));
    }

    private static void Run(World world, TaskId task, Action<Step> seen)
    {
        while (!world[task].IsIdle)
            seen(world.Take(task).Step);
    }

    private static void AssertAnswer(DeviceTraits traits, string revision, string sequence, Errno errno)
    {
        var scenario = new ScenarioBuilder().Device(traits).Device(devSet: 1).Buffer().Attachment().Task().Build();
        var run = new SequentialRun(new Model(KernelRevisions.Find(revision)!, scenario, GrantPolicy.Ordered));

        foreach (var request in Sequences[sequence])
            run.Request(new TaskId(0), request);

        Assert.NotEmpty(run.Worlds);
        Assert.All(run.Worlds, world => Assert.Equal(-(int)errno, world.Answer));
    }
}
