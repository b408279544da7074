using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>Kernel: drivers/iommu/dma-iommu.c, kernel/dma/direct.c, kernel/dma/mapping.c, lib/scatterlist.c, as far as mappings of MMIO use them.</summary>
public static class DmaDeviceMachine
{
    /// <summary>Sub-kind of an access by an address that the kernel has taken back.</summary>
    public const string StaleKind = "stale-translation";

    /// <summary>Sub-kind of an access by an address that nobody can take back, because nothing translates.</summary>
    public const string KeptKind = "kept-address";

    private const ulong PageBytes = 4096;
    private const string Leak = "leak";

    /// <summary>Handles one access.</summary>
    public static Outcome Handle(DmaDevice device, DmaDeviceMessage message) => message switch
    {
        DmaDeviceMessage.TryAlloc alloc => TryAlloc(device, alloc),
        DmaDeviceMessage.ReadWindow read => Outcome.Answer(device, WindowReply(device.MappingOf(read.Attachment).Window)),
        DmaDeviceMessage.AllocTable alloc => Outcome.Done(device.With(device.MappingOf(alloc.Attachment) with { TableEntries = alloc.Entries, Filled = Sequence<SgEntry>.Empty })),
        DmaDeviceMessage.Link link => Link(device, link),
        DmaDeviceMessage.Sync => Outcome.Done(device),
        DmaDeviceMessage.MapPhys map => MapPhys(device, map),
        DmaDeviceMessage.Fill fill => Fill(device, fill),
        DmaDeviceMessage.ReadTable read => Outcome.Answer(device, new Reply((int)device.MappingOf(read.Attachment).TableEntries, device.MappingOf(read.Attachment).IsOnBus ? 1 : 0)),
        DmaDeviceMessage.ReadMapType read => ReadMapType(device, read),
        DmaDeviceMessage.ForgetMapType forget => Outcome.Done(device with { MapTypes = Sequence<MapTypeEntry>.From(device.MapTypes.Where(entry => entry.Provider != forget.Provider)) }),
        DmaDeviceMessage.FreeWindow free => FreeWindow(device, free),
        DmaDeviceMessage.SetRedirect => Outcome.Done(device with { Redirects = true }),
        DmaDeviceMessage.DestroyWindow destroy => DestroyWindow(device, destroy),
        DmaDeviceMessage.UnmapEntry unmap => UnmapEntry(device, unmap),
        DmaDeviceMessage.UnmapResource unmap => UnmapResource(device, unmap),
        DmaDeviceMessage.FreeTable free => FreeTable(device, free),
        DmaDeviceMessage.FreeState free => FreeState(device, free),
        DmaDeviceMessage.Access access => Access(device, access),
        DmaDeviceMessage.Flush => Outcome.Done(device with
        {
            Used = Sequence<IovaRange>.From(device.Used.Where(range => !device.FlushQueue.Contains(range))),
            FlushQueue = Sequence<IovaRange>.Empty,
            Iotlb = Sequence<Translation>.From(device.Iotlb.Where(cached => IsLive(device, cached))),
        }),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    private static Reply WindowReply(IovaRange? window) => window is { } range ? Reply.OfPage(range.Start / PageBytes) : Reply.Of(Errno.ENOMEM);

    private static Outcome TryAlloc(DmaDevice device, DmaDeviceMessage.TryAlloc alloc)
    {
        var calls = new DmaCalls(device.Dma, new IovaSpace(device.Used), MapAttribute.Mmio);
        var window = calls.TryAlloc(alloc.Bytes, []);
        var mapping = device.MappingOf(alloc.Attachment) with { HasState = true, Window = window, IsReturned = false };
        return Outcome.Answer(device.With(mapping) with { Used = calls.Space.Used }, WindowReply(window));
    }

    private static Outcome Link(DmaDevice device, DmaDeviceMessage.Link link)
    {
        var mapping = device.MappingOf(link.Attachment);
        if (mapping.IsReturned || mapping.Window is not { } window)
            return Outcome.Broken(device, Reply.Done, new Violation(Property.P7, "uaf", "map links into an IOVA window that was given back", "dma_iova_destroy"));
        var added = new Translation(window.Start + link.Offset, link.Range);
        var overlaps = mapping.Linked.Any(other => other.Iova < added.End && added.Iova < other.End);
        var overwrites = device.Dma.Remapping == Remapping.AsRevision ? link.Overwrites : device.Dma.Remapping == Remapping.Overwrites;
        var errno = new DmaCalls(device.Dma, null, link.Attribute).Link(window, link.Range, link.Offset, overlaps, !overwrites);
        if (errno != Errno.None)
            return Outcome.Refuse(device, errno);
        return Judged(device.With(mapping with { Linked = mapping.Linked.Add(added) }), Reply.Done, link.Attribute, link.Private);
    }

    private static Outcome MapPhys(DmaDevice device, DmaDeviceMessage.MapPhys map)
    {
        var calls = new DmaCalls(device.Dma, new IovaSpace(device.Used), map.Attribute);
        if (calls.MapPhys(map.Range, []) is not { } address)
            return Outcome.Refuse(device, Errno.ENOMEM);
        var mapping = device.MappingOf(map.Attachment);
        var state = device.With(mapping with { Linked = mapping.Linked.Add(new Translation(address, map.Range)) }) with { Used = calls.Space.Used };
        return calls.HasBounced
            ? Outcome.Broken(state, Reply.OfPage(address / PageBytes), new Violation(Property.P1, "wrong-address", "a peer is given a bounce buffer in place of MMIO", "swiotlb_map"))
            : Judged(state, Reply.OfPage(address / PageBytes), map.Attribute, map.Private);
    }

    // What must not be mapped, or not like this. Nothing in the kernel stops it.
    private static Outcome Judged(DmaDevice device, Reply reply, MapAttribute attribute, bool isPrivate)
    {
        var protection = new DmaCalls(device.Dma, null, attribute).Protection;
        if (isPrivate && !device.Dma.Trusted)
            return Outcome.Broken(device, reply, new Violation(Property.P1, "confidential", "an importer that issues untrusted requests is given an address of private MMIO"));
        return protection is IommuProtection.Cache or IommuProtection.Uncached
            ? Outcome.Broken(device, reply, new Violation(Property.P1, "attribute", $"MMIO is mapped as memory: {(protection == IommuProtection.Cache ? "IOMMU_CACHE" : "no IOMMU_MMIO")}"))
            : Outcome.Answer(device, reply);
    }

    private static Outcome Fill(DmaDevice device, DmaDeviceMessage.Fill fill)
    {
        var mapping = device.MappingOf(fill.Attachment);
        var kept = mapping.Filled.IsEmpty && !fill.Entries.IsEmpty
            ? Sequence<KeptAddress>.From(device.Kept.Where(other => other.Attachment != fill.Attachment)
                .Append(new KeptAddress(fill.Attachment, fill.Entries[0].DmaAddress)).OrderBy(other => other.Attachment.Index))
            : device.Kept;
        var after = device.With(mapping with { Filled = Sequence<SgEntry>.From(mapping.Filled.Concat(fill.Entries)) }) with { Kept = kept };
        return mapping.IsOnBus && device.Redirects
            ? Outcome.Broken(after, Reply.Done, new Violation(Property.P1, "wrong-address", "a peer is given bus addresses although its requests are redirected to the root complex", "pci_p2pdma_map_type"))
            : Outcome.Done(after);
    }

    private static Outcome ReadMapType(DmaDevice device, DmaDeviceMessage.ReadMapType read)
    {
        foreach (var cached in device.MapTypes)
        {
            if (cached.Provider == read.Provider)
                return Outcome.Reply(device, (int)cached.Type);
        }

        var type = device.Redirects ? read.Redirected : read.Direct;
        if (!read.IsKept)
            return Outcome.Reply(device, (int)type);
        var types = device.MapTypes.Append(new MapTypeEntry(read.Provider, type)).OrderBy(entry => entry.Provider.Index);
        return Outcome.Reply(device with { MapTypes = Sequence<MapTypeEntry>.From(types) }, (int)type);
    }

    private static Outcome DestroyWindow(DmaDevice device, DmaDeviceMessage.DestroyWindow destroy)
    {
        var mapping = device.MappingOf(destroy.Attachment);
        if (mapping.Window is not { } window || mapping.IsReturned)
            return Outcome.Broken(device, Reply.Of(false), new Violation(Property.P5, "uaf", "an IOVA window is given back that is not held", "dma_iova_destroy"));
        var end = window.Start + destroy.Bytes;
        var left = mapping.Linked.Where(linked => linked.End > end).ToArray();
        var after = GiveBack(device.With(mapping with { Linked = Sequence<Translation>.From(left), IsReturned = true }), window, out var queues);
        if (left.Length > 0)
            return Outcome.Broken(after, Reply.Of(queues), new Violation(Property.P1, "missed-revoke", "translations stay in IOVA that is given back", "dma_iova_link"));
        return IovaAllocator.Allocated(destroy.Bytes, device.Dma.GranuleBytes) == window.Bytes
            ? Outcome.Reply(after, queues)
            : Outcome.Broken(after, Reply.Of(queues), new Violation(Property.Quiescence, Leak, "an IOVA window is given back under another length than it was allocated with", "dma_iova_try_alloc"));
    }

    private static Outcome FreeWindow(DmaDevice device, DmaDeviceMessage.FreeWindow free)
    {
        var mapping = device.MappingOf(free.Attachment);
        if (mapping.Window is not { } window || mapping.IsReturned)
            return Outcome.Broken(device, Reply.Of(false), new Violation(Property.P5, "uaf", "an IOVA window is given back that is not held", "dma_iova_free"));
        var after = GiveBack(device.With(mapping with { Linked = Sequence<Translation>.Empty, IsReturned = true }), window, out var queues);
        return Outcome.Reply(after, queues);
    }

    // Lazy: the IOTLB keeps what it has, and the IOVA waits for the flush. Yes when the queue was empty, so that its timer has to be armed.
    private static DmaDevice GiveBack(DmaDevice device, IovaRange range, out bool queues)
    {
        queues = device.Dma.Lazy && device.FlushQueue.IsEmpty;
        return device.Dma.Lazy
            ? device with { FlushQueue = device.FlushQueue.Add(range) }
            : device with
            {
                Used = device.Used.Remove(range),
                Iotlb = Sequence<Translation>.From(device.Iotlb.Where(cached => cached.Iova < range.Start || cached.Iova >= range.End)),
            };
    }

    private static Outcome UnmapEntry(DmaDevice device, DmaDeviceMessage.UnmapEntry unmap)
    {
        if (device.Dma.Domain == DmaDomain.Identity)
            return Outcome.Reply(device.With(Without(device.MappingOf(unmap.Attachment), unmap.Index)), false);
        var mapping = device.MappingOf(unmap.Attachment);
        if (unmap.Index >= mapping.Filled.Count)
            return Outcome.Broken(device, Reply.Of(false), new Violation(Property.P11, "assertion", "dma_unmap_phys() of an entry that was never mapped", "sg_alloc_table"));
        return Unmapped(device, mapping, mapping.Filled[unmap.Index], Without(mapping, unmap.Index));
    }

    // What a domain does not translate needs no unmap; of the rest the whole table is one mapping.
    private static Outcome UnmapResource(DmaDevice device, DmaDeviceMessage.UnmapResource unmap)
    {
        var mapping = device.MappingOf(unmap.Attachment);
        return device.Dma.Domain == DmaDomain.Identity || mapping.Filled.IsEmpty
            ? Outcome.Reply(device.With(Without(mapping, 0)), false)
            : Unmapped(device, mapping, new SgEntry(mapping.Filled[0].DmaAddress, unmap.Bytes), Without(mapping, 0));
    }

    private static Outcome Unmapped(DmaDevice device, DmaMapping mapping, SgEntry entry, DmaMapping without)
    {
        var mapped = mapping.Linked.FirstOrDefault(linked => linked.Covers(entry.DmaAddress));
        var isWhole = mapped.Iova == entry.DmaAddress && mapped.Range.LenBytes == entry.LenBytes;
        var after = device.With(without);
        var queues = false;
        if (device.Dma.Domain == DmaDomain.Translated && device.Used.FirstOrDefault(range => entry.DmaAddress >= range.Start && entry.DmaAddress < range.End) is { Bytes: > 0 } used)
            after = GiveBack(after, used, out queues);
        return isWhole
            ? Outcome.Reply(after, queues)
            : Outcome.Broken(after, Reply.Of(queues), new Violation(Property.P11, "assertion", "dma_unmap_phys() with another length than was mapped", "dma_map_phys"));
    }

    private static DmaMapping Without(DmaMapping mapping, int index) => index < mapping.Filled.Count
        ? mapping with { Linked = Sequence<Translation>.From(mapping.Linked.Where(linked => !linked.Covers(mapping.Filled[index].DmaAddress))) }
        : mapping;

    private static Outcome FreeTable(DmaDevice device, DmaDeviceMessage.FreeTable free)
    {
        var mapping = device.MappingOf(free.Attachment);
        var after = device.With(mapping with { TableEntries = 0, Filled = Sequence<SgEntry>.Empty });
        return free.Entries >= mapping.TableEntries
            ? Outcome.Done(after)
            : Outcome.Broken(after, Reply.Done, new Violation(Property.Quiescence, Leak, "a scatterlist's memory is never freed: its orig_nents is 0", "sg_alloc_table"));
    }

    private static Outcome FreeState(DmaDevice device, DmaDeviceMessage.FreeState free)
    {
        var mapping = device.MappingOf(free.Attachment);
        var after = device.With(mapping with { HasState = false, Window = null, IsReturned = false, Linked = Sequence<Translation>.Empty });
        return mapping.Window is null || mapping.IsReturned
            ? Outcome.Done(after)
            : Outcome.Broken(after, Reply.Done, new Violation(Property.Quiescence, Leak, "the state of an IOVA window is freed while the window is reserved", "dma_iova_try_alloc"));
    }

    // An access that its importer promised must be translated. Another one may fault; what it must not do is get through what was unmapped.
    private static Outcome Access(DmaDevice device, DmaDeviceMessage.Access access)
    {
        var mapping = device.MappingOf(access.Attachment);
        var address = device.Kept.FirstOrDefault(kept => kept.Attachment == access.Attachment).Address;
        var isAlive = access.IsPromised || !mapping.Filled.IsEmpty;
        if (device.Dma.Domain != DmaDomain.Translated || (isAlive && mapping.IsOnBus))
        {
            return isAlive
                ? Outcome.Reply(device, true)
                : Outcome.Broken(device, Reply.Of(false), new Violation(Property.P1, KeptKind, "a peer uses an address that its importer has unmapped, and nothing translates in between", "dma_buf_unmap_attachment"));
        }

        if (device.Walk(address) is { } found)
            return Outcome.Reply(device.Iotlb.Contains(found) ? device : device with { Iotlb = device.Iotlb.Add(found) }, isAlive);
        if (device.Iotlb.Any(cached => cached.Covers(address)))
            return Outcome.Broken(device, Reply.Of(false), new Violation(Property.P1, device.Dma.Lazy ? StaleKind : "missed-revoke", "a peer's access goes through a translation that was unmapped", "dma_iova_destroy"));
        return access.IsPromised
            ? Outcome.Broken(device, Reply.Of(false), new Violation(Property.P1, "wrong-address", "the IOMMU translates nothing at an address of a live mapping", "dma_iova_link"))
            : Outcome.Reply(device, false);
    }

    private static bool IsLive(DmaDevice device, Translation cached) => device.Mappings.Any(mapping => mapping.Linked.Contains(cached));
}
