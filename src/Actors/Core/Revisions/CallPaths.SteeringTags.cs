using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 18a of kernel/exporter-paths.md: the unmerged TPH series, steering tag and processing hint of a buffer. No effect on revocation.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_core_feature_dma_buf_tph().</summary>
    public Program SetTph { get; }

    /// <summary>vfio_pci_dma_buf_get_tph(): the exporter's op.</summary>
    public Program GetTph { get; }

    /// <summary>The importer asks for steering tag and hint.</summary>
    public Program ImporterGetTph { get; }

    private PathBuilder WriteSetTph()
    {
        var path = new PathBuilder("vfio_pci_core_feature_dma_buf_tph");
        if (Revision.SteeringTags == SteeringTags.None)
            return path.Return("default: return -ENOTTY", _ => -(int)Errno.ENOTTY);
        path.Buffer("dmabuf = dma_buf_get(set_tph.dmabuf_fd)", locals => new DmaBufMessage.Fdget(locals.Current));
        path.Refuse("IS_ERR(dmabuf)", locals => locals.Reply < 0, Errno.EBADF);
        if (Revision.SteeringTags == SteeringTags.UnderDmaResv)
        {
            RefuseForeign(path, "out_put");
            path.Lock("dma_resv_lock_interruptible(dmabuf->resv, NULL)", Paths.DmaResv);
            WriteTagAndHint(path);
            path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
        }
        else
        {
            path.Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
            RefuseForeign(path, "out_unlock");
            if (Revision.SteeringTags == SteeringTags.WriteOnce)
            {
                path.Buffer("if (READ_ONCE(priv->tph_flags))", new DmaBufMessage.ReadTphPublished());
                path.If("set before", locals => locals.Reply != 0, set => set.Set("ret = -EBUSY", locals => locals with { Ret = -(int)Errno.EBUSY }).Goto("out_unlock"));
            }

            WriteTagAndHint(path);
            if (Revision.SteeringTags == SteeringTags.WriteOnce)
                path.Buffer("smp_store_release(&priv->tph_flags, set_tph.flags)", new DmaBufMessage.PublishTph());
            path.Label("out_unlock");
            path.Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
        }

        path.Label("out_put");
        return path.CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf);
    }

    private static void RefuseForeign(PathBuilder path, string label)
    {
        path.Buffer("if (priv->vdev != vdev)", new DmaBufMessage.ReadVdev());
        path.If("another device's", locals => locals.Reply != locals.Vdev!.Value.Index,
            foreign => foreign.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto(label),
            own => own.Set("ret = 0", locals => locals with { Ret = 0 }));
    }

    // Each task sets values of its own, always the same.
    private static void WriteTagAndHint(PathBuilder path) => path
        .Buffer("priv->tph_st = set_tph.steering_tag", locals => new DmaBufMessage.SetTphTag(locals.Current.Index + 1))
        .Buffer("priv->tph_ph = set_tph.ph", locals => new DmaBufMessage.SetTphHint(locals.Current.Index + 1));

    private PathBuilder WriteGetTph()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_get_tph");
        if (Revision.SteeringTags == SteeringTags.None)
            return path.Return("no get_tph op: return -EOPNOTSUPP", _ => -(int)Errno.EOPNOTSUPP);
        if (Revision.SteeringTags == SteeringTags.UnderDmaResv)
            path.AssertHeld("dma_resv_assert_held(dmabuf->resv)", Paths.DmaResv);
        if (Revision.SteeringTags == SteeringTags.WriteOnce)
        {
            path.Buffer("flags = smp_load_acquire(&priv->tph_flags)", new DmaBufMessage.ReadTphPublished());
            path.Refuse("!flags", locals => locals.Reply == 0, Errno.EOPNOTSUPP);
        }

        path.Buffer("*steering_tag = priv->tph_st", new DmaBufMessage.ReadTphTag(), (locals, reply) => locals with { Argument = reply.Value });
        path.Refuse("!valid", locals => locals.Argument == 0, Errno.EOPNOTSUPP);
        path.Buffer("*ph = priv->tph_ph", new DmaBufMessage.ReadTphHint());
        path.Check("tag and hint belong together", Obligation.TphIsWhole);
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteImporterGetTph()
    {
        var path = new PathBuilder("importer_get_tph")
            .Attachment("importer: attached?", new AttachmentMessage.ReadAttached())
            .Refuse("not attached", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Buffer("dma_buf_get(fd)", locals => new DmaBufMessage.Fdget(locals.Current))
            .Refuse("IS_ERR(dmabuf)", locals => locals.Reply < 0, Errno.EBADF);
        if (Revision.SteeringTags == SteeringTags.UnderDmaResv)
            path.Lock("dma_resv_lock(dmabuf->resv, NULL)", Paths.DmaResv);
        path.Call("dmabuf->ops->get_tph(dmabuf, &steering_tag, &ph)", () => GetTph);
        if (Revision.SteeringTags == SteeringTags.UnderDmaResv)
            path.Unlock("dma_resv_unlock(dmabuf->resv)", Paths.DmaResv);
        return path.CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf);
    }
}
