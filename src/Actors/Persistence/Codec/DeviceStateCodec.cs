using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Codec;

/// <summary>The state of a device, traits included.</summary>
internal static class DeviceStateCodec
{
    /// <summary>Packs a device.</summary>
    public static Schema.Device Write(Device device)
    {
        var packed = new Schema.Device
        {
            Traits = Write(device.Traits),
            Findable = device.Findable,
            RegistrationHolders = { StateCodec.Write(device.RegistrationHolders) },
            RegistrationGone = device.RegistrationGone,
            OpenCount = device.OpenCount,
            PowerState = (int)device.PowerState,
            PmEngaged = device.PmEngaged,
            WakeEventfd = device.WakeEventfd,
            UsageHolders = { StateCodec.Write(device.UsageHolders) },
            RpmStatus = (int)device.RpmStatus,
            SuspendQueued = device.SuspendQueued,
            InReset = device.InReset,
            DecodeOn = device.DecodeOn,
            SavedDecode = device.SavedDecode,
            RegionsOwned = device.RegionsOwned,
            DmaBufs = { device.DmaBufs.Select(buffer => buffer.Index) },
            UserPtes = device.UserPtes,
            HasDriver = device.HasDriver,
            CoreInitialised = device.CoreInitialised,
            InDevSet = device.InDevSet,
            SriovActive = device.SriovActive,
            Disturbance = (int)device.Disturbance,
            BarsRevoked = device.BarsRevoked,
            ResetDone = device.ResetDone,
            Poison = (int)device.Poison,
            InterruptsConfigured = device.InterruptsConfigured,
            Frozen = device.Frozen,
            NotReady = device.NotReady,
            NeedsReset = device.NeedsReset,
        };
        if (device.Vconfig is { } vconfig)
            packed.VconfigMemory = vconfig.Memory;
        return packed;
    }

    /// <summary>Unpacks a device.</summary>
    public static Device Read(Schema.Device packed) => new()
    {
        Traits = Read(packed.Traits ?? throw new JournalException("a device without traits")),
        Findable = packed.Findable,
        RegistrationHolders = StateCodec.Read(packed.RegistrationHolders),
        RegistrationGone = packed.RegistrationGone,
        OpenCount = packed.OpenCount,
        Vconfig = packed.HasVconfigMemory ? new Vconfig(packed.VconfigMemory) : null,
        PowerState = Argument.Enum<PowerState>(packed.PowerState),
        PmEngaged = packed.PmEngaged,
        WakeEventfd = packed.WakeEventfd,
        UsageHolders = StateCodec.Read(packed.UsageHolders),
        RpmStatus = Argument.Enum<RpmStatus>(packed.RpmStatus),
        SuspendQueued = packed.SuspendQueued,
        InReset = packed.InReset,
        DecodeOn = packed.DecodeOn,
        SavedDecode = packed.SavedDecode,
        RegionsOwned = packed.RegionsOwned,
        DmaBufs = Sequence<DmaBufId>.From(packed.DmaBufs.Select(index => new DmaBufId(index))),
        UserPtes = packed.UserPtes,
        HasDriver = packed.HasDriver,
        CoreInitialised = packed.CoreInitialised,
        InDevSet = packed.InDevSet,
        SriovActive = packed.SriovActive,
        Disturbance = Argument.Enum<Disturbance>(packed.Disturbance),
        BarsRevoked = packed.BarsRevoked,
        ResetDone = packed.ResetDone,
        Poison = Argument.Enum<MemoryPoison>(packed.Poison),
        InterruptsConfigured = packed.InterruptsConfigured,
        Frozen = packed.Frozen,
        NotReady = packed.NotReady,
        NeedsReset = packed.NeedsReset,
    };

    private static Schema.DeviceTraits Write(DeviceTraits traits) => new()
    {
        Name = traits.Name,
        HasPowerManagement = traits.HasPowerManagement,
        HasPcieFlr = traits.HasPcieFlr,
        HasAfFlr = traits.HasAfFlr,
        ResetWorks = traits.ResetWorks,
        IsVirtualFunction = traits.IsVirtualFunction,
        Bars = { traits.Bars.Select(bar => new Schema.Bar { Index = bar.Index, SizeBytes = bar.SizeBytes, IsMemory = bar.IsMemory, IsNonMappable = bar.IsNonMappable, IsForeign = bar.IsForeign }) },
        BaseAddress = traits.BaseAddress,
        HasBusReset = traits.HasBusReset,
        BusResetTimesOut = traits.BusResetTimesOut,
        HasP2P = traits.HasP2p,
        Driver = (int)traits.Driver,
        BusOffset = traits.BusOffset,
        HasPrivateMmio = traits.HasPrivateMmio,
    };

    private static DeviceTraits Read(Schema.DeviceTraits packed) => new(packed.Name)
    {
        HasPowerManagement = packed.HasPowerManagement,
        HasPcieFlr = packed.HasPcieFlr,
        HasAfFlr = packed.HasAfFlr,
        ResetWorks = packed.ResetWorks,
        IsVirtualFunction = packed.IsVirtualFunction,
        Bars = Sequence<Bar>.From(packed.Bars.Select(bar => new Bar(bar.Index, bar.SizeBytes, bar.IsMemory, bar.IsNonMappable, bar.IsForeign))),
        BaseAddress = packed.BaseAddress,
        HasBusReset = packed.HasBusReset,
        BusResetTimesOut = packed.BusResetTimesOut,
        HasP2p = packed.HasP2P,
        Driver = Argument.Enum<VariantDriver>(packed.Driver),
        BusOffset = packed.BusOffset,
        HasPrivateMmio = packed.HasPrivateMmio,
    };
}
