using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>The attach op of section 3 of kernel/exporter-paths.md.</content>
public sealed partial class CallPaths
{
    private PathBuilder WriteAttach()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_attach");
        if (Revision.AttachTest == AttachTest.DeviceThroughVdev)
        {
            ReadVdev(path);
            path.Device("pci_p2pdma_distance_many(priv->vdev->pdev, &attachment->dev, 1, true)", new DeviceMessage.ReadProvider());
            path.If("if (ret < 0)", IsTooFar, unreachable => unreachable.Note("attachment->peer2peer = false"));
            return path.Return("return 0", _ => 0);
        }

        path.Refuse("!attachment->peer2peer", locals => !Place(locals).AllowsPeer2Peer, Errno.EOPNOTSUPP);
        path.Buffer("if (priv->revoked), without dma_resv", new DmaBufMessage.ReadRevoked());
        path.Refuse("priv->revoked", locals => locals.Reply != 0, Errno.ENODEV);
        switch (Revision.AttachTest)
        {
            case AttachTest.ProviderThroughVdev:
                ReadVdev(path);
                path.Device("pci_p2pdma_map_type(priv->vdev->provider, attachment->dev)", new DeviceMessage.ReadProvider());
                RefuseUnreachable(path, "return -EINVAL");
                WriteIovaState(path);
                break;
            case AttachTest.CachedProvider:
                path.Buffer("priv->provider", new DmaBufMessage.ReadRegion(), WithProvider);
                path.Send("pci_p2pdma_map_type(priv->provider, attachment->dev)", Paths.Vdev, _ => new DeviceMessage.ReadProvider(), pointer: "priv->provider");
                RefuseUnreachable(path, "return -EINVAL");
                WriteIovaState(path);
                break;
            case AttachTest.Revoked:
                break;
            case AttachTest.Revocable:
                path.Refuse("!dma_buf_attach_revocable(attachment)", locals => !HasCallback(locals), Errno.EOPNOTSUPP);
                break;
        }

        path.Return("return 0", _ => 0);
        return path;
    }

    // There is a provider for memory BARs of functions with P2PDMA only; vdev stands for whom its record belongs to.
    private Locals WithProvider(Locals locals, Reply reply)
    {
        var owner = Topology.Buffers[locals.Priv!.Value.Index];
        var exists = !ExportValidation.HasNoProvider(Topology.Devices[owner.Index].Traits, new ExportArguments { RegionIndex = (uint)reply.Value });
        return locals with { Vdev = exists ? owner : null };
    }

    private static void ReadVdev(PathBuilder path) =>
        path.Buffer("priv->vdev", new DmaBufMessage.ReadVdev(), ReadVdev);
}
