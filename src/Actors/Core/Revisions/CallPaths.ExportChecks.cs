using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 2.1 of kernel/exporter-paths.md: what the export ioctl tests, in the order of each revision.</content>
public sealed partial class CallPaths
{
    private void WriteValidation(PathBuilder path)
    {
        WriteDriverTest(path);
        WriteCheckFeature(path);
        switch (Revision.ExportChecks)
        {
            case ExportChecks.WholeBarAllowed:
                path.Refuse("region_index >= VFIO_PCI_ROM_REGION_INDEX", locals => ExportValidation.IsNotBar(Asked(locals)), Errno.EINVAL);
                WriteSliceTests(path);
                break;
            case ExportChecks.MemoryBar:
                path.Refuse("region_index >= VFIO_PCI_ROM_REGION_INDEX", locals => ExportValidation.IsNotBar(Asked(locals)), Errno.ENODEV);
                path.Refuse("!(pci_resource_flags() & IORESOURCE_MEM)", locals => ExportValidation.IsNotMemory(Traits(locals), Asked(locals)), Errno.EINVAL);
                WriteSliceTests(path);
                break;
            case ExportChecks.MemoryBarAfterCopy or ExportChecks.ProviderPointer or ExportChecks.ProviderAfterCopy:
                WriteRangesTestedAfterCopy(path);
                break;
            case ExportChecks.FillPhysVec:
                WriteRangesTestedBeforeCopy(path);
                break;
        }
    }

    // Row 2, in front of everything of the feature itself: even a PROBE is answered by it.
    private void WriteDriverTest(PathBuilder path)
    {
        switch (Revision.DriverTest)
        {
            case DriverTest.None:
                break;
            case DriverTest.RefusesOwnIoctl:
                path.Refuse("vdev->vdev.ops->ioctl != vfio_pci_core_ioctl", locals => Traits(locals).Driver == VariantDriver.HisiAcc, Errno.EOPNOTSUPP);
                break;
            case DriverTest.CallsOpUnchecked:
                path.If("if (!vdev->pci_ops->get_dmabuf_phys)", locals => Traits(locals).Driver == VariantDriver.WithoutPciOps, none =>
                    none.Send("vdev->pci_ops->get_dmabuf_phys", _ => null, _ => new DeviceMessage.ReadTrait(DeviceTrait.ResetWorks), pointer: "vdev->pci_ops"));
                break;
            case DriverTest.CallsOp:
                path.Refuse("!vdev->pci_ops || !vdev->pci_ops->get_dmabuf_phys", locals => Traits(locals).Driver == VariantDriver.WithoutPciOps, Errno.EOPNOTSUPP);
                break;
        }
    }

    private void WriteCheckFeature(PathBuilder path)
    {
        path.At("E1").Refuse("vfio_check_feature(): SET", locals => ExportValidation.AsksToSet(Asked(locals)), Errno.EINVAL);
        path.If("vfio_check_feature(): PROBE", locals => ExportValidation.Probes(Asked(locals)), probe => probe.Return("return 0", _ => 0));
        path.Refuse("vfio_check_feature(): no GET, or argsz too small", locals => ExportValidation.GetIsInvalid(Asked(locals), Revision.ExportInput), Errno.EINVAL);
        path.Refuse("copy_from_user(&get_dma_buf)", locals => ExportValidation.PayloadFaults(Asked(locals)), Errno.EFAULT);
    }

    private void WriteSliceTests(PathBuilder path)
    {
        path.Refuse("offset or length not page aligned", locals => ExportValidation.SliceIsUnaligned(Asked(locals)), Errno.EINVAL);
        path.Refuse("offset + length beyond the BAR", locals => ExportValidation.SliceIsBeyond(Traits(locals), Asked(locals)), Errno.EINVAL);
        WriteAllocation(path);
        WriteStoreVdev(path);
    }

    // v1 to v5: only nr_ranges is looked at before the copy; flags, region and provider after it.
    private void WriteRangesTestedAfterCopy(PathBuilder path)
    {
        path.Refuse("!get_dma_buf.nr_ranges", locals => ExportValidation.HasNoRanges(Asked(locals)), Errno.EINVAL);
        WriteCopyRanges(path);
        RefuseRanges(path, "get_dma_buf.flags", locals => ExportValidation.HasFlags(Asked(locals)), Errno.EINVAL);
        RefuseRanges(path, "region_index >= VFIO_PCI_ROM_REGION_INDEX", locals => ExportValidation.IsNotBar(Asked(locals)), Errno.ENODEV);
        switch (Revision.ExportChecks)
        {
            case ExportChecks.ProviderPointer:
                path.Note("if (!provider): the address of the variable, never NULL");
                break;
            case ExportChecks.ProviderAfterCopy:
                RefuseRanges(path, "!(*provider = pcim_p2pdma_provider(pdev, region_index))", locals => ExportValidation.HasNoProvider(Traits(locals), Asked(locals)), Errno.EINVAL);
                RefuseRanges(path, "validate_dmabuf_input(): empty range, or the sum overflows", locals => ExportValidation.RangesAreInvalid(Asked(locals)), Errno.EINVAL);
                break;
            default:
                RefuseRanges(path, "!(pci_resource_flags() & IORESOURCE_MEM)", locals => ExportValidation.IsNotMemory(Traits(locals), Asked(locals)), Errno.EINVAL);
                break;
        }

        RefuseRanges(path, "validate_dmabuf_input(): not page aligned, or beyond the BAR", locals => ExportValidation.RangesAreUnalignedOrBeyond(Traits(locals), Asked(locals)), Errno.EINVAL);
        WriteAllocation(path, FreeRanges);
        FreeRanges(path);
        WriteStoreVdev(path);
    }

    private void WriteRangesTestedBeforeCopy(PathBuilder path)
    {
        path.Refuse("!nr_ranges || flags", locals => ExportValidation.HasNoRanges(Asked(locals)) || ExportValidation.HasFlags(Asked(locals)), Errno.EINVAL);
        path.Refuse("region_index >= VFIO_PCI_ROM_REGION_INDEX", locals => ExportValidation.IsNotBar(Asked(locals)), Errno.ENODEV);
        if (Revision.BarSetup == BarSetup.AtEnable)
            path.Refuse("IS_ERR(vfio_pci_core_get_iomap(vdev, region_index)): BAR absent or not reserved", locals => ExportValidation.IsNotReserved(Traits(locals), Asked(locals)), Errno.ENODEV);
        if (Revision.NonMappableBar == NonMappableBar.HasNone)
            path.Refuse("IS_ERR(vfio_pci_core_get_iomap(vdev, region_index)): pdev->non_mappable_bars", locals => ExportValidation.IsNonMappable(Traits(locals), Asked(locals)), Errno.ENODEV);
        WriteCopyRanges(path);
        RefuseRanges(path, "validate_dmabuf_input()", locals => ExportValidation.RangesAreInvalid(Asked(locals)), Errno.EINVAL);
        WriteAllocation(path, FreeRanges);
        FreeOnRefusal(path, "pcim_p2pdma_provider(pdev, region_index) == NULL: err_free_phys", locals => ExportValidation.HasNoProvider(Traits(locals), Asked(locals)), Errno.EINVAL);
        path.Set("ret = vfio_pci_core_fill_phys_vec()", locals => locals with { Ret = -(int)ExportValidation.FillPhysVec(Traits(locals), Asked(locals)) });
        path.If("if (ret)", locals => locals.Ret != 0, failed =>
        {
            FreeRanges(failed);
            failed.Return("err_free_phys: return ret");
        });
        FreeRanges(path);
        WriteStoreVdev(path);
    }

    private static void WriteCopyRanges(PathBuilder path)
    {
        path.Refuse("memdup_array_user(): more than 4 MiB", locals => ExportValidation.HasTooManyRanges(Asked(locals)), Errno.ENOMEM);
        path.Refuse("memdup_array_user(): copy_from_user()", locals => ExportValidation.RangesFault(Asked(locals)), Errno.EFAULT);
        path.MayFail("memdup_array_user()", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (IS_ERR(dma_ranges))", locals => locals.Reply < 0, failed => failed.Return("return -ENOMEM", locals => locals.Reply));
        path.Account("dma_ranges = memdup_array_user()", Paths.Vdev, 1);
    }

    private static void FreeRanges(PathBuilder path) => path.Account("kfree(dma_ranges)", Paths.Vdev, -1);

    private void RefuseRanges(PathBuilder path, string text, Func<Locals, bool> condition, Errno errno)
    {
        if (Revision.RangesOnError == RangesOnError.Leaked)
            path.Refuse(text, condition, errno);
        else
            FreeOnRefusal(path, text, condition, errno);
    }

    private static void FreeOnRefusal(PathBuilder path, string text, Func<Locals, bool> condition, Errno errno) =>
        path.If($"if ({text})", condition, refused =>
        {
            FreeRanges(refused);
            refused.Return($"return -{errno}", _ => -(int)errno);
        });

    private static void WriteAllocation(PathBuilder path, Action<PathBuilder>? unwind = null)
    {
        path.MayFail("priv = kzalloc(sizeof(*priv))", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (!priv)", locals => locals.Reply < 0, failed =>
        {
            unwind?.Invoke(failed);
            failed.Return("return -ENOMEM", locals => locals.Reply);
        });
        if (unwind is null)
            return;
        path.MayFail("priv->phys_vec = kcalloc(nr_ranges)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (!priv->phys_vec)", locals => locals.Reply < 0, failed =>
        {
            unwind(failed);
            failed.Return("kfree(priv), return -ENOMEM", locals => locals.Reply);
        });
    }

    // From here on the buffer exists; a slot in use answers as a failed kzalloc() does.
    private void WriteStoreVdev(PathBuilder path)
    {
        if (Revision.Backing == Backing.StructPages)
        {
            path.Note("a struct page of 64 bytes for each 4 KiB of it: 1/64 of the BAR in memory");
            path.Refuse("pci_p2pdma_add_resource(): no whole sub-sections of 2 MiB", locals => PageBacking.IsRefused(Traits(locals), Asked(locals)), Errno.EINVAL);
        }

        if (Revision is { ExportInput: ExportInput.SingleSlice, RegionStored: RegionStored.Always })
            path.Note("priv->index = get_dma_buf.region_index");
        path.Buffer("priv->vdev = vdev", locals => new DmaBufMessage.AllocatePriv(
            locals.Vdev!.Value, ExportValidation.Exported(Revision.ExportInput, Traits(locals), Asked(locals))));
        path.If("no free slot", locals => locals.Reply < 0, full => full.Return("return -ENOMEM", locals => locals.Reply));
    }
}
