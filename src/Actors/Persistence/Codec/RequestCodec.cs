using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Google.Protobuf.Collections;
using Kind = Actors.Persistence.Schema.RequestKind;
using Row = Actors.Persistence.Codec.CodecRow<Actors.Core.Messages.Request>;

namespace Actors.Persistence.Codec;

/// <summary>Requests and their faults as (request number, numbers). A new request needs a number in journal.proto and a row here.</summary>
internal static class RequestCodec
{
    /// <summary>All requests.</summary>
    public static readonly CodecTable<Request> Table = new("RequestKind", [.. DeviceRows(), .. BufferRows(), .. ImporterRows(), .. AdministratorRows()]);

    /// <summary>Packs a call.</summary>
    public static Schema.Call Write(Call call)
    {
        var packed = new Schema.Call { ResultRegister = call.Register, IsAsync = call.IsAsync };
        packed.Kind = (Kind)Table.Write(call.Request, packed.Arguments);
        if (call.Request is Request.ExportDmaBuf export)
            packed.Export = Write(export.Arguments);
        if (!call.Faults.Equals(FaultPlan.None))
            packed.Faults = new Schema.FaultPlan { Countdown = call.Faults.Countdown, Anywhere = call.Faults.Anywhere, Points = { call.Faults.Points.Select(point => (int)point) } };
        if (call.When is { } when)
            packed.When = ClauseCodec.Write(when);
        return packed;
    }

    /// <summary>Unpacks a call.</summary>
    public static Call Read(Schema.Call packed)
    {
        var request = Table.Read((int)packed.Kind, packed.Arguments);
        if (request is Request.ExportDmaBuf export)
            request = export with { Arguments = Read(packed.Export ?? throw new JournalException("an export without arguments")) };
        var faults = packed.Faults is { } plan ? Read(plan) : FaultPlan.None;
        return new Call(request, faults, packed.ResultRegister, packed.When is { } when ? ClauseCodec.Read(when) : null, packed.IsAsync);
    }

    private static FaultPlan Read(Schema.FaultPlan faults) =>
        new(faults.Countdown, faults.Anywhere, Sequence<FaultPoint>.From(faults.Points.Select(point => Argument.Enum<FaultPoint>(point))));

    private static Schema.ExportArguments Write(ExportArguments arguments) => new()
    {
        Argsz = arguments.Argsz,
        Flags = arguments.Flags,
        RegionIndex = arguments.RegionIndex,
        OpenFlags = arguments.OpenFlags,
        DmaBufFlags = arguments.DmaBufFlags,
        NrRanges = arguments.NrRanges,
        Ranges = { arguments.Ranges.SelectMany(range => new[] { range.Offset, range.Length }) },
        Memory = (int)arguments.Memory,
    };

    private static ExportArguments Read(Schema.ExportArguments packed) => new()
    {
        Argsz = packed.Argsz,
        Flags = packed.Flags,
        RegionIndex = packed.RegionIndex,
        OpenFlags = packed.OpenFlags,
        DmaBufFlags = packed.DmaBufFlags,
        NrRanges = packed.NrRanges,
        Ranges = ReadRanges(packed.Ranges),
        Memory = Argument.Enum<UserMemory>(packed.Memory),
    };

    /// <summary>Ranges out of offsets and lengths in turn.</summary>
    internal static Sequence<DmaRange> ReadRanges(IReadOnlyCollection<ulong> numbers) => numbers.Count % 2 == 0
        ? Sequence<DmaRange>.From(numbers.Chunk(2).Select(pair => new DmaRange(pair[0], pair[1])))
        : throw new JournalException("a range without length");

    private static Row[] DeviceRows() =>
    [
        File<Request.OpenDevice>(Kind.OpenDevice, r => r.File, file => new(file)),
        File<Request.OpenCdev>(Kind.OpenCdev, r => r.File, file => new(file)),
        File<Request.BindIommufd>(Kind.BindIommufd, r => r.File, file => new(file)),
        File<Request.CloseDevice>(Kind.CloseDevice, r => r.File, file => new(file)),
        File<Request.Reset>(Kind.Reset, r => r.File, file => new(file)),
        CodecRow.List<Request, Request.HotReset>(
            (int)Kind.HotReset, r => r.Foreign.Select(device => (long)device.Index).Prepend(r.File.Index), ReadHotReset),
        Two<Request.RevokeForEver>(Kind.RevokeForEver, r => (r.File.Index, r.Buffer.Index), (file, buffer) => new(Argument.File(file), Argument.Buffer(buffer))),
        File<Request.SetIrqs>(Kind.SetIrqs, r => r.File, file => new(file)),
        File<Request.GetRomInfo>(Kind.GetRomInfo, r => r.File, file => new(file)),
        CodecRow.List<Request, Request.WriteCommand>((int)Kind.WriteCommand, WriteWriteCommand, ReadWriteCommand),
        Two<Request.SetPowerState>(Kind.SetPowerState, r => (r.File.Index, (long)r.State), (file, state) => new(Argument.File(file), Argument.Enum<PowerState>(state))),
        Two<Request.FunctionLevelReset>(
            Kind.FunctionLevelReset, r => (r.File.Index, Argument.Of(r.AdvancedFeatures)), (file, advanced) => new(Argument.File(file), Argument.Bool(advanced))),
        Two<Request.EnterLowPower>(Kind.EnterLowPower, r => (r.File.Index, (long)r.Wakeup), (file, wakeup) => new(Argument.File(file), Argument.Enum<WakeupArgument>(wakeup))),
        File<Request.ExitLowPower>(Kind.ExitLowPower, r => r.File, file => new(file)),
        Two<Request.ExportDmaBuf>(
            Kind.ExportDmaBuf, r => (r.File.Index, r.Buffer.Index), (file, buffer) => new(Argument.File(file), Argument.Buffer(buffer), ExportArguments.OnePage)),
        File<Request.ReadConfig>(Kind.ReadConfig, r => r.File, file => new(file)),
        File<Request.GetInfo>(Kind.GetInfo, r => r.File, file => new(file)),
        File<Request.ReadBar>(Kind.ReadBar, r => r.File, file => new(file)),
        File<Request.FaultBar>(Kind.FaultBar, r => r.File, file => new(file)),
        File<Request.MmapBar>(Kind.MmapBar, r => r.File, file => new(file)),
        File<Request.SignalIoeventfd>(Kind.SignalIoeventfd, r => r.File, file => new(file)),
        File<Request.Freeze>(Kind.Freeze, r => r.File, file => new(file)),
        Two<Request.SetTph>(Kind.SetTph, r => (r.File.Index, r.Buffer.Index), (file, buffer) => new(Argument.File(file), Argument.Buffer(buffer))),
    ];

    private static Row[] BufferRows() =>
    [
        Buffer<Request.CloseDmaBuf>(Kind.CloseDmaBuf, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.DupDmaBuf>(Kind.DupDmaBuf, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.OpenPath>(Kind.OpenPath, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.ClosePath>(Kind.ClosePath, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.MmapDmaBuf>(Kind.MmapDmaBuf, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.FaultDmaBuf>(Kind.FaultDmaBuf, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.EpollAdd>(Kind.EpollAdd, r => r.Buffer, buffer => new(buffer)),
        Buffer<Request.EpollWait>(Kind.EpollWait, r => r.Buffer, buffer => new(buffer)),
        Two<Request.OperateFile>(
            Kind.OperateFile, r => (r.Buffer.Index, (long)r.Operation), (buffer, operation) => new(Argument.Buffer(buffer), Argument.Enum<DmaBufFileOperation>(operation))),
    ];

    private static Row[] ImporterRows() =>
    [
        Attachment<Request.Attach>(Kind.Attach, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.Detach>(Kind.Detach, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.Pin>(Kind.Pin, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.Unpin>(Kind.Unpin, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.Map>(Kind.Map, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.Unmap>(Kind.Unmap, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.StartDma>(Kind.StartDma, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.UseKeptAddress>(Kind.UseKeptAddress, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.CopyArea>(Kind.CopyArea, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.PinAccess>(Kind.PinAccess, r => r.Attachment, attachment => new(attachment)),
        Attachment<Request.AddDomain>(Kind.AddDomain, r => r.Attachment, attachment => new(attachment)),
        Two<Request.Submit>(Kind.Submit, r => (r.First.Index, r.Second.Index), (first, second) => new(Argument.Attachment(first), Argument.Attachment(second))),
        Attachment<Request.GetTph>(Kind.GetTph, r => r.Attachment, attachment => new(attachment)),
    ];

    private static Row[] AdministratorRows() =>
    [
        One<Request.Unbind>(Kind.Unbind, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.Bind>(Kind.Bind, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.SetAcsRedirect>(Kind.SetAcsRedirect, r => r.Device.Index, device => new(new DmaDeviceId(Argument.Int(device)))),
        One<Request.EnableSriov>(Kind.EnableSriov, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.DisableSriov>(Kind.DisableSriov, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.SysfsReset>(Kind.SysfsReset, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.RecoverFromError>(Kind.RecoverFromError, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.MemoryFailure>(Kind.MemoryFailure, r => r.Device.Index, device => new(Argument.Device(device))),
        One<Request.RemoveBySurprise>(Kind.RemoveBySurprise, r => r.Device.Index, device => new(Argument.Device(device))),
    ];

    // The third number came later; journals without it do not touch the INTx disable bit.
    private static IEnumerable<long> WriteWriteCommand(Request.WriteCommand r) =>
        r.TogglesIntx ? [r.File.Index, Argument.Of(r.Memory), Argument.Of(r.TogglesIntx)] : [r.File.Index, Argument.Of(r.Memory)];

    private static Request.WriteCommand ReadWriteCommand(IReadOnlyList<long> numbers) => numbers.Count is 2 or 3
        ? new(Argument.File(numbers[0]), Argument.Bool(numbers[1]), numbers.Count == 3 && Argument.Bool(numbers[2]))
        : throw new JournalException("a COMMAND write takes two or three numbers");

    private static Request.HotReset ReadHotReset(IReadOnlyList<long> numbers) => numbers.Count > 0
        ? new(Argument.File(numbers[0]), Sequence<DeviceId>.From(numbers.Skip(1).Select(Argument.Device)))
        : throw new JournalException("a hot reset without file");

    private static Row File<T>(Kind kind, Func<T, DeviceFileId> write, Func<DeviceFileId, T> read)
        where T : Request => One(kind, r => write(r).Index, index => read(Argument.File(index)));

    private static Row Buffer<T>(Kind kind, Func<T, DmaBufId> write, Func<DmaBufId, T> read)
        where T : Request => One(kind, r => write(r).Index, index => read(Argument.Buffer(index)));

    private static Row Attachment<T>(Kind kind, Func<T, AttachmentId> write, Func<AttachmentId, T> read)
        where T : Request => One(kind, r => write(r).Index, index => read(Argument.Attachment(index)));

    private static Row One<T>(Kind kind, Func<T, long> write, Func<long, T> read)
        where T : Request => CodecRow.One<Request, T>((int)kind, write, read);

    private static Row Two<T>(Kind kind, Func<T, (long, long)> write, Func<long, long, T> read)
        where T : Request => CodecRow.Two<Request, T>((int)kind, write, read);
}
