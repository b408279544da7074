using System.Globalization;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>The machine a recording was made on, as a set of possible worlds: one device, two device files, buffers each with the recorder's importer and its probe; where a case asks for it another device, closed.</summary>
internal sealed class RecordedMachine
{
    public static readonly TaskId Recorder = new(0);

    private static readonly DeviceId Device = new(0);

    private RecordedMachine(SequentialRun run, DeviceTraits traits)
    {
        Run = run;
        Traits = traits;
    }

    public SequentialRun Run { get; }

    public DeviceTraits Traits { get; }

    public DeviceFileId File => new(0);

    public DeviceFileId SecondFile => new(1);

    /// <summary>The file of the other device.</summary>
    public DeviceFileId OtherFile => new(2);

    public int Buffers => Run.Model.Topology.Buffers.Count;

    /// <summary>The device freshly opened, memory enabled, D0, no buffer.</summary>
    /// <param name="traits">The device.</param>
    /// <param name="buffers">How many buffers can live at the same time.</param>
    /// <param name="kind">What the recorder's importer does; its kind for each buffer.</param>
    /// <param name="threads">How many of the recorder's threads can be in the kernel at the same time.</param>
    /// <param name="peer2Peer">Whether the importer allows peer2peer.</param>
    /// <param name="revision">The kernel; M73 unless said otherwise.</param>
    /// <param name="areas">At how many IOVAs the first buffer can be mapped into an IOAS.</param>
    /// <param name="mode">How the importer's accesses are routed.</param>
    /// <param name="other">The other device, or null.</param>
    /// <param name="dma">The device that the recorder's importer attaches with, whose mappings are made call by call; null where each is one step.</param>
    public static RecordedMachine Fresh(
        DeviceTraits traits, int buffers, Func<int, ImporterKind>? kind = null, int threads = 1, bool peer2Peer = true, KernelRevision? revision = null, ImporterMode mode = ImporterMode.Phys,
        int areas = 1, DeviceTraits? other = null, ImporterDma? dma = null)
    {
        DeviceTraits[] devices = [traits, .. other is null ? [] : new[] { other }];
        var places = Enumerable.Range(0, buffers).SelectMany(index => new[]
        {
            new AttachmentPlace(new DmaBufId(index), kind?.Invoke(index) ?? ImporterKind.Unmaps, peer2Peer, mode) { DmaDevice = dma is null ? null : new DmaDeviceId(0) },
            new AttachmentPlace(new DmaBufId(index), ImporterKind.Unmaps),
            new AttachmentPlace(new DmaBufId(index), ImporterKind.Iommufd),
        }).Concat(Enumerable.Repeat(new AttachmentPlace(new DmaBufId(0), ImporterKind.Iommufd), areas - 1));
        var topology = new Topology(
            Sequence<DevicePlace>.From(devices.Select((device, set) => new DevicePlace(device, set))),
            Sequence<DeviceId>.From(devices.Skip(1).Select((_, index) => new DeviceId(index + 1)).Prepend(Device).Prepend(Device)),
            Sequence<DeviceId>.From(Enumerable.Repeat(Device, buffers)),
            Sequence<AttachmentPlace>.From(places),
            threads) { DmaDevices = dma is null ? Sequence<DmaDevicePlace>.Empty : Sequence<DmaDevicePlace>.Of(new DmaDevicePlace(dma)) };
        var scenario = new Scenario
        {
            Name = traits.Name,
            Topology = topology,
            Devices = Sequence<DeviceStart>.From(devices.Select((_, index) => new DeviceStart(Open: index == 0))),
            Buffers = Sequence<BufferStart>.From(Enumerable.Repeat(new BufferStart(Exported: false), buffers)),
            Attachments = Sequence<AttachmentStart>.From(Enumerable.Repeat(new AttachmentStart(Attached: false), places.Count())),
            Tasks = Sequence<Sequence<Call>>.Empty,
        };
        return new RecordedMachine(new SequentialRun(new Model(revision ?? KernelRevisions.M73, scenario, GrantPolicy.Ordered)), traits);
    }

    public static AttachmentId Importer(DmaBufId buffer) => new(3 * buffer.Index);

    public static AttachmentId Probe(DmaBufId buffer) => new((3 * buffer.Index) + 1);

    public static AttachmentId Iommufd(DmaBufId buffer) => new((3 * buffer.Index) + 2);

    /// <summary>An area of an IOAS over the first buffer, by its IOVA.</summary>
    public AttachmentId Area(int index) => index == 0 ? Iommufd(new DmaBufId(0)) : new((3 * Buffers) + index - 1);

    public static DmaBuf BufferIn(PossibleWorld world, DmaBufId buffer) => (DmaBuf)world.World[MachineRef.Of(buffer)];

    public static Attachment AttachmentIn(PossibleWorld world, AttachmentId attachment) => (Attachment)world.World[MachineRef.Of(attachment)];

    public static DeviceFile FileIn(PossibleWorld world, DeviceFileId file) => (DeviceFile)world.World[MachineRef.Of(file)];

    /// <summary>An independent copy.</summary>
    public RecordedMachine Copy() => new(Run.Copy(), Traits);

    /// <summary>The same, and the second file is an open cdev that is not bound to an iommufd.</summary>
    public RecordedMachine WithUnboundCdev()
    {
        var model = Run.Model;
        var slots = model.InitialWorld();
        var device = (Device)slots[model.SlotOf(MachineRef.Of(Device))];
        slots[model.SlotOf(MachineRef.Of(SecondFile))] = DeviceFile.Unbound;
        slots[model.SlotOf(MachineRef.Of(Device))] = device with { RegistrationHolders = device.RegistrationHolders.Add(Holder.Of(SecondFile)) };
        return new RecordedMachine(new SequentialRun(new World(model, slots)), Traits);
    }

    /// <summary>One answer as the recordings spell it.</summary>
    public static string Spell(int? answer) => answer switch
    {
        null => "waits",
        < 0 => ((Errno)(-answer.Value)).ToString(),
        _ => answer.Value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What the recorder saw: for each buffer with an open fd R, C and M of the README.</summary>
    public string Observe(PossibleWorld world)
    {
        var live = Enumerable.Range(0, Buffers).Select(index => new DmaBufId(index)).Where(buffer => BufferIn(world, buffer).FdCount > 0);
        return string.Join(' ', live.Select(buffer => $"{buffer}:r{Revoked(world, buffer)}i{Told(world, buffer)}m{(AttachmentIn(world, Importer(buffer)).Mapped ? 1 : 0)}"));
    }

    private static string Told(PossibleWorld world, DmaBufId buffer) =>
        AttachmentIn(world, Importer(buffer)).IsAttached ? world.Invalidations[Importer(buffer).Index].ToString(CultureInfo.InvariantCulture) : "-";

    // The probe attaches and lets go again, in a copy of the world: a buffer that refuses it is revoked.
    private string Revoked(PossibleWorld world, DmaBufId buffer)
    {
        var probe = Run.From(world);
        probe.Forget();
        probe.Request(Recorder, new Request.Attach(Probe(buffer)));
        var answers = probe.Worlds.Select(seen => Spell(seen.Answer)).Distinct().ToArray();
        return answers switch
        {
            ["0"] => "0",
            [nameof(Errno.ENODEV)] => "1",
            _ => $"?{string.Join('/', answers)}",
        };
    }
}
