using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Codec;

/// <summary>The state of an importer's device.</summary>
internal static class DmaDeviceStateCodec
{
    /// <summary>Packs a device.</summary>
    public static Schema.DmaDevice Write(DmaDevice device) => new()
    {
        Dma = Write(device.Dma),
        Mappings = { device.Mappings.Select(Write) },
        Used = { device.Used.SelectMany(Numbers) },
        Iotlb = { device.Iotlb.SelectMany(Numbers) },
        FlushQueue = { device.FlushQueue.SelectMany(Numbers) },
        Redirects = device.Redirects,
        MapTypes = { device.MapTypes.SelectMany(entry => new[] { entry.Provider.Index, (int)entry.Type }) },
        Kept = { device.Kept.SelectMany(kept => new[] { (ulong)kept.Attachment.Index, kept.Address }) },
    };

    /// <summary>Unpacks a device.</summary>
    public static DmaDevice Read(Schema.DmaDevice packed) => new()
    {
        Dma = Read(packed.Dma ?? throw new JournalException("a DMA device without its properties")),
        Mappings = Sequence<DmaMapping>.From(packed.Mappings.Select(Read)),
        Used = Ranges(packed.Used),
        Iotlb = Translations(packed.Iotlb),
        FlushQueue = Ranges(packed.FlushQueue),
        Redirects = packed.Redirects,
        MapTypes = Sequence<MapTypeEntry>.From(packed.MapTypes.Chunk(2).Select(pair => pair.Length == 2
            ? new MapTypeEntry(new DeviceId(pair[0]), Argument.Enum<MapType>(pair[1]))
            : throw new JournalException("a map type without an answer"))),
        Kept = Sequence<KeptAddress>.From(Grouped(packed.Kept, 2).Select(pair => new KeptAddress(Argument.Attachment((long)pair[0]), pair[1]))),
    };

    private static Schema.DmaMapping Write(DmaMapping mapping) => new()
    {
        Attachment = mapping.Attachment.Index,
        HasState = mapping.HasState,
        Window = { mapping.Window is { } window ? Numbers(window) : [] },
        IsReturned = mapping.IsReturned,
        Linked = { mapping.Linked.SelectMany(Numbers) },
        TableEntries = mapping.TableEntries,
        Filled = { mapping.Filled.SelectMany(entry => new[] { entry.DmaAddress, entry.LenBytes }) },
    };

    private static DmaMapping Read(Schema.DmaMapping packed) => new(new AttachmentId(packed.Attachment))
    {
        HasState = packed.HasState,
        Window = packed.Window.Count == 0 ? null : Ranges(packed.Window)[0],
        IsReturned = packed.IsReturned,
        Linked = Translations(packed.Linked),
        TableEntries = packed.TableEntries,
        Filled = Sequence<SgEntry>.From(Grouped(packed.Filled, 2).Select(pair => new SgEntry(pair[0], pair[1]))),
    };

    private static Schema.ImporterDma Write(ImporterDma dma) => new()
    {
        Domain = (int)dma.Domain,
        Mask = dma.Mask,
        BusLimit = dma.BusLimit,
        SwiotlbForced = dma.SwiotlbForced,
        Untrusted = dma.Untrusted,
        Coherent = dma.Coherent,
        MapsMmio = dma.MapsMmio,
        GranuleBytes = dma.GranuleBytes,
        SegmentBytes = dma.SegmentBytes,
        Remapping = (int)dma.Remapping,
        Lazy = dma.Lazy,
        Trusted = dma.Trusted,
    };

    private static ImporterDma Read(Schema.ImporterDma packed) => new()
    {
        Domain = Argument.Enum<DmaDomain>(packed.Domain),
        Mask = packed.Mask,
        BusLimit = packed.BusLimit,
        SwiotlbForced = packed.SwiotlbForced,
        Untrusted = packed.Untrusted,
        Coherent = packed.Coherent,
        MapsMmio = packed.MapsMmio,
        GranuleBytes = packed.GranuleBytes,
        SegmentBytes = packed.SegmentBytes,
        Remapping = Argument.Enum<Remapping>(packed.Remapping),
        Lazy = packed.Lazy,
        Trusted = packed.Trusted,
    };

    private static IEnumerable<ulong> Numbers(IovaRange range) => [range.Start, range.Bytes];

    private static IEnumerable<ulong> Numbers(Translation translation) => [translation.Iova, translation.Range.Paddr, translation.Range.LenBytes];

    private static Sequence<IovaRange> Ranges(IReadOnlyCollection<ulong> numbers) =>
        Sequence<IovaRange>.From(Grouped(numbers, 2).Select(pair => new IovaRange(pair[0], pair[1])));

    private static Sequence<Translation> Translations(IReadOnlyCollection<ulong> numbers) =>
        Sequence<Translation>.From(Grouped(numbers, 3).Select(group => new Translation(group[0], new PhysVec(group[1], group[2]))));

    private static IEnumerable<ulong[]> Grouped(IReadOnlyCollection<ulong> numbers, int size) =>
        numbers.Count % size == 0 ? numbers.Chunk(size) : throw new JournalException($"{numbers.Count} numbers where groups of {size} are due");
}
