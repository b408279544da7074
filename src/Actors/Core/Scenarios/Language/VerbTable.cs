using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>The verbs: what a process can ask of the kernel. One row each; the request's own documentation says what it does.</summary>
internal static class VerbTable
{
    private static readonly ObjectKind[] File = [ObjectKind.Device, ObjectKind.File];
    private static readonly ObjectKind[] DeviceOnly = [ObjectKind.Device];
    private static readonly ObjectKind[] Buffer = [ObjectKind.DmaBuf];
    private static readonly ObjectKind[] Importer = [ObjectKind.Importer];

    /// <summary>All verbs by name.</summary>
    public static readonly IReadOnlyDictionary<string, Verb> All = new SortedDictionary<string, Verb>(Rows().Concat(FileOperations()).ToDictionary(verb => verb.Name), StringComparer.Ordinal);

    /// <summary>The verb and further arguments that stand for a request.</summary>
    public static (string Verb, string Target, string More) Write(Request request) => request switch
    {
        Request.OpenDevice open => ("open", $"{open.File}", ""),
        Request.OpenCdev open => ("open_cdev", $"{open.File}", ""),
        Request.BindIommufd bind => ("bind_iommufd", $"{bind.File}", ""),
        Request.CloseDevice close => ("close", $"{close.File}", ""),
        Request.Reset reset => ("reset", $"{reset.File}", ""),
        Request.WriteCommand write => ("command", $"{write.File}", $"mem={(write.Memory ? 1 : 0)}{(write.TogglesIntx ? ", intx" : "")}"),
        Request.SetPowerState set => ("power", $"{set.File}", $"{set.State}"),
        Request.FunctionLevelReset flr => (flr.AdvancedFeatures ? "af_flr" : "flr", $"{flr.File}", ""),
        Request.EnterLowPower entry => (entry.Wakeup == WakeupArgument.None ? "low_power_entry" : "low_power_entry_with_wakeup", $"{entry.File}", entry.Wakeup is WakeupArgument.None or WakeupArgument.Eventfd ? "" : $"eventfd={Words.Of(Words.WakeupArguments, entry.Wakeup)}"),
        Request.HotReset reset => ("hot_reset", $"{reset.File}", reset.Foreign.IsEmpty ? "" : $"foreign=[{string.Join(", ", reset.Foreign)}]"),
        Request.SetIrqs irqs => ("set_irqs", $"{irqs.File}", ""),
        Request.GetRomInfo rom => ("rom_info", $"{rom.File}", ""),
        Request.EnableSriov sriov => ("enable_sriov", $"{sriov.Device}", ""),
        Request.DisableSriov sriov => ("disable_sriov", $"{sriov.Device}", ""),
        Request.SysfsReset reset => ("sysfs_reset", $"{reset.Device}", ""),
        Request.RecoverFromError error => ("error_recovery", $"{error.Device}", ""),
        Request.RemoveBySurprise removal => ("surprise_removal", $"{removal.Device}", ""),
        Request.ExitLowPower exit => ("low_power_exit", $"{exit.File}", ""),
        Request.ExportDmaBuf export => ("export", $"{export.File}", ExportWords.Write(export)),
        Request.ReadConfig read => ("config_read", $"{read.File}", ""),
        Request.GetInfo info => ("get_info", $"{info.File}", ""),
        Request.ReadBar read => ("bar_read", $"{read.File}", ""),
        Request.FaultBar fault => ("bar_fault", $"{fault.File}", ""),
        Request.MmapBar map => ("mmap", $"{map.File}", ""),
        Request.SignalIoeventfd signal => ("ioeventfd", $"{signal.File}", ""),
        Request.Freeze freeze => ("freeze", $"{freeze.File}", ""),
        Request.SetTph tph => ("set_tph", $"{tph.File}", $"{tph.Buffer}"),
        Request.CloseDmaBuf close => ("close", $"{close.Buffer}", ""),
        Request.DupDmaBuf dup => ("dup", $"{dup.Buffer}", ""),
        Request.OpenPath open => ("open_path", $"{open.Buffer}", ""),
        Request.ClosePath close => ("close_path", $"{close.Buffer}", ""),
        Request.MmapDmaBuf map => ("mmap_dma_buf", $"{map.Buffer}", ""),
        Request.FaultDmaBuf fault => ("dma_buf_fault", $"{fault.Buffer}", ""),
        Request.RevokeForEver revoke => ("revoke", $"{revoke.File}", $"{revoke.Buffer}"),
        Request.OperateFile operate => (Words.Of(Words.FileOperations, operate.Operation), $"{operate.Buffer}", ""),
        Request.EpollAdd add => ("epoll_add", $"{add.Buffer}", ""),
        Request.EpollWait wait => ("epoll_wait", $"{wait.Buffer}", ""),
        Request.Attach attach => ("attach", $"{attach.Attachment}", ""),
        Request.Detach detach => ("detach", $"{detach.Attachment}", ""),
        Request.Pin pin => ("pin", $"{pin.Attachment}", ""),
        Request.Unpin unpin => ("unpin", $"{unpin.Attachment}", ""),
        Request.Map map => ("map", $"{map.Attachment}", ""),
        Request.Unmap unmap => ("unmap", $"{unmap.Attachment}", ""),
        Request.StartDma dma => ("dma", $"{dma.Attachment}", ""),
        Request.SetAcsRedirect acs => ("acs_redirect", $"{acs.Device}", ""),
        Request.UseKeptAddress kept => ("dma_kept", $"{kept.Attachment}", ""),
        Request.CopyArea copy => ("ioas_copy", $"{copy.Attachment}", ""),
        Request.PinAccess pin => ("ioas_access_pin", $"{pin.Attachment}", ""),
        Request.AddDomain add => ("ioas_attach_device", $"{add.Attachment}", ""),
        Request.Submit submit => ("submit", $"{submit.First}", $"{submit.Second}"),
        Request.GetTph tph => ("get_tph", $"{tph.Attachment}", ""),
        Request.MemoryFailure failure => ("memory_failure", $"{failure.Device}", ""),
        Request.Unbind unbind => ("unbind", $"{unbind.Device}", ""),
        Request.Bind bind => ("bind", $"{bind.Device}", ""),
        _ => throw new System.Diagnostics.UnreachableException($"no verb for {request}"),
    };

    private static IEnumerable<Verb> Rows() =>
    [
        OfFile("open", file => new Request.OpenDevice(file)),
        OfFile("open_cdev", file => new Request.OpenCdev(file)),
        OfFile("bind_iommufd", file => new Request.BindIommufd(file)),
        new("close", [.. File, .. Buffer], (target, _) => target.Kind == ObjectKind.DmaBuf
            ? new Request.CloseDmaBuf(new DmaBufId(target.Index))
            : new Request.CloseDevice(new DeviceFileId(target.Index))),
        OfFile("reset", file => new Request.Reset(file)),
        new("command", File, (target, arguments) => new Request.WriteCommand(new DeviceFileId(target.Index), arguments.MemoryBit(), arguments.TogglesIntx())),
        OfFile("mem_on", file => new Request.WriteCommand(file, true)),
        OfFile("mem_off", file => new Request.WriteCommand(file, false)),
        new("power", File, (target, arguments) => new Request.SetPowerState(new DeviceFileId(target.Index), arguments.PowerState())),
        OfFile("d0", file => new Request.SetPowerState(file, PowerState.D0)),
        OfFile("d3hot", file => new Request.SetPowerState(file, PowerState.D3hot)),
        OfFile("flr", file => new Request.FunctionLevelReset(file, false)),
        OfFile("af_flr", file => new Request.FunctionLevelReset(file, true)),
        OfFile("low_power_entry", file => new Request.EnterLowPower(file, WakeupArgument.None)),
        new("low_power_entry_with_wakeup", File, (target, arguments) => new Request.EnterLowPower(new DeviceFileId(target.Index), arguments.Wakeup())),
        OfFile("low_power_exit", file => new Request.ExitLowPower(file)),
        new("hot_reset", File, (target, arguments) => new Request.HotReset(new DeviceFileId(target.Index), arguments.Foreign())),
        OfFile("set_irqs", file => new Request.SetIrqs(file)),
        OfFile("rom_info", file => new Request.GetRomInfo(file)),
        OfDevice("enable_sriov", device => new Request.EnableSriov(device)),
        OfDevice("disable_sriov", device => new Request.DisableSriov(device)),
        OfDevice("sysfs_reset", device => new Request.SysfsReset(device)),
        OfDevice("error_recovery", device => new Request.RecoverFromError(device)),
        OfDevice("surprise_removal", device => new Request.RemoveBySurprise(device)),
        new("export", File, (target, arguments) => arguments.Export(target.Index)),
        OfFile("config_read", file => new Request.ReadConfig(file)),
        OfFile("get_info", file => new Request.GetInfo(file)),
        OfFile("bar_read", file => new Request.ReadBar(file)),
        OfFile("bar_fault", file => new Request.FaultBar(file)),
        new("revoke", File, (target, arguments) => new Request.RevokeForEver(new DeviceFileId(target.Index), arguments.Buffer("revoke"))),
        OfBuffer("mmap_dma_buf", buffer => new Request.MmapDmaBuf(buffer)),
        OfBuffer("dma_buf_fault", buffer => new Request.FaultDmaBuf(buffer)),
        OfFile("mmap", file => new Request.MmapBar(file)),
        OfFile("ioeventfd", file => new Request.SignalIoeventfd(file)),
        OfFile("freeze", file => new Request.Freeze(file)),
        new("set_tph", File, (target, arguments) => new Request.SetTph(new DeviceFileId(target.Index), arguments.Buffer("set_tph"))),
        OfBuffer("dup", buffer => new Request.DupDmaBuf(buffer)),
        OfBuffer("open_path", buffer => new Request.OpenPath(buffer)),
        OfBuffer("close_path", buffer => new Request.ClosePath(buffer)),
        OfBuffer("epoll_add", buffer => new Request.EpollAdd(buffer)),
        OfBuffer("epoll_wait", buffer => new Request.EpollWait(buffer)),
        OfImporter("attach", importer => new Request.Attach(importer)),
        OfImporter("detach", importer => new Request.Detach(importer)),
        OfImporter("pin", importer => new Request.Pin(importer)),
        OfImporter("unpin", importer => new Request.Unpin(importer)),
        OfImporter("map", importer => new Request.Map(importer)),
        OfImporter("unmap", importer => new Request.Unmap(importer)),
        OfImporter("dma", importer => new Request.StartDma(importer)),
        new("acs_redirect", [ObjectKind.DmaDevice], (target, _) => new Request.SetAcsRedirect(new DmaDeviceId(target.Index))),
        OfImporter("dma_kept", importer => new Request.UseKeptAddress(importer)),
        OfImporter("ioas_copy", importer => new Request.CopyArea(importer)),
        OfImporter("ioas_access_pin", importer => new Request.PinAccess(importer)),
        OfImporter("ioas_attach_device", importer => new Request.AddDomain(importer)),
        new("submit", Importer, (target, arguments) => new Request.Submit(new AttachmentId(target.Index), arguments.Importer("submit"))),
        OfImporter("get_tph", importer => new Request.GetTph(importer)),
        OfDevice("memory_failure", device => new Request.MemoryFailure(device)),
        OfDevice("unbind", device => new Request.Unbind(device)),
        OfDevice("bind", device => new Request.Bind(device)),
    ];

    private static IEnumerable<Verb> FileOperations() =>
        Words.FileOperations.Select(entry => OfBuffer(entry.Key, buffer => new Request.OperateFile(buffer, entry.Value)));

    private static Verb OfFile(string name, Func<DeviceFileId, Request> build) => new(name, File, (target, _) => build(new DeviceFileId(target.Index)));

    private static Verb OfDevice(string name, Func<DeviceId, Request> build) => new(name, DeviceOnly, (target, _) => build(new DeviceId(target.Index)));

    private static Verb OfBuffer(string name, Func<DmaBufId, Request> build) => new(name, Buffer, (target, _) => build(new DmaBufId(target.Index)));

    private static Verb OfImporter(string name, Func<AttachmentId, Request> build) => new(name, Importer, (target, _) => build(new AttachmentId(target.Index)));
}

/// <summary>A verb.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Targets">The kinds of objects its first argument may be.</param>
/// <param name="Build">The request, from the object and the further arguments.</param>
internal sealed record Verb(string Name, ObjectKind[] Targets, Func<(ObjectKind Kind, int Index), ArgumentParser, Request> Build);
