using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 2 of kernel/exporter-paths.md: export, and the calls on a dma-buf fd.</content>
public sealed partial class CallPaths
{
    /// <summary>vfio_pci_core_feature_dma_buf().</summary>
    public Program Export { get; }

    /// <summary>close(2) of a dma-buf fd.</summary>
    public Program CloseDmaBufFd { get; }

    /// <summary>dup() of a dma-buf fd.</summary>
    public Program DupDmaBufFd { get; }

    /// <summary>open(O_PATH) of a dma-buf fd.</summary>
    public Program OpenPath { get; }

    /// <summary>close(2) of the O_PATH descriptor.</summary>
    public Program ClosePath { get; }

    /// <summary>mmap() of a dma-buf fd.</summary>
    public Program MmapDmaBuf { get; }

    /// <summary>A CPU access to an mmap of a dma-buf.</summary>
    public Program FaultDmaBuf { get; }

    /// <summary>VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE.</summary>
    public Program RevokeForEver { get; }

    /// <summary>A file operation on a dma-buf fd.</summary>
    public Program OperateFile { get; }

    private static ExportArguments Asked(Locals locals) => ((Request.ExportDmaBuf)locals.Request!).Arguments;

    private DeviceTraits Traits(Locals locals) => Topology.Devices[locals.Vdev!.Value.Index].Traits;

    private PathBuilder WriteExport()
    {
        var path = new PathBuilder("vfio_pci_core_feature_dma_buf");
        path.Refuse("vfio_ioctl_device_feature(): copy_from_user(&feature)", locals => ExportValidation.HeaderFaults(Asked(locals)), Errno.EFAULT);
        path.Refuse("vfio_ioctl_device_feature(): feature.argsz < minsz, unknown flags, or GET and SET without PROBE", locals => ExportValidation.HeaderIsInvalid(Asked(locals)), Errno.EINVAL);
        path.Refuse("vfio_pci_core_ioctl_feature(): default", locals => ExportValidation.IsOtherFeature(Asked(locals)), Errno.ENOTTY);
        if (!Revision.DmaBufBuiltIn)
            return path.Return("return -ENOTTY (stub)", _ => -(int)Errno.ENOTTY);
        WriteValidation(path);
        if (Revision.RegistrationGet == RegistrationGet.BeforeExport)
        {
            path.At("E2").Device("vfio_device_try_get_registration(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Priv!.Value)));
            path.If("if (!registered)", locals => locals.Reply == 0, gone => gone.Set("ret = -ENODEV", locals => locals with { Ret = -(int)Errno.ENODEV }).Goto("err_free_phys"));
        }

        path.At("E3").MayFail("dma_buf_export(&exp_info)", FaultPoint.Allocation, Errno.ENOMEM);
        path.If("if (IS_ERR(priv->dmabuf))", locals => locals.Reply < 0, failed => failed.Goto("err_dev_put"));
        path.At("E3").Buffer("dma_buf_export(&exp_info)", locals => new DmaBufMessage.ExportFile(locals.Current));
        if (Revision.CountsMappings)
            path.At("E4").Buffer("kref_init(&priv->kref), init_completion(&priv->comp)", new DmaBufMessage.KrefInit());
        if (Revision.ListLock == ListLock.DmaBufLock)
            WritePublishUnderDmaBufLock(path);
        else
            WritePublish(path);
        path.At("E8").MayFail("dma_buf_fd(priv->dmabuf, open_flags): get_unused_fd_flags()", FaultPoint.FdTable, Errno.EMFILE);
        path.If("if (ret < 0)", locals => locals.Reply < 0, WriteFdFailure);
        path.At("E8").Buffer("dma_buf_fd(): fd_install(fd, dmabuf->file)", locals => new DmaBufMessage.FdInstall(locals.Current));
        path.At("E9").Return("return fd", _ => 0);
        path.Label("err_dev_put");
        if (Revision.RegistrationGet == RegistrationGet.BeforeExport)
            path.Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Priv!.Value)));
        path.Label("err_free_phys");
        path.Buffer("kfree(priv->phys_vec), kfree(priv)", new DmaBufMessage.FreePriv());
        return path.Return("return ret");
    }

    private void WritePublish(PathBuilder path)
    {
        path.At("E5").Lock("down_write(&vdev->memory_lock)", Paths.MemoryLock);
        path.At("E6").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("E6").Device("__vfio_pci_memory_enabled(vdev)", new DeviceMessage.MemoryEnabled());
        if (Revision.RevokedInverted)
            path.At("E6").Buffer("priv->revoked = __vfio_pci_memory_enabled(vdev)", locals => new DmaBufMessage.SetRevoked(locals.Reply != 0));
        else
            path.At("E6").Buffer("priv->revoked = !__vfio_pci_memory_enabled(vdev)", locals => new DmaBufMessage.SetRevoked(locals.Reply == 0));
        path.Forget("the buffer is new: this is its first value, not a change", EffectKind.Revoked);
        if (Revision.RegistrationGet == RegistrationGet.AfterExport)
            path.At("E6").Device("vfio_device_get(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Priv!.Value)));
        path.At("E6").Device("list_add_tail(&priv->dmabufs_elm, &vdev->dmabufs)", locals => new DeviceMessage.LinkDmaBuf(locals.Priv!.Value));
        path.At("E7").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
        path.Check("flags and device agree; the list agrees with the owners", Obligation.FlagAgrees, Obligation.ListMatchesOwner);
        path.At("E7").Unlock("up_write(&vdev->memory_lock)", Paths.MemoryLock);
    }

    private static void WritePublishUnderDmaBufLock(PathBuilder path)
    {
        path.At("E5").Lock("down_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.At("E6").Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
        path.At("E6").Device("vdev->bars_revoked", new DeviceMessage.ReadBarsRevoked());
        path.At("E6").Buffer("priv->status = vdev->bars_revoked ? REVOKED : OK", locals => new DmaBufMessage.SetRevoked(locals.Reply != 0));
        path.Forget("the buffer is new: this is its first value, not a change", EffectKind.Revoked);
        path.At("E6").Device("list_add_tail(&priv->dmabufs_elm, &vdev->dmabufs)", locals => new DeviceMessage.LinkDmaBuf(locals.Priv!.Value));
        path.At("E7").Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
        path.Check("the list agrees with the owners", Obligation.ListMatchesOwner);
        path.At("E7").Unlock("up_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
    }

    private void WriteFdFailure(PathBuilder path)
    {
        switch (Revision.FdFailure)
        {
            case FdFailure.LeaksBuffer:
                path.Return("return ret");
                break;
            case FdFailure.UnwindsTwice:
                path.CallVoid("dma_buf_put(priv->dmabuf)", () => PutDmaBuf);
                path.Goto("err_dev_put");
                break;
            case FdFailure.PutsBuffer:
                path.CallVoid("dma_buf_put(priv->dmabuf)", () => PutDmaBuf);
                path.Return("return ret");
                break;
        }
    }

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
            path.Refuse("IS_ERR(vfio_pci_core_get_iomap(vdev, region_index)): BAR absent or not mapped", locals => ExportValidation.IsNotReserved(Traits(locals), Asked(locals)) || IsRefused(locals), Errno.ENODEV);
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

    private bool IsRefused(Locals locals) => Revision.NonMappableBar == NonMappableBar.HasNone && ExportValidation.IsNonMappable(Traits(locals), Asked(locals));

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
    }

    // From here on the buffer exists; a slot in use answers as a failed kzalloc() does.
    private void WriteStoreVdev(PathBuilder path)
    {
        if (Revision is { ExportInput: ExportInput.SingleSlice, RegionStored: RegionStored.Always })
            path.Note("priv->index = get_dma_buf.region_index");
        path.Buffer("priv->vdev = vdev", locals => new DmaBufMessage.AllocatePriv(
            locals.Vdev!.Value, ExportValidation.Exported(Revision.ExportInput, Traits(locals), Asked(locals))));
        path.If("no free slot", locals => locals.Reply < 0, full => full.Return("return -ENOMEM", locals => locals.Reply));
    }

    private PathBuilder WriteCloseDmaBufFd() =>
        new PathBuilder("close", "dma-buf")
            .Buffer("file_close_fd(fd)", locals => new DmaBufMessage.CloseFd(locals.Current))
            .Refuse("!file", locals => locals.Reply < 0, Errno.EBADF)
            .Buffer("fput_close_sync(): atomic_long_dec_and_test(&file->f_count)", locals => new DmaBufMessage.Fput(locals.Current))
            .If("if (last)", locals => locals.Reply != 0, last => last.CallVoid("__fput_sync(file)", () => Fput))
            .Return("return 0", _ => 0);

    private PathBuilder WriteDupDmaBufFd() =>
        new PathBuilder("dup", "dma-buf")
            .Buffer("dup(fd)", new DmaBufMessage.Dup())
            .Return("return", locals => locals.Reply);

    private PathBuilder WriteOpenPath() =>
        new PathBuilder("openat", "O_PATH")
            .Buffer("open(\"/proc/self/fd/N\", O_PATH): dget(dentry)", new DmaBufMessage.OpenPath())
            .Return("return", locals => locals.Reply);

    private PathBuilder WriteClosePath()
    {
        var path = new PathBuilder("close", "O_PATH")
            .Buffer("dput(dentry)", new DmaBufMessage.ClosePath())
            .Refuse("!file", locals => locals.Reply < 0, Errno.EBADF);
        WriteDentryRelease(path);
        return path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteMmapDmaBuf()
    {
        var path = new PathBuilder("dma_buf_mmap_internal");
        path.Lock("mmap_write_lock(current->mm)", Paths.MmapLock);
        path.Buffer("dmabuf->ops->mmap", new DmaBufMessage.FileOperation(DmaBufFileOperation.Fstat), (locals, reply) => locals with { Ret = reply.Value });
        if (Revision.DmaBufMmap == DmaBufMmap.None)
            path.If("if (!dmabuf->ops->mmap)", locals => locals.Ret == 0, none => none.Set("ret = -EINVAL", locals => locals with { Ret = -(int)Errno.EINVAL }));
        path.Unlock("mmap_write_unlock(current->mm)", Paths.MmapLock);
        return path;
    }

    // Locals: the VMA's file reference is the task's for the duration of the access.
    private PathBuilder WriteFaultDmaBuf()
    {
        var path = new PathBuilder("vfio_pci_dma_buf_mmap_huge_fault");
        if (Revision.DmaBufMmap == DmaBufMmap.None)
            return path.Return("no mapping", _ => -(int)Errno.EINVAL);
        path.Buffer("vma->vm_file keeps the dma-buf", locals => new DmaBufMessage.Fdget(locals.Current));
        path.Refuse("no mapping", locals => locals.Reply < 0, Errno.EBADF);
        path.Lock("mmap_read_lock(current->mm)", Paths.MmapLock, LockMode.Read);
        if (Revision.DmaBufMmap == DmaBufMmap.FaultReadsVdev)
        {
            ReadVdev(path);
            path.If("if (vdev)", locals => locals.Vdev is not null, WriteInsertBufferPte, WriteSigbus);
        }
        else
        {
            path.Lock("dma_resv_lock(priv->dmabuf->resv, NULL)", Paths.DmaResv);
            path.Buffer("if (priv->status == OK)", new DmaBufMessage.ReadRevoked(), (locals, reply) => locals with { Argument = reply.Value });
            path.If("OK: vdev is valid", locals => locals.Argument == 0, valid =>
            {
                ReadVdev(valid);
                valid.Device("vfio_device_try_get_registration(&vdev->vdev)", locals => new DeviceMessage.TryGetRegistration(Holder.Of(locals.Current)));
            });
            path.Unlock("dma_resv_unlock(priv->dmabuf->resv)", Paths.DmaResv);
            path.If("if (pinned)", locals => locals.Argument == 0, pinned =>
            {
                WriteInsertBufferPte(pinned);
                pinned.Device("vfio_device_put_registration(&vdev->vdev)", locals => new DeviceMessage.PutRegistration(Holder.Of(locals.Current)));
            },
            WriteSigbus);
        }

        path.Unlock("mmap_read_unlock(current->mm)", Paths.MmapLock);
        path.Buffer("munmap() later: fput(vma->vm_file)", locals => new DmaBufMessage.Fput(locals.Current));
        path.If("if (last)", locals => locals.Reply != 0, last => last.DeferFput("task_work_add(current, ____fput)"));
        return path;
    }

    private static void WriteSigbus(PathBuilder path) => path.Set("ret = VM_FAULT_SIGBUS", locals => locals with { Ret = -(int)Errno.EFAULT });

    private void WriteInsertBufferPte(PathBuilder path)
    {
        path.Device("vdev is used", new DeviceMessage.ReadProvider());
        path.Lock("down_read(&vdev->memory_lock)", Paths.MemoryLock, LockMode.Read);
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Lock("down_read(&vdev->dmabuf_lock)", Paths.DmaBufLock, LockMode.Read);
        path.Buffer("if (priv->status != OK)", new DmaBufMessage.ReadRevoked());
        path.If("revoked", locals => locals.Reply != 0, WriteSigbus, insert => insert
            .Buffer("vmf_insert_pfn(vmf->vma, vmf->address, pfn)", new DmaBufMessage.InsertPte())
            .Check("PTE of an accessible BAR", Obligation.PteOnlyWhileAccessible)
            .Set("ret = 0", locals => locals with { Ret = 0 }));
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Unlock("up_read(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.Unlock("up_read(&vdev->memory_lock)", Paths.MemoryLock);
    }

    // VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE: the caller's device must own the buffer behind the fd.
    private PathBuilder WriteRevokeForEver()
    {
        var path = new PathBuilder("vfio_pci_core_feature_dma_buf_revoke");
        if (Revision.PermanentRevoke == PermanentRevoke.None)
            return path.Return("vfio_pci_core_ioctl_feature(): default: return -ENOTTY", _ => -(int)Errno.ENOTTY);
        path.Buffer("dma_buf_get(fd)", locals => new DmaBufMessage.Fdget(locals.Current));
        path.Refuse("IS_ERR(dmabuf)", locals => locals.Reply < 0, Errno.EBADF);
        path.Buffer("READ_ONCE(priv->vdev)", new DmaBufMessage.ReadVdev());
        path.If("if (READ_ONCE(priv->vdev) != vdev)", locals => locals.Reply != locals.Vdev!.Value.Index, foreign => foreign
            .Set("ret = -ENODEV", locals => locals with { Ret = -(int)Errno.ENODEV })
            .Goto("put"));
        var (lockText, mode) = Revision.PermanentRevoke == PermanentRevoke.UnderMemoryLock ? ("write", LockMode.Write) : ("read", LockMode.Read);
        path.Lock($"down_{lockText}(&vdev->memory_lock)", Paths.MemoryLock, mode);
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Lock("down_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.Buffer("switch (priv->status): DEAD", new DmaBufMessage.ReadDead());
        path.If("dead", locals => locals.Reply != 0,
            dead => dead.Set("ret = -EBADFD", locals => locals with { Ret = -(int)Errno.EBADFD }),
            alive =>
            {
                alive.Buffer("priv->status = DEAD", new DmaBufMessage.SetDead());
                alive.Buffer("switch (priv->status): OK", new DmaBufMessage.ReadRevoked());
                alive.If("OK", locals => locals.Reply == 0, ok => WriteRevokeAndZap(ok.Set("revoked = true", locals => locals with { Revoked = true })));
                alive.Set("ret = 0", locals => locals with { Ret = 0 });
            });
        if (Revision.ListLock == ListLock.DmaBufLock)
            path.Unlock("up_write(&vdev->dmabuf_lock)", Paths.DmaBufLock);
        path.Unlock($"up_{lockText}(&vdev->memory_lock)", Paths.MemoryLock);
        path.Label("put");
        return path.CallVoid("dma_buf_put(dmabuf)", () => PutDmaBuf);
    }

    private PathBuilder WriteOperateFile() =>
        new PathBuilder("dma_buf_fops")
            .Buffer("file->f_op", locals => new DmaBufMessage.FileOperation(((Request.OperateFile)locals.Request!).Operation), (locals, reply) => locals with { Ret = reply.Value });
}
