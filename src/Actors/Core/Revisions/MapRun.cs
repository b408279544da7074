using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>One run of the map op, in the order of its source.</summary>
internal sealed class MapRun
{
    private readonly KernelRevision revision;
    private readonly IReadOnlyList<PhysVec> ranges;
    private readonly SgRoute route;
    private readonly SgFault fault;
    private readonly ulong size;
    private readonly List<SgEntry> entries;
    private readonly List<SgEntry> mapped;
    private readonly List<SgLink> links;
    private readonly List<string> warnings = [];
    private readonly DmaCalls? dma;
    private IovaRange? window;
    private ulong mappedLen;
    private uint nents;

    public MapRun(KernelRevision revision, IReadOnlyList<PhysVec> ranges, SgRoute route, SgFault fault)
    {
        (this.revision, this.ranges, this.route, this.fault) = (revision, ranges, route, fault);
        (entries, mapped, links) = (new(ranges.Count), new(ranges.Count), new(ranges.Count));
        foreach (var range in ranges)
            size += range.LenBytes;
        dma = route is SgRoute.HostBridge bridge ? new DmaCalls(bridge.Device, bridge.Space, revision.MapAttribute)
            : revision.MapAttribute == MapAttribute.Resource ? new DmaCalls(ImporterDma.Direct, null, revision.MapAttribute)
            : null;
        mappedLen = (ulong)revision.MappedLengthStart;
    }

    // The first postings ask dma_map_resource() and nobody else; what they do with bus addresses they do not know.
    private bool KnowsRoutes => revision.MapAttribute != MapAttribute.Resource;

    private bool Fails(SgStep step, int range = 0) => fault.Step == step && fault.Range == range;

    public SgMapping Run()
    {
        if (Fails(SgStep.AllocRecord))
            return Refused(SgStep.AllocRecord, Errno.ENOMEM, []);
        if (route is SgRoute.NotSupported)
            return Refused(SgStep.MapType, Errno.EINVAL, [new SgUndone(SgUndo.FreeRecord)]);
        if (dma is not null && KnowsRoutes)
        {
            if (Fails(SgStep.AllocState))
                return Refused(SgStep.AllocState, Errno.ENOMEM, [new SgUndone(SgUndo.FreeRecord)]);
            if (!Fails(SgStep.TryAlloc))
                window = dma.TryAlloc(size, warnings);
        }

        nents = EntryCount();
        if (nents == 0 || Fails(SgStep.AllocTable))
            return WithoutTable(nents == 0 ? Errno.EINVAL : fault.Errno);
        return MapRanges() ?? SyncWindow() ?? Mapped();
    }

    private SgMapping? MapRanges()
    {
        for (var index = 0; index < ranges.Count; index++)
        {
            if (MapRange(index) is { } refused)
                return refused;
        }

        return null;
    }

    private SgMapping? MapRange(int index)
    {
        var range = ranges[index];
        if (window is not null)
            return Link(index, range);
        var address = range.Paddr + (route is SgRoute.Bus bus && KnowsRoutes ? bus.BusOffset : 0);
        if (dma is not null && (!KnowsRoutes || route is SgRoute.HostBridge))
        {
            if (Fails(SgStep.MapPhys, index) || dma.MapPhys(range, warnings) is not { } handle)
                return Unwind(SgStep.MapPhys, index, Errno.ENOMEM);
            address = handle;
            mapped.Add(new SgEntry(address, range.LenBytes));
        }

        if (revision.SgEntries == SgEntries.One && index > 0)
            return Failure(SgStep.FillEntry, index, Errno.None) with { Warnings = ["NULL pointer dereference of sgl"] };
        entries.AddRange(PhysVecToSgt.Entries(revision, new SgEntry(address, range.LenBytes), SegmentBytes));
        return null;
    }

    private ulong SegmentBytes => route is SgRoute.HostBridge bridge ? bridge.Device.SegmentBytes : AttachmentPlace.SegmentBytesMax;

    private SgMapping? Link(int index, PhysVec range)
    {
        var offset = revision.SecondRange == SecondRange.FollowsTheFirst ? mappedLen - (ulong)revision.MappedLengthStart : 0;
        var errno = Fails(SgStep.Link, index) ? fault.Errno : dma!.Link(window!.Value, range, offset, Overlaps(offset), RefusesRemap);
        if (errno != Errno.None)
            return Unwind(SgStep.Link, index, errno);
        links.Add(new SgLink(offset, range));
        mappedLen = Counted(mappedLen + range.LenBytes);
        return null;
    }

    private bool RefusesRemap => ((SgRoute.HostBridge)route).Device.Remapping switch
    {
        Remapping.Refuses => true,
        Remapping.Overwrites => false,
        Remapping.AsRevision => revision.SecondRange != SecondRange.Overlays,
    };

    // Ranges are linked all at offset 0, or each behind the other: only then nothing is there yet.
    private bool Overlaps(ulong offset) => links.Count > 0 && offset == 0;

    private ulong Counted(ulong bytes) => revision.MappedLength switch
    {
        MappedLength.Width32 => (uint)bytes,
        MappedLength.NotCounted or MappedLength.SizeT => bytes,
    };

    private SgMapping? SyncWindow()
    {
        if (window is not { } reserved)
            return null;
        if (mappedLen != size && revision.MappedLength != MappedLength.NotCounted)
            warnings.Add("WARN_ON_ONCE(mapped_len != size)");
        if (Fails(SgStep.Sync))
            return Unwind(SgStep.Sync, ranges.Count, fault.Errno);
        entries.AddRange(PhysVecToSgt.Entries(revision, new SgEntry(reserved.Start, mappedLen)));
        return null;
    }

    private SgMapping Mapped()
    {
        if (entries.Count < nents && revision.SgEntries >= SgEntries.Product32)
            warnings.Add("WARN_ON_ONCE(sgl)");
        while (entries.Count < nents)
            entries.Add(default);
        return Base() with
        {
            Entries = entries,
            OrigNents = revision.CpuList is CpuList.Empty or CpuList.EmptyWhileMapped || revision.OrigNents != OrigNents.InMapping ? 0 : entries.Count,
            HasCpuLengths = revision.CpuList is CpuList.Length or CpuList.Pages,
            SyncedBytes = window is null ? 0 : mappedLen,
        };
    }

    private uint EntryCount() => revision.SgEntries == SgEntries.One
        ? 1
        : Machines.EntryCount.Of(window is null ? ranges.Select(range => range.LenBytes) : [size], PhysVecToSgt.CountOf(revision, SegmentBytes));

    private SgMapping Base() => new()
    {
        ThroughHostBridge = dma is not null && (KnowsRoutes || route is SgRoute.HostBridge),
        Window = window,
        Space = dma?.Space,
        Links = links,
        Mapped = mapped,
        SizeBytes = size,
        Protection = dma?.Protection ?? IommuProtection.None,
        IsBounced = dma?.HasBounced ?? false,
        Warnings = warnings,
    };

    private SgMapping Refused(SgStep step, Errno errno, IReadOnlyList<SgUndone> undone) => Failure(step, 0, errno) with { Undone = undone };

    private SgMapping Failure(SgStep step, int range, Errno errno) => Base() with { FailedStep = step, FailedRange = range, Errno = errno };

    // err_free_state: the state goes, the window that it names stays reserved.
    private SgMapping WithoutTable(Errno errno)
    {
        var undone = new List<SgUndone>(Whole());
        if (dma is not null && revision.WindowOwner == WindowOwner.Mapping)
            undone.Add(new SgUndone(SgUndo.FreeState));
        undone.Add(new SgUndone(SgUndo.FreeRecord));
        return Failure(SgStep.AllocTable, 0, errno) with { Undone = undone, Left = new SgLeft(WindowBytes: LostWindow) };
    }

    private bool TakesBackWhatItTook => revision.Unwinding == Unwinding.TakesBackWhatItTook;

    private IEnumerable<SgUndone> Whole() => TakesBackWhatItTook && window is { } whole ? [new SgUndone(SgUndo.FreeWindow, whole.Start, whole.Bytes)] : [];

    private SgMapping UnwindWhole(SgStep step, int range, Errno errno)
    {
        var undone = new List<SgUndone>();
        if (window is null && route is SgRoute.HostBridge)
            undone.AddRange(entries.Select(entry => new SgUndone(SgUndo.UnmapPhys, entry.DmaAddress, entry.LenBytes)));
        undone.Add(new SgUndone(SgUndo.FreeTable, 0, nents));
        undone.AddRange(Whole());
        if (dma is not null)
            undone.Add(new SgUndone(SgUndo.FreeState));
        undone.Add(new SgUndone(SgUndo.FreeRecord));
        return Failure(step, range, errno) with { Undone = undone, Left = new SgLeft(PartialUnmaps: window is null ? PhysVecToSgt.Partial(entries, mapped) : 0) };
    }

    // Where the window is the attachment's it stays reserved by right.
    private ulong LostWindow => revision.WindowOwner == WindowOwner.Mapping && !TakesBackWhatItTook ? window?.Bytes ?? 0 : 0;

    // err_unmap_dma: nothing is taken back of a range 0 that failed, nor of bus addresses.
    private SgMapping Unwind(SgStep step, int range, Errno errno)
    {
        if (TakesBackWhatItTook)
            return UnwindWhole(step, range, errno);
        var undone = new List<SgUndone>();
        var left = new SgLeft();
        if (range == 0 || (revision.MappedLength == MappedLength.NotCounted && step != SgStep.Sync && KnowsRoutes))
        {
            left = left with { WindowBytes = LostWindow };
        }
        else if (window is { } reserved)
        {
            undone.Add(new SgUndone(SgUndo.DestroyWindow, reserved.Start, mappedLen));
            var returned = IovaAllocator.Allocated(mappedLen, dma!.Device.GranuleBytes);
            left = left with { MisfiledBytes = returned == reserved.Bytes ? 0 : reserved.Bytes, LinkedBytes = LinkedBytes - Math.Min(LinkedBytes, mappedLen) };
        }
        else
        {
            for (var index = 0; index < nents; index++)
            {
                var entry = index < entries.Count ? entries[index] : default;
                undone.Add(new SgUndone(SgUndo.UnmapPhys, entry.DmaAddress, entry.LenBytes));
            }

            left = left with { EmptyUnmaps = (int)nents - entries.Count, PartialUnmaps = PhysVecToSgt.Partial(entries, mapped) };
        }

        undone.Add(new SgUndone(SgUndo.FreeTable, 0, nents));
        if (dma is not null && KnowsRoutes && revision.WindowOwner == WindowOwner.Mapping)
            undone.Add(new SgUndone(SgUndo.FreeState));
        undone.Add(new SgUndone(SgUndo.FreeRecord));
        return Failure(step, range, errno) with { Undone = undone, Left = left };
    }

    // What is linked reaches from the start of the window to the end of the furthest range.
    private ulong LinkedBytes => links.Count == 0 ? 0 : links.Max(link => link.Offset + link.Range.LenBytes);
}
