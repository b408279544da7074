using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Where a revision asks P2PDMA, and what it makes of the answer (dma-mapping a and its table of revisions). The answer itself is <see cref="P2pdma"/>'s.</content>
public sealed partial class CallPaths
{
    // A scenario without a topology names the mode instead, so that its importers reach everything.
    // Of a described device the answer is read from its machine.
    private bool IsUnreachable(Locals locals) => !IsDescribed(locals) && Topology.RouteOf(locals.Attach!.Value) is { MapType: MapType.NotSupported };

    // attachment->peer2peer as the attach op leaves it.
    private bool HasPeer2Peer(Locals locals) => Place(locals).AllowsPeer2Peer && (Revision.AttachTest != AttachTest.DeviceThroughVdev || !IsTooFar(locals));

    // A device that is no PCI device itself counts as the one it is part of, here only.
    private bool IsTooFar(Locals locals)
    {
        var place = Place(locals);
        return Topology is { Pci: { } pci } && place.Dev is { } client && Topology.Devices[Topology.Buffers[place.Buffer.Index].Index].PciDev is { } provider
            && P2pdma.DistanceMany(pci, provider, client) is null;
    }

    private void RefuseUnreachable(PathBuilder path, string returned) =>
        path.If("case PCI_P2PDMA_MAP_NOT_SUPPORTED", IsUnreachable, refused => refused.Return(returned, _ => -(int)Errno.EINVAL));
}
