using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Op = Actors.Persistence.Schema.Operation;
using Row = Actors.Persistence.Codec.CodecRow<Actors.Core.Messages.Message>;

namespace Actors.Persistence.Codec;

/// <summary>Messages to machines as (operation number, numbers). A new message needs a number in journal.proto and a row here.</summary>
internal static partial class AccessCodec
{
    /// <summary>All messages.</summary>
    public static readonly CodecTable<Message> Table = new("Operation", [.. LockRows(), .. WwClassRows(), .. DeviceFileRows(), .. AttachmentRows(), .. DmaBufRows(), .. DeviceRows(), .. DmaDeviceRows()]);

    private static Row[] LockRows() =>
    [
        Two<LockMessage.Enqueue>(Op.LockEnqueue, m => (m.Task.Index, (long)m.Mode), (task, mode) => new(Argument.Task(task), Argument.Enum<LockMode>(mode))),
        One<LockMessage.Await>(Op.LockAwait, m => m.Task.Index, task => new(Argument.Task(task))),
        Two<LockMessage.TryAcquire>(Op.LockTryAcquire, m => (m.Task.Index, (long)m.Mode), (task, mode) => new(Argument.Task(task), Argument.Enum<LockMode>(mode))),
        One<LockMessage.Release>(Op.LockRelease, m => m.Task.Index, task => new(Argument.Task(task))),
        Two<LockMessage.EnqueueInContext>(Op.LockEnqueueInContext, m => (m.Task.Index, m.Stamp), (task, stamp) => new(Argument.Task(task), Argument.Int(stamp))),
        Two<LockMessage.AwaitInContext>(Op.LockAwaitInContext, m => (m.Task.Index, m.Acquired), (task, acquired) => new(Argument.Task(task), Argument.Int(acquired))),
        Plain<LockMessage.Init>(Op.LockInit),
        Plain<LockMessage.Destroy>(Op.LockDestroy),
    ];

    private static Row[] WwClassRows() =>
    [
        One<WwClassMessage.AcquireInit>(Op.WwClassAcquireInit, m => m.Task.Index, task => new(Argument.Task(task))),
        One<WwClassMessage.AcquireFini>(Op.WwClassAcquireFini, m => m.Task.Index, task => new(Argument.Task(task))),
    ];

    private static Row[] DeviceFileRows() =>
    [
        One<DeviceFileMessage.Fdget>(Op.DeviceFileFdget, m => m.Task.Index, task => new(Argument.Task(task))),
        One<DeviceFileMessage.Fdput>(Op.DeviceFileFdput, m => m.Task.Index, task => new(Argument.Task(task))),
        One<DeviceFileMessage.CloseFd>(Op.DeviceFileCloseFd, m => m.Task.Index, task => new(Argument.Task(task))),
        One<DeviceFileMessage.Allocate>(Op.DeviceFileAllocate, m => m.Task.Index, task => new(Argument.Task(task))),
        Plain<DeviceFileMessage.ReadAccessGranted>(Op.DeviceFileReadAccessGranted),
        Plain<DeviceFileMessage.GrantAccess>(Op.DeviceFileGrantAccess),
        One<DeviceFileMessage.FdInstall>(Op.DeviceFileFdInstall, m => Argument.Of(m.AccessGranted), value => new(Argument.Bool(value))),
    ];

    private static Row[] AttachmentRows() =>
    [
        Plain<AttachmentMessage.ReadAttached>(Op.AttachmentReadAttached),
        Plain<AttachmentMessage.Attaching>(Op.AttachmentAttaching),
        Plain<AttachmentMessage.AttachFailed>(Op.AttachmentAttachFailed),
        Plain<AttachmentMessage.ReadMapped>(Op.AttachmentReadMapped),
        Plain<AttachmentMessage.Attached>(Op.AttachmentAttached),
        Plain<AttachmentMessage.Detaching>(Op.AttachmentDetaching),
        Plain<AttachmentMessage.Detached>(Op.AttachmentDetached),
        One<AttachmentMessage.SetPinned>(Op.AttachmentSetPinned, m => Argument.Of(m.Pinned), value => new(Argument.Bool(value))),
        Plain<AttachmentMessage.SetMapped>(Op.AttachmentSetMapped),
        Plain<AttachmentMessage.ClearMapped>(Op.AttachmentClearMapped),
        Plain<AttachmentMessage.ReserveWindow>(Op.AttachmentReserveWindow),
        Plain<AttachmentMessage.LinkWindow>(Op.AttachmentLinkWindow),
        Plain<AttachmentMessage.DestroyWindow>(Op.AttachmentDestroyWindow),
        Plain<AttachmentMessage.ReadPhysicalRange>(Op.AttachmentReadPhysicalRange),
        One<AttachmentMessage.SetPhysicalRange>(Op.AttachmentSetPhysicalRange, m => Argument.Of(m.Valid), value => new(Argument.Bool(value))),
        One<AttachmentMessage.Invalidate>(Op.AttachmentInvalidate, m => Argument.Of(m.Revoked), value => new(Argument.Bool(value))),
        Plain<AttachmentMessage.PinUserPages>(Op.AttachmentPinUserPages),
        Plain<AttachmentMessage.CopyArea>(Op.AttachmentCopyArea),
        Plain<AttachmentMessage.RemoveArea>(Op.AttachmentRemoveArea),
        Plain<AttachmentMessage.ReadPinned>(Op.AttachmentReadPinned),
        One<AttachmentMessage.Mark>(Op.AttachmentMark, m => (long)m.Marks, marks => new((ImporterMarks)Argument.Int(marks))),
        One<AttachmentMessage.Unmark>(Op.AttachmentUnmark, m => (long)m.Marks, marks => new((ImporterMarks)Argument.Int(marks))),
        One<AttachmentMessage.ReadMark>(Op.AttachmentReadMark, m => (long)m.Marks, marks => new((ImporterMarks)Argument.Int(marks))),
        Plain<AttachmentMessage.ProgramHardware>(Op.AttachmentProgramHardware),
        Plain<AttachmentMessage.InvalidateHardware>(Op.AttachmentInvalidateHardware),
        Plain<AttachmentMessage.MoveToGhost>(Op.AttachmentMoveToGhost),
        Plain<AttachmentMessage.ReadGhosts>(Op.AttachmentReadGhosts),
        Plain<AttachmentMessage.ClearGhost>(Op.AttachmentClearGhost),
        One<AttachmentMessage.ReserveVmFences>(Op.AttachmentReserveVmFences, m => m.Slots, slots => new(Argument.Int(slots))),
        Plain<AttachmentMessage.AddVmFence>(Op.AttachmentAddVmFence),
        Plain<AttachmentMessage.QueueWork>(Op.AttachmentQueueWork),
        Plain<AttachmentMessage.TakeWork>(Op.AttachmentTakeWork),
        Plain<AttachmentMessage.WorkDone>(Op.AttachmentWorkDone),
        Plain<AttachmentMessage.FlushWork>(Op.AttachmentFlushWork),
        Plain<AttachmentMessage.StartDma>(Op.AttachmentStartDma),
        Plain<AttachmentMessage.IssueDma>(Op.AttachmentIssueDma),
        Plain<AttachmentMessage.DmaDone>(Op.AttachmentDmaDone),
    ];

    private static Row Plain<T>(Op number)
        where T : Message, new() => CodecRow.Plain<Message, T>((int)number);

    private static Row One<T>(Op number, Func<T, long> write, Func<long, T> read)
        where T : Message => CodecRow.One<Message, T>((int)number, write, read);

    private static Row Two<T>(Op number, Func<T, (long, long)> write, Func<long, long, T> read)
        where T : Message => CodecRow.Two<Message, T>((int)number, write, read);
}
