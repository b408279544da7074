using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>The tests of the export ioctl on its arguments alone (exporter-paths 2.1). Each is one row; the call path gives the order.</summary>
public static class ExportValidation
{
    /// <summary>VFIO_PCI_ROM_REGION_INDEX.</summary>
    public const uint RomRegionIndex = 6;

    /// <summary>PAGE_SIZE.</summary>
    public const ulong PageBytes = 4096;

    /// <summary>The most ranges memdup_array_user() copies: 4 MiB of 16-byte records (row 10).</summary>
    public const uint RangesMax = 262_144;

    private const uint HeaderBytes = 8;
    private const uint FixedBytes = 16;
    private const uint SingleSliceBytes = 24;
    private const uint RangeBytes = 16;
    private const uint FeatureMask = 0xffff;
    private const uint OperationBits = ExportArguments.Get | ExportArguments.Set | ExportArguments.Probe;

    // DMA_IOVA_USE_SWIOTLB: the top bit of size_t.
    private const ulong SwiotlbBit = 1UL << 63;

    /// <summary>Row 0a: copy of the header fails.</summary>
    public static bool HeaderFaults(ExportArguments arguments) => arguments.Memory == UserMemory.HeaderUnreadable;

    /// <summary>Row 0: argsz below the header, unknown flag bits, or GET and SET both without PROBE.</summary>
    public static bool HeaderIsInvalid(ExportArguments arguments) =>
        arguments.Argsz < HeaderBytes
        || (arguments.Flags & ~(FeatureMask | OperationBits)) != 0
        || (arguments.Flags & OperationBits) == (ExportArguments.Get | ExportArguments.Set);

    /// <summary>An unknown feature number.</summary>
    public static bool IsOtherFeature(ExportArguments arguments) => (arguments.Flags & FeatureMask) != ExportArguments.DmaBufFeature;

    /// <summary>Row 3: SET asked for, alone or with others.</summary>
    public static bool AsksToSet(ExportArguments arguments) => (arguments.Flags & ExportArguments.Set) != 0;

    /// <summary>Row 4: PROBE.</summary>
    public static bool Probes(ExportArguments arguments) => (arguments.Flags & ExportArguments.Probe) != 0;

    /// <summary>Row 5: neither GET nor PROBE, or argsz below header and payload.</summary>
    public static bool GetIsInvalid(ExportArguments arguments, ExportInput input) =>
        (arguments.Flags & ExportArguments.Get) == 0 || arguments.Argsz < HeaderBytes + PayloadBytes(input);

    /// <summary>Row 6: copy of the fixed struct fails.</summary>
    public static bool PayloadFaults(ExportArguments arguments) => arguments.Memory == UserMemory.FixedPartUnreadable;

    /// <summary>Row 7: no ranges.</summary>
    public static bool HasNoRanges(ExportArguments arguments) => arguments.NrRanges == 0;

    /// <summary>Row 7: unknown bits in the payload's flags.</summary>
    public static bool HasFlags(ExportArguments arguments) => arguments.DmaBufFlags != 0;

    /// <summary>The ranges lie behind argsz. No revision tests it.</summary>
    public static bool ArgszMissesRanges(ExportArguments arguments) => arguments.Argsz < HeaderBytes + FixedBytes + ((ulong)arguments.NrRanges * RangeBytes);

    /// <summary>Unknown bits in the payload's flags, and nothing else is wrong.</summary>
    public static bool OnlyFlagsAreWrong(DeviceTraits traits, ExportArguments arguments) =>
        HasFlags(arguments) && !AsksToSet(arguments) && !Probes(arguments) && !HasNoRanges(arguments) && !HeaderIsInvalid(arguments) && arguments.Memory == UserMemory.Readable
        && !IsOtherFeature(arguments) && !GetIsInvalid(arguments, ExportInput.Ranges) && !IsNotBar(arguments) && !HasNoProvider(traits, arguments)
        && !RangesAreInvalid(arguments) && FillPhysVec(traits, arguments) == Errno.None;

    /// <summary>The BAR is memory, but flagged as not to be mapped (951ebc18d181).</summary>
    public static bool IsNonMappable(DeviceTraits traits, ExportArguments arguments) => BarOf(traits, arguments).IsNonMappable;

    /// <summary>A range of no bytes.</summary>
    public static bool HasEmptyRange(ExportArguments arguments) => arguments.Ranges.Any(range => range.Length == 0);

    /// <summary>Row 8: not a BAR.</summary>
    public static bool IsNotBar(ExportArguments arguments) => arguments.RegionIndex >= RomRegionIndex;

    /// <summary>Row 9: the BAR is absent or another driver has it, so vfio could not reserve and map it.</summary>
    public static bool IsNotReserved(DeviceTraits traits, ExportArguments arguments) => BarOf(traits, arguments) is { SizeBytes: 0 } or { IsForeign: true };

    /// <summary>What an export that passed all tests is of. A slice of no bytes at offset 0 is the whole BAR.</summary>
    public static Exported Exported(ExportInput input, DeviceTraits traits, ExportArguments arguments)
    {
        if (input == ExportInput.Ranges)
        {
            var copied = arguments.NrRanges >= arguments.Ranges.Count ? arguments.Ranges : Sequence<DmaRange>.From(arguments.Ranges.Take((int)arguments.NrRanges));
            return new Exported(arguments.RegionIndex, arguments.NrRanges, copied);
        }

        var slice = arguments.RangeAt(0);
        var range = slice is { Offset: 0, Length: 0 } ? new DmaRange(0, BarOf(traits, arguments).SizeBytes) : slice;
        return new Exported(arguments.RegionIndex, 1, Sequence<DmaRange>.Of(range));
    }

    /// <summary>Row 10: more ranges than a copy may have.</summary>
    public static bool HasTooManyRanges(ExportArguments arguments) => arguments.NrRanges > RangesMax;

    /// <summary>Row 10: copy of the ranges fails.</summary>
    public static bool RangesFault(ExportArguments arguments) => arguments.Memory == UserMemory.RangesUnreadable;

    /// <summary>Rows 11 to 13, range by range: empty, unaligned, or a total that overflows or meets the swiotlb bit.</summary>
    public static bool RangesAreInvalid(ExportArguments arguments)
    {
        ulong total = 0;
        for (long index = 0; index < arguments.NrRanges; index++)
        {
            var range = arguments.RangeAt(index);
            if (range.Length == 0 || IsUnaligned(range) || total + range.Length < total)
                return true;
            total += range.Length;
        }

        return (total & SwiotlbBit) != 0;
    }

    /// <summary>Row 11 of a single slice: unaligned. An empty one passes.</summary>
    public static bool SliceIsUnaligned(ExportArguments arguments) => IsUnaligned(arguments.RangeAt(0));

    /// <summary>Rows 11 and 17 of v1 to v5, range by range: unaligned, or beyond the BAR. An empty range passes.</summary>
    public static bool RangesAreUnalignedOrBeyond(DeviceTraits traits, ExportArguments arguments)
    {
        var size = BarOf(traits, arguments).SizeBytes;
        for (long index = 0; index < arguments.NrRanges; index++)
        {
            var range = arguments.RangeAt(index);
            if (IsUnaligned(range) || range.Offset + range.Length < range.Offset || range.Offset + range.Length > size)
                return true;
        }

        return false;
    }

    /// <summary>Row 15 of the first postings: not a memory BAR.</summary>
    public static bool IsNotMemory(DeviceTraits traits, ExportArguments arguments) => !BarOf(traits, arguments).IsMemory;

    /// <summary>Row 15: no P2P provider, because the BAR is not memory or P2PDMA is not set up.</summary>
    public static bool HasNoProvider(DeviceTraits traits, ExportArguments arguments) => !traits.HasP2p || IsNotMemory(traits, arguments);

    /// <summary>Rows 16 and 17, range by range: the first bad one decides. 0 when all lie in the BAR.</summary>
    public static Errno FillPhysVec(DeviceTraits traits, ExportArguments arguments)
    {
        var granted = traits.GrantedBytes(arguments.RegionIndex);
        var start = AddressOf(traits, arguments.RegionIndex);
        for (long index = 0; index < arguments.NrRanges; index++)
        {
            var range = arguments.RangeAt(index);
            var paddr = start + range.Offset;
            var end = paddr + range.Length;
            if (paddr < start || end < paddr)
                return Errno.EOVERFLOW;
            if (end > start + granted)
                return Errno.EINVAL;
        }

        return Errno.None;
    }

    /// <summary>Rows 16 and 17 of a single slice: overflow or beyond the BAR, both EINVAL.</summary>
    public static bool SliceIsBeyond(DeviceTraits traits, ExportArguments arguments)
    {
        var range = arguments.RangeAt(0);
        return range.Offset + range.Length < range.Offset || range.Offset + range.Length > BarOf(traits, arguments).SizeBytes;
    }

    /// <summary>The physical address of a BAR: the BARs follow each other, each naturally aligned.</summary>
    public static ulong AddressOf(DeviceTraits traits, uint region)
    {
        var address = traits.BaseAddress;
        foreach (var bar in traits.Bars.OrderBy(bar => bar.Index))
        {
            var alignment = Math.Max(bar.SizeBytes, PageBytes);
            address = (address + alignment - 1) / alignment * alignment;
            if (bar.Index == region)
                return address;
            address += bar.SizeBytes;
        }

        return 0;
    }

    private static Bar BarOf(DeviceTraits traits, ExportArguments arguments) => traits.BarAt(arguments.RegionIndex);

    private static bool IsUnaligned(DmaRange range) => range.Offset % PageBytes != 0 || range.Length % PageBytes != 0;

    private static uint PayloadBytes(ExportInput input) => input switch
    {
        ExportInput.SingleSlice => SingleSliceBytes,
        ExportInput.Ranges => FixedBytes,
    };
}
