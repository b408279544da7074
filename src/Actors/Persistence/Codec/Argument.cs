using System.Runtime.CompilerServices;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Codec;

/// <summary>From numbers of the journal back to the model's types. A number the model does not know is refused.</summary>
internal static class Argument
{
    /// <summary>The number that stands for "none" where an id may be absent.</summary>
    public const long None = -1;

    public static int Int(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new JournalException($"{value} is not a 32-bit number");

    public static uint UInt(long value) =>
        value is >= 0 and <= uint.MaxValue ? (uint)value : throw new JournalException($"{value} is not an unsigned 32-bit number");

    public static bool Bool(long value) =>
        value is 0 or 1 ? value == 1 : throw new JournalException($"{value} is not a truth value");

    public static TEnum Enum<TEnum>(long value)
        where TEnum : struct, System.Enum
    {
        var number = Int(value);
        var member = Unsafe.BitCast<int, TEnum>(number);
        return System.Enum.IsDefined(member) ? member : throw new JournalException($"{typeof(TEnum).Name} {value} is unknown: the journal was written by another version");
    }

    public static TaskId Task(long value) => new(Int(value));

    public static DeviceId Device(long value) => new(Int(value));

    public static DeviceFileId File(long value) => new(Int(value));

    public static DmaBufId Buffer(long value) => new(Int(value));

    public static AttachmentId Attachment(long value) => new(Int(value));

    public static DmaBufId? BufferOrNone(long value) => value == None ? null : Buffer(value);

    public static AttachmentId? AttachmentOrNone(long value) => value == None ? null : Attachment(value);

    public static Holder Holder(long kind, long index) => new(Enum<HolderKind>(kind), Int(index));

    public static long Of(bool value) => value ? 1 : 0;

    public static (long Kind, long Index) Of(Holder holder) => ((long)holder.Kind, holder.Index);
}
