using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>The objects that a request names, and the same request of other objects.</summary>
public static class RequestObjects
{
    /// <summary>The machines a request names, in the order of its arguments.</summary>
    public static IReadOnlyList<MachineRef> Of(Request request)
    {
        var named = new List<MachineRef>();
        Renamed(request, machine =>
        {
            named.Add(machine);
            return machine;
        });
        return named;
    }

    /// <summary>The request with other objects; null when one of them has none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="other">The object of the same kind that takes its place, or null.</param>
    public static Request? Renamed(Request request, Func<MachineRef, MachineRef?> other)
    {
        var complete = true;
        var renamed = new Renaming(machine =>
        {
            complete &= other(machine) is not null;
            return other(machine)?.Index ?? machine.Index;
        }).Of(request);
        return complete ? renamed : null;
    }

    private sealed class Renaming(Func<MachineRef, int> other)
    {
        public Request Of(Request request) => request switch
        {
            Request.OpenDevice asked => new Request.OpenDevice(File(asked.File)),
            Request.CloseDevice asked => new Request.CloseDevice(File(asked.File)),
            Request.OpenCdev asked => new Request.OpenCdev(File(asked.File)),
            Request.BindIommufd asked => new Request.BindIommufd(File(asked.File)),
            Request.SignalIoeventfd asked => new Request.SignalIoeventfd(File(asked.File)),
            Request.Reset asked => new Request.Reset(File(asked.File)),
            Request.HotReset asked => new Request.HotReset(File(asked.File), Sequence<DeviceId>.From(asked.Foreign.Select(Device))),
            Request.SetIrqs asked => new Request.SetIrqs(File(asked.File)),
            Request.GetRomInfo asked => new Request.GetRomInfo(File(asked.File)),
            Request.WriteCommand asked => asked with { File = File(asked.File) },
            Request.SetPowerState asked => asked with { File = File(asked.File) },
            Request.FunctionLevelReset asked => asked with { File = File(asked.File) },
            Request.EnterLowPower asked => asked with { File = File(asked.File) },
            Request.ExitLowPower asked => new Request.ExitLowPower(File(asked.File)),
            Request.ExportDmaBuf asked => asked with { File = File(asked.File), Buffer = Buffer(asked.Buffer) },
            Request.ReadConfig asked => new Request.ReadConfig(File(asked.File)),
            Request.GetInfo asked => new Request.GetInfo(File(asked.File)),
            Request.ReadBar asked => new Request.ReadBar(File(asked.File)),
            Request.FaultBar asked => new Request.FaultBar(File(asked.File)),
            Request.MmapBar asked => new Request.MmapBar(File(asked.File)),
            Request.Freeze asked => new Request.Freeze(File(asked.File)),
            Request.SetTph asked => new Request.SetTph(File(asked.File), Buffer(asked.Buffer)),
            Request.RevokeForEver asked => new Request.RevokeForEver(File(asked.File), Buffer(asked.Buffer)),
            _ => OfBufferOrImporter(request),
        };

        private Request OfBufferOrImporter(Request request) => request switch
        {
            Request.CloseDmaBuf asked => new Request.CloseDmaBuf(Buffer(asked.Buffer)),
            Request.DupDmaBuf asked => new Request.DupDmaBuf(Buffer(asked.Buffer)),
            Request.OpenPath asked => new Request.OpenPath(Buffer(asked.Buffer)),
            Request.ClosePath asked => new Request.ClosePath(Buffer(asked.Buffer)),
            Request.MmapDmaBuf asked => new Request.MmapDmaBuf(Buffer(asked.Buffer)),
            Request.FaultDmaBuf asked => new Request.FaultDmaBuf(Buffer(asked.Buffer)),
            Request.OperateFile asked => asked with { Buffer = Buffer(asked.Buffer) },
            Request.EpollAdd asked => new Request.EpollAdd(Buffer(asked.Buffer)),
            Request.EpollWait asked => new Request.EpollWait(Buffer(asked.Buffer)),
            Request.Attach asked => new Request.Attach(Attachment(asked.Attachment)),
            Request.Detach asked => new Request.Detach(Attachment(asked.Attachment)),
            Request.Pin asked => new Request.Pin(Attachment(asked.Attachment)),
            Request.Unpin asked => new Request.Unpin(Attachment(asked.Attachment)),
            Request.Map asked => new Request.Map(Attachment(asked.Attachment)),
            Request.Unmap asked => new Request.Unmap(Attachment(asked.Attachment)),
            Request.StartDma asked => new Request.StartDma(Attachment(asked.Attachment)),
            Request.GetTph asked => new Request.GetTph(Attachment(asked.Attachment)),
            Request.AddDomain asked => new Request.AddDomain(Attachment(asked.Attachment)),
            Request.Submit asked => new Request.Submit(Attachment(asked.First), Attachment(asked.Second)),
            Request.PinAccess asked => new Request.PinAccess(Attachment(asked.Attachment)),
            Request.CopyArea asked => asked with { Attachment = Attachment(asked.Attachment) },
            Request.UseKeptAddress asked => asked with { Attachment = Attachment(asked.Attachment) },
            _ => OfDevice(request),
        };

        private Request OfDevice(Request request) => request switch
        {
            Request.Unbind asked => new Request.Unbind(Device(asked.Device)),
            Request.Bind asked => new Request.Bind(Device(asked.Device)),
            Request.EnableSriov asked => new Request.EnableSriov(Device(asked.Device)),
            Request.DisableSriov asked => new Request.DisableSriov(Device(asked.Device)),
            Request.SysfsReset asked => new Request.SysfsReset(Device(asked.Device)),
            Request.RecoverFromError asked => new Request.RecoverFromError(Device(asked.Device)),
            Request.MemoryFailure asked => new Request.MemoryFailure(Device(asked.Device)),
            // A device around the functions is no machine; it keeps its place in the topology.
            Request.SetAcsRedirect => request,
            Request.RemoveBySurprise asked => new Request.RemoveBySurprise(Device(asked.Device)),
            _ => throw new System.Diagnostics.UnreachableException($"no objects for {request}"),
        };

        private DeviceFileId File(DeviceFileId id) => new(other(MachineRef.Of(id)));

        private DmaBufId Buffer(DmaBufId id) => new(other(MachineRef.Of(id)));

        private AttachmentId Attachment(AttachmentId id) => new(other(MachineRef.Of(id)));

        private DeviceId Device(DeviceId id) => new(other(MachineRef.Of(id)));
    }
}
