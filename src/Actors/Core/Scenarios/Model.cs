using System.Collections.Concurrent;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>A scenario on a revision under a grant policy: programs, slots and the first world. All engines run over this.</summary>
public sealed class Model
{
    private readonly Dictionary<MachineRef, int> slots = [];
    private readonly ConcurrentDictionary<(string Kind, Program Path, FaultPlan Faults), Program> requestPrograms = [];

    /// <summary>Builds the model.</summary>
    public Model(KernelRevision revision, Scenario scenario, GrantPolicy policy)
    {
        Revision = revision;
        Scenario = scenario;
        Policy = policy;
        Paths = new CallPaths(revision, scenario.Topology);
        Machines = [.. scenario.Topology.Machines()];
        for (var index = 0; index < Machines.Count; index++)
            slots[Machines[index]] = scenario.Topology.TaskCount + index;
        Scripts = Script.OfAll(scenario, Paths);
    }

    /// <summary>The revision.</summary>
    public KernelRevision Revision { get; }

    /// <summary>The scenario.</summary>
    public Scenario Scenario { get; }

    /// <summary>The lock grant policy.</summary>
    public GrantPolicy Policy { get; }

    /// <summary>The call paths.</summary>
    public CallPaths Paths { get; }

    /// <summary>The user tasks' programs.</summary>
    public IReadOnlyList<Program> Scripts { get; }

    /// <summary>The machines, in slot order behind the tasks.</summary>
    public IReadOnlyList<MachineRef> Machines { get; }

    /// <summary>The fixed shape.</summary>
    public Topology Topology => Scenario.Topology;

    /// <summary>Number of task slots; they come first.</summary>
    public int TaskCount => Topology.TaskCount;

    /// <summary>Number of slots of a world.</summary>
    public int SlotCount => TaskCount + Machines.Count;

    /// <summary>Identifies the model by content: revision with its edits, scenario, policy, and every step of every call path.</summary>
    public string Hash => Fingerprint.Of(Sequence<object>.From(
        new object[] { Revision.Name, Scenario, Policy }.Concat(Revision.Edits).Concat(
            Paths.All.SelectMany(path => path.Steps.Select(step => (object)$"{path.Name}|{step.Mark}|{step.Text}"))))).ToString("x32", null);

    /// <summary>Whether the scenario has the machine.</summary>
    public bool Has(MachineRef machine) => slots.ContainsKey(machine);

    /// <summary>The slot of a machine.</summary>
    public int SlotOf(MachineRef machine) => slots[machine];

    /// <summary>The first world, by slot: tasks, then machines.</summary>
    public object[] InitialWorld()
    {
        var world = new object[SlotCount];
        for (var index = 0; index < TaskCount; index++)
        {
            var idle = TaskState.Idle(new TaskId(index));
            world[index] = index < Scripts.Count ? TaskMachine.Begin(idle, Scripts[index], new Locals(), Topology) : idle;
        }

        for (var index = 0; index < Machines.Count; index++)
            world[TaskCount + index] = InitialState(Machines[index]);
        return world;
    }

    private MachineState InitialState(MachineRef machine) => machine.Kind switch
    {
        MachineKind.Device => InitialDevice(new DeviceId(machine.Index)),
        MachineKind.DeviceFile => IsFirstFile(machine.Index) && Scenario.Devices[Topology.Files[machine.Index].Index].Open ? DeviceFile.Opened : DeviceFile.Closed,
        MachineKind.DmaBuf => InitialBuffer(new DmaBufId(machine.Index)),
        MachineKind.Attachment => InitialAttachment(machine.Index),
        MachineKind.DmaDevice => InitialDmaDevice(new DmaDeviceId(machine.Index)),
        MachineKind.MemoryLock or MachineKind.MmapLock or MachineKind.DmaBufLock => Lock.Free(shared: true, Policy),
        MachineKind.DmaResv or MachineKind.DevSetLock or MachineKind.Igate or MachineKind.PciDeviceLock or MachineKind.PagesMutex or MachineKind.VmResv or MachineKind.EpMutex => Lock.Free(shared: false, Policy),
        MachineKind.WwClass => WwClass.Idle,
    };

    private bool IsFirstFile(int file) => Topology.Files.IndexOf(Topology.Files[file]) == file;

    private Device InitialDevice(DeviceId id)
    {
        var start = Scenario.Devices[id.Index];
        var device = new Device { Traits = Topology.Devices[id.Index].Traits, RpmStatus = start.Open ? RpmStatus.Active : RpmStatus.Suspended };
        if (!start.Bound)
            return device;
        device = device with { HasDriver = true, CoreInitialised = true, InDevSet = true, Findable = true, RegistrationHolders = Sequence<Holder>.Of(Holder.Registered) };
        if (!start.Open)
            return device with { PowerState = device.Traits.HasPowerManagement ? PowerState.D3hot : PowerState.D0 };
        var buffers = Topology.BuffersOf(id).Where(buffer => Scenario.Buffers[buffer.Index].Exported).ToArray();
        return device with
        {
            RegistrationHolders = Sequence<Holder>.From(
                device.RegistrationHolders.Append(Holder.Of(new DeviceFileId(Topology.Files.IndexOf(id)))).Concat(buffers.Select(Holder.Of))),
            OpenCount = 1,
            Vconfig = new Vconfig(start.Memory),
            UsageHolders = Sequence<Holder>.Of(Holder.Session),
            DecodeOn = start.Memory,
            RegionsOwned = true,
            BarsRevoked = !start.Memory,
            DmaBufs = Sequence<DmaBufId>.From(buffers),
        };
    }

    private DmaBuf InitialBuffer(DmaBufId id)
    {
        if (!Scenario.Buffers[id.Index].Exported)
            return DmaBuf.Unused;
        var attached = Topology.AttachmentsOf(id).Where(attachment => Scenario.Attachments[attachment.Index].Attached).ToArray();
        var mapped = attached.Count(attachment => Scenario.Attachments[attachment.Index].Mapped);
        var device = Topology.Buffers[id.Index];
        return new DmaBuf
        {
            Phase = DmaBufPhase.Exported,
            Vdev = device,
            Revoked = !Scenario.Devices[device.Index].Memory,
            Kref = Revision.CountsMappings ? 1 + mapped : 0,
            OrigNents = Revision.OrigNents == OrigNents.InBuffer && mapped > 0 ? 1 : 0,
            FileHolders = Holder.Ordered(attached.Select(Holder.Of).Prepend(new Holder(HolderKind.Fd, 0))),
            DentryCount = 1,
            FdCount = 1,
            Attachments = Sequence<AttachmentId>.From(attached.Reverse()),
        };
    }

    private Attachment InitialAttachment(int index)
    {
        var start = Scenario.Attachments[index];
        var hasWindow = start.Attached && Revision.WindowOwner == WindowOwner.Attachment && Topology.Attachments[index].Mode == ImporterMode.Iova;
        return new Attachment
        {
            Kind = Topology.Attachments[index].Kind,
            Phase = start.Attached ? AttachPhase.Attached : AttachPhase.None,
            Mapped = start.Mapped,
            Window = hasWindow ? IovaWindow.Held : IovaWindow.None,
        };
    }

    // The mappings that exist at the beginning are as the map op makes them, of one page each.
    private DmaDevice InitialDmaDevice(DmaDeviceId id)
    {
        var device = new DmaDevice { Dma = Topology.DmaDevices[id.Index].Dma };
        for (var index = 0; index < Topology.Attachments.Count; index++)
        {
            var (place, start) = (Topology.Attachments[index], Scenario.Attachments[index]);
            if (place.DmaDevice == id && start.Attached)
                device = InitialMapping.Of(Revision, Topology, device, new AttachmentId(index), start.Mapped);
        }

        return device;
    }

    /// <summary>What a user task runs when requests come one by one, and the variables it begins with. Its answer is the first result.</summary>
    public (Program Program, Locals Arguments) ProgramOf(Call call)
    {
        var (path, arguments) = RequestPaths.Of(call.Request, Paths);
        var program = requestPrograms.GetOrAdd((call.Request.GetType().Name, path, call.Faults), key => Script.OfRequest(key.Kind, key.Path, key.Faults, Paths));
        return (program, arguments);
    }
}
