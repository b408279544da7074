using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>A job of a graphics driver: drm_exec's transaction over the reservations, validation, fences. Kernel: drivers/gpu/drm/drm_exec.c, amdgpu_cs.c, xe_exec.c.</content>
public sealed partial class CallPaths
{
    private static readonly int[] LockBits = [1, 2, 4];

    /// <summary>amdgpu_cs_ioctl().</summary>
    public Program AmdgpuSubmit { get; }

    /// <summary>xe_exec_ioctl().</summary>
    public Program XeSubmit { get; }

    /// <summary>A BO of a job of amdgpu: validated.</summary>
    public Program AmdgpuSubmitBo { get; }

    /// <summary>A BO of a job of xe: validated.</summary>
    public Program XeSubmitBo { get; }

    /// <summary>A BO of a job of amdgpu: fenced and given to the hardware.</summary>
    public Program AmdgpuPushBo { get; }

    /// <summary>A BO of a job of xe: fenced and given to the hardware.</summary>
    public Program XePushBo { get; }

    /// <summary>The job on the hardware.</summary>
    public Program DrmJob { get; }

    private PathBuilder WriteAmdgpuSubmit() => WriteSubmit("amdgpu_cs_ioctl", () => AmdgpuSubmitBo, () => AmdgpuPushBo);

    private PathBuilder WriteXeSubmit() => WriteSubmit("xe_exec_ioctl", () => XeSubmitBo, () => XePushBo);

    private PathBuilder WriteAmdgpuSubmitBo() => WriteSubmitBo("amdgpu_cs_bo_validate", path => WriteValidateAmdgpu(path));

    private PathBuilder WriteXeSubmitBo() => WriteSubmitBo("xe_vm_validate_rebind", path => WriteValidateXe(path));

    private PathBuilder WriteAmdgpuPushBo() => WritePushBo("amdgpu_cs_submit", FenceUsage.Write);

    private PathBuilder WriteXePushBo() => WritePushBo("xe_sched_job_push", FenceUsage.Bookkeep);

    private static AttachmentId First(Locals locals) => locals.Request is Request.Submit submit ? submit.First : locals.Attach!.Value;

    private static AttachmentId? Second(Locals locals) => locals.Request is Request.Submit submit ? submit.Second : null;

    // What a transaction locks: the VM of the first BO, then the BOs' own reservations, which are the buffers'.
    private MachineRef? Resv(Locals locals, int bit) => bit switch
    {
        1 => new MachineRef(MachineKind.VmResv, First(locals).Index),
        2 => MachineRef.DmaResv(Topology.Attachments[First(locals).Index].Buffer),
        _ => Second(locals) is { } second ? MachineRef.DmaResv(Topology.Attachments[second.Index].Buffer) : null,
    };

    private PathBuilder WriteSubmit(string function, Func<Program> validate, Func<Program> push)
    {
        var path = new PathBuilder(function)
            .Send("drm_exec_init(): ww_acquire_init(&exec->ticket, &reservation_ww_class)", Paths.WwClass, locals => new WwClassMessage.AcquireInit(locals.Current), (locals, reply) => locals with { Stamp = reply.Value });
        WriteExecLock(path);
        path.Call("validate the first BO", validate, locals => OfAttachment(locals, First(locals)))
            .If("if (!ret)", locals => locals.Ret == 0 && Second(locals) is not null, second => second.Call("validate the second BO", validate, locals => OfAttachment(locals, Second(locals)!.Value)))
            .If("if (!ret)", locals => locals.Ret == 0, valid => valid
                .CallVoid("push the job: the first BO", push, locals => OfAttachment(locals, First(locals)))
                .If("the second BO", locals => Second(locals) is not null, second => second.CallVoid("push the job: the second BO", push, locals => OfAttachment(locals, Second(locals)!.Value))));
        WriteUnlockAll(path);
        path.Send("drm_exec_fini(): ww_acquire_fini(&exec->ticket)", Paths.WwClass, locals => new WwClassMessage.AcquireFini(locals.Current));
        return path.Return("return ret");
    }

    private static PathBuilder WriteSubmitBo(string function, Action<PathBuilder> validate)
    {
        var path = new PathBuilder(function)
            .Attachment("the BO is imported", new AttachmentMessage.ReadAttached())
            .Refuse("not imported", locals => locals.Reply == 0, Errno.ENOTCONN)
            .Buffer("the last job's fence", locals => new DmaBufMessage.ReadFence(locals.Attach!.Value))
            .Refuse("a job is on the ring, which takes one", locals => locals.Reply != 0, Errno.EALREADY)
            .Set("ret = 0", locals => locals with { Ret = 0 });
        validate(path);
        return path.Return("return ret");
    }

    private PathBuilder WritePushBo(string function, FenceUsage usage) =>
        new PathBuilder(function)
            .Buffer("dma_resv_reserve_fences(obj->resv, 1)", new DmaBufMessage.ReserveFences(1))
            .Buffer($"dma_resv_add_fence(obj->resv, fence, DMA_RESV_USAGE_{usage.ToString().ToUpperInvariant()})", locals => new DmaBufMessage.AddFence(locals.Attach!.Value, usage))
            .SendAndStart("drm_sched_entity_push_job(job)", Paths.Attach, _ => new AttachmentMessage.StartDma(), reply => reply.Value == 0, StartDrmJob);

    // drm_exec_until_all_locked(): after -EDEADLK everything is let go, and the contended lock is taken first.
    private void WriteExecLock(PathBuilder path) => path
        .Set("retry", locals => locals with { Reply = 1 })
        .While("drm_exec_until_all_locked(&exec)", locals => locals.Reply != 0, round =>
        {
            round.Set("exec->num_objects = 0", locals => locals with { Argument = 0, Acquired = 0, Ret = 0 });
            foreach (var bit in LockBits)
                round.If("if (exec->contended)", locals => locals.Contended == bit, contended => contended
                    .LockInContext("drm_exec_lock_contended(): dma_resv_lock_slow(obj->resv, &exec->ticket)", locals => Resv(locals, bit))
                    .Set("exec->prelocked = obj", locals => locals with { Argument = bit, Acquired = 1, Contended = 0 }));
            foreach (var bit in LockBits)
                round.If(bit == 1 ? "the VM" : "a BO", locals => locals.Ret == 0 && (locals.Argument & bit) == 0 && Resv(locals, bit) is not null, next => WriteExecLockOne(next, bit));
            round.If("if (exec->contended) drm_exec_unlock_all(exec)", locals => locals.Contended != 0, WriteUnlockAll);
            round.Set("drm_exec_retry_on_contention(&exec)", locals => locals with { Reply = locals.Contended == 0 ? 0 : 1 });
        });

    private void WriteExecLockOne(PathBuilder path, int bit) => path
        .LockInContext(bit == 1 ? "drm_exec_lock_obj(exec, &vm->root.bo->tbo.base): dma_resv_lock(obj->resv, &exec->ticket)" : "drm_exec_lock_obj(exec, obj): dma_resv_lock(obj->resv, &exec->ticket)", locals => Resv(locals, bit))
        .If("if (!ret)", locals => locals.Reply == 0, locked => locked.Set("drm_exec_obj_locked(exec, obj)", locals => locals with { Argument = locals.Argument | bit, Acquired = locals.Acquired + 1 }))
        .If("if (ret == -EDEADLK)", locals => locals.Reply == -(int)Errno.EDEADLK, backoff => backoff.Set("exec->contended = obj", locals => locals with { Contended = bit, Ret = locals.Reply }));

    private void WriteUnlockAll(PathBuilder path)
    {
        foreach (var bit in LockBits.Reverse())
            path.If("locked", locals => (locals.Argument & bit) != 0, held => held.Unlock("drm_exec_unlock_all(): dma_resv_unlock(obj->resv)", locals => Resv(locals, bit)));
    }

    private Locals OfAttachment(Locals locals, AttachmentId attachment) => locals with { Attach = attachment, Priv = Topology.Attachments[attachment.Index].Buffer };

    private Start StartDrmJob(Locals locals, Topology topology) =>
        new(topology.DmaEngine(locals.Attach!.Value), DrmJob, new Locals { Attach = locals.Attach, Priv = locals.Priv });

    private PathBuilder WriteDrmJob() =>
        new PathBuilder("drm_sched_job")
            .Attachment("the job accesses the buffer", new AttachmentMessage.IssueDma())
            .Check("access through the mapping", Obligation.AccessReachesFunction)
            .Attachment("done", new AttachmentMessage.DmaDone())
            .Buffer("dma_fence_signal(&job->s_fence->finished)", locals => new DmaBufMessage.SignalFence(locals.Attach!.Value), (locals, reply) => locals with { Argument = reply.Value })
            .If("fence callbacks", locals => locals.Argument != 0, WriteFenceCallbacks);
}
