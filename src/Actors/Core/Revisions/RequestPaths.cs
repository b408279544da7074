using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>Which call path a request starts, and with which arguments. The user-mode side of a system call.</summary>
public static class RequestPaths
{
    /// <summary>The call path of a request.</summary>
    public static (Program Program, Locals Locals) Of(Request request, CallPaths paths)
    {
        var topology = paths.Topology;
        Locals OfFile(DeviceFileId file) => new() { Filep = file, Vdev = topology.Files[file.Index], Request = request };
        Locals OfBuffer(DmaBufId buffer) => new() { Priv = buffer, Request = request };
        Locals OfAttachment(AttachmentId attachment) => new() { Attach = attachment, Priv = topology.Attachments[attachment.Index].Buffer, Request = request };
        return request switch
        {
            Request.OpenDevice open => (paths.OpenFile, OfFile(open.File)),
            Request.OpenCdev open => (paths.OpenCdev, OfFile(open.File)),
            Request.BindIommufd bind => (paths.BindIommufd, OfFile(bind.File)),
            Request.CloseDevice close => (paths.CloseFile, OfFile(close.File)),
            Request.Reset reset => (paths.Ioctl, OfFile(reset.File)),
            Request.HotReset reset => (paths.Ioctl, OfFile(reset.File)),
            Request.SetIrqs irqs => (paths.Ioctl, OfFile(irqs.File)),
            Request.GetRomInfo rom => (paths.Ioctl, OfFile(rom.File)),
            Request.EnterLowPower enter => (paths.Ioctl, OfFile(enter.File)),
            Request.ExitLowPower exit => (paths.Ioctl, OfFile(exit.File)),
            Request.GetInfo info => (paths.Ioctl, OfFile(info.File)),
            Request.ExportDmaBuf export => (paths.Ioctl, OfFile(export.File) with { Priv = export.Buffer }),
            Request.WriteCommand write => (paths.ConfigWrite, OfFile(write.File) with { Argument = write.Memory ? 1 : 0 }),
            Request.SetPowerState set => (paths.ConfigWrite, OfFile(set.File) with { Argument = (int)set.State }),
            Request.FunctionLevelReset flr => (paths.ConfigWrite, OfFile(flr.File)),
            Request.ReadConfig read => (paths.ConfigWrite, OfFile(read.File)),
            Request.ReadBar read when IsNvgrace(topology, read.File) => (paths.NvgraceRead, OfFile(read.File)),
            Request.FaultBar fault when IsNvgrace(topology, fault.File) => (paths.NvgraceFault, OfFile(fault.File)),
            Request.ReadBar read => (paths.ConfigWrite, OfFile(read.File)),
            Request.FaultBar fault => (paths.BarFault, OfFile(fault.File)),
            Request.MmapBar map => (paths.MmapBar, OfFile(map.File)),
            Request.SignalIoeventfd signal => (paths.SignalIoeventfd, OfFile(signal.File)),
            Request.Freeze freeze => (paths.Freeze, OfFile(freeze.File)),
            Request.SetTph tph => (paths.Ioctl, OfFile(tph.File) with { Priv = tph.Buffer }),
            Request.GetTph tph => (paths.ImporterGetTph, OfAttachment(tph.Attachment)),
            Request.MemoryFailure failure => (paths.MemoryFailure, new Locals { Vdev = failure.Device, Request = request }),
            Request.CloseDmaBuf close => (paths.CloseDmaBufFd, OfBuffer(close.Buffer)),
            Request.DupDmaBuf dup => (paths.DupDmaBufFd, OfBuffer(dup.Buffer)),
            Request.OpenPath open => (paths.OpenPath, OfBuffer(open.Buffer)),
            Request.ClosePath close => (paths.ClosePath, OfBuffer(close.Buffer)),
            Request.MmapDmaBuf map => (paths.MmapDmaBuf, OfBuffer(map.Buffer)),
            Request.FaultDmaBuf fault => (paths.FaultDmaBuf, OfBuffer(fault.Buffer)),
            Request.RevokeForEver revoke => (paths.Ioctl, OfFile(revoke.File) with { Priv = revoke.Buffer }),
            Request.EpollAdd add => (paths.EpollAdd, OfBuffer(add.Buffer)),
            Request.EpollWait wait => (paths.EpollWait, OfBuffer(wait.Buffer)),
            Request.OperateFile operate => (paths.OperateFile, OfBuffer(operate.Buffer)),
            Request.Attach attach => (paths.OpsOf(attach.Attachment).Attach, OfAttachment(attach.Attachment)),
            Request.Detach detach => (paths.OpsOf(detach.Attachment).Detach, OfAttachment(detach.Attachment)),
            Request.Pin pin => (paths.ImporterPin, OfAttachment(pin.Attachment)),
            Request.Unpin unpin => (paths.ImporterUnpin, OfAttachment(unpin.Attachment)),
            Request.Map map => (paths.OpsOf(map.Attachment).Map, OfAttachment(map.Attachment)),
            Request.Unmap unmap => (paths.OpsOf(unmap.Attachment).Unmap, OfAttachment(unmap.Attachment)),
            Request.StartDma dma => (paths.OpsOf(dma.Attachment).Dma, OfAttachment(dma.Attachment)),
            Request.CopyArea copy => (paths.CopyIova, OfAttachment(copy.Attachment)),
            Request.PinAccess pin => (paths.PinAccess, OfAttachment(pin.Attachment)),
            Request.AddDomain add => (paths.AddDomain, OfAttachment(add.Attachment)),
            Request.Submit submit => (paths.OpsOf(submit.First).Dma, OfAttachment(submit.First)),
            Request.SetAcsRedirect acs => (paths.SetRedirect, new Locals { Argument = acs.Device.Index }),
            Request.UseKeptAddress kept => (paths.UseKeptAddress, OfAttachment(kept.Attachment)),
            Request.Unbind unbind => (paths.Unbind, new Locals { Vdev = unbind.Device, Request = request }),
            Request.EnableSriov sriov => (paths.SriovStore, new Locals { Vdev = sriov.Device, Request = request }),
            Request.DisableSriov sriov => (paths.SriovStore, new Locals { Vdev = sriov.Device, Request = request }),
            Request.SysfsReset reset => (paths.SysfsReset, new Locals { Vdev = reset.Device, Request = request }),
            Request.RecoverFromError error => (paths.ErrorRecovery, new Locals { Vdev = error.Device, Request = request }),
            Request.RemoveBySurprise removal => (paths.SurpriseRemoval, new Locals { Vdev = removal.Device, Request = request }),
            Request.Bind bind => (paths.Bind, new Locals { Vdev = bind.Device, Request = request }),
            _ => throw new UnreachableException($"no path for {request}"),
        };
    }

    // Its file operations take the accesses to its own memory regions; of an nvgrace device the model has these only.
    private static bool IsNvgrace(Topology topology, DeviceFileId file) =>
        topology.Devices[topology.Files[file.Index].Index].Traits.IsNvgrace;
}
