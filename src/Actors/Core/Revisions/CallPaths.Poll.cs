using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Section 7 of kernel/dma-buf-core.md: poll and epoll on a dma-buf's file. Kernel: drivers/dma-buf/dma-buf.c, fs/eventpoll.c.</content>
public sealed partial class CallPaths
{
    private const int EpollIn = 1;

    private const int EpollOut = 4;

    /// <summary>dma_buf_poll().</summary>
    public Program DmaBufPoll { get; }

    /// <summary>dma_buf_poll_cb() of cb_out.</summary>
    public Program PollCallbackOut { get; }

    /// <summary>dma_buf_poll_cb() of cb_in.</summary>
    public Program PollCallbackIn { get; }

    /// <summary>ep_item_poll().</summary>
    public Program EpItemPoll { get; }

    /// <summary>epoll_ctl() with EPOLL_CTL_ADD.</summary>
    public Program EpollAdd { get; }

    /// <summary>epoll_wait().</summary>
    public Program EpollWait { get; }

    private PathBuilder WriteDmaBufPoll()
    {
        var path = new PathBuilder("dma_buf_poll")
            .Set("events = EPOLLIN | EPOLLOUT", locals => locals with { Argument = EpollIn | EpollOut })
            .Lock("dma_resv_lock(resv, NULL)", Paths.DmaResv);
        WritePollDirection(path, PollDirection.Out, EpollOut, "EPOLLOUT");
        WritePollDirection(path, PollDirection.In, EpollIn, "EPOLLIN");
        return path
            .Unlock("dma_resv_unlock(resv)", Paths.DmaResv)
            .Return("return events", locals => locals.Argument);
    }

    private void WritePollDirection(PathBuilder path, PollDirection direction, int bit, string name) => path
        .Buffer($"if (!dcb->active) dcb->active = {name}", new DmaBufMessage.BeginPoll(direction))
        .If("not busy", locals => locals.Reply != 0, free => free
            .Buffer("get_file(dmabuf->file)", new DmaBufMessage.GetFile(direction))
            .Buffer($"dma_buf_poll_add_cb(resv, {(direction == PollDirection.Out ? "true" : "false")}, dcb)", new DmaBufMessage.AddPollCallback(direction))
            .If("no callback queued", locals => locals.Reply == 0,
                none => none.CallVoid("dma_buf_poll_cb(NULL, &dcb->cb)", () => CallbackOf(direction)),
                queued => queued.Set($"events &= ~{name}", locals => locals with { Argument = locals.Argument & ~bit })),
            busy => busy.Set($"events &= ~{name}", locals => locals with { Argument = locals.Argument & ~bit }));

    private Program CallbackOf(PollDirection direction) => direction switch
    {
        PollDirection.Out => PollCallbackOut,
        PollDirection.In => PollCallbackIn,
    };

    private static PathBuilder WritePollCallback(PollDirection direction) =>
        new PathBuilder("dma_buf_poll_cb", direction == PollDirection.Out ? "EPOLLOUT" : "EPOLLIN")
            .Buffer("wake_up_locked_poll(dcb->poll, dcb->active), dcb->active = 0", new DmaBufMessage.EndPoll(direction))
            .Buffer("fput(dmabuf->file): atomic_long_dec_and_test(&file->f_count)", new DmaBufMessage.FputOfPoll(direction))
            .If("if (last)", locals => locals.Reply != 0, last => last.DeferFput("task_work_add(current, ____fput), or delayed_fput_work"));

    // Fences signal outside of system calls: what the callbacks put last is left to delayed_fput().
    private void WriteFenceCallbacks(PathBuilder path)
    {
        foreach (var direction in Enum.GetValues<PollDirection>())
            path.If("cb_list", locals => (locals.Argument & (1 << (int)direction)) != 0, called => called.CallVoid("cur->func(fence, cur)", () => CallbackOf(direction)));
        path.CallVoid("delayed_fput()", () => TaskWorkRun);
    }

    private void WritePollOfFd(PathBuilder path)
    {
        path.Buffer("fdget(fd)", locals => new DmaBufMessage.Fdget(locals.Current));
        path.Refuse("!file", locals => locals.Reply < 0, Errno.EBADF);
        path.CallVoid("vfs_poll(file, pt)", () => DmaBufPoll);
        path.CallVoid("fdput(f)", () => PutDmaBuf);
        path.Return("return 0", _ => 0);
    }

    private PathBuilder WriteEpItemPoll()
    {
        var path = new PathBuilder("ep_item_poll");
        if (Revision.EpollFile == EpollFile.PolledByPointer)
            return path.Call("vfs_poll(epi->ffd.file, pt)", () => DmaBufPoll).Return("return res & epi->event.events");
        return path
            .Buffer("epi_fget(epi): atomic_long_inc_not_zero(&file->f_count)", locals => new DmaBufMessage.GetFileActive(locals.Current))
            .If("if (!file)", locals => locals.Reply == 0, dying => dying.Return("return 0", _ => 0))
            .Call("vfs_poll(file, pt)", () => DmaBufPoll)
            .CallVoid("fput(file)", () => PutDmaBuf)
            .Return("return res & epi->event.events");
    }

    private PathBuilder WriteEpollAdd() =>
        new PathBuilder("ep_insert")
            .Buffer("do_epoll_ctl(): fdget(fd)", locals => new DmaBufMessage.Fdget(locals.Current))
            .Refuse("!fd_file(tf)", locals => locals.Reply < 0, Errno.EBADF)
            .Lock("mutex_lock(&ep->mtx)", Paths.EpMutex)
            .Buffer("ep_find(ep, tfile, fd), attach_epitem(tfile, epi)", new DmaBufMessage.AddEpItem(), (locals, reply) => locals with { Ret = reply.Value })
            .If("if (!epi)", locals => locals.Ret == 0, added => added
                .Call("revents = ep_item_poll(epi, &epq.pt, 1)", () => EpItemPoll)
                .If("if (revents && !ep_is_linked(epi))", locals => locals.Ret != 0, ready => ready.Buffer("list_add_tail(&epi->rdllink, &ep->rdllist)", new DmaBufMessage.QueueEpItem()))
                .Set("ret = 0", locals => locals with { Ret = 0 }))
            .Unlock("mutex_unlock(&ep->mtx)", Paths.EpMutex)
            .CallVoid("fdput(tf)", () => PutDmaBuf)
            .Return("return ret");

    private PathBuilder WriteEpollWait() =>
        new PathBuilder("ep_send_events")
            .Lock("mutex_lock(&ep->mtx)", Paths.EpMutex)
            .Set("res = 0", locals => locals with { Ret = 0 })
            .Buffer("list_for_each_entry_safe(epi, tmp, &txlist, rdllink): list_del_init(&epi->rdllink)", new DmaBufMessage.TakeEpItem())
            .If("on the list", locals => locals.Reply != 0, item => item
                .Call("revents = ep_item_poll(epi, &pt, 1)", () => EpItemPoll)
                .If("if (revents)", locals => locals.Ret != 0, ready => ready
                    .Buffer("if (!(epi->event.events & EPOLLET)) list_add_tail(&epi->rdllink, &ep->rdllist)", new DmaBufMessage.QueueEpItem())
                    .Set("res++", locals => locals with { Ret = 1 })))
            .Unlock("mutex_unlock(&ep->mtx)", Paths.EpMutex)
            .Return("return res");

    // __fput(): whoever frees the file waits for an instance that polls it.
    private void WriteEventpollRelease(PathBuilder path)
    {
        if (!Topology.HasEpoll)
            return;
        path.Buffer("eventpoll_release(file): if (file->f_ep)", new DmaBufMessage.ReadEpItem());
        path.If("watched", locals => locals.Reply != 0, watched => watched
            .Lock("eventpoll_release_file(file): mutex_lock(&ep->mtx)", Paths.EpMutex)
            .Buffer("__ep_remove(ep, epi, true)", new DmaBufMessage.RemoveEpItem())
            .Unlock("mutex_unlock(&ep->mtx)", Paths.EpMutex));
    }
}
