using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Tests.Core.Machines.Pci;

namespace Actors.Tests.Core.Scenarios;

/// <summary>Any scenario the language can say, from a list of choices.</summary>
internal sealed class RandomScenario
{
    private readonly Choices choose;
    private readonly List<DevicePlace> devices;
    private readonly List<DeviceStart> deviceStarts = [];
    private readonly List<DeviceId> files;
    private readonly List<DeviceId> buffers;
    private readonly List<BufferStart> bufferStarts;
    private readonly List<DmaDevicePlace> dmaDevices;
    private readonly List<AttachmentPlace> attachments = [];
    private readonly List<AttachmentStart> attachmentStarts = [];
    private readonly HashSet<DmaBufId> exported = [];
    private readonly RandomTopology? pci;

    private RandomScenario(Choices choose)
    {
        this.choose = choose;
        pci = choose.Below(3) == 1 ? new RandomTopology(choose).Grow(8) : null;
        devices = [Device(), .. choose.Many(2, _ => Device())];
        files = [.. Enumerable.Range(0, devices.Count).Select(index => new DeviceId(index)), .. choose.Many(2, _ => new DeviceId(choose.Below(devices.Count)))];
        buffers = choose.Many(3, _ => new DeviceId(choose.Below(devices.Count)));
        bufferStarts = [.. buffers.Select(device => new BufferStart(deviceStarts[device.Index].Open && choose.Yes()))];
        dmaDevices = choose.Many(2, _ => new DmaDevicePlace(Dma()));
        if (buffers.Count > 0)
            choose.Many(3, _ => Attachment());
    }

    public static Scenario From(IReadOnlyList<int> numbers) => new RandomScenario(new Choices(numbers)).Build();

    private Scenario Build()
    {
        List<Sequence<Call>> tasks = [Task(0), .. choose.Many(2, index => Task(index + 1))];
        var written = tasks.SelectMany((calls, task) => calls.Where(call => call.Register >= 0).Select(call => new Location.Register(task, call.Register))).Distinct().ToArray();
        Location[] readable = [.. written, .. Fields()];
        var condition = choose.Yes() ? new Condition(choose.OfEnum<Quantifier>(), Clause(readable, 3)) : null;
        var asynchronous = tasks.Sum(calls => calls.Count(call => call.IsAsync));
        return new Scenario
        {
            Name = choose.Of(new[] { "t", "flr-map", "K2.reset+map", "a_b" }),
            Comment = choose.Of(new[] { "", "plain", "two\nlines", "a \"quote\" and a \\", "\n", "# no comment // here" }),
            Topology = new Topology(
                Sequence<DevicePlace>.From(devices), Sequence<DeviceId>.From(files), Sequence<DeviceId>.From(buffers), Sequence<AttachmentPlace>.From(attachments), tasks.Count + asynchronous) { Pci = pci?.Topology, DmaDevices = Sequence<DmaDevicePlace>.From(dmaDevices), HasEpoll = Scenario.UsesEpoll(tasks) },
            Devices = Sequence<DeviceStart>.From(deviceStarts),
            Buffers = Sequence<BufferStart>.From(bufferStarts),
            Attachments = Sequence<AttachmentStart>.From(attachmentStarts),
            Tasks = Sequence<Sequence<Call>>.From(tasks),
            Bounds = new Bounds(choose.Of(new[] { 0, 1, 5_000_000_000 })),
            PropertiesOff = Sequence<Property>.From(Enum.GetValues<Property>().Where(_ => choose.Below(8) == 1)),
            Locations = condition is null ? Sequence<Location>.Empty : Sequence<Location>.From(readable.Where(_ => choose.Below(4) == 1)),
            Revisions = Sequence<string>.From(new[] { "S0", "M73", "M71a-draft", "M73-nodmabuf" }.Where(_ => choose.Below(4) == 1)),
            Condition = condition,
        };
    }

    private DevicePlace Device()
    {
        var virtualFunction = choose.Below(4) == 1;
        var traits = DeviceTraits.Plain with
        {
            HasPowerManagement = choose.Below(3) != 1,
            HasPcieFlr = choose.Below(3) != 1,
            HasAfFlr = choose.Below(3) != 1,
            ResetWorks = choose.Below(3) != 1,
            IsVirtualFunction = virtualFunction,
            BaseAddress = choose.Of(new[] { DeviceTraits.Plain.BaseAddress, 0UL, 0x1_0000_0000UL, ulong.MaxValue }),
            BusOffset = choose.Of(new[] { 0UL, 0x8000_0000UL, ulong.MaxValue }),
            Bars = choose.Yes()
                ? DeviceTraits.Plain.Bars
                : Sequence<Bar>.From(Enumerable.Range(0, 6).Where(_ => choose.Yes()).Select(index => choose.Below(4) == 1 ? new Bar(index, 1UL << choose.Below(64), true, IsForeign: true) : new Bar(index, 1UL << choose.Below(64), choose.Yes()))),
        };
        deviceStarts.Add(choose.Below(4) switch
        {
            0 => new DeviceStart(),
            1 => new DeviceStart(Memory: virtualFunction),
            2 => new DeviceStart(Open: false),
            _ => new DeviceStart(Open: false, Bound: false),
        });
        return new DevicePlace(traits with { Name = "any" }, choose.Below(3)) { PciDev = pci?.Add($"v{deviceStarts.Count - 1}", PciDevType.Endpoint) };
    }

    private ImporterDma Dma()
    {
        var domain = choose.OfEnum<DmaDomain>();
        return new ImporterDma
        {
            Domain = domain,
            Mask = choose.Of(new[] { ulong.MaxValue, 0UL, 0xffff_ffffUL }),
            BusLimit = choose.Of(new[] { 0UL, 1UL << 40 }),
            SwiotlbForced = choose.Yes(),
            Untrusted = choose.Yes(),
            Coherent = choose.Yes(),
            MapsMmio = choose.Yes(),
            GranuleBytes = choose.Of(new[] { 4096UL, 65536UL }),
            Remapping = choose.OfEnum<Remapping>(),
            Lazy = domain == DmaDomain.Translated && choose.Yes(),
            Trusted = choose.Yes(),
        };
    }

    private bool Attachment()
    {
        var buffer = choose.Below(buffers.Count);
        var place = new AttachmentPlace(new DmaBufId(buffer), choose.OfEnum<ImporterKind>(), choose.Below(4) != 1, choose.OfEnum<ImporterMode>(), choose.Of(new[] { AttachmentPlace.SegmentBytesMax, 1UL, 65536UL }));
        var reachable = true;
        if (pci is not null)
        {
            PciDevId? dev = place.Kind == ImporterKind.Iommufd ? null : choose.Of([.. pci.Clients]);
            var type = dev is { } client ? P2pdma.MapTypeOf(pci.Topology, devices[buffers[buffer].Index].PciDev!.Value, client).MapType : MapType.ThruHostBridge;
            reachable = type != MapType.NotSupported;
            place = place with { Dev = dev, Mode = dev is { } on ? P2pdma.ModeOf(type, pci.Topology[on]) ?? ImporterMode.Phys : place.Mode };
        }

        if (pci is null && dmaDevices.Count > 0 && place is { Mode: not ImporterMode.Iova, Kind: not ImporterKind.Iommufd } && choose.Yes())
            place = place with { DmaDevice = new DmaDeviceId(choose.Below(dmaDevices.Count)) };
        var attached = reachable && bufferStarts[buffer].Exported && place.HasCallback && !ImporterKinds.IsRegistered(place.Kind) && place.Peer2Peer && choose.Yes();
        attachments.Add(place);
        attachmentStarts.Add(new AttachmentStart(attached, attached && deviceStarts[buffers[buffer].Index].Memory && choose.Yes()));
        return attached;
    }

    private Sequence<Call> Task(int task)
    {
        var calls = new List<Call>();
        var (written, unread) = (new HashSet<int>(), new HashSet<int>());
        for (var left = choose.Below(6); left > 0; left--)
        {
            var when = written.Count > 0 && choose.Yes() ? Clause([.. written.Order().Select(number => new Location.Register(task, number))], 3) : null;
            var isAsync = choose.Below(4) == 1;
            var register = choose.Below(6) - 1;
            if (unread.Contains(register) || (isAsync && written.Contains(register)) || (when is not null && when.Reads.Contains(new Location.Register(task, register))))
                register = -1;
            calls.Add(new Call(Request(), Faults(), register, when, isAsync));
            if (register >= 0)
                (isAsync ? unread : written).Add(register);
        }

        return Sequence<Call>.From(calls);
    }

    // Every field of every object.
    private IEnumerable<Location> Fields() =>
        from field in ObjectFields.All
        from index in Enumerable.Range(0, field.Letter switch { 'v' => devices.Count, 'f' => files.Count, 'b' => buffers.Count, _ => attachments.Count })
        select new Location.Field(new MachineRef(field.Machine, index), field.Name);

    private Clause Clause(IReadOnlyList<Location> readable, int depth)
    {
        switch (depth == 0 ? 0 : choose.Below(4))
        {
            case 1:
                return new Clause.And(Clause(readable, depth - 1), Clause(readable, depth - 1));
            case 2:
                return new Clause.Or(Clause(readable, depth - 1), Clause(readable, depth - 1));
            case 3:
                return new Clause.Not(Clause(readable, depth - 1));
            default:
                var place = choose.Of(readable);
                var values = place is Location.Field ? [0, 1, 3] : new[] { 0, -(int)Errno.ENODEV, -(int)Errno.EMFILE, 7, -6, int.MaxValue, -int.MaxValue };
                return new Clause.Compare(place, choose.OfEnum<Comparison>(), choose.Of(values));
        }
    }

    private FaultPlan Faults()
    {
        var points = Sequence<FaultPoint>.From(Enum.GetValues<FaultPoint>().Where(_ => choose.Yes()));
        return choose.Below(4) switch
        {
            1 => new FaultPlan(1 + choose.Below(3), 0, points),
            2 => new FaultPlan(0, 1 + choose.Below(3), points),
            _ => FaultPlan.None,
        };
    }

    private Request Request()
    {
        var file = new DeviceFileId(choose.Below(files.Count));
        var device = new DeviceId(choose.Below(devices.Count));
        var kind = choose.Below(3);
        if (kind == 1 && attachments.Count > 0)
            return OfImporter(new AttachmentId(choose.Below(attachments.Count)));
        if (kind == 2 && buffers.Count > 0)
            return OfBuffer(new DmaBufId(choose.Below(buffers.Count)));
        return choose.Below(14) switch
        {
            1 => new Request.CloseDevice(file),
            2 => new Request.Reset(file),
            3 => new Request.WriteCommand(file, choose.Yes()),
            4 => new Request.SetPowerState(file, choose.OfEnum<PowerState>()),
            5 => new Request.FunctionLevelReset(file, choose.Yes()),
            6 => new Request.EnterLowPower(file, choose.Yes() ? (WakeupArgument)choose.Below(5) : WakeupArgument.None),
            7 => new Request.ExitLowPower(file),
            8 => new Request.ReadConfig(file),
            9 => new Request.GetInfo(file),
            10 => new Request.ReadBar(file),
            11 => new Request.FaultBar(file),
            12 => new Request.Unbind(device),
            13 => new Request.Bind(device),
            _ => new Request.OpenDevice(file),
        };
    }

    private Request OfImporter(AttachmentId attachment) => choose.Below(8) switch
    {
        7 => dmaDevices.Count > 0 ? new Request.SetAcsRedirect(new DmaDeviceId(0)) : new Request.UseKeptAddress(attachment),
        1 => new Request.Detach(attachment),
        2 => new Request.Pin(attachment),
        3 => new Request.Unpin(attachment),
        4 => new Request.Map(attachment),
        5 => new Request.Unmap(attachment),
        6 => new Request.StartDma(attachment),
        _ => new Request.Attach(attachment),
    };

    private Request OfBuffer(DmaBufId buffer) => choose.Below(8) switch
    {
        6 => new Request.EpollAdd(buffer),
        7 => new Request.EpollWait(buffer),
        1 => new Request.DupDmaBuf(buffer),
        2 => new Request.OpenPath(buffer),
        3 => new Request.ClosePath(buffer),
        4 => new Request.OperateFile(buffer, choose.OfEnum<DmaBufFileOperation>()),
        5 when !bufferStarts[buffer.Index].Exported && exported.Add(buffer) => new Request.ExportDmaBuf(FileOf(buffers[buffer.Index]), buffer, Arguments()),
        _ => new Request.CloseDmaBuf(buffer),
    };

    private DeviceFileId FileOf(DeviceId device) =>
        new(choose.Of([.. Enumerable.Range(0, files.Count).Where(file => files[file] == device)]));

    private ExportArguments Arguments()
    {
        var ranges = Sequence<DmaRange>.From([Range(), .. choose.Many(3, _ => Range())]);
        return new ExportArguments
        {
            RegionIndex = (uint)choose.Below(8),
            Ranges = ranges,
            NrRanges = choose.Yes() ? (uint)ranges.Count : (uint)choose.Below(5),
            Argsz = choose.Yes() ? 40u : (uint)choose.Below(100),
            Flags = choose.Of(new[] { ExportArguments.Get | ExportArguments.DmaBufFeature, ExportArguments.Probe | ExportArguments.DmaBufFeature, 0u, 1u << 31, ExportArguments.Set | 10, uint.MaxValue }),
            OpenFlags = choose.Yes() ? 0x80002u : 0u,
            DmaBufFlags = (uint)choose.Below(2),
            Memory = choose.OfEnum<UserMemory>(),
        };
    }

    private DmaRange Range() => new(choose.Of(new[] { 0UL, 4096UL, 8191UL, 3UL << 30, ulong.MaxValue }), choose.Of(new[] { 4096UL, 0UL, 1UL << 20, 1UL << 63 }));
}
