using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>The names the recorder gave its operations, and the requests they stand for. One table for all recordings.</summary>
internal static partial class Operations
{
    private static readonly SortedDictionary<string, Func<DeviceFileId, Request>> OnDevice = new(StringComparer.Ordinal)
    {
        ["reset"] = file => new Request.Reset(file),
        ["mem_off"] = file => new Request.WriteCommand(file, Memory: false),
        ["mem_on"] = file => new Request.WriteCommand(file, Memory: true),
        ["lp_entry"] = file => new Request.EnterLowPower(file, WakeupArgument.None),
        ["lp_entry_wakeup"] = file => new Request.EnterLowPower(file, WakeupArgument.Eventfd),
        ["lp_entry_with_wakeup"] = file => new Request.EnterLowPower(file, WakeupArgument.Eventfd),
        ["lp_exit"] = file => new Request.ExitLowPower(file),
        ["d0"] = file => new Request.SetPowerState(file, PowerState.D0),
        ["d1"] = file => new Request.SetPowerState(file, PowerState.D1),
        ["d2"] = file => new Request.SetPowerState(file, PowerState.D2),
        ["d3hot"] = file => new Request.SetPowerState(file, PowerState.D3hot),
        ["flr"] = file => new Request.FunctionLevelReset(file, AdvancedFeatures: false),
        ["af_flr"] = file => new Request.FunctionLevelReset(file, AdvancedFeatures: true),
        ["flr_af"] = file => new Request.FunctionLevelReset(file, AdvancedFeatures: true),
        ["open_device"] = file => new Request.OpenDevice(file),
        ["close_device"] = file => new Request.CloseDevice(file),
        ["config_read"] = file => new Request.ReadConfig(file),
        ["cfg_read"] = file => new Request.ReadConfig(file),
        ["pread_bar"] = file => new Request.ReadBar(file),
        ["bar_pread"] = file => new Request.ReadBar(file),
        ["bar_read"] = file => new Request.ReadBar(file),
        ["probe_entry"] = file => new Request.GetInfo(file),
        ["probe"] = file => new Request.GetInfo(file),
        ["get_info"] = file => new Request.GetInfo(file),
        ["hot_reset"] = file => new Request.HotReset(file, Sequence<DeviceId>.Empty),
        ["hot_reset_info"] = file => new Request.GetInfo(file),
        ["unbind"] = _ => new Request.Unbind(new DeviceId(0)),
        ["bind"] = _ => new Request.Bind(new DeviceId(0)),
    };

    private static readonly SortedDictionary<string, Func<DmaBufId, Request>> OnBuffer = new(StringComparer.Ordinal)
    {
        ["attach"] = buffer => new Request.Attach(RecordedMachine.Importer(buffer)),
        ["detach"] = buffer => new Request.Detach(RecordedMachine.Importer(buffer)),
        ["map"] = buffer => new Request.Map(RecordedMachine.Importer(buffer)),
        ["unmap"] = buffer => new Request.Unmap(RecordedMachine.Importer(buffer)),
        ["pin"] = buffer => new Request.Pin(RecordedMachine.Importer(buffer)),
        ["unpin"] = buffer => new Request.Unpin(RecordedMachine.Importer(buffer)),
        ["dup"] = buffer => new Request.DupDmaBuf(buffer),
        ["fstat"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Fstat),
        ["lseek_end"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.LseekEnd),
        ["lseek_set0"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.LseekSet0),
        ["lseek_cur"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.LseekCur),
        ["lseek_set1"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.LseekSet1),
        ["mmap_rw"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.MmapRw),
        ["mmap_ro"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.MmapRo),
        ["poll"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Poll),
        ["read"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Read),
        ["write"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Write),
        ["sync_start"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.SyncStart),
        ["sync_end"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.SyncEnd),
        ["sync_badflags"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.SyncBadFlags),
        ["set_name"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.SetName),
        ["export_sync_file"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.ExportSyncFile),
        ["import_sync_file"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.ImportSyncFile),
        ["vfio_reset_on_dmabuf_fd"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.ForeignIoctl),
        ["ftruncate"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Ftruncate),
        ["getfl"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Getfl),
        ["fdinfo"] = buffer => new Request.OperateFile(buffer, DmaBufFileOperation.Fdinfo),
    };

    /// <summary>All names, without a buffer's number.</summary>
    public static IEnumerable<string> Names => OnDevice.Keys.Concat(OnBuffer.Keys);

    /// <summary>Whether the name is in the table.</summary>
    public static bool Knows(string name) => OnDevice.ContainsKey(name) || OnBuffer.ContainsKey(name);

    /// <summary>The request of an operation on a device file, or null when the name is not one.</summary>
    public static Request? Device(string name, DeviceFileId file) => OnDevice.TryGetValue(name, out var request) ? request(file) : null;

    /// <summary>The request of an operation on a buffer, or null when the name is not one.</summary>
    public static Request? Buffer(string name, DmaBufId buffer) => OnBuffer.TryGetValue(name, out var request) ? request(buffer) : null;

    /// <summary>Parts "map b1" into the name and the buffer's number; -1 when there is none.</summary>
    public static (string Name, int Buffer) Parse(string operation)
    {
        var match = Named().Match(operation);
        return match.Success ? (match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)) : (operation, -1);
    }

    /// <summary>The whole export of one memory page: of the given region.</summary>
    public static ExportArguments Page(DeviceTraitsView device) => ExportArguments.OnePage with { RegionIndex = device.TestBar.Index < 0 ? 0 : (uint)device.TestBar.Index };

    /// <summary>Performs an operation of a sequence; false when the table does not have it.</summary>
    public static bool Perform(RecordedMachine machine, string operation)
    {
        var (name, number) = Parse(operation);
        var buffer = new DmaBufId(number);
        var run = machine.Run;
        switch (name)
        {
            case "export" when number >= 0:
                Export(machine, buffer);
                return true;
            case "close_dmabuf" when number >= 0:
                CloseBuffer(run, buffer);
                return true;
            case "open_device":
                WhereFile(machine, open: false, new Request.OpenDevice(machine.File));
                return true;
            case "close_device":
                WhereFile(machine, open: true, new Request.CloseDevice(machine.File));
                return true;
        }

        var request = number >= 0 ? Buffer(name, buffer) : Device(name, machine.File);
        if (request is null)
            return false;
        run.Request(RecordedMachine.Recorder, request);
        return true;
    }

    /// <summary>Exports; the recorder's importer attaches to what was exported, unless it is refused.</summary>
    public static void Export(RecordedMachine machine, DmaBufId buffer)
    {
        machine.Run.Request(RecordedMachine.Recorder, new Request.ExportDmaBuf(machine.File, buffer, Page(new DeviceTraitsView(machine.Traits))));
        machine.Run.Where(world => world.Answer == 0, exported => exported.Request(RecordedMachine.Recorder, new Request.Attach(RecordedMachine.Importer(buffer))));
    }

    /// <summary>Closes the fd; then the importer lets go of the buffer, so that it can be exported again under the same name.</summary>
    public static void CloseBuffer(SequentialRun run, DmaBufId buffer)
    {
        run.Request(RecordedMachine.Recorder, new Request.CloseDmaBuf(buffer));
        run.Where(
            world => RecordedMachine.AttachmentIn(world, RecordedMachine.Importer(buffer)).IsAttached,
            attached => attached.Request(RecordedMachine.Recorder, new Request.Detach(RecordedMachine.Importer(buffer))));
    }

    // The recorder opens only what is closed and closes only what is open; else it answers 0 by itself.
    private static void WhereFile(RecordedMachine machine, bool open, Request request)
    {
        var fits = machine.Run.Worlds.All(world => RecordedMachine.FileIn(world, machine.File).FdOpen == open);
        if (fits)
            machine.Run.Request(RecordedMachine.Recorder, request);
        else
            machine.Run.Note(0);
    }

    [GeneratedRegex(@"^(\w+) b(\d+)$")]
    private static partial Regex Named();
}
