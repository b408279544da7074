using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>Kernel: drivers/vfio/pci (device state), drivers/vfio/vfio_main.c (registration, open_count), drivers/base/power/runtime.c, drivers/pci.</summary>
public static class DeviceMachine
{
    /// <summary>Handles one access.</summary>
    public static Outcome Handle(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.MemoryEnabled or DeviceMessage.FaultAllowed or DeviceMessage.SetVconfigMemory when device.Vconfig is null => NullVconfig(device),
        DeviceMessage.MemoryEnabled => Outcome.Reply(device, device.MemoryEnabled),
        DeviceMessage.FaultAllowed => Outcome.Reply(device, !device.PmEngaged && device.MemoryEnabled),
        DeviceMessage.SetVconfigMemory set => Outcome.Done(device with { Vconfig = new Vconfig(set.Memory) }),
        DeviceMessage.NextDmaBuf or DeviceMessage.LinkDmaBuf when !device.CoreInitialised =>
            Outcome.Broken(device, Reply.Done, new Violation(Property.P7, "uaf", "NULL pointer dereference of vdev->dmabufs.next: the list head was never initialised", "vfio_pci_core_init_dev", Fatal: true)),
        DeviceMessage.ReadProvider or DeviceMessage.ReadDriver or DeviceMessage.ReleaseDriver or DeviceMessage.AllocateDevice
            or DeviceMessage.SetInDevSet or DeviceMessage.ReadInDevSet => HandleDriver(device, message),
        DeviceMessage.Disturb or DeviceMessage.SetSriovActive or DeviceMessage.ReadSriovActive or DeviceMessage.SetNeedsReset or DeviceMessage.ReadNeedsReset
            or DeviceMessage.LoadFlagUnit or DeviceMessage.StoreFlagUnit => HandleOthers(device, message),
        DeviceMessage.ReadResetDone or DeviceMessage.ClearResetDone or DeviceMessage.WaitReady or DeviceMessage.ReadReady
            or DeviceMessage.PoisonPage or DeviceMessage.HandlePoison => HandleMemory(device, message),
        DeviceMessage.ConfigureInterrupts or DeviceMessage.ReadInterrupts or DeviceMessage.ReadPowerState or DeviceMessage.ReadFrozen
            or DeviceMessage.Freeze => HandleLiveUpdate(device, message),
        DeviceMessage.ReadTrait read => Outcome.Reply(device, Trait(device.Traits, read.Trait)),
        DeviceMessage.NextDmaBuf or DeviceMessage.LinkDmaBuf or DeviceMessage.UnlinkDmaBuf => HandleList(device, message),
        DeviceMessage.SetBarsRevoked set => Outcome.Done(device with { BarsRevoked = set.Revoked }),
        DeviceMessage.ReadBarsRevoked => Outcome.Reply(device, device.BarsRevoked),
        DeviceMessage.InsertPte => Outcome.Done(device with { UserPtes = true }),
        DeviceMessage.Zap => Outcome.Done(device with { UserPtes = false }),
        DeviceMessage.EnterLowPower or DeviceMessage.ExitLowPower or DeviceMessage.SignalWakeEventfd or DeviceMessage.ReadEngaged => HandleLowPower(device, message),
        DeviceMessage.UsageGet or DeviceMessage.UsagePut or DeviceMessage.ResumeBegin or DeviceMessage.ResumeEnd or DeviceMessage.SuspendBegin
            or DeviceMessage.SuspendPci or DeviceMessage.SuspendEnd => HandleRuntimePm(device, message),
        DeviceMessage.TryGetRegistration or DeviceMessage.PutRegistration or DeviceMessage.WaitForRegistration or DeviceMessage.Register
            or DeviceMessage.SetFindable or DeviceMessage.ReadFindable => HandleRegistration(device, message),
        _ => HandleFunction(device, message),
    };

    private static Outcome NullVconfig(Device device) =>
        Outcome.Broken(device, Reply.Done, new Violation(Property.P7, "uaf", "NULL pointer dereference of vdev->vconfig", "vfio_config_free", Fatal: true));

    private static Outcome HandleDriver(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.ReadProvider when !device.HasDriver =>
            Outcome.Broken(device, Reply.Done, new Violation(Property.P7, "uaf", "use of a device object or P2P provider that was freed at unbind", "devres_release_all", Fatal: true)),
        DeviceMessage.ReadProvider => Outcome.Done(device),
        DeviceMessage.ReadDriver => Outcome.Reply(device, device.HasDriver),
        DeviceMessage.ReleaseDriver => Outcome.Done(device with { HasDriver = false, CoreInitialised = false }),
        DeviceMessage.AllocateDevice allocate => Outcome.Done(device with { HasDriver = true, CoreInitialised = allocate.CoreInitialised, NeedsReset = false }),
        DeviceMessage.SetInDevSet set => Outcome.Done(device with { InDevSet = set.Member }),
        DeviceMessage.ReadInDevSet => Outcome.Reply(device, device.InDevSet),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome HandleOthers(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.Disturb when device.Disturbance == Disturbance.Removed => Outcome.Done(device),
        DeviceMessage.Disturb { Disturbance: Disturbance.SysfsReset } when device.Disturbance != Disturbance.None => Outcome.Done(device),
        DeviceMessage.Disturb { Disturbance: Disturbance.None } when device.Disturbance != Disturbance.SysfsReset => Outcome.Done(device),
        DeviceMessage.Disturb disturb => Outcome.Done(device with
        {
            Disturbance = disturb.Disturbance,
            DecodeOn = device.DecodeOn && disturb.Disturbance != Disturbance.ConfigurationLost,
            NotReady = device.NotReady || (disturb.Disturbance == Disturbance.ConfigurationLost && device.Traits.IsNvgrace),
            ResetDone = device.ResetDone || (disturb.Disturbance == Disturbance.ConfigurationLost && TellsReset(device)),
        }),
        DeviceMessage.SetSriovActive set => Outcome.Done(device with { SriovActive = set.Active }),
        DeviceMessage.ReadSriovActive => Outcome.Reply(device, device.SriovActive),
        DeviceMessage.SetNeedsReset set => Outcome.Done(device with { NeedsReset = set.NeedsReset }),
        DeviceMessage.ReadNeedsReset => Outcome.Reply(device, device.NeedsReset),
        DeviceMessage.LoadFlagUnit => Outcome.Reply(device, device.PmEngaged),
        DeviceMessage.StoreFlagUnit store => Outcome.Done(device with { PmEngaged = store.Engaged }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // pci_error_handlers.reset_done of the driver that is bound.
    private static bool TellsReset(Device device) => device.Traits.IsNvgrace && device.HasDriver;

    private static Outcome HandleMemory(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.ReadResetDone => Outcome.Reply(device, device.ResetDone),
        DeviceMessage.ClearResetDone => Outcome.Done(device with { ResetDone = false }),
        DeviceMessage.WaitReady => Outcome.Done(device with { NotReady = false }),
        DeviceMessage.ReadReady => Outcome.Reply(device, !device.NotReady),
        DeviceMessage.PoisonPage => Outcome.Done(device with { Poison = MemoryPoison.Present }),
        DeviceMessage.HandlePoison => Outcome.Done(device with { Poison = MemoryPoison.Handled }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome HandleLiveUpdate(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.ConfigureInterrupts => Outcome.Done(device with { InterruptsConfigured = true }),
        DeviceMessage.ReadInterrupts => Outcome.Reply(device, device.InterruptsConfigured),
        DeviceMessage.ReadPowerState => Outcome.Reply(device, (int)device.PowerState),
        DeviceMessage.ReadFrozen => Outcome.Reply(device, device.Frozen),
        DeviceMessage.Freeze => Outcome.Done(device with { Frozen = true }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome HandleFunction(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.ReadUserCommand or DeviceMessage.WriteUserCommand when device.Disturbance == Disturbance.SysfsReset => Outcome.Blocked,
        DeviceMessage.ReadDecode or DeviceMessage.ReadUserCommand => Outcome.Reply(device, device.DecodeOn),
        DeviceMessage.WriteCommand write => WriteCommand(device, write.Memory),
        DeviceMessage.WriteUserCommand write => WriteCommand(device, write.Memory),
        DeviceMessage.SetPowerState { State: > PowerState.D0 } when device.SriovActive => Outcome.Refuse(device, Errno.EBUSY),
        DeviceMessage.SetPowerState set => Outcome.Done(device with { PowerState = device.Traits.HasPowerManagement ? set.State : PowerState.D0 }),
        DeviceMessage.SaveAndDisable => Outcome.Done(device with { PowerState = PowerState.D0, SavedDecode = device.DecodeOn, DecodeOn = false }),
        DeviceMessage.BeginReset => Outcome.Done(device with { InReset = true }),
        DeviceMessage.EndReset => Outcome.Done(device with { InReset = false, NotReady = device.NotReady || device.Traits.IsNvgrace }),
        DeviceMessage.Restore => Outcome.Done(device with { DecodeOn = device.SavedDecode, SavedDecode = false, ResetDone = device.ResetDone || TellsReset(device) }),
        DeviceMessage.RaiseOpenCount => Outcome.Reply(device with { OpenCount = device.OpenCount + 1 }, device.OpenCount + 1),
        DeviceMessage.LowerOpenCount => Outcome.Reply(device with { OpenCount = device.OpenCount - 1 }, device.OpenCount - 1),
        DeviceMessage.ReadOpenCount => Outcome.Reply(device, device.OpenCount),
        DeviceMessage.EnableDevice => Outcome.Done(device with { DecodeOn = true }),
        DeviceMessage.DisableDevice => Outcome.Done(device with { DecodeOn = false }),
        DeviceMessage.ConfigInit => Outcome.Done(device with { Vconfig = new Vconfig(device.DecodeOn) }),
        DeviceMessage.ConfigFree => Outcome.Done(device with { Vconfig = null, InterruptsConfigured = false, Frozen = false }),
        DeviceMessage.RequestRegions when device.RegionsOwned => Outcome.Refuse(device, Errno.EBUSY),
        DeviceMessage.RequestRegions => Outcome.Reply(device with { RegionsOwned = true }, 0),
        DeviceMessage.ReadRegions => Outcome.Reply(device, device.RegionsOwned),
        DeviceMessage.ReleaseRegions => Outcome.Done(device with { RegionsOwned = false }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome WriteCommand(Device device, bool memory) => Outcome.Done(device with
    {
        DecodeOn = memory,
        Disturbance = device.Disturbance == Disturbance.ConfigurationLost ? Disturbance.None : device.Disturbance,
    });

    private static Outcome HandleLowPower(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.EnterLowPower when device.PmEngaged => Outcome.Refuse(device, Errno.EINVAL),
        DeviceMessage.EnterLowPower enter => Outcome.Answer(
            device with { PmEngaged = true, WakeEventfd = enter.Wakeup, UsageHolders = device.UsageHolders.Remove(Holder.Session) },
            new Reply(0),
            new Effect(EffectKind.Engaged, 0, 1)),
        DeviceMessage.ExitLowPower when !device.PmEngaged => Outcome.Reply(device, false),
        DeviceMessage.ExitLowPower => Outcome.Answer(
            device with { PmEngaged = false, WakeEventfd = false, UsageHolders = Holder.Ordered(device.UsageHolders.Add(Holder.Session)) },
            Reply.Of(true),
            new Effect(EffectKind.Engaged, 1, 0)),
        DeviceMessage.ReadEngaged => Outcome.Reply(device, device.PmEngaged),
        DeviceMessage.SignalWakeEventfd => Outcome.Reply(device, device.WakeEventfd),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Outcome HandleRuntimePm(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.UsageGet get => Outcome.Answer(device with { UsageHolders = Holder.Ordered(device.UsageHolders.Add(get.Holder)) }, Reply.Done, Taken(get.Holder, 1)),
        DeviceMessage.UsagePut put when !device.UsageHolders.Contains(put.Holder) =>
            Outcome.Broken(device, Reply.Done, new Violation(Property.P6, "double-put", "runtime-PM usage count underflow")),
        DeviceMessage.UsagePut put => UsagePut(device, put.Holder),
        DeviceMessage.ResumeBegin => device.RpmStatus switch
        {
            RpmStatus.Active => Outcome.Reply(device, false),
            RpmStatus.Suspended => Outcome.Reply(device with { RpmStatus = RpmStatus.Resuming, PowerState = PowerState.D0 }, true),
            RpmStatus.Resuming or RpmStatus.Suspending => Outcome.Blocked,
        },
        DeviceMessage.ResumeEnd => Outcome.Done(device with { RpmStatus = RpmStatus.Active }),
        DeviceMessage.SuspendBegin when device.UsageHolders.IsEmpty && device.RpmStatus == RpmStatus.Active =>
            Outcome.Reply(device with { SuspendQueued = false, RpmStatus = RpmStatus.Suspending }, true),
        DeviceMessage.SuspendBegin => Outcome.Reply(device with { SuspendQueued = false }, false),
        DeviceMessage.SuspendPci => Outcome.Done(device with { PowerState = device.Traits.HasPowerManagement ? PowerState.D3hot : PowerState.D0 }),
        DeviceMessage.SuspendEnd => Outcome.Done(device with { RpmStatus = RpmStatus.Suspended }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // Only what a task holds in its own name can be left behind by its request.
    private static Effect? Taken(Holder holder, int count) => holder.Kind == HolderKind.Task ? new Effect(EffectKind.Reference, 0, count) : null;

    private static Outcome UsagePut(Device device, Holder holder)
    {
        var holders = device.UsageHolders.Remove(holder);
        var queue = holders.IsEmpty && device.RpmStatus == RpmStatus.Active && !device.SuspendQueued;
        return Outcome.Answer(device with { UsageHolders = holders, SuspendQueued = device.SuspendQueued || queue }, Reply.Of(queue), Taken(holder, -1));
    }

    private static Outcome HandleList(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.NextDmaBuf next => Outcome.Answer(device, Walk(device.DmaBufs, next.After)),
        DeviceMessage.LinkDmaBuf link => Outcome.Done(device with { DmaBufs = device.DmaBufs.Add(link.Buffer) }),
        DeviceMessage.UnlinkDmaBuf unlink => Outcome.Done(device with { DmaBufs = device.DmaBufs.Remove(unlink.Buffer) }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Reply Walk(Sequence<DmaBufId> list, DmaBufId? after)
    {
        var index = after is { } previous ? list.IndexOf(previous) : 0;
        return new Reply(At(list, index), At(list, index + 1));
    }

    private static int At(Sequence<DmaBufId> list, int index) => index >= 0 && index < list.Count ? list[index].Index : -1;

    private static Outcome HandleRegistration(Device device, DeviceMessage message) => message switch
    {
        DeviceMessage.Register => Outcome.Done(device with { RegistrationHolders = Sequence<Holder>.Of(Holder.Registered), RegistrationGone = false }),
        DeviceMessage.TryGetRegistration when device.RegistrationHolders.IsEmpty => Outcome.Reply(device, false),
        DeviceMessage.TryGetRegistration get => Outcome.Reply(device with { RegistrationHolders = Holder.Ordered(device.RegistrationHolders.Add(get.Holder)) }, true),
        DeviceMessage.PutRegistration put when !device.RegistrationHolders.Contains(put.Holder) => Underflow(device),
        DeviceMessage.PutRegistration put => PutRegistration(device, device.RegistrationHolders.Remove(put.Holder)),
        DeviceMessage.WaitForRegistration => device.RegistrationGone ? Outcome.Done(device) : Outcome.Blocked,
        DeviceMessage.SetFindable set => Outcome.Done(device with { Findable = set.Findable }),
        DeviceMessage.ReadFindable => Outcome.Reply(device, device.Findable),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // The counter does not know holders: a put without one still takes somebody else's reference away.
    private static Outcome Underflow(Device device)
    {
        var violation = new Violation(Property.P6, "double-put", "registration reference put by a holder that has none", "vfio_device_put_registration");
        var rest = device.RegistrationHolders.IsEmpty ? device.RegistrationHolders : device.RegistrationHolders.RemoveAt(0);
        return Outcome.Broken(device with { RegistrationHolders = rest, RegistrationGone = rest.IsEmpty }, Reply.Of(rest.IsEmpty), violation);
    }

    private static Outcome PutRegistration(Device device, Sequence<Holder> holders) =>
        Outcome.Reply(device with { RegistrationHolders = holders, RegistrationGone = holders.IsEmpty }, holders.IsEmpty);


    private static bool Trait(DeviceTraits traits, DeviceTrait trait) => trait switch
    {
        DeviceTrait.ResetWorks => traits.ResetWorks,
        DeviceTrait.PcieFlr => traits.HasPcieFlr,
        DeviceTrait.AfFlr => traits.HasAfFlr,
        DeviceTrait.PowerManagement => traits.HasPowerManagement,
        DeviceTrait.P2p => traits.HasP2p,
        DeviceTrait.BusReset => traits.HasBusReset,
        DeviceTrait.BusResetTimesOut => traits.BusResetTimesOut,
    };
}
