using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Actors.Persistence.Codec;
using Google.Protobuf;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Persistence;

/// <summary>Machine states as bytes: the message Snapshot of journal.proto. What goes in comes out equal, with the same fingerprint.</summary>
public static class StateCodec
{
    /// <summary>The bytes of a state.</summary>
    public static byte[] Encode(MachineState state) => (state switch
    {
        Device device => new Schema.Snapshot { Device = DeviceStateCodec.Write(device) },
        DeviceFile file => new Schema.Snapshot { DeviceFile = Write(file) },
        DmaBuf buffer => new Schema.Snapshot { DmaBuf = Write(buffer) },
        Attachment attachment => new Schema.Snapshot { Attachment = Write(attachment) },
        WwClass transactions => new Schema.Snapshot { WwClass = Write(transactions) },
        Lock held => new Schema.Snapshot { Lock = Write(held) },
        DmaDevice device => new Schema.Snapshot { DmaDevice = DmaDeviceStateCodec.Write(device) },
        _ => throw new JournalException($"{state.GetType().FullName} has no message in journal.proto: add one there and to StateCodec"),
    }).ToByteArray();

    /// <summary>The state of some bytes; <see cref="JournalException"/> when they are none.</summary>
    public static MachineState Decode(ReadOnlySpan<byte> bytes)
    {
        var snapshot = JournalCodec.Parse(Schema.Snapshot.Parser, bytes, "snapshot");
        return snapshot.StateCase switch
        {
            Schema.Snapshot.StateOneofCase.Device => DeviceStateCodec.Read(snapshot.Device),
            Schema.Snapshot.StateOneofCase.DeviceFile => Read(snapshot.DeviceFile),
            Schema.Snapshot.StateOneofCase.DmaBuf => Read(snapshot.DmaBuf),
            Schema.Snapshot.StateOneofCase.Attachment => Read(snapshot.Attachment),
            Schema.Snapshot.StateOneofCase.WwClass => Read(snapshot.WwClass),
            Schema.Snapshot.StateOneofCase.Lock => Read(snapshot.Lock),
            Schema.Snapshot.StateOneofCase.DmaDevice => DmaDeviceStateCodec.Read(snapshot.DmaDevice),
            Schema.Snapshot.StateOneofCase.None => throw new JournalException("a snapshot without a state"),
        };
    }

    /// <summary>Packs reference holders.</summary>
    internal static IEnumerable<Schema.Holder> Write(Sequence<Holder> holders) =>
        holders.Select(holder => new Schema.Holder { Kind = (int)holder.Kind, Index = holder.Index });

    /// <summary>Unpacks reference holders.</summary>
    internal static Sequence<Holder> Read(IEnumerable<Schema.Holder> holders) =>
        Sequence<Holder>.From(holders.Select(holder => Argument.Holder(holder.Kind, holder.Index)));

    private static Schema.DeviceFile Write(DeviceFile file) =>
        new() { FdOpen = file.FdOpen, AccessGranted = file.AccessGranted, Holders = { Write(file.Holders) } };

    private static DeviceFile Read(Schema.DeviceFile packed) => new(packed.FdOpen, packed.AccessGranted, Read(packed.Holders));

    private static Schema.DmaBuf Write(DmaBuf buffer)
    {
        var packed = new Schema.DmaBuf
        {
            Phase = (int)buffer.Phase,
            Revoked = buffer.Revoked,
            Kref = buffer.Kref,
            Completed = buffer.Completed,
            FileHolders = { Write(buffer.FileHolders) },
            FileFreed = buffer.FileFreed,
            DentryCount = buffer.DentryCount,
            FdCount = buffer.FdCount,
            PathCount = buffer.PathCount,
            FileAnnulled = buffer.FileAnnulled,
            Dead = buffer.Dead,
            UserPtes = buffer.UserPtes,
            TphTag = buffer.TphTag,
            TphHint = buffer.TphHint,
            TphPublished = buffer.TphPublished,
            Attachments = { buffer.Attachments.Select(attachment => attachment.Index) },
            Fences = { buffer.Fences.Select(fence => fence.Attachment.Index) },
            FenceUsages = { buffer.Fences.Select(fence => (int)fence.Usage) },
            FenceSlots = buffer.FenceSlots,
            Exported = Write(buffer.Exported),
            OrigNents = buffer.OrigNents,
            EpItem = (int)buffer.EpItem,
            PollCallbacks = { buffer.PollCallbacks.SelectMany(callback => new[] { (int)callback.Direction, callback.Fence?.Index ?? -1 }) },
            FileResurrected = buffer.FileResurrected,
        };
        if (buffer.Vdev is { } vdev)
            packed.Vdev = vdev.Index;
        return packed;
    }

    private static DmaBuf Read(Schema.DmaBuf packed) => new()
    {
        Phase = Argument.Enum<DmaBufPhase>(packed.Phase),
        Vdev = packed.HasVdev ? new DeviceId(packed.Vdev) : null,
        Revoked = packed.Revoked,
        Kref = packed.Kref,
        Completed = packed.Completed,
        FileHolders = Read(packed.FileHolders),
        FileFreed = packed.FileFreed,
        DentryCount = packed.DentryCount,
        FdCount = packed.FdCount,
        PathCount = packed.PathCount,
        FileAnnulled = packed.FileAnnulled,
        Dead = packed.Dead,
        UserPtes = packed.UserPtes,
        TphTag = packed.TphTag,
        TphHint = packed.TphHint,
        TphPublished = packed.TphPublished,
        Attachments = Attachments(packed.Attachments),
        Fences = Fences(packed),
        FenceSlots = packed.FenceSlots,
        Exported = packed.Exported is { } exported ? Read(exported) : Exported.OnePage,
        OrigNents = packed.OrigNents,
        EpItem = Argument.Enum<EpItem>(packed.EpItem),
        PollCallbacks = Sequence<PollCallback>.From(packed.PollCallbacks.Chunk(2).Select(PollCallbackOf)),
        FileResurrected = packed.FileResurrected,
    };

    private static PollCallback PollCallbackOf(int[] numbers) => numbers.Length == 2
        ? new(Argument.Enum<PollDirection>(numbers[0]), numbers[1] < 0 ? null : new AttachmentId(numbers[1]))
        : throw new JournalException("half a poll callback");

    private static Schema.Exported Write(Exported exported) =>
        new() { Region = exported.Region, NrRanges = exported.NrRanges, Ranges = { exported.Ranges.SelectMany(range => new[] { range.Offset, range.Length }) } };

    private static Exported Read(Schema.Exported packed) => new(packed.Region, packed.NrRanges, RequestCodec.ReadRanges(packed.Ranges));

    private static Sequence<AttachmentId> Attachments(IEnumerable<int> indexes) =>
        Sequence<AttachmentId>.From(indexes.Select(index => new AttachmentId(index)));

    private static Sequence<Fence> Fences(Schema.DmaBuf packed) => packed.Fences.Count == packed.FenceUsages.Count
        ? Sequence<Fence>.From(packed.Fences.Zip(packed.FenceUsages, (index, usage) => new Fence(new AttachmentId(index), Argument.Enum<FenceUsage>(usage))))
        : throw new JournalException($"{packed.Fences.Count} fences and {packed.FenceUsages.Count} usages");

    private static Schema.WwClass Write(WwClass transactions) =>
        new() { Tasks = { transactions.Active.Select(transaction => transaction.Task.Index) }, Stamps = { transactions.Active.Select(transaction => transaction.Stamp) } };

    private static WwClass Read(Schema.WwClass packed) => packed.Tasks.Count == packed.Stamps.Count
        ? new(Sequence<Transaction>.From(packed.Tasks.Zip(packed.Stamps, (task, stamp) => new Transaction(new TaskId(task), stamp))))
        : throw new JournalException($"{packed.Tasks.Count} transactions and {packed.Stamps.Count} stamps");

    private static Schema.Attachment Write(Attachment attachment) => new()
    {
        Kind = (int)attachment.Kind,
        Phase = (int)attachment.Phase,
        Mapped = attachment.Mapped,
        Pinned = attachment.Pinned,
        DmaInFlight = attachment.DmaInFlight,
        WorkPending = attachment.WorkPending,
        WorkRunning = attachment.WorkRunning,
        Told = (int)attachment.Told,
        Window = (int)attachment.Window,
        WindowLost = attachment.WindowLost,
        HasPhysicalRange = attachment.HasPhysicalRange,
        Copies = attachment.Copies,
        Marks = (int)attachment.Marks,
        Ghosts = attachment.Ghosts,
        VmFenceSlots = attachment.VmFenceSlots,
    };

    private static Attachment Read(Schema.Attachment packed) => new()
    {
        Kind = Argument.Enum<ImporterKind>(packed.Kind),
        Phase = Argument.Enum<AttachPhase>(packed.Phase),
        Mapped = packed.Mapped,
        Pinned = packed.Pinned,
        DmaInFlight = packed.DmaInFlight,
        WorkPending = packed.WorkPending,
        WorkRunning = packed.WorkRunning,
        Told = Argument.Enum<Told>(packed.Told),
        Window = Argument.Enum<IovaWindow>(packed.Window),
        WindowLost = packed.WindowLost,
        HasPhysicalRange = packed.HasPhysicalRange,
        Copies = packed.Copies,
        Marks = (ImporterMarks)packed.Marks,
        Ghosts = packed.Ghosts,
        VmFenceSlots = packed.VmFenceSlots,
    };

    private static Schema.Lock Write(Lock state)
    {
        var packed = new Schema.Lock
        {
            Shared = state.Shared,
            Policy = (int)state.Policy,
            Readers = { state.Readers.Select(reader => reader.Index) },
            Waiters = { state.Waiters.Select(Write) },
            Destroyed = state.Destroyed,
            OwnerStamp = state.OwnerStamp,
        };
        if (state.Writer is { } writer)
            packed.Writer = writer.Index;
        return packed;
    }

    private static Schema.Waiter Write(Waiter waiter) => new() { Task = waiter.Task.Index, Mode = (int)waiter.Mode, InReaderPhase = waiter.InReaderPhase, Stamp = waiter.Stamp };

    private static Lock Read(Schema.Lock packed) => new(
        packed.Shared,
        Argument.Enum<GrantPolicy>(packed.Policy),
        packed.HasWriter ? new TaskId(packed.Writer) : null,
        Sequence<TaskId>.From(packed.Readers.Select(reader => new TaskId(reader))),
        Sequence<Waiter>.From(packed.Waiters.Select(Read)))
    {
        Destroyed = packed.Destroyed,
        OwnerStamp = packed.OwnerStamp,
    };

    private static Waiter Read(Schema.Waiter packed) => new(new TaskId(packed.Task), Argument.Enum<LockMode>(packed.Mode), packed.InReaderPhase, packed.Stamp);
}
