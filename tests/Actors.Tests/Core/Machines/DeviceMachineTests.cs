using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines;

public sealed class DeviceMachineTests
{
    private static readonly DeviceTraits VirtualFunction = new("vf") { IsVirtualFunction = true };
    private static readonly DeviceTraits WithoutPm = new("no-pm") { HasPowerManagement = false };
    private static readonly TaskId T0 = new(0);
    private static readonly DmaBufId B0 = new(0);
    private static readonly DmaBufId B1 = new(1);

    private static readonly Device Open = new()
    {
        Traits = DeviceTraits.Plain,
        HasDriver = true,
        CoreInitialised = true,
        InDevSet = true,
        Findable = true,
        RegistrationHolders = Sequence<Holder>.Of(Holder.Registered),
        OpenCount = 1,
        Vconfig = new Vconfig(true),
        UsageHolders = Sequence<Holder>.Of(Holder.Session),
        DecodeOn = true,
        RegionsOwned = true,
    };

    // ME(v): power state below D3hot and (a VF, or COMMAND.mem of vconfig); pm_runtime_engaged does not count.
    [Theory]
    [InlineData(PowerState.D0, true, false, true)]
    [InlineData(PowerState.D1, true, false, true)]
    [InlineData(PowerState.D2, true, false, true)]
    [InlineData(PowerState.D3hot, true, false, false)]
    [InlineData(PowerState.D3cold, true, false, false)]
    [InlineData(PowerState.D0, false, false, false)]
    [InlineData(PowerState.D0, false, true, true)]
    [InlineData(PowerState.D3hot, false, true, false)]
    public void MemoryEnabled_WhenAsked_AnswersMe(PowerState power, bool memory, bool virtualFunction, bool enabled)
    {
        var device = Open with { PowerState = power, Vconfig = new Vconfig(memory), Traits = virtualFunction ? VirtualFunction : DeviceTraits.Plain };

        Assert.Equal((enabled, enabled), (Yes(device, new DeviceMessage.MemoryEnabled()), Yes(device with { PmEngaged = true }, new DeviceMessage.MemoryEnabled())));
        Assert.Equal((enabled, false), (Yes(device, new DeviceMessage.FaultAllowed()), Yes(device with { PmEngaged = true }, new DeviceMessage.FaultAllowed())));
    }

    public static TheoryData<DeviceMessage> ConfigReaders =>
        new(new DeviceMessage.MemoryEnabled(), new DeviceMessage.FaultAllowed(), new DeviceMessage.SetVconfigMemory(true));

    [Theory]
    [MemberData(nameof(ConfigReaders))]
    public void Access_WhenVconfigIsNull_BreaksP7InAnyPowerState(DeviceMessage message)
    {
        foreach (var power in Enum.GetValues<PowerState>())
        {
            var violation = DeviceMachine.Handle(Open with { Vconfig = null, PowerState = power }, message).Possibilities[0].Violation;

            Assert.Equal((Property.P7, true), (violation!.Property, violation.Fatal));
        }
    }

    [Fact]
    public void Reset_WhenItSavesAndRestores_KeepsDecodeAndEndsInD0()
    {
        var saved = Step(Open with { PowerState = PowerState.D3hot }, new DeviceMessage.SaveAndDisable()).State;

        Assert.Equal((PowerState.D0, false, true), (saved.PowerState, saved.DecodeOn, saved.SavedDecode));
        Assert.Equal(Open, After(saved, new DeviceMessage.BeginReset(), new DeviceMessage.EndReset(), new DeviceMessage.Restore()));
    }

    [Fact]
    public void UserCommand_WhileTheFunctionIsResetThroughSysfs_WaitsAndTheKernelsOwnDoesNot()
    {
        var locked = Step(Open, new DeviceMessage.Disturb(Disturbance.SysfsReset)).State;

        Assert.True(DeviceMachine.Handle(locked, new DeviceMessage.WriteUserCommand(false)).IsBlocked);
        Assert.True(DeviceMachine.Handle(locked, new DeviceMessage.ReadUserCommand()).IsBlocked);
        Assert.True(Yes(locked, new DeviceMessage.ReadDecode()));
        Assert.False(After(locked, new DeviceMessage.WriteCommand(false)).DecodeOn);
        Assert.False(After(locked, new DeviceMessage.Disturb(Disturbance.None), new DeviceMessage.WriteUserCommand(false)).DecodeOn);
    }

    [Theory]
    [InlineData(Disturbance.ErrorRecovery)]
    [InlineData(Disturbance.ConfigurationLost)]
    [InlineData(Disturbance.Removed)]
    public void Disturb_WhenASysfsResetMeetsAnotherDisturbance_LeavesThatOne(Disturbance other)
    {
        var disturbed = Step(Open, new DeviceMessage.Disturb(other)).State;

        Assert.Equal(disturbed, After(disturbed, new DeviceMessage.Disturb(Disturbance.SysfsReset), new DeviceMessage.Disturb(Disturbance.None)));
    }

    [Fact]
    public void SetPowerState_WhenFunctionHasNoPmCapability_StaysInD0() =>
        Assert.Equal(PowerState.D0, Step(Open with { Traits = WithoutPm }, new DeviceMessage.SetPowerState(PowerState.D3hot)).State.PowerState);

    // Registration.

    [Fact]
    public void TryGetRegistration_WhenGone_TakesNone()
    {
        var gone = Step(Open, new DeviceMessage.PutRegistration(Holder.Registered)).State;

        Assert.True(gone.RegistrationGone);
        Assert.Equal(Outcome.Reply(gone, false), DeviceMachine.Handle(gone, new DeviceMessage.TryGetRegistration(Holder.Of(B0))));
    }

    [Fact]
    public void Registration_WhenReferencesAreTakenInAnyOrder_IsTheSameState() =>
        Assert.Equal(
            After(Open, new DeviceMessage.TryGetRegistration(Holder.Of(B0)), new DeviceMessage.TryGetRegistration(Holder.Of(B1))),
            After(Open, new DeviceMessage.TryGetRegistration(Holder.Of(B1)), new DeviceMessage.TryGetRegistration(Holder.Of(B0))));

    [Fact]
    public void PutRegistration_WhenHolderHasNone_BreaksP6AndTakesSomebodyElses()
    {
        var possibility = DeviceMachine.Handle(Open, new DeviceMessage.PutRegistration(Holder.Of(B0))).Possibilities[0];

        Assert.Equal(Property.P6, possibility.Violation?.Property);
        Assert.True(((Device)possibility.State).RegistrationGone);
    }

    [Fact]
    public void WaitForRegistration_WhenAReferenceIsLeft_Blocks()
    {
        var held = After(Open, new DeviceMessage.TryGetRegistration(Holder.Of(B0)), new DeviceMessage.PutRegistration(Holder.Registered));

        Assert.True(DeviceMachine.Handle(held, new DeviceMessage.WaitForRegistration()).IsBlocked);
        Assert.False(DeviceMachine.Handle(After(held, new DeviceMessage.PutRegistration(Holder.Of(B0))), new DeviceMessage.WaitForRegistration()).IsBlocked);
    }

    // The list.

    [Fact]
    public void NextDmaBuf_WhenWalked_GivesListOrderAndTheSavedNext()
    {
        var device = After(Open, new DeviceMessage.LinkDmaBuf(B1), new DeviceMessage.LinkDmaBuf(B0));

        Assert.Equal(new Reply(1, 0), Step(device, new DeviceMessage.NextDmaBuf(null)).Reply);
        Assert.Equal(new Reply(0, -1), Step(device, new DeviceMessage.NextDmaBuf(B0)).Reply);
        Assert.Equal(new Reply(-1, -1), Step(Open, new DeviceMessage.NextDmaBuf(null)).Reply);
    }

    [Fact]
    public void UnlinkDmaBuf_WhenNotLinked_DoesNothing() => Assert.Equal(Open, Step(Open, new DeviceMessage.UnlinkDmaBuf(B0)).State);

    // Low power and runtime PM.

    [Fact]
    public void EnterLowPower_WhenEngaged_Refuses()
    {
        var engaged = Step(Open, new DeviceMessage.EnterLowPower(true)).State;

        Assert.Equal((true, true, 0), (engaged.PmEngaged, engaged.WakeEventfd, engaged.UsageHolders.Count));
        Assert.Equal(Outcome.Refuse(engaged, Errno.EINVAL), DeviceMachine.Handle(engaged, new DeviceMessage.EnterLowPower(false)));
    }

    [Fact]
    public void ExitLowPower_WhenEngaged_GivesTheReferenceBack()
    {
        var engaged = Step(Open, new DeviceMessage.EnterLowPower(true)).State;

        Assert.Equal((Open, true), (Step(engaged, new DeviceMessage.ExitLowPower()).State, Step(engaged, new DeviceMessage.ExitLowPower()).Reply.Yes));
        Assert.Equal(Outcome.Reply(Open, false), DeviceMachine.Handle(Open, new DeviceMessage.ExitLowPower()));
    }

    [Fact]
    public void UsagePut_WhenLast_QueuesOneSuspend()
    {
        var (idle, queued) = Step(Open, new DeviceMessage.UsagePut(Holder.Session));
        var again = After(idle, new DeviceMessage.UsageGet(Holder.Of(T0)));

        Assert.True(queued.Yes);
        Assert.False(Step(again, new DeviceMessage.UsagePut(Holder.Of(T0))).Reply.Yes);
    }

    [Fact]
    public void UsagePut_WhenOthersHold_QueuesNothing() =>
        Assert.False(Step(After(Open, new DeviceMessage.UsageGet(Holder.Of(T0))), new DeviceMessage.UsagePut(Holder.Of(T0))).Reply.Yes);

    [Fact]
    public void UsagePut_WhenHolderHasNone_BreaksP6() =>
        Assert.Equal(Property.P6, DeviceMachine.Handle(Open, new DeviceMessage.UsagePut(Holder.Of(T0))).Possibilities[0].Violation?.Property);

    [Theory]
    [InlineData(RpmStatus.Active, false, false)]
    [InlineData(RpmStatus.Suspended, false, true)]
    [InlineData(RpmStatus.Resuming, true, false)]
    [InlineData(RpmStatus.Suspending, true, false)]
    public void ResumeBegin_WhenStatusIs_BlocksOrRunsTheCallback(RpmStatus status, bool blocked, bool runs)
    {
        var outcome = DeviceMachine.Handle(Open with { RpmStatus = status }, new DeviceMessage.ResumeBegin());

        Assert.Equal((blocked, runs), (outcome.IsBlocked, !outcome.IsBlocked && outcome.Possibilities[0].Reply.Yes));
    }

    [Theory]
    [InlineData(true, RpmStatus.Active, true)]
    [InlineData(false, RpmStatus.Active, false)]
    [InlineData(true, RpmStatus.Suspended, false)]
    public void SuspendBegin_WhenIdleAndActive_Suspends(bool idle, RpmStatus status, bool suspends)
    {
        var device = Open with { UsageHolders = idle ? Sequence<Holder>.Empty : Open.UsageHolders, RpmStatus = status, SuspendQueued = true };

        var (state, reply) = Step(device, new DeviceMessage.SuspendBegin());

        Assert.Equal((suspends, false), (reply.Yes, state.SuspendQueued));
    }

    [Fact]
    public void Suspend_WhenItHasRun_LeavesD3hotAndResumeLeavesD0()
    {
        var suspended = After(Open with { UsageHolders = Sequence<Holder>.Empty }, new DeviceMessage.SuspendBegin(), new DeviceMessage.SuspendPci(), new DeviceMessage.SuspendEnd());

        Assert.Equal((PowerState.D3hot, RpmStatus.Suspended), (suspended.PowerState, suspended.RpmStatus));
        Assert.Equal((PowerState.D0, RpmStatus.Active), Power(After(suspended, new DeviceMessage.ResumeBegin(), new DeviceMessage.ResumeEnd())));
    }

    [Fact]
    public void SuspendPci_WhenFunctionHasNoPmCapability_StaysInD0() =>
        Assert.Equal(PowerState.D0, Step(Open with { Traits = WithoutPm }, new DeviceMessage.SuspendPci()).State.PowerState);

    [Theory]
    [InlineData("reset", "in reset")]
    [InlineData("regions", "regions are released")]
    [InlineData("regions not requested", "has not requested the BAR regions")]
    [InlineData("d1", "suspended")]
    [InlineData("d3", "suspended")]
    [InlineData("sysfs reset", "reset through sysfs")]
    [InlineData("removed", "was removed")]
    [InlineData("rpm", "suspended")]
    [InlineData("decode", "decode is off")]
    [InlineData("not ready", "not ready yet after a reset")]
    [InlineData("poison", "is poisoned")]
    [InlineData("handled poison", "has handled a poisoned page")]
    [InlineData("none", null)]
    public void Inaccessible_WhenAPeerWouldNotBeAnswered_SaysWhy(string what, string? reason)
    {
        var device = what switch
        {
            "reset" => Open with { InReset = true },
            "regions" => Open with { RegionsOwned = false, Vconfig = null },
            "regions not requested" => Open with { RegionsOwned = false },
            "d1" => Open with { PowerState = PowerState.D1 },
            "sysfs reset" => Open with { Disturbance = Disturbance.SysfsReset },
            "removed" => Open with { Disturbance = Disturbance.Removed },
            "d3" => Open with { PowerState = PowerState.D3hot },
            "rpm" => Open with { RpmStatus = RpmStatus.Suspended },
            "decode" => Open with { DecodeOn = false },
            "not ready" => Open with { NotReady = true },
            "poison" => After(Open, new DeviceMessage.PoisonPage()),
            "handled poison" => After(Open, new DeviceMessage.PoisonPage(), new DeviceMessage.HandlePoison()),
            _ => Open,
        };

        if (reason is null)
            Assert.Null(device.Inaccessible);
        else
            Assert.Contains(reason, device.Inaccessible!.Value.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<DeviceMessage> ResetEnds =>
        new(new DeviceMessage.Restore(), new DeviceMessage.Disturb(Disturbance.ConfigurationLost));

    [Theory]
    [MemberData(nameof(ResetEnds))]
    public void Reset_WhenItEnds_IsToldToTheDriverThatAsksForIt(DeviceMessage end)
    {
        var nvgrace = Open with { HasDriver = true, Traits = new DeviceTraits("nvgrace") { Driver = VariantDriver.Nvgrace } };

        Assert.True(Yes(After(nvgrace, end), new DeviceMessage.ReadResetDone()));
        Assert.False(Yes(After(nvgrace, end, new DeviceMessage.ClearResetDone()), new DeviceMessage.ReadResetDone()));
        Assert.False(Yes(After(nvgrace with { HasDriver = false }, end), new DeviceMessage.ReadResetDone()));
        Assert.False(Yes(After(Open with { HasDriver = true }, end), new DeviceMessage.ReadResetDone()));
    }

    // The hardware takes its time after every reset; the driver is told at the end of those that restore the function.
    [Theory]
    [InlineData(VariantDriver.VfioPci, true)]
    [InlineData(VariantDriver.Nvgrace, false)]
    [InlineData(VariantDriver.NvgraceCxl, false)]
    public void Reset_WhenItHasEnded_LeavesTheMemoryReadyOrNot(VariantDriver driver, bool ready)
    {
        var reset = After(Open with { Traits = new DeviceTraits("t") { Driver = driver } }, new DeviceMessage.BeginReset(), new DeviceMessage.EndReset());

        Assert.Equal(ready, Yes(reset, new DeviceMessage.ReadReady()));
        Assert.False(Yes(reset, new DeviceMessage.ReadResetDone()));
        Assert.True(Yes(After(reset, new DeviceMessage.WaitReady()), new DeviceMessage.ReadReady()));
    }

    [Fact]
    public void Freeze_UntilTheDeviceIsClosed_EndsMemoryEnabled()
    {
        var frozen = After(Open, new DeviceMessage.ConfigureInterrupts(), new DeviceMessage.Freeze());
        var reopened = After(frozen, new DeviceMessage.ConfigFree(), new DeviceMessage.ConfigInit());

        Assert.Equal((true, false), (Yes(frozen, new DeviceMessage.ReadFrozen()), Yes(frozen, new DeviceMessage.MemoryEnabled())));
        Assert.Equal((false, true), (Yes(reopened, new DeviceMessage.ReadFrozen()), Yes(reopened, new DeviceMessage.MemoryEnabled())));
        Assert.Equal((true, false), (Yes(frozen, new DeviceMessage.ReadInterrupts()), Yes(reopened, new DeviceMessage.ReadInterrupts())));
    }

    private static (PowerState Power, RpmStatus Status) Power(Device device) => (device.PowerState, device.RpmStatus);

    private static (Device State, Reply Reply) Step(Device device, DeviceMessage message)
    {
        var possibility = Assert.Single(DeviceMachine.Handle(device, message).Possibilities);
        return ((Device)possibility.State, possibility.Reply);
    }

    private static Device After(Device device, params DeviceMessage[] messages) => messages.Aggregate(device, (state, message) => Step(state, message).State);

    private static bool Yes(Device device, DeviceMessage message) => Step(device, message).Reply.Yes;
}
