using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Op = Actors.Persistence.Schema.Operation;
using Row = Actors.Persistence.Codec.CodecRow<Actors.Core.Messages.Message>;

namespace Actors.Persistence.Codec;

internal static partial class AccessCodec
{
    private static Row[] DeviceRows() =>
    [
        Plain<DeviceMessage.MemoryEnabled>(Op.DeviceMemoryEnabled),
        Plain<DeviceMessage.FaultAllowed>(Op.DeviceFaultAllowed),
        One<DeviceMessage.WriteCommand>(Op.DeviceWriteCommand, m => Argument.Of(m.Memory), value => new(Argument.Bool(value))),
        One<DeviceMessage.SetVconfigMemory>(Op.DeviceSetVconfigMemory, m => Argument.Of(m.Memory), value => new(Argument.Bool(value))),
        One<DeviceMessage.SetPowerState>(Op.DeviceSetPowerState, m => (long)m.State, value => new(Argument.Enum<PowerState>(value))),
        Plain<DeviceMessage.SaveAndDisable>(Op.DeviceSaveAndDisable),
        Plain<DeviceMessage.BeginReset>(Op.DeviceBeginReset),
        Plain<DeviceMessage.EndReset>(Op.DeviceEndReset),
        Plain<DeviceMessage.Restore>(Op.DeviceRestore),
        One<DeviceMessage.ReadTrait>(Op.DeviceReadTrait, m => (long)m.Trait, value => new(Argument.Enum<DeviceTrait>(value))),
        One<DeviceMessage.EnterLowPower>(Op.DeviceEnterLowPower, m => Argument.Of(m.Wakeup), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ExitLowPower>(Op.DeviceExitLowPower),
        Plain<DeviceMessage.SignalWakeEventfd>(Op.DeviceSignalWakeEventfd),
        Two<DeviceMessage.UsageGet>(Op.DeviceUsageGet, m => Argument.Of(m.Holder), (kind, index) => new(Argument.Holder(kind, index))),
        Two<DeviceMessage.UsagePut>(Op.DeviceUsagePut, m => Argument.Of(m.Holder), (kind, index) => new(Argument.Holder(kind, index))),
        Plain<DeviceMessage.ResumeBegin>(Op.DeviceResumeBegin),
        Plain<DeviceMessage.ResumeEnd>(Op.DeviceResumeEnd),
        Plain<DeviceMessage.SuspendBegin>(Op.DeviceSuspendBegin),
        Plain<DeviceMessage.SuspendPci>(Op.DeviceSuspendPci),
        Plain<DeviceMessage.SuspendEnd>(Op.DeviceSuspendEnd),
        One<DeviceMessage.NextDmaBuf>(Op.DeviceNextDmaBuf, m => m.After?.Index ?? Argument.None, index => new(Argument.BufferOrNone(index))),
        One<DeviceMessage.LinkDmaBuf>(Op.DeviceLinkDmaBuf, m => m.Buffer.Index, index => new(Argument.Buffer(index))),
        One<DeviceMessage.UnlinkDmaBuf>(Op.DeviceUnlinkDmaBuf, m => m.Buffer.Index, index => new(Argument.Buffer(index))),
        Two<DeviceMessage.TryGetRegistration>(Op.DeviceTryGetRegistration, m => Argument.Of(m.Holder), (kind, index) => new(Argument.Holder(kind, index))),
        Two<DeviceMessage.PutRegistration>(Op.DevicePutRegistration, m => Argument.Of(m.Holder), (kind, index) => new(Argument.Holder(kind, index))),
        Plain<DeviceMessage.WaitForRegistration>(Op.DeviceWaitForRegistration),
        One<DeviceMessage.SetFindable>(Op.DeviceSetFindable, m => Argument.Of(m.Findable), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ReadFindable>(Op.DeviceReadFindable),
        Plain<DeviceMessage.Register>(Op.DeviceRegister),
        Plain<DeviceMessage.RaiseOpenCount>(Op.DeviceRaiseOpenCount),
        Plain<DeviceMessage.LowerOpenCount>(Op.DeviceLowerOpenCount),
        Plain<DeviceMessage.ReadOpenCount>(Op.DeviceReadOpenCount),
        Plain<DeviceMessage.EnableDevice>(Op.DeviceEnableDevice),
        Plain<DeviceMessage.DisableDevice>(Op.DeviceDisableDevice),
        Plain<DeviceMessage.ConfigInit>(Op.DeviceConfigInit),
        Plain<DeviceMessage.ConfigFree>(Op.DeviceConfigFree),
        Plain<DeviceMessage.RequestRegions>(Op.DeviceRequestRegions),
        Plain<DeviceMessage.ReleaseRegions>(Op.DeviceReleaseRegions),
        Plain<DeviceMessage.InsertPte>(Op.DeviceInsertPte),
        Plain<DeviceMessage.Zap>(Op.DeviceZap),
        Plain<DeviceMessage.ReadProvider>(Op.DeviceReadProvider),
        Plain<DeviceMessage.ReleaseDriver>(Op.DeviceReleaseDriver),
        One<DeviceMessage.AllocateDevice>(Op.DeviceAllocateDevice, m => Argument.Of(m.CoreInitialised), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ReadDriver>(Op.DeviceReadDriver),
        One<DeviceMessage.SetInDevSet>(Op.DeviceSetInDevSet, m => Argument.Of(m.Member), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ReadInDevSet>(Op.DeviceReadInDevSet),
        One<DeviceMessage.Disturb>(Op.DeviceDisturb, m => (long)m.Disturbance, value => new(Argument.Enum<Disturbance>(value))),
        One<DeviceMessage.SetSriovActive>(Op.DeviceSetSriovActive, m => Argument.Of(m.Active), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.LoadFlagUnit>(Op.DeviceLoadFlagUnit),
        One<DeviceMessage.StoreFlagUnit>(Op.DeviceStoreFlagUnit, m => Argument.Of(m.Engaged), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ReadDecode>(Op.DeviceReadDecode),
        Plain<DeviceMessage.ReadRegions>(Op.DeviceReadRegions),
        One<DeviceMessage.SetBarsRevoked>(Op.DeviceSetBarsRevoked, m => Argument.Of(m.Revoked), value => new(Argument.Bool(value))),
        Plain<DeviceMessage.ReadBarsRevoked>(Op.DeviceReadBarsRevoked),
    ];
}
