using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>Which addresses a map path puts into its scatterlist, by revision (exporter-paths 3, dma-mapping b). Addresses only: what can fail is in the call paths.</summary>
public static class MappingLayout
{
    private const ulong EntryBytesMax = uint.MaxValue;

    /// <summary>Where a peer's accesses through the mapping arrive, in the order of the scatterlist.</summary>
    /// <param name="revision">Its switches say how entries are filled.</param>
    /// <param name="exported">What the buffer exports.</param>
    /// <param name="traits">The device it is exported from.</param>
    /// <param name="place">The importer.</param>
    public static IReadOnlyList<Piece> Of(KernelRevision revision, Exported exported, DeviceTraits traits, AttachmentPlace place)
    {
        var region = revision.RegionStored == RegionStored.Never ? 0 : exported.Region;
        var ranges = Addresses(exported, ExportValidation.AddressOf(traits, region)).ToArray();
        if (revision.SgEntries == SgEntries.BySegmentSize)
            return [.. ranges.SelectMany(range => Entries(revision, range, place.SegmentBytes))];
        return place.Mode switch
        {
            ImporterMode.Phys => [.. ranges.SelectMany(range => Entries(revision, range, EntryBytesMax))],
            ImporterMode.Bus => [.. ranges.SelectMany(range => Entries(revision, Shifted(range, BusError(revision, traits)), EntryBytesMax))],
            ImporterMode.Iova => ThroughWindow(revision, ranges),
        };
    }

    /// <summary>The slices that were asked for, by physical address.</summary>
    public static IEnumerable<Piece> Asked(Exported exported, DeviceTraits traits) => Addresses(exported, ExportValidation.AddressOf(traits, exported.Region));

    private static IEnumerable<Piece> Addresses(Exported exported, ulong start) =>
        exported.All.Select(range => new Piece(start + range.Offset, range.Length));

    private static Piece Shifted(Piece range, ulong offset) => range with { Address = range.Address + offset };

    // The fabric takes the BAR's own offset off the bus address again: what is left is the error.
    private static ulong BusError(KernelRevision revision, DeviceTraits traits) =>
        revision.ProviderScope == ProviderScope.Device && !traits.BarAt(0).IsMemory ? 0 - traits.BusOffset : 0;

    // The entries are cut out of the window; what the window translates depends on where each range was linked.
    private static IReadOnlyList<Piece> ThroughWindow(KernelRevision revision, IReadOnlyList<Piece> ranges)
    {
        var window = revision.SecondRange == SecondRange.FollowsTheFirst ? ranges : Window(ranges);
        var size = ranges.Aggregate(0UL, (sum, range) => sum + range.Length) + (ulong)revision.MappedLengthStart;
        return [.. Entries(revision, new Piece(0, size), EntryBytesMax).SelectMany(entry => Slice(window, entry.Address!.Value, entry.Length))];
    }

    // Each range is linked at offset 0, the last one on top; of an earlier one there is left what is longer than all later ones.
    private static List<Piece> Window(IReadOnlyList<Piece> ranges)
    {
        var window = new List<Piece>();
        var covered = 0UL;
        foreach (var range in ranges.Reverse().Where(range => range.Length > 0))
        {
            if (range.Length <= covered)
                continue;
            window.Add(new Piece(range.Address + covered, range.Length - covered));
            covered = range.Length;
        }

        return window;
    }

    private static IEnumerable<Piece> Slice(IReadOnlyList<Piece> window, ulong offset, ulong length)
    {
        var start = 0UL;
        foreach (var part in window)
        {
            var (from, to) = (Math.Max(offset, start), Math.Min(offset + length, start + part.Length));
            if (from < to)
                yield return new Piece(part.Address + (from - start), to - from);
            start += part.Length;
        }

        if (offset + length > start)
            yield return new Piece(null, offset + length - Math.Max(offset, start));
    }

    private static IEnumerable<Piece> Entries(KernelRevision revision, Piece run, ulong longest)
    {
        if (revision.SgEntries == SgEntries.One)
        {
            yield return run with { Length = (uint)run.Length };
            yield break;
        }

        uint index = 0;
        for (ulong done = 0; done < run.Length; done += longest, index++)
        {
            var offset = revision.SgEntries == SgEntries.Product32 ? index * (uint)longest : index * longest;
            yield return new Piece(run.Address + offset, Math.Min(longest, run.Length - done));
        }
    }
}
