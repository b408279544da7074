using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>How a map op fills its table: kernel/dma-mapping.md b, and the map ops of the postings before it.</content>
public sealed partial class CallPaths
{
    private IReadOnlyList<Piece> Pieces(Exported exported, DeviceTraits traits, AttachmentPlace place) => MappingLayout.Of(Revision, exported, traits, place);

    // How the table is filled. The addresses themselves are in MappingLayout.
    private void WriteLink(PathBuilder path, string text) =>
        path.If("attach->dev is described", IsDescribed, WriteDescribed, plain => WritePlainLink(plain, text));

    private void WriteDescribed(PathBuilder path) => path
        .Call(InCore ? "dma_buf_phys_vec_to_sgt(attachment, priv->provider, priv->phys_vec, priv->nr_ranges, priv->size, dir)" : "the table, call by call", () => PhysVecToSgtPath)
        .If("if (IS_ERR(sgt))", locals => locals.Ret < 0, failed => failed.Return("return sgt"))
        .Attachment("the mapping exists", new AttachmentMessage.SetMapped());

    private void WritePlainLink(PathBuilder path, string text)
    {
        if (Revision.ProviderScope == ProviderScope.Device)
            path.Note("provider->bus_offset: BAR 0's");
        path.Note(Revision.MapAttribute switch
        {
            MapAttribute.Resource => "dma_map_resource(): no attribute",
            MapAttribute.SkipCpuSync => "attrs = DMA_ATTR_SKIP_CPU_SYNC",
            MapAttribute.Mmio => "attrs = DMA_ATTR_MMIO",
        });
        path.Note(Revision.MappedLength switch
        {
            MappedLength.NotCounted => "phys_vec->len",
            MappedLength.Width32 => $"unsigned int mapped_len = {Revision.MappedLengthStart}",
            MappedLength.SizeT => $"size_t mapped_len = {Revision.MappedLengthStart}",
        });
        path.Note(Revision.SgEntries switch
        {
            SgEntries.BySegmentSize => "for_each_sgtable_sg(): dma_get_max_seg_size() bytes each",
            SgEntries.One => "sg_dma_len(sgl) = (u32)size",
            SgEntries.Product32 => "sg_dma_address(sgl) = addr + (u32)(i * UINT_MAX)",
            SgEntries.Product64 => "sg_dma_address(sgl) = addr + (u64)i * UINT_MAX",
            SgEntries.PageAligned => "sg_dma_address(sgl) = addr, addr += min(length, ALIGN_DOWN(UINT_MAX, PAGE_SIZE))",
        });
        path.Note(Revision.CpuList switch
        {
            CpuList.Length => "sg_set_page(sgl, NULL, length, 0)",
            CpuList.Empty => "sg_set_page(sgl, NULL, 0, 0), sgt->orig_nents = 0",
            CpuList.Pages => "sg_set_page(sgl, pfn_to_page(PHYS_PFN(paddr)), length, 0), dma_map_sgtable()",
            CpuList.EmptyWhileMapped => "sg_set_page(sgl, NULL, 0, 0), sgt->orig_nents = 0 until it is freed",
        });
        if (Revision is { SgEntries: SgEntries.One, ExportInput: ExportInput.Ranges })
        {
            path.Buffer("for (i = 0; i < priv->nr_ranges; i++)", new DmaBufMessage.ReadNrRanges());
            path.If("sgl = sg_next(sgl), behind the only entry", locals => locals.Reply > 1 && Place(locals).Mode != ImporterMode.Iova, second =>
                second.Send("sg_dma_address(sgl) = addr", _ => null, _ => new AttachmentMessage.SetMapped(), pointer: "sgl"));
        }

        if (Revision.SecondRange == SecondRange.Refused)
        {
            IfTranslated(path, iova =>
            {
                iova.Buffer("for (i = 0; i < nr_ranges; i++) dma_iova_link(state, phys_vec[i].paddr, 0)", new DmaBufMessage.ReadNrRanges());
                iova.If("if (ret), for the second range", locals => locals.Reply > 1, second => second.Return("return ERR_PTR(-EADDRINUSE)", _ => -(int)Errno.EADDRINUSE));
            });
        }

        if (Revision.WindowOwner == WindowOwner.Attachment)
            IfTranslated(path, WriteLinkWindow);
        path.Attachment(text, new AttachmentMessage.SetMapped());
    }

    // A failed link leaves the window reserved, a failed sync gives it back; the attachment's state knows of neither.
    private static void WriteLinkWindow(PathBuilder path)
    {
        path.MayFail("dma_iova_link(): iommu_map()", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Return("return ERR_PTR(ret)", locals => locals.Reply));
        path.Attachment("dma_iova_link(attachment->dev, state, phys_vec[i].paddr, 0)", new AttachmentMessage.LinkWindow());
        path.MayFail("dma_iova_sync()", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed
            .Set("ret", locals => locals with { Ret = locals.Reply })
            .Attachment("dma_iova_destroy(attachment->dev, state, mapped_len)", new AttachmentMessage.DestroyWindow())
            .Return("return ERR_PTR(ret)"));
    }

    private void WriteMapResource(PathBuilder path)
    {
        path.MayFail("kzalloc(sizeof(*sgt)), sg_alloc_table()", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (!sgt)", locals => locals.Reply < 0, failed => failed.Return("return ERR_PTR(-ENOMEM)", locals => locals.Reply));
        ReadVdev(path);
        path.Device("pci_resource_start(priv->vdev->pdev, priv->index)", new DeviceMessage.ReadProvider());
        path.If("attach->dev is described", IsDescribed, WriteDescribed, plain => plain.Attachment("dma_map_resource(attachment->dev)", new AttachmentMessage.SetMapped()));
        if (Revision.OrigNents == OrigNents.InBuffer)
            path.Buffer("priv->orig_nents = sgt->orig_nents", locals => new DmaBufMessage.SaveOrigNents(Place(locals).SegmentBytes));
        path.Note("sgt->orig_nents = 0");
    }

    private void WriteIovaState(PathBuilder path)
    {
        path.If("attach->dev is described", IsDescribed, described =>
        {
            ReadMapType(described, "its answer");
            described.If("case PCI_P2PDMA_MAP_NOT_SUPPORTED", locals => Sg(locals).IsUnreachable, refused => refused.Return("return -EINVAL", _ => -(int)Errno.EINVAL));
        });
        path.If("map type is not PCI_P2PDMA_MAP_BUS_ADDR", locals => IsDescribed(locals) ? !IsOnBus(locals) : Place(locals).Mode != ImporterMode.Bus, routed =>
        {
            routed.MayFail("kzalloc(sizeof(struct dma_iova_state))", FaultPoint.Allocation, Errno.ENOMEM);
            routed.If("if (!state)", locals => locals.Reply < 0, failed => failed.Return("return -ENOMEM", locals => locals.Reply));
            if (Revision.WindowOwner == WindowOwner.Attachment)
            {
                WriteWindowAtAttach(routed);
                IfTranslated(routed, iova => iova.Attachment("dma_iova_try_alloc(attachment->dev, state, 0, priv->size)", new AttachmentMessage.ReserveWindow()));
            }
        });
    }

    private void IfTranslated(PathBuilder path, Action<PathBuilder> body) =>
        path.If("a translating IOMMU is between", locals => Place(locals).Mode == ImporterMode.Iova, body);
}
