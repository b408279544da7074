using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Tests.Core.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Core.Revisions;

/// <summary>Generated mappings against an oracle that knows nothing of chunks and counters: it walks table and ranges side by side.</summary>
public sealed class PhysVecToSgtPropertyTests
{
    private const int Cases = 100_000;
    private const int Seed = 20_251_127;
    private const ulong Page = 4096;

    private static readonly KernelRevision[] Revisions = [.. KernelRevisions.All];

    // The one test that runs as often as the issue asks; a failure names the case, whose numbers are its seed.
    [Fact]
    public void Map_OfGeneratedRanges_IsRightExactlyWhereNoDefectIsMet()
    {
        var random = new Random(Seed);
        for (var number = 0; number < Cases; number++)
        {
            var numbers = Enumerable.Range(0, 64).Select(_ => random.Next()).ToArray();
            var mistake = Mistake(numbers);
            Assert.True(mistake is null, $"case {number} of seed {Seed}: {mistake}\n{Case.From(numbers)}");
        }
    }

    // The same with shrinking, for a failure that is to be read.
    [Fact]
    public void Map_OfAnyRanges_IsRightExactlyWhereNoDefectIsMet() =>
        Check.QuickThrowOnFailure(Prop.ForAll<int[]>(numbers => (Mistake(numbers) is null).Label($"{Mistake(numbers)} {Case.From(numbers)}")));

    // Whatever fails, and at whichever range: no entry is left, and what is missing is said.
    [Fact]
    public void Map_WhenAnyStepFails_AccountsForAllThatItTook() =>
        Check.QuickThrowOnFailure(Prop.ForAll<int[], byte, byte>((numbers, step, at) =>
        {
            var (revision, ranges, route, _) = Case.From(numbers);
            var fault = new SgFault((SgStep)(step % 10), at % (ranges.Length + 1), Errno.EIO);
            var mapping = PhysVecToSgt.Map(revision, ranges, route, fault);
            if (mapping.Errno == Errno.None)
                return true;
            var reserved = mapping.Window?.Bytes ?? 0;
            var back = mapping.Undone.Where(undone => undone.Undo is SgUndo.DestroyWindow or SgUndo.FreeWindow).Sum(_ => (decimal)reserved);
            var lost = revision.WindowOwner == WindowOwner.Mapping && mapping.FailedStep >= SgStep.AllocTable ? mapping.Left.WindowBytes : reserved - back;
            return mapping.Entries.Count == 0 && mapping.OrigNents == 0 && back + lost == reserved
                && mapping.Undone.Count(undone => undone is { Undo: SgUndo.UnmapPhys, Address: 0, LenBytes: 0 }) == mapping.Left.EmptyUnmaps;
        }));

    // What a map has made, its unmap takes back: the window whole, or each entry.
    [Fact]
    public void Unmap_OfAnyMapping_TakesBackWhatWasMappedOnce() =>
        Check.QuickThrowOnFailure(Prop.ForAll<int[]>(numbers =>
        {
            var (revision, ranges, route, _) = Case.From(numbers);
            var mapping = PhysVecToSgt.Map(revision, ranges, route);
            if (mapping.Errno != Errno.None || mapping.FailedStep != SgStep.None)
                return true;
            var (undone, left) = PhysVecToSgt.Unmap(revision, mapping);
            var single = undone.Where(each => each.Undo == SgUndo.UnmapPhys).Select(each => new SgEntry(each.Address, each.LenBytes)).ToArray();

            // The first postings unmap by one call.
            IReadOnlyList<SgEntry> expected = revision.MapAttribute == MapAttribute.Resource && mapping.ThroughHostBridge
                ? [new SgEntry(mapping.Entries[0].DmaAddress, mapping.SizeBytes)]
                : mapping.ThroughHostBridge ? mapping.Entries : [];
            return mapping.Window is { } window
                ? undone[0] == new SgUndone(SgUndo.DestroyWindow, window.Start, mapping.SizeBytes) && single.Length == 0
                : single.SequenceEqual(expected) && left.PartialUnmaps == expected.Count(entry => !mapping.Mapped.Contains(entry));
        }));

    private static string? Mistake(int[] numbers)
    {
        var (revision, ranges, route, mode) = Case.From(numbers);
        var mapping = PhysVecToSgt.Map(revision, ranges, route);
        var expected = Defect(revision, ranges, mode);
        var found = mapping.Errno != Errno.None ? $"{mapping.Errno}" : mapping.FailedStep == SgStep.FillEntry ? "oops" : Walk(mapping, ranges, mode);
        return (found is null) == (expected is null) ? null : $"expected {expected ?? "a right table"}, found {found ?? "a right table"}";
    }

    // Where the sheets say that a revision goes wrong.
    private static string? Defect(KernelRevision revision, PhysVec[] ranges, Mode mode)
    {
        var size = ranges.Aggregate(0UL, (sum, range) => sum + range.LenBytes);
        if (revision.MapAttribute == MapAttribute.Resource)
            return size > uint.MaxValue ? "segments of UINT_MAX" : null;
        if (mode == Mode.Iova && ranges.Length > 1 && revision.SecondRange != SecondRange.FollowsTheFirst)
            return "ranges at offset 0";
        if (revision.SgEntries == SgEntries.One && mode != Mode.Iova && ranges.Length > 1)
            return "one entry for several ranges";
        if (mode == Mode.Iova && revision.MappedLengthStart != 0)
            return "a length that begins with 9";
        var longest = mode == Mode.Iova ? size : ranges.Max(range => range.LenBytes);
        if (revision.SgEntries == SgEntries.One && longest > uint.MaxValue)
            return "a length of 32 bits";
        if (mode == Mode.Iova && revision.MappedLength == MappedLength.Width32 && size > uint.MaxValue)
            return "a counter of 32 bits";
        return revision.SgEntries is SgEntries.Product32 or SgEntries.Product64 && longest > uint.MaxValue ? "entries of UINT_MAX" : null;
    }

    // The oracle: the first byte that is wrong, by walking both lists from border to border.
    private static string? Walk(SgMapping mapping, PhysVec[] ranges, Mode mode)
    {
        if (mapping.Entries.Any(entry => entry.LenBytes == 0 || entry.LenBytes > uint.MaxValue))
            return "an entry of no length, or too long";
        if (mapping.Entries.Any(entry => (entry.DmaAddress | entry.LenBytes) % Page != 0))
            return "an entry that is not aligned";
        var (index, inside, logical) = (0, 0UL, 0UL);
        foreach (var entry in mapping.Entries)
        {
            for (ulong done = 0; done < entry.LenBytes;)
            {
                if (index == ranges.Length)
                    return "longer than the ranges";
                var part = Math.Min(entry.LenBytes - done, ranges[index].LenBytes - inside);
                if (Arrives(mapping, entry.DmaAddress + done, mode) != ranges[index].Paddr + inside)
                    return $"a wrong address at byte {logical}";
                (done, inside, logical) = (done + part, inside + part, logical + part);
                if (inside == ranges[index].LenBytes)
                    (index, inside) = (index + 1, 0);
            }
        }

        return index == ranges.Length ? null : "shorter than the ranges";
    }

    private static ulong? Arrives(SgMapping mapping, ulong address, Mode mode)
    {
        if (mode == Mode.Bus)
            return address - Case.BusOffset;
        if (mapping.Window is not { } window)
            return address;
        foreach (var link in mapping.Links.Reverse())
        {
            var start = window.Start + link.Offset;
            if (address >= start && address - start < link.Range.LenBytes)
                return link.Range.Paddr + (address - start);
        }

        return null;
    }

    private enum Mode
    {
        Bus,
        Phys,
        Iova,
    }

    private sealed record Case(KernelRevision Revision, PhysVec[] Ranges, SgRoute Route, Mode Mode)
    {
        public const ulong BusOffset = 0x7000_0000;

        public static Case From(IReadOnlyList<int> numbers)
        {
            var choose = new Choices(numbers);
            var revision = choose.Of(Revisions);
            var mode = revision.MapAttribute == MapAttribute.Resource ? Mode.Phys : choose.OfEnum<Mode>();
            SgRoute route = mode switch
            {
                Mode.Bus => new SgRoute.Bus(BusOffset),
                Mode.Phys => new SgRoute.HostBridge(ImporterDma.Direct),
                Mode.Iova => new SgRoute.HostBridge(ImporterDma.Iommu with { Remapping = Remapping.Overwrites }),
            };
            PhysVec[] ranges = [Range(choose), .. revision.ExportInput == ExportInput.Ranges ? choose.Many(12, _ => Range(choose)) : []];
            return new Case(revision, ranges, route, mode);
        }

        public override string ToString() => $"{Revision.Name} {Mode}: {string.Join(", ", Ranges.Select(range => $"0x{range.Paddr:x}+0x{range.LenBytes:x}"))}";

        // Mostly small, often around the borders of 4 and 8 GiB.
        private static PhysVec Range(Choices choose)
        {
            var pages = choose.Below(4) switch
            {
                0 => 1UL + (ulong)choose.Below(64),
                1 => 1UL + (ulong)choose.Below(1 << 22),
                2 => (1UL << 20) - 2 + (ulong)choose.Below(5),
                _ => (1UL << 21) - 2 + (ulong)choose.Below(5),
            };
            return new PhysVec(Page * (1 + ((ulong)choose.Below(1 << 30) << 4)), Page * pages);
        }
    }
}
