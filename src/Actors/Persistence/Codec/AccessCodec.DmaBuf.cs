using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Op = Actors.Persistence.Schema.Operation;
using Row = Actors.Persistence.Codec.CodecRow<Actors.Core.Messages.Message>;

namespace Actors.Persistence.Codec;

internal static partial class AccessCodec
{
    private static Row[] DmaBufRows() =>
    [
        CodecRow.List<Message, DmaBufMessage.AllocatePriv>((int)Op.DmaBufAllocatePriv, WriteAllocatePriv, ReadAllocatePriv),
        Plain<DmaBufMessage.ReadNrRanges>(Op.DmaBufReadNrRanges),
        Plain<DmaBufMessage.ReadSize>(Op.DmaBufReadSize),
        One<DmaBufMessage.ReadPhysVec>(Op.DmaBufReadPhysVec, m => m.Index, index => new(Argument.Int(index))),
        CodecRow.List<Message, DmaBufMessage.CountEntries>(
            (int)Op.DmaBufCountEntries, m => [(long)m.ChunkBytes, m.SizeBits, Argument.Of(m.ChecksOverflow)], ReadCountEntries),
        One<DmaBufMessage.SaveOrigNents>(Op.DmaBufSaveOrigNents, m => (long)m.SegmentBytes, value => new((ulong)value)),
        One<DmaBufMessage.FreeTable>(Op.DmaBufFreeTable, m => (long)m.SegmentBytes, value => new((ulong)value)),
        Plain<DmaBufMessage.FreePriv>(Op.DmaBufFreePriv),
        One<DmaBufMessage.ExportFile>(Op.DmaBufExportFile, m => m.Task.Index, task => new(Argument.Task(task))),
        Plain<DmaBufMessage.KrefInit>(Op.DmaBufKrefInit),
        Plain<DmaBufMessage.KrefGet>(Op.DmaBufKrefGet),
        Plain<DmaBufMessage.KrefPut>(Op.DmaBufKrefPut),
        Plain<DmaBufMessage.WaitForCompletion>(Op.DmaBufWaitForCompletion),
        CodecRow.List<Message, DmaBufMessage.WaitForFences>((int)Op.DmaBufWaitForFences, m => [(long)m.Usage], ReadWaitForFences),
        Two<DmaBufMessage.AddFence>(Op.DmaBufAddFence, m => (m.Attachment.Index, (long)m.Usage), (index, usage) => new(Argument.Attachment(index), Argument.Enum<FenceUsage>(usage))),
        Plain<DmaBufMessage.TestSignaled>(Op.DmaBufTestSignaled),
        One<DmaBufMessage.ReserveFences>(Op.DmaBufReserveFences, m => m.Slots, slots => new(Argument.Int(slots))),
        One<DmaBufMessage.ReadFence>(Op.DmaBufReadFence, m => m.Attachment.Index, index => new(Argument.Attachment(index))),
        One<DmaBufMessage.WaitForFencesOf>(Op.DmaBufWaitForFencesOf, m => m.Attachment.Index, index => new(Argument.Attachment(index))),
        One<DmaBufMessage.SignalFence>(Op.DmaBufSignalFence, m => m.Attachment.Index, index => new(Argument.Attachment(index))),
        Plain<DmaBufMessage.ReadRevoked>(Op.DmaBufReadRevoked),
        One<DmaBufMessage.SetRevoked>(Op.DmaBufSetRevoked, m => Argument.Of(m.Revoked), value => new(Argument.Bool(value))),
        One<DmaBufMessage.SetTphTag>(Op.DmaBufSetTphTag, m => m.Setting, setting => new(Argument.Int(setting))),
        One<DmaBufMessage.SetTphHint>(Op.DmaBufSetTphHint, m => m.Setting, setting => new(Argument.Int(setting))),
        Plain<DmaBufMessage.PublishTph>(Op.DmaBufPublishTph),
        Plain<DmaBufMessage.ReadTphTag>(Op.DmaBufReadTphTag),
        Plain<DmaBufMessage.ReadTphHint>(Op.DmaBufReadTphHint),
        Plain<DmaBufMessage.ReadTphPublished>(Op.DmaBufReadTphPublished),
        Plain<DmaBufMessage.ReadVdev>(Op.DmaBufReadVdev),
        Plain<DmaBufMessage.ClearVdev>(Op.DmaBufClearVdev),
        One<DmaBufMessage.GetFileActive>(Op.DmaBufGetFileActive, m => m.Task.Index, task => new(Argument.Task(task))),
        One<DmaBufMessage.GetFileRcu>(Op.DmaBufGetFileRcu, m => m.Task.Index, task => new(Argument.Task(task))),
        Plain<DmaBufMessage.AnnulFile>(Op.DmaBufAnnulFile),
        Plain<DmaBufMessage.ReadRegion>(Op.DmaBufReadRegion),
        Plain<DmaBufMessage.ReadDead>(Op.DmaBufReadDead),
        Plain<DmaBufMessage.SetDead>(Op.DmaBufSetDead),
        Plain<DmaBufMessage.InsertPte>(Op.DmaBufInsertPte),
        Plain<DmaBufMessage.Zap>(Op.DmaBufZap),
        Plain<DmaBufMessage.WaitForCompletionTimeout>(Op.DmaBufWaitForCompletionTimeout),
        One<DmaBufMessage.Fput>(Op.DmaBufFput, m => m.Task.Index, task => new(Argument.Task(task))),
        Two<DmaBufMessage.TakeOverReference>(Op.DmaBufTakeOverReference, m => (m.From.Index, m.Task.Index), (from, task) => new(Argument.Attachment(from), Argument.Task(task))),
        Two<DmaBufMessage.HandReference>(Op.DmaBufHandReference, m => (m.Task.Index, m.To.Index), (task, to) => new(Argument.Task(task), Argument.Attachment(to))),
        One<DmaBufMessage.FdInstall>(Op.DmaBufFdInstall, m => m.Task.Index, task => new(Argument.Task(task))),
        One<DmaBufMessage.Fdget>(Op.DmaBufFdget, m => m.Task.Index, task => new(Argument.Task(task))),
        Plain<DmaBufMessage.Dup>(Op.DmaBufDup),
        One<DmaBufMessage.CloseFd>(Op.DmaBufCloseFd, m => m.Task.Index, task => new(Argument.Task(task))),
        Plain<DmaBufMessage.OpenPath>(Op.DmaBufOpenPath),
        Plain<DmaBufMessage.ClosePath>(Op.DmaBufClosePath),
        Plain<DmaBufMessage.ReadEpItem>(Op.DmaBufReadEpItem),
        Plain<DmaBufMessage.AddEpItem>(Op.DmaBufAddEpItem),
        Plain<DmaBufMessage.RemoveEpItem>(Op.DmaBufRemoveEpItem),
        Plain<DmaBufMessage.QueueEpItem>(Op.DmaBufQueueEpItem),
        Plain<DmaBufMessage.TakeEpItem>(Op.DmaBufTakeEpItem),
        One<DmaBufMessage.BeginPoll>(Op.DmaBufBeginPoll, m => (long)m.Direction, value => new(Argument.Enum<PollDirection>(value))),
        One<DmaBufMessage.GetFile>(Op.DmaBufGetFile, m => (long)m.Direction, value => new(Argument.Enum<PollDirection>(value))),
        One<DmaBufMessage.AddPollCallback>(Op.DmaBufAddPollCallback, m => (long)m.Direction, value => new(Argument.Enum<PollDirection>(value))),
        One<DmaBufMessage.EndPoll>(Op.DmaBufEndPoll, m => (long)m.Direction, value => new(Argument.Enum<PollDirection>(value))),
        One<DmaBufMessage.FputOfPoll>(Op.DmaBufFputOfPoll, m => (long)m.Direction, value => new(Argument.Enum<PollDirection>(value))),
        Plain<DmaBufMessage.FileRelease>(Op.DmaBufFileRelease),
        Plain<DmaBufMessage.Dput>(Op.DmaBufDput),
        Plain<DmaBufMessage.FileFree>(Op.DmaBufFileFree),
        Plain<DmaBufMessage.FreeDmaBuf>(Op.DmaBufFreeDmaBuf),
        One<DmaBufMessage.LinkAttachment>(Op.DmaBufLinkAttachment, m => m.Attachment.Index, index => new(Argument.Attachment(index))),
        One<DmaBufMessage.UnlinkAttachment>(Op.DmaBufUnlinkAttachment, m => m.Attachment.Index, index => new(Argument.Attachment(index))),
        One<DmaBufMessage.NextAttachment>(Op.DmaBufNextAttachment, m => m.After?.Index ?? Argument.None, index => new(Argument.AttachmentOrNone(index))),
        One<DmaBufMessage.FileOperation>(Op.DmaBufFileOperation, m => (long)m.Operation, value => new(Argument.Enum<DmaBufFileOperation>(value))),
    ];

    // Nothing is a journal from before usages were kept: all fences.
    private static DmaBufMessage.WaitForFences ReadWaitForFences(IReadOnlyList<long> numbers) =>
        new(numbers.Count == 0 ? FenceUsage.Bookkeep : Argument.Enum<FenceUsage>(numbers[0]));

    private static IEnumerable<long> WriteAllocatePriv(DmaBufMessage.AllocatePriv message) =>
    [
        message.Vdev.Index, message.Exported.Region, message.Exported.NrRanges,
        .. message.Exported.Ranges.SelectMany(range => new[] { (long)range.Offset, (long)range.Length }),
    ];

    // The device alone is a journal from before exports were kept: one page of BAR 0.
    private static DmaBufMessage.AllocatePriv ReadAllocatePriv(IReadOnlyList<long> numbers) => numbers.Count switch
    {
        1 => new(Argument.Device(numbers[0]), Exported.OnePage),
        >= 3 => new(
            Argument.Device(numbers[0]),
            new Exported(Argument.UInt(numbers[1]), Argument.UInt(numbers[2]), RequestCodec.ReadRanges([.. numbers.Skip(3).Select(number => (ulong)number)]))),
        _ => throw new JournalException($"an export of {numbers.Count} numbers"),
    };

    private static DmaBufMessage.CountEntries ReadCountEntries(IReadOnlyList<long> numbers) => numbers.Count == 3
        ? new((ulong)numbers[0], Argument.Int(numbers[1]), Argument.Bool(numbers[2]))
        : throw new JournalException($"a count of entries of {numbers.Count} numbers");
}
