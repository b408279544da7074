using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>The mapping of an importer that begins attached, as attach and map would have left it.</summary>
internal static class InitialMapping
{
    /// <summary>The DMA device with the mapping of one page that is exported at the beginning.</summary>
    public static DmaDevice Of(KernelRevision revision, Topology topology, DmaDevice device, AttachmentId attachment, bool isMapped)
    {
        var place = topology.Attachments[attachment.Index];
        var belongsToAttachment = revision.WindowOwner == WindowOwner.Attachment;
        if (!isMapped && !(belongsToAttachment && revision.MapAttribute != MapAttribute.Resource))
            return device;
        var isBus = place.Mode == ImporterMode.Bus;
        var provider = topology.Buffers[place.Buffer.Index];
        if (revision.MapAttribute != MapAttribute.Resource && !device.MapTypes.Any(entry => entry.Provider == provider))
            device = device with { MapTypes = Sequence<MapTypeEntry>.From(device.MapTypes.Append(new MapTypeEntry(provider, isBus ? MapType.BusAddr : MapType.ThruHostBridge)).OrderBy(entry => entry.Provider.Index)) };
        var traits = topology.Devices[topology.Buffers[place.Buffer.Index].Index].Traits;
        var mapping = PhysVecToSgt.Map(revision, MappingLayout.Ranges(revision, Exported.OnePage, traits), MappingLayout.RouteOf(revision, topology, traits, place, new IovaSpace(device.Used)));
        var state = new DmaMapping(attachment) { HasState = mapping.ThroughHostBridge && revision.MapAttribute != MapAttribute.Resource, Window = mapping.Window };
        if (isMapped && mapping.Errno == Errno.None)
        {
            state = state with
            {
                Linked = Sequence<Translation>.From(mapping.Window is { } window
                    ? mapping.Links.Select(link => new Translation(window.Start + link.Offset, link.Range))
                    : mapping.Mapped.Select(entry => new Translation(entry.DmaAddress, MappingLayout.Ranges(revision, Exported.OnePage, traits)[0]))),
                TableEntries = (uint)mapping.Entries.Count,
                Filled = Sequence<SgEntry>.From(mapping.Entries),
            };
            device = device with { Kept = device.Kept.Add(new KeptAddress(attachment, mapping.Entries[0].DmaAddress)) };
        }

        return device.With(state) with { Used = mapping.Space?.Used ?? device.Used };
    }
}
