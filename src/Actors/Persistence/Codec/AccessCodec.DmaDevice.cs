using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Op = Actors.Persistence.Schema.Operation;
using Row = Actors.Persistence.Codec.CodecRow<Actors.Core.Messages.Message>;

namespace Actors.Persistence.Codec;

internal static partial class AccessCodec
{
    private static Row[] DmaDeviceRows() =>
    [
        Two<DmaDeviceMessage.TryAlloc>(Op.DmaDeviceTryAlloc, m => (m.Attachment.Index, (long)m.Bytes), (of, bytes) => new(Argument.Attachment(of), (ulong)bytes)),
        One<DmaDeviceMessage.ReadWindow>(Op.DmaDeviceReadWindow, m => m.Attachment.Index, of => new(Argument.Attachment(of))),
        Two<DmaDeviceMessage.AllocTable>(Op.DmaDeviceAllocTable, m => (m.Attachment.Index, m.Entries), (of, entries) => new(Argument.Attachment(of), Argument.UInt(entries))),
        Listed<DmaDeviceMessage.Link>(
            Op.DmaDeviceLink, 7, m => [m.Attachment.Index, (long)m.Offset, (long)m.Range.Paddr, (long)m.Range.LenBytes, (long)m.Attribute, Argument.Of(m.Overwrites), Argument.Of(m.Private)],
            n => new(Argument.Attachment(n[0]), (ulong)n[1], new PhysVec((ulong)n[2], (ulong)n[3]), Argument.Enum<MapAttribute>(n[4]), Argument.Bool(n[5]), Argument.Bool(n[6]))),
        Two<DmaDeviceMessage.Sync>(Op.DmaDeviceSync, m => (m.Attachment.Index, (long)m.Bytes), (of, bytes) => new(Argument.Attachment(of), (ulong)bytes)),
        Listed<DmaDeviceMessage.MapPhys>(
            Op.DmaDeviceMapPhys, 5, m => [m.Attachment.Index, (long)m.Range.Paddr, (long)m.Range.LenBytes, (long)m.Attribute, Argument.Of(m.Private)],
            n => new(Argument.Attachment(n[0]), new PhysVec((ulong)n[1], (ulong)n[2]), Argument.Enum<MapAttribute>(n[3]), Argument.Bool(n[4]))),
        CodecRow.List<Message, DmaDeviceMessage.Fill>(
            (int)Op.DmaDeviceFill, m => m.Entries.SelectMany(entry => new[] { (long)entry.DmaAddress, (long)entry.LenBytes }).Prepend(m.Attachment.Index), ReadFill),
        One<DmaDeviceMessage.ReadTable>(Op.DmaDeviceReadTable, m => m.Attachment.Index, of => new(Argument.Attachment(of))),
        Two<DmaDeviceMessage.DestroyWindow>(Op.DmaDeviceDestroyWindow, m => (m.Attachment.Index, (long)m.Bytes), (of, bytes) => new(Argument.Attachment(of), (ulong)bytes)),
        Two<DmaDeviceMessage.UnmapEntry>(Op.DmaDeviceUnmapEntry, m => (m.Attachment.Index, m.Index), (of, index) => new(Argument.Attachment(of), Argument.Int(index))),
        Two<DmaDeviceMessage.UnmapResource>(Op.DmaDeviceUnmapResource, m => (m.Attachment.Index, (long)m.Bytes), (of, bytes) => new(Argument.Attachment(of), (ulong)bytes)),
        Two<DmaDeviceMessage.FreeTable>(Op.DmaDeviceFreeTable, m => (m.Attachment.Index, m.Entries), (of, entries) => new(Argument.Attachment(of), Argument.UInt(entries))),
        One<DmaDeviceMessage.FreeState>(Op.DmaDeviceFreeState, m => m.Attachment.Index, of => new(Argument.Attachment(of))),
        Two<DmaDeviceMessage.Access>(Op.DmaDeviceAccess, m => (m.Attachment.Index, Argument.Of(m.IsPromised)), (of, promised) => new(Argument.Attachment(of), Argument.Bool(promised))),
        CodecRow.List<Message, DmaDeviceMessage.ReadMapType>((int)Op.DmaDeviceReadMapType, WriteReadMapType, ReadReadMapType),
        One<DmaDeviceMessage.FreeWindow>(Op.DmaDeviceFreeWindow, m => m.Attachment.Index, of => new(Argument.Attachment(of))),
        One<DmaDeviceMessage.ForgetMapType>(Op.DmaDeviceForgetMapType, m => m.Provider.Index, provider => new(Argument.Device(provider))),
        Plain<DmaDeviceMessage.SetRedirect>(Op.DmaDeviceSetRedirect),
        Plain<DmaDeviceMessage.Flush>(Op.DmaDeviceFlush),
    ];

    private static Row Listed<T>(Op number, int count, Func<T, IEnumerable<long>> write, Func<IReadOnlyList<long>, T> read)
        where T : Message =>
        CodecRow.List<Message, T>((int)number, write, numbers => numbers.Count == count ? read(numbers) : throw new JournalException($"a {typeof(T).Name} of {numbers.Count} numbers"));

    // The fourth number came later; journals without it keep each answer.
    private static IEnumerable<long> WriteReadMapType(DmaDeviceMessage.ReadMapType message)
    {
        long[] numbers = [message.Provider.Index, (long)message.Direct, (long)message.Redirected];
        return message.IsKept ? numbers : numbers.Append(Argument.Of(message.IsKept));
    }

    private static DmaDeviceMessage.ReadMapType ReadReadMapType(IReadOnlyList<long> numbers) => numbers.Count is 3 or 4
        ? new(Argument.Device(numbers[0]), Argument.Enum<MapType>(numbers[1]), Argument.Enum<MapType>(numbers[2]), numbers.Count == 3 || Argument.Bool(numbers[3]))
        : throw new JournalException($"a map type of {numbers.Count} numbers");

    private static DmaDeviceMessage.Fill ReadFill(IReadOnlyList<long> numbers) => numbers.Count % 2 == 1
        ? new(Argument.Attachment(numbers[0]), Sequence<SgEntry>.From(numbers.Skip(1).Chunk(2).Select(pair => new SgEntry((ulong)pair[0], (ulong)pair[1]))))
        : throw new JournalException("an entry without length");
}
