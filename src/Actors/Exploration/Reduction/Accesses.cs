using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Reduction;

/// <summary>Which parts of its machine a message depends on and changes.</summary>
/// <remarks>
/// A message that is not named here reads or changes everything. The tests run the independent pairs of explored worlds both ways round.
/// </remarks>
internal static class Accesses
{
    private const byte All = Access.Everything;

    private static readonly Dictionary<Type, (byte Reads, byte Adds, byte Writes)> Parts = new()
    {
        [typeof(DeviceMessage.MemoryEnabled)] = (OfDevice.Function | OfDevice.Power, 0, 0),
        [typeof(DeviceMessage.FaultAllowed)] = (OfDevice.Function | OfDevice.Power | OfDevice.Engaged, 0, 0),
        [typeof(DeviceMessage.WriteCommand)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.ReadUserCommand)] = (OfDevice.Function, 0, 0),
        [typeof(DeviceMessage.WriteUserCommand)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.ReadDecode)] = (OfDevice.Function, 0, 0),
        [typeof(DeviceMessage.SetVconfigMemory)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.SetPowerState)] = (0, 0, OfDevice.Power),
        [typeof(DeviceMessage.SaveAndDisable)] = (0, 0, OfDevice.Power | OfDevice.Function),
        [typeof(DeviceMessage.BeginReset)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.EndReset)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.LoadFlagUnit)] = (OfDevice.Engaged, 0, 0),
        [typeof(DeviceMessage.StoreFlagUnit)] = (0, 0, OfDevice.Engaged),
        [typeof(DeviceMessage.Restore)] = (OfDevice.Driver, 0, OfDevice.Function),
        [typeof(DeviceMessage.ReadTrait)] = (0, 0, 0),
        [typeof(DeviceMessage.ReadProvider)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.ReadDriver)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.ReadInDevSet)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.ReadFindable)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.ReadOpenCount)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.TryGetRegistration)] = (0, 0, OfDevice.Driver),
        [typeof(DeviceMessage.PutRegistration)] = (0, 0, OfDevice.Driver),
        [typeof(DeviceMessage.WaitForRegistration)] = (OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.EnterLowPower)] = (0, 0, OfDevice.Engaged | OfDevice.Session | OfDevice.Usage),
        [typeof(DeviceMessage.ExitLowPower)] = (0, 0, OfDevice.Engaged | OfDevice.Session | OfDevice.Usage),
        [typeof(DeviceMessage.SignalWakeEventfd)] = (OfDevice.Engaged, 0, 0),
        [typeof(DeviceMessage.ReadEngaged)] = (OfDevice.Engaged, 0, 0),
        [typeof(DeviceMessage.ResumeBegin)] = (0, 0, OfDevice.Rpm | OfDevice.Power),
        [typeof(DeviceMessage.ResumeEnd)] = (0, 0, OfDevice.Rpm),
        [typeof(DeviceMessage.SuspendBegin)] = (OfDevice.Session, 0, OfDevice.Rpm | OfDevice.Usage),
        [typeof(DeviceMessage.SuspendPci)] = (0, 0, OfDevice.Power),
        [typeof(DeviceMessage.SuspendEnd)] = (0, 0, OfDevice.Rpm),
        [typeof(DeviceMessage.NextDmaBuf)] = (OfDevice.List | OfDevice.Driver, 0, 0),
        [typeof(DeviceMessage.LinkDmaBuf)] = (OfDevice.Driver, 0, OfDevice.List),
        [typeof(DeviceMessage.UnlinkDmaBuf)] = (OfDevice.Driver, 0, OfDevice.List),
        [typeof(DeviceMessage.SetBarsRevoked)] = (0, 0, OfDevice.List),
        [typeof(DeviceMessage.ReadBarsRevoked)] = (OfDevice.List, 0, 0),
        [typeof(DeviceMessage.InsertPte)] = (0, 0, OfDevice.List),
        [typeof(DeviceMessage.Zap)] = (0, 0, OfDevice.List),
        [typeof(DeviceMessage.ReadRegions)] = (OfDevice.Function, 0, 0),
        [typeof(DeviceMessage.ReadPowerState)] = (OfDevice.Power, 0, 0),
        [typeof(DeviceMessage.ReadFrozen)] = (OfDevice.Function, 0, 0),
        [typeof(DeviceMessage.Freeze)] = (0, 0, OfDevice.Function),
        [typeof(DeviceMessage.ReadInterrupts)] = (OfDevice.Function, 0, 0),
        [typeof(DeviceMessage.ConfigureInterrupts)] = (0, 0, OfDevice.Function),

        // Whoever finds the fd open is not the last to put, whoever finds it closed gets nothing.
        [typeof(DeviceFileMessage.Fdget)] = (OfFile.Fd, 0, 0),
        [typeof(DeviceFileMessage.Fdput)] = (OfFile.Fd, 0, OfFile.Put),
        [typeof(DeviceFileMessage.ReadAccessGranted)] = (OfFile.Fd, 0, 0),

        [typeof(DmaBufMessage.Fdget)] = (OfFile.Fd, 0, 0),
        [typeof(DmaBufMessage.FileOperation)] = (OfFile.Fd, 0, 0),
        [typeof(DmaBufMessage.GetFileActive)] = (OfFile.Fd, OfFile.Put, 0),
        [typeof(DmaBufMessage.Fput)] = (OfFile.Fd, 0, OfFile.Put),
        [typeof(DmaBufMessage.TakeOverReference)] = (0, 0, OfBuffer.Attachments),
        [typeof(DmaBufMessage.HandReference)] = (0, 0, OfBuffer.Attachments),
        [typeof(DmaBufMessage.LinkAttachment)] = (0, 0, OfBuffer.Attachments),
        [typeof(DmaBufMessage.UnlinkAttachment)] = (0, 0, OfBuffer.Attachments),
        [typeof(DmaBufMessage.NextAttachment)] = (OfBuffer.Attachments | OfBuffer.Flag, 0, 0),
        [typeof(DmaBufMessage.ReadRevoked)] = (OfBuffer.Flag, 0, 0),
        [typeof(DmaBufMessage.SetRevoked)] = (0, 0, OfBuffer.Flag),
        [typeof(DmaBufMessage.ReadDead)] = (OfBuffer.Flag, 0, 0),
        [typeof(DmaBufMessage.KrefInit)] = (0, 0, OfBuffer.Kref),
        [typeof(DmaBufMessage.KrefGet)] = (0, OfBuffer.Kref, 0),
        [typeof(DmaBufMessage.KrefPut)] = (0, 0, OfBuffer.Kref),
        [typeof(DmaBufMessage.WaitForCompletion)] = (0, 0, OfBuffer.Kref),
        [typeof(DmaBufMessage.WaitForCompletionTimeout)] = (0, 0, OfBuffer.Kref),
        [typeof(DmaBufMessage.WaitForFences)] = (OfBuffer.Fences, 0, 0),
        [typeof(DmaBufMessage.InsertPte)] = (0, 0, OfBuffer.Ptes),
        [typeof(DmaBufMessage.Zap)] = (0, 0, OfBuffer.Ptes),
        [typeof(DmaBufMessage.ReadRegion)] = (OfBuffer.Rest, 0, 0),
        [typeof(DmaBufMessage.ReadVdev)] = (OfBuffer.Rest, 0, 0),
        [typeof(DmaBufMessage.ReadNrRanges)] = (OfBuffer.Rest, 0, 0),
        [typeof(DmaBufMessage.ClearVdev)] = (0, 0, OfBuffer.Rest),

        [typeof(AttachmentMessage.ReadAttached)] = (OfAttachment.Phase, 0, 0),
        [typeof(AttachmentMessage.Attaching)] = (0, 0, OfAttachment.Phase),
        [typeof(AttachmentMessage.AttachFailed)] = (0, 0, OfAttachment.Phase),
        [typeof(AttachmentMessage.Attached)] = (0, 0, OfAttachment.Phase),
        [typeof(AttachmentMessage.Detaching)] = (0, 0, OfAttachment.Phase),
        [typeof(AttachmentMessage.ReadMapped)] = (OfAttachment.Mapped, 0, 0),
        [typeof(AttachmentMessage.SetMapped)] = (0, 0, OfAttachment.Mapped),
        [typeof(AttachmentMessage.ClearMapped)] = (0, 0, OfAttachment.Mapped),
        [typeof(AttachmentMessage.StartDma)] = (0, 0, OfAttachment.Mapped),
        [typeof(AttachmentMessage.DmaDone)] = (0, 0, OfAttachment.Mapped),
        [typeof(AttachmentMessage.IssueDma)] = (0, 0, 0),
        [typeof(AttachmentMessage.Invalidate)] = (0, 0, OfAttachment.Told),
        [typeof(AttachmentMessage.QueueWork)] = (0, 0, OfAttachment.Work),
        [typeof(AttachmentMessage.TakeWork)] = (0, 0, OfAttachment.Work),
        [typeof(AttachmentMessage.WorkDone)] = (0, 0, OfAttachment.Work),
        [typeof(AttachmentMessage.FlushWork)] = (OfAttachment.Work, 0, 0),
    };

    /// <summary>The access of a step to the machine in a slot, whatever state it finds it in.</summary>
    public static Access Of(Step.Send send, GrantPolicy policy, int slot) => send.Kind switch
    {
        SendKind.Access => OfMessage(send.MessageType, slot),

        // Within an acquire context the stamps of holder and waiters decide as well.
        SendKind.Enqueue when send.MessageType != typeof(LockMessage.Enqueue) => Access.Write(slot),
        SendKind.Await when send.MessageType != typeof(LockMessage.Await) => Access.Write(slot),
        SendKind.Enqueue => policy switch
        {
            // Waiters are a set: two that join commute.
            GrantPolicy.Barging => new Access(slot, 0, OfLock.Waiters, 0),
            GrantPolicy.Ordered => new Access(slot, 0, 0, OfLock.Waiters),
        },

        // A writer looks at the holders only; a reader also at who else waits, and so does everybody where the order counts.
        SendKind.Await => policy == GrantPolicy.Barging && send.Mode == LockMode.Write ? new Access(slot, 0, 0, OfLock.Holders) : new Access(slot, 0, 0, OfLock.Waiters | OfLock.Holders),
        SendKind.Release => new Access(slot, 0, OfLock.Holders, 0),
        SendKind.Try => Access.Write(slot),
    };

    /// <summary>The access of a message that is not to a lock.</summary>
    public static Access OfMessage(Type message, int slot) =>
        Parts.TryGetValue(message, out var parts) ? new Access(slot, parts.Reads, parts.Adds, parts.Writes)
        : typeof(IReadingMessage).IsAssignableFrom(message) ? Access.Read(slot)
        : Access.Write(slot);

    /// <summary>The access of a step that finds its target in the given state: as long as nobody writes what it reads here, it goes on commuting.</summary>
    /// <param name="send">The step.</param>
    /// <param name="message">Its message.</param>
    /// <param name="target">The state.</param>
    /// <param name="policy">The lock grant policy.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="changes">Whether the step changes the state.</param>
    public static Access OnState(Step.Send send, Message message, MachineState target, GrantPolicy policy, int slot, bool changes)
    {
        var access = message is DeviceMessage.UsageGet or DeviceMessage.UsagePut ? OfUsage((DeviceMessage)message, slot, isAwake: false) : Of(send, policy, slot);
        return (target, message) switch
        {
            // Another holder stays as long as this part is not written, so nobody's get or put is the first or the last.
            (Device device, DeviceMessage.UsageGet { Holder.Kind: HolderKind.Task } or DeviceMessage.UsagePut { Holder.Kind: HolderKind.Task })
                when device.UsageHolders.Contains(Holder.Session) => new Access(slot, OfDevice.Session, 0, 0),
            (DeviceFile { FdOpen: true }, DeviceFileMessage.Fdput) => new Access(slot, OfFile.Fd, 0, 0),
            (DmaBuf { FdCount: > 0 }, DmaBufMessage.GetFileActive or DmaBufMessage.Fput) => new Access(slot, OfFile.Fd, 0, 0),
            _ when !changes => new Access(slot, (byte)(access.Reads | access.Adds | access.Writes), 0, 0),
            _ => access,
        };
    }

    /// <summary>The access of a usage count message, which depends on whose reference it is. Of a device that somebody else keeps awake no reference is the last.</summary>
    public static Access OfUsage(DeviceMessage message, int slot, bool isAwake) => message switch
    {
        DeviceMessage.UsageGet { Holder.Kind: HolderKind.Task } => new Access(slot, OfDevice.Session, OfDevice.Usage, 0),
        DeviceMessage.UsagePut { Holder.Kind: HolderKind.Task } when isAwake => new Access(slot, 0, OfDevice.Usage, 0),
        DeviceMessage.UsagePut { Holder.Kind: HolderKind.Task } => new Access(slot, OfDevice.Session | OfDevice.Rpm, 0, OfDevice.Usage),
        _ => new Access(slot, OfDevice.Rpm, 0, OfDevice.Usage | OfDevice.Session),
    };

    /// <summary>The access of a resume that finds the device active.</summary>
    public static Access ResumeOfActive(int slot) => new(slot, OfDevice.Rpm, 0, 0);

    /// <summary>What an obligation reads of a machine.</summary>
    public static Access OfCheck(Obligation obligation, MachineKind machine, int slot) => new(slot, (obligation, machine) switch
    {
        (Obligation.AccessReachesFunction or Obligation.MapReachesFunction, MachineKind.Device) => OfDevice.Function | OfDevice.Power | OfDevice.Rpm,
        (Obligation.FlagAgrees, MachineKind.Device) => OfDevice.Function | OfDevice.Power | OfDevice.Engaged | OfDevice.List,
        (Obligation.FlagAgrees, MachineKind.DmaBuf) => OfBuffer.Flag | OfFile.Put | OfFile.Fd,
        (Obligation.NoMapWhileRevoked, MachineKind.DmaBuf) => OfBuffer.Flag,
        (Obligation.ListMatchesOwner, MachineKind.Device) => OfDevice.List,
        (Obligation.ListMatchesOwner, MachineKind.DmaBuf) => OfBuffer.Rest | OfFile.Fd,
        (Obligation.NoMappingAlive, MachineKind.Attachment) => OfAttachment.Mapped,
        (Obligation.CpuAndPeersTogether, MachineKind.Device) => OfDevice.Function | OfDevice.Power | OfDevice.Engaged | OfDevice.List,
        (Obligation.CpuAndPeersTogether, MachineKind.DmaBuf) => OfBuffer.Ptes,
        (Obligation.CpuAndPeersTogether, MachineKind.Attachment) => OfAttachment.Mapped,
        (Obligation.ToldWhenTrue, MachineKind.DmaBuf) => OfBuffer.Attachments,
        (Obligation.ToldWhenTrue, MachineKind.Attachment) => OfAttachment.Told,
        (Obligation.MapLeadsToExport or Obligation.MapStaysInside, MachineKind.DmaBuf) => OfBuffer.Rest,
        (Obligation.PteOnlyWhileAccessible, MachineKind.Device) => OfDevice.Function | OfDevice.Power | OfDevice.Engaged,
        (Obligation.NoPteInTransition, MachineKind.Device) => OfDevice.List | OfDevice.Power,
        _ => All,
    }, 0, 0);

    /// <summary>What the end of a failing request reads of a machine it changed.</summary>
    public static Access OfLedger(LedgerEntry entry, int slot) => new(slot, entry.Kind switch
    {
        EffectKind.Revoked => OfBuffer.Flag | OfFile.Put | OfFile.Fd,
        EffectKind.Engaged => OfDevice.Engaged,
        EffectKind.Reference or EffectKind.Allocation => 0,
    }, 0, 0);

    private static class OfLock
    {
        public const byte Waiters = 1;
        public const byte Holders = 2;
    }

    private static class OfDevice
    {
        // UsageHolders but the session's, SuspendQueued.
        public const byte Usage = 1;

        // The session's place among the usage holders.
        public const byte Session = 2;
        public const byte Rpm = 4;

        // PowerState, SriovActive.
        public const byte Power = 8;

        // Configuration space, decode, regions, reset, readiness, disturbance, interrupts, freeze.
        public const byte Function = 16;

        // PmEngaged, WakeEventfd.
        public const byte Engaged = 32;

        // DmaBufs, BarsRevoked, UserPtes.
        public const byte List = 64;

        // Registration, open count, membership, existence.
        public const byte Driver = 128;
    }

    private static class OfFile
    {
        // Whether the fd is open; with a dma-buf also dentry, O_PATH descriptors, the file's memory.
        public const byte Fd = 1;

        // Who is the last to put a reference.
        public const byte Put = 2;
    }

    // Phase is read by every message and written by those that write everything. The two lowest parts are OfFile's.
    private static class OfBuffer
    {
        public const byte Flag = 4;
        public const byte Kref = 8;
        public const byte Attachments = 16;
        public const byte Fences = 32;
        public const byte Ptes = 64;

        // Vdev, Exported, OrigNents, TPH.
        public const byte Rest = 128;
    }

    private static class OfAttachment
    {
        // Phase; what else there is but the following.
        public const byte Phase = 1;

        // Mapped, DmaInFlight.
        public const byte Mapped = 2;
        public const byte Work = 4;
        public const byte Told = 8;
    }
}
