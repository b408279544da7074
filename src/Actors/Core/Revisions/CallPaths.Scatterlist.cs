using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>How a scatterlist is filled and freed for an importer whose device the scenario describes, call by call: kernel/dma-mapping.md b and c.</content>
public sealed partial class CallPaths
{
    private const ulong PageBytes = ExportValidation.PageBytes;

    /// <summary>dma_buf_phys_vec_to_sgt(), or the part of the map ops before it that fills the table.</summary>
    public Program PhysVecToSgtPath { get; }

    /// <summary>dma_buf_free_sgt(), or the part of the unmap ops before it.</summary>
    public Program FreeSgtPath { get; }

    /// <summary>A peer that uses the address it was given last.</summary>
    public Program UseKeptAddress { get; }

    /// <summary>An administrator lets a port redirect peer requests.</summary>
    public Program SetRedirect { get; }

    /// <summary>The timer of a flush queue.</summary>
    public Program FlushQueue { get; }

    private bool InCore => Revision.WindowOwner == WindowOwner.Mapping && Revision.MapAttribute != MapAttribute.Resource;

    private bool AsksForWindow => Revision.MapAttribute != MapAttribute.Resource;

    private ImporterDma DmaOf(Locals locals) => Topology.DmaDevices[Place(locals).DmaDevice!.Value.Index].Dma;

    private bool IsDescribed(Locals locals) => Place(locals).DmaDevice is not null;

    private static bool IsOnBus(Locals locals) => Sg(locals).IsOnBus;

    private MachineRef? DmaDevice(Locals locals) => locals.Attach is not null && Place(locals).DmaDevice is { } id ? MachineRef.Of(id) : null;

    private static SgLocals Sg(Locals locals) => locals.Sg ?? SgLocals.None;

    private static Locals WithSg(Locals locals, Func<SgLocals, SgLocals> write) => locals with { Sg = write(Sg(locals)) };

    private static AttachmentId Att(Locals locals) => locals.Attach!.Value;

    private DeviceTraits TraitsOfBuffer(Locals locals) => Topology.Devices[Topology.Buffers[locals.Priv!.Value.Index].Index].Traits;

    private PathBuilder Dma<T>(PathBuilder path, string text, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null)
        where T : DmaDeviceMessage =>
        path.Send(text, DmaDevice, message, then, "attach->dev");

    private PathBuilder WritePhysVecToSgt()
    {
        var path = InCore ? new PathBuilder("dma_buf_phys_vec_to_sgt") : new PathBuilder("vfio_pci_dma_buf_map", "table");
        path.Set("i = 0", locals => locals with { Sg = SgLocals.None with { MappedLen = (ulong)Revision.MappedLengthStart }, Ret = 0 });
        if (AsksForWindow && !InCore)
            ReadMapType(path, "if (!attachment->priv)");
        path.MayFail(InCore ? "dma = kzalloc(sizeof(*dma))" : "sgt = kzalloc(sizeof(*sgt))", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (!dma)", locals => locals.Reply < 0, failed => failed.Return("return ERR_PTR(-ENOMEM)", locals => locals.Reply));
        path.Buffer("size", new DmaBufMessage.ReadSize(), (locals, reply) => WithSg(locals, sg => sg with { Size = reply.Page * PageBytes }));
        if (InCore)
            AskMapType(path);
        if (AsksForWindow)
            path.If("map type is PCI_P2PDMA_MAP_THRU_HOST_BRIDGE", locals => !IsOnBus(locals), WriteWindow);
        WriteTable(path);
        path.Buffer("nr_ranges", new DmaBufMessage.ReadNrRanges(), (locals, reply) => WithSg(locals, sg => sg with { Count = reply.Value }));
        path.Buffer("phys_vec: pci_resource_start(pdev, priv->index)", new DmaBufMessage.ReadRegion(), (locals, reply) =>
            WithSg(locals, sg => sg with { Region = Revision.RegionStored == RegionStored.Never ? 0 : (uint)reply.Value }));
        path.While("for (i = 0; i < nr_ranges; i++)", locals => Sg(locals).Index < Sg(locals).Count, WriteRange);
        path.If("if (dma->state && dma_use_iova(dma->state))", locals => Sg(locals).UsesIova, WriteSync);
        path.Return("return &dma->sgt", _ => 0);
        WriteUnwind(path);
        return path;
    }

    // What the topology says is fixed but for the port above the importer; it is asked once for each provider.
    private void ReadMapType(PathBuilder path, string text) =>
        Dma(path, text, ReadMapTypeOf, (locals, reply) => WithSg(locals, sg => sg with { IsOnBus = reply.Value == (int)MapType.BusAddr, IsUnreachable = reply.Value == (int)MapType.NotSupported }));

    private DmaDeviceMessage.ReadMapType ReadMapTypeOf(Locals locals)
    {
        var (direct, redirected) = Topology.MapTypesOf(Att(locals));
        return new DmaDeviceMessage.ReadMapType(Topology.Buffers[locals.Priv!.Value.Index], direct, redirected, Revision.MapTypeAnswer == MapTypeAnswer.KeptWithTheProvider);
    }

    private void AskMapType(PathBuilder path)
    {
        ReadMapType(path, $"pci_p2pdma_map_type(provider, attach->dev){(Revision.MapTypeAnswer == MapTypeAnswer.KeptWithTheProvider ? "" : ": calc_map_type_and_dist(), not stored")}");
        if (Revision.PrivateMmio == PrivateMmio.NotSupportedUntrusted)
            path.If("provider->private && !dev->trusted", locals => TraitsOfBuffer(locals).HasPrivateMmio && !DmaOf(locals).Trusted, kept => kept.Set("map type = PCI_P2PDMA_MAP_NOT_SUPPORTED", locals => WithSg(locals, sg => sg with { IsUnreachable = true })));
        path.If("case PCI_P2PDMA_MAP_NOT_SUPPORTED", locals => Sg(locals).IsUnreachable, refused => refused.Return("return ERR_PTR(-EINVAL)", _ => -(int)Errno.EINVAL));
    }

    private void WriteWindow(PathBuilder path)
    {
        if (InCore)
        {
            path.MayFail("dma->state = kzalloc(sizeof(*dma->state))", FaultPoint.Allocation, Errno.ENOMEM);
            path.If("if (!dma->state)", locals => locals.Reply < 0, failed => failed.Return("goto err_free_dma", locals => locals.Reply));
            Dma(path, "dma_iova_try_alloc(attach->dev, dma->state, 0, size)", locals => new DmaDeviceMessage.TryAlloc(Att(locals), Sg(locals).Size), WithWindow);
        }
        else
        {
            Dma(path, "dma_use_iova(attachment->priv)", locals => new DmaDeviceMessage.ReadWindow(Att(locals)), WithWindow);
        }
    }

    private static Locals WithWindow(Locals locals, Reply reply) =>
        WithSg(locals, sg => reply.Value < 0 ? sg with { UsesIova = false } : sg with { UsesIova = true, Window = reply.Page * PageBytes });

    private DmaBufMessage.CountEntries CountOf(Locals locals) => PhysVecToSgt.CountOf(Revision, Place(locals).SegmentBytes);

    private void WriteTable(PathBuilder path)
    {
        if (Revision.SgEntries == SgEntries.One)
        {
            path.Set("nents = 1", locals => WithSg(locals, sg => sg with { Nents = 1 }));
        }
        else
        {
            path.If("nents = calc_sg_nents(): if (dma_use_iova(state))", locals => Sg(locals).UsesIova,
                window => window.Set("DIV_ROUND_UP(size)", locals => WithSg(locals, sg => sg with { Nents = EntryCount.Of([sg.Size], CountOf(locals)) })),
                ranges => ranges.Buffer("nents += DIV_ROUND_UP(phys_vec[i].len), for each", CountOf, (locals, reply) => WithSg(locals, sg => sg with { Nents = (uint)reply.Value })));
        }

        path.MayFail("sg_alloc_table(&dma->sgt, nents)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Set("ret = -ENOMEM", locals => locals with { Ret = locals.Reply }).Goto("err_free_state"));
        path.If("sg_alloc_table(): nents == 0", locals => Sg(locals).Nents == 0, none => none.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }).Goto("err_free_state"));
        Dma(path, "sg_alloc_table(): allocated", locals => new DmaDeviceMessage.AllocTable(Att(locals), Sg(locals).Nents));
    }

    private void WriteRange(PathBuilder path)
    {
        path.Buffer("phys_vec[i]", locals => new DmaBufMessage.ReadPhysVec(Sg(locals).Index), (locals, reply) => WithSg(locals, sg => sg with
        {
            Range = new PhysVec(ExportValidation.AddressOf(TraitsOfBuffer(locals), sg.Region) + ((ulong)reply.Value * PageBytes), (ulong)reply.Next * PageBytes),
        }));
        path.If("if (dma_use_iova(dma->state))", locals => Sg(locals).UsesIova, WriteLinkOfRange, single =>
        {
            single.If("if (!dma->state)", IsOnBus,
                bus => bus.Set("addr = pci_p2pdma_bus_addr_map(provider, phys_vec[i].paddr)", locals => WithSg(locals, sg => sg with { Addr = sg.Range.Paddr + MappingLayout.BusOffset(Revision, TraitsOfBuffer(locals), sg.Region) })),
                WriteMapOfRange);
            if (Revision.SgEntries == SgEntries.One)
                single.If("sgl = sg_next(sgl), behind the only entry", locals => Sg(locals).Index > 0, behind => behind.Send("sg_dma_address(sgl) = addr", _ => null, _ => new DmaDeviceMessage.Flush(), pointer: "sgl"));
            WriteFill(single, "sgl = fill_sg_entry(sgl, phys_vec[i].len, addr)", sg => new SgEntry(sg.Addr, sg.Range.LenBytes));
            if (Revision.Unwinding == Unwinding.TakesBackWhatItTook)
                single.Set("filled", locals => WithSg(locals, sg => sg with { Filled = sg.Filled + PhysVecToSgt.Entries(Revision, new SgEntry(sg.Addr, sg.Range.LenBytes), Place(locals).SegmentBytes).Count() }));
        });
        path.Set("i++", locals => WithSg(locals, sg => sg with { Index = sg.Index + 1 }));
    }

    private void WriteFill(PathBuilder path, string text, Func<SgLocals, SgEntry> run) =>
        Dma(path, text, locals => new DmaDeviceMessage.Fill(Att(locals), Sequence<SgEntry>.From(PhysVecToSgt.Entries(Revision, run(Sg(locals)), Place(locals).SegmentBytes))));

    private void WriteLinkOfRange(PathBuilder path)
    {
        var follows = Revision.SecondRange == SecondRange.FollowsTheFirst;
        path.MayFail("dma_iova_link(): iommu_map_nosync(GFP_ATOMIC)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Set("ret = -ENOMEM", locals => locals with { Ret = locals.Reply }).Goto("err_unmap_dma"));
        Dma(path, $"dma_iova_link(attach->dev, dma->state, phys_vec[i].paddr, {(follows ? "mapped_len" : "0")}, phys_vec[i].len, attrs)", locals => new DmaDeviceMessage.Link(
            Att(locals), follows ? Sg(locals).MappedLen : 0, Sg(locals).Range, Revision.MapAttribute, Revision.SecondRange == SecondRange.Overlays, TraitsOfBuffer(locals).HasPrivateMmio));
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Set("ret", locals => locals with { Ret = locals.Reply }).Goto("err_unmap_dma"));
        path.Set("mapped_len += phys_vec[i].len", locals => WithSg(locals, sg => sg with { MappedLen = Counted(sg.MappedLen + sg.Range.LenBytes) }));
    }

    private ulong Counted(ulong bytes) => Revision.MappedLength == MappedLength.Width32 ? (uint)bytes : bytes;

    private void WriteMapOfRange(PathBuilder path)
    {
        var call = AsksForWindow ? "dma_map_phys(attach->dev, phys_vec[i].paddr, phys_vec[i].len, attrs)" : "dma_map_resource(attachment->dev)";
        path.MayFail($"{call}: no memory", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Set("ret = -ENOMEM", locals => locals with { Ret = locals.Reply }).Goto("err_unmap_dma"));
        Dma(path, call, locals => new DmaDeviceMessage.MapPhys(Att(locals), Sg(locals).Range, Revision.MapAttribute, TraitsOfBuffer(locals).HasPrivateMmio),
            (locals, reply) => WithSg(locals, sg => sg with { Addr = reply.Value < 0 ? 0 : reply.Page * PageBytes }));
        path.If("dma_mapping_error(attach->dev, addr)", locals => locals.Reply < 0, failed => failed.Set("ret = -ENOMEM", locals => locals with { Ret = locals.Reply }).Goto("err_unmap_dma"));
    }

    private void WriteSync(PathBuilder path)
    {
        path.MayFail("dma_iova_sync(): iommu_sync_map()", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (ret)", locals => locals.Reply < 0, failed => failed.Set("ret", locals => locals with { Ret = locals.Reply }).Goto("err_unmap_dma"));
        Dma(path, "dma_iova_sync(attach->dev, dma->state, 0, mapped_len)", locals => new DmaDeviceMessage.Sync(Att(locals), Sg(locals).MappedLen));
        WriteFill(path, "sgl = fill_sg_entry(sgl, mapped_len, dma->state->addr)", sg => new SgEntry(sg.Window, sg.MappedLen));
    }

    // err_unmap_dma: nothing is taken back of a range 0 that failed, nor of bus addresses. The single slice of the seed destroys after a failed sync only.
    private void WriteUnwind(PathBuilder path)
    {
        if (Revision.Unwinding == Unwinding.TakesBackWhatItTook)
        {
            WriteWholeUnwind(path);
            return;
        }

        path.Label("err_unmap_dma");
        path.If("if (i && dma->state)", locals => Sg(locals).Index > 0 && !IsOnBus(locals), taken => taken
            .If("if (dma_use_iova(dma->state))", locals => Sg(locals).UsesIova,
                iova => Undo(iova, "dma_iova_destroy(attach->dev, dma->state, mapped_len)", locals => new DmaDeviceMessage.DestroyWindow(Att(locals), Sg(locals).MappedLen)),
                single => WriteUnmapEntries(single.Set("all nents", locals => WithSg(locals, sg => sg with { Count = (int)sg.Nents })))));
        Dma(path, "sg_free_table(&dma->sgt)", locals => new DmaDeviceMessage.FreeTable(Att(locals), Sg(locals).Nents));
        path.Label("err_free_state");
        if (InCore)
            path.If("dma->state", locals => !IsOnBus(locals), state => Dma(state, "kfree(dma->state)", locals => new DmaDeviceMessage.FreeState(Att(locals))));
        path.Return("return ERR_PTR(ret)");
    }

    private void WriteWholeUnwind(PathBuilder path)
    {
        path.Label("err_unmap_dma");
        path.If("if (dma->state && !dma_use_iova(dma->state))", locals => !Sg(locals).UsesIova && !IsOnBus(locals),
            single => WriteUnmapEntries(single.Set("those that are filled", locals => WithSg(locals, sg => sg with { Count = sg.Filled }))));
        Dma(path, "sg_free_table(&dma->sgt)", locals => new DmaDeviceMessage.FreeTable(Att(locals), Sg(locals).Nents));
        path.Label("err_free_state");
        path.If("if (dma->state && dma_use_iova(dma->state))", locals => Sg(locals).UsesIova,
            window => Undo(window, "dma_iova_unlink(attach->dev, dma->state, 0, mapped_len), dma_iova_free(attach->dev, dma->state)", locals => new DmaDeviceMessage.FreeWindow(Att(locals))));
        path.If("dma->state", locals => !IsOnBus(locals), state => Dma(state, "kfree(dma->state)", locals => new DmaDeviceMessage.FreeState(Att(locals))));
        path.Return("return ERR_PTR(ret)");
    }

    private void WriteUnmapEntries(PathBuilder path) => path
        .Set("i = 0", locals => WithSg(locals, sg => sg with { Index = 0 }))
        .While("for_each_sgtable_dma_sg(sgt, sgl, i)", locals => Sg(locals).Index < Sg(locals).Count, loop =>
        {
            Undo(loop, "dma_unmap_phys(attach->dev, sg_dma_address(sgl), sg_dma_len(sgl))", locals => new DmaDeviceMessage.UnmapEntry(Att(locals), Sg(locals).Index));
            loop.Set("i++", locals => WithSg(locals, sg => sg with { Index = sg.Index + 1 }));
        });

    // The first postings unmap by one call what one call has mapped.
    private void WriteUnmapOfTable(PathBuilder path)
    {
        if (AsksForWindow)
        {
            WriteUnmapEntries(path);
            return;
        }

        path.Buffer("priv->dmabuf->size", new DmaBufMessage.ReadSize(), (locals, reply) => WithSg(locals, sg => sg with { Size = reply.Page * PageBytes }));
        Undo(path, "dma_unmap_resource(attachment->dev, sg_dma_address(sgt->sgl), priv->dmabuf->size)", locals => new DmaDeviceMessage.UnmapResource(Att(locals), Sg(locals).Size));
    }

    // What is unmapped lazily arms the timer of the flush queue. Of a strict domain no reply does, and the slot named is one that exists.
    private void Undo<T>(PathBuilder path, string text, Func<Locals, T> message)
        where T : DmaDeviceMessage =>
        path.SendAndStart(text, DmaDevice, message, reply => reply.Value > 0, (locals, topology) => new Start(
            DmaOf(locals).Lazy ? topology.FlushTimer(Place(locals).DmaDevice!.Value) : topology.DmaEngine(Att(locals)), FlushQueue, new Locals { Attach = locals.Attach }));

    private PathBuilder WriteFreeSgt()
    {
        var path = InCore ? new PathBuilder("dma_buf_free_sgt") : new PathBuilder("vfio_pci_dma_buf_unmap", "table");
        path.Set("i = 0", locals => locals with { Sg = SgLocals.None });
        Dma(path, "sgt->nents", locals => new DmaDeviceMessage.ReadTable(Att(locals)), (locals, reply) =>
            WithSg(locals, sg => sg with { Count = reply.Value, Nents = (uint)reply.Value, IsOnBus = AsksForWindow && reply.Next == 1 }));
        path.If("if (dma->state)", locals => !IsOnBus(locals), state =>
        {
            Dma(state, "dma_use_iova(dma->state)", locals => new DmaDeviceMessage.ReadWindow(Att(locals)), WithWindow);
            state.If("if (dma_use_iova(dma->state))", locals => Sg(locals).UsesIova,
                iova =>
                {
                    iova.Buffer(InCore ? "dma->size" : "priv->size", new DmaBufMessage.ReadSize(), (locals, reply) => WithSg(locals, sg => sg with { Size = reply.Page * PageBytes }));
                    Undo(iova, "dma_iova_destroy(attach->dev, dma->state, dma->size)", locals => new DmaDeviceMessage.DestroyWindow(Att(locals), Sg(locals).Size));
                },
                single => WriteUnmapOfTable(single));
        });
        Dma(path, "sg_free_table(sgt)", locals => new DmaDeviceMessage.FreeTable(Att(locals), Revision.CpuList == CpuList.Empty ? 0 : Sg(locals).Nents));
        if (InCore)
            path.If("dma->state", locals => !IsOnBus(locals), state => Dma(state, "kfree(dma->state)", locals => new DmaDeviceMessage.FreeState(Att(locals))));
        return path;
    }

    private PathBuilder WriteFlushQueue() => Dma(new PathBuilder("fq_flush_timeout"), "domain->ops->flush_iotlb_all(domain), free_iova_fast()", _ => new DmaDeviceMessage.Flush());

    // An importer whose device is not described has nothing that could tell where its address leads.
    private PathBuilder WriteUseKeptAddress() =>
        Dma(new PathBuilder("peer_dma", "kept").Refuse("attach->dev is not described", locals => !IsDescribed(locals), Errno.EOPNOTSUPP),
            "access by the address that was given last", locals => new DmaDeviceMessage.Access(Att(locals), IsPromised: false))
        .Return("return 0", _ => 0);

    private PathBuilder WriteSetRedirect() =>
        new PathBuilder("setpci").If("the port above has ACS, and is on the way", locals => IsOnTheWay(new DmaDeviceId(locals.Argument)), port =>
            port.Send("PCI_ACS_CTRL |= PCI_ACS_RR in the port above", locals => new MachineRef(MachineKind.DmaDevice, locals.Argument), _ => new DmaDeviceMessage.SetRedirect()))
        .Return("return 0", _ => 0);

    // Of an importer that is the exporting function itself, no port is.
    private bool IsOnTheWay(DmaDeviceId device) =>
        Enumerable.Range(0, Topology.Attachments.Count).Any(index => Topology.Attachments[index].DmaDevice == device && Topology.MapTypesOf(new AttachmentId(index)) is var (direct, redirected) && direct != redirected);

    // The attach op of the postings before the core's helper reserves the window; detach frees its state.
    private void WriteWindowAtAttach(PathBuilder path) => path.If("attach->dev is described", IsDescribed, dma =>
    {
        dma.Buffer("priv->size", new DmaBufMessage.ReadSize(), (locals, reply) => WithSg(locals, sg => sg with { Size = reply.Page * PageBytes }));
        Dma(dma, "dma_iova_try_alloc(attachment->dev, attachment->priv, 0, priv->size)", locals => new DmaDeviceMessage.TryAlloc(Att(locals), Sg(locals).Size));
    });
}
