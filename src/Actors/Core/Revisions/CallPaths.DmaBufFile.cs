using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>What user space does with a dma-buf: close, dup, O_PATH, file operations; mmap, fault and permanent revoke of the unmerged mmap series.</content>
public sealed partial class CallPaths
{
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
            path.Buffer($"if ({TestedOk})", new DmaBufMessage.ReadRevoked(), (locals, reply) => locals with { Argument = reply.Value });
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
        path.Buffer($"if (!({TestedOk}))", new DmaBufMessage.ReadRevoked());
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
        path.Buffer($"switch (priv->status): {DeadName}", new DmaBufMessage.ReadDead());
        path.If("dead", locals => locals.Reply != 0,
            dead => dead.Set("ret = -EBADFD", locals => locals with { Ret = -(int)Errno.EBADFD }),
            alive =>
            {
                alive.Buffer($"priv->status = {DeadName}", new DmaBufMessage.SetDead());
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
            .IfRequest("poll()", request => request is Request.OperateFile { Operation: DmaBufFileOperation.Poll }, WritePollOfFd)
            .Buffer("file->f_op", locals => new DmaBufMessage.FileOperation(((Request.OperateFile)locals.Request!).Operation), (locals, reply) => locals with { Ret = reply.Value });
}
