using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>What a storm's tasks ask for, and how often relative to each other.</summary>
public enum Verb
{
    /// <summary>Opens a device file. The administrator does not: its own unbind would wait for it.</summary>
    Open,

    /// <summary>Closes a device file.</summary>
    Close,

    /// <summary>Exports into an own buffer slot.</summary>
    Export,

    /// <summary>Duplicates the fd of a buffer.</summary>
    Dup,

    /// <summary>Closes an fd of an own buffer.</summary>
    CloseDmaBuf,

    /// <summary>Attaches an own importer.</summary>
    Attach,

    /// <summary>Detaches an own importer.</summary>
    Detach,

    /// <summary>Maps.</summary>
    Map,

    /// <summary>Unmaps.</summary>
    Unmap,

    /// <summary>Starts DMA through a mapping.</summary>
    Dma,

    /// <summary>COMMAND.mem := 0.</summary>
    MemoryOff,

    /// <summary>COMMAND.mem := 1.</summary>
    MemoryOn,

    /// <summary>D3hot through configuration space.</summary>
    D3hot,

    /// <summary>D0 through configuration space.</summary>
    D0,

    /// <summary>FLR through configuration space.</summary>
    Flr,

    /// <summary>VFIO_DEVICE_RESET.</summary>
    Reset,

    /// <summary>Low power entry.</summary>
    LowPower,

    /// <summary>Low power entry with a wake eventfd.</summary>
    LowPowerWithWakeup,

    /// <summary>Low power exit.</summary>
    LowPowerExit,

    /// <summary>A read of configuration space.</summary>
    ReadConfig,

    /// <summary>A read of a BAR.</summary>
    ReadBar,

    /// <summary>A page fault on a BAR.</summary>
    FaultBar,

    /// <summary>Unbinds the driver, then binds it again. Only the administrator does, the last of several tasks: it owns nothing that unbind could wait for.</summary>
    Unbind,
}

/// <summary>Relative weights of verbs. A verb that is not named has weight 0.</summary>
public sealed record WorkloadProfile(Sequence<(Verb Verb, int Weight)> Weights)
{
    /// <summary>Mappings come and go, access is withdrawn and given back by every path, devices are closed now and then.</summary>
    public static readonly WorkloadProfile Default = new(Sequence<(Verb, int)>.Of(
        (Verb.Open, 12), (Verb.Close, 1), (Verb.Export, 14), (Verb.Dup, 1), (Verb.CloseDmaBuf, 3), (Verb.Attach, 24), (Verb.Detach, 2), (Verb.Map, 16),
        (Verb.Unmap, 6), (Verb.Dma, 14), (Verb.MemoryOff, 3), (Verb.MemoryOn, 6), (Verb.D3hot, 2), (Verb.D0, 4), (Verb.Flr, 3), (Verb.Reset, 4),
        (Verb.LowPower, 1), (Verb.LowPowerWithWakeup, 1), (Verb.LowPowerExit, 4), (Verb.ReadConfig, 2), (Verb.ReadBar, 3), (Verb.FaultBar, 3), (Verb.Unbind, 1)));
}

/// <summary>The stream of requests of one storm task: a function of topology, profile, task and seed, and of the answers so far.</summary>
public sealed class Workload
{
    private readonly Topology topology;
    private readonly Sequence<(Verb Verb, int Weight)> weights;
    private readonly int task;
    private readonly int total;
    private readonly Queue<Request> pending = [];
    private ulong state;
    private bool isEnding;

    /// <summary>The stream of a task.</summary>
    public Workload(Topology topology, WorkloadProfile profile, int task, ulong seed)
    {
        this.topology = topology;
        this.task = task;
        weights = Sequence<(Verb, int)>.From(profile.Weights.Where(entry => CanAsk(entry.Verb)));
        total = weights.Sum(entry => entry.Weight);
        state = SplitMix.Derive(seed, (ulong)task + 1);
    }

    /// <summary>The streams of all user tasks of a storm.</summary>
    public static IReadOnlyList<Workload> ForAll(Topology topology, WorkloadProfile profile, ulong seed) =>
        [.. Enumerable.Range(0, topology.UserTasks).Select(task => new Workload(topology, profile, task, seed))];

    /// <summary>The request the task works on.</summary>
    public Request? Current { get; private set; }

    /// <summary>The next request; null when the storm is ending and the task has given back all it held, or when the profile has nothing for this task.</summary>
    public Call? Next(bool ending)
    {
        if (ending && !isEnding)
        {
            isEnding = true;
            foreach (var request in Ending())
                pending.Enqueue(request);
        }

        if (pending.Count == 0 && !ending && total > 0)
            Plan(Pick());
        Current = pending.TryDequeue(out var next) ? next : null;
        return Current is null ? null : Call.Of(Current);
    }

    /// <summary>Learns the answer of the current request. At the end a buffer is closed until no fd of it is left.</summary>
    public void Answered(int result)
    {
        if (isEnding && result == 0 && Current is Request.CloseDmaBuf)
            pending.Enqueue(Current);
    }

    // Importers detached and fds closed.
    private IEnumerable<Request> Ending() =>
        Own(topology.Attachments.Count).Select(index => (Request)new Request.Detach(new AttachmentId(index)))
            .Concat(Own(topology.Buffers.Count).Select(index => new Request.CloseDmaBuf(new DmaBufId(index))))
            .Concat(Enumerable.Range(0, topology.Files.Count).Select(index => new Request.CloseDevice(new DeviceFileId(index))));

    private Verb Pick()
    {
        var ticket = Draw(total);
        foreach (var (verb, weight) in weights)
        {
            ticket -= weight;
            if (ticket < 0)
                return verb;
        }

        return weights.Last.Verb;
    }

    // Whether this task ever asks for it: what it needs is there and its own.
    private bool CanAsk(Verb verb) => verb switch
    {
        Verb.Open => !IsAdministrator,
        Verb.Unbind => IsAdministrator,
        Verb.Export or Verb.CloseDmaBuf => OwnCount(topology.Buffers.Count) > 0,
        Verb.Dup => topology.Buffers.Count > 0,
        Verb.Attach or Verb.Detach => OwnCount(topology.Attachments.Count) > 0,
        Verb.Map or Verb.Unmap or Verb.Dma => topology.Attachments.Count > 0,
        Verb.Close or Verb.MemoryOff or Verb.MemoryOn or Verb.D3hot or Verb.D0 or Verb.Flr or Verb.Reset or Verb.LowPower or Verb.LowPowerWithWakeup
            or Verb.LowPowerExit or Verb.ReadConfig or Verb.ReadBar or Verb.FaultBar => true,
    };

    private void Plan(Verb verb)
    {
        var file = new DeviceFileId(Draw(topology.Files.Count));
        Request request = verb switch
        {
            Verb.Open => new Request.OpenDevice(file),
            Verb.Close => new Request.CloseDevice(file),
            Verb.Export => Export(DrawOwn(topology.Buffers.Count)),
            Verb.Dup => new Request.DupDmaBuf(new DmaBufId(Draw(topology.Buffers.Count))),
            Verb.CloseDmaBuf => new Request.CloseDmaBuf(new DmaBufId(DrawOwn(topology.Buffers.Count))),
            Verb.Attach => new Request.Attach(new AttachmentId(DrawOwn(topology.Attachments.Count))),
            Verb.Detach => new Request.Detach(new AttachmentId(DrawOwn(topology.Attachments.Count))),
            Verb.Map => new Request.Map(DrawAttachment()),
            Verb.Unmap => new Request.Unmap(DrawAttachment()),
            Verb.Dma => new Request.StartDma(DrawAttachment()),
            Verb.MemoryOff => new Request.WriteCommand(file, false),
            Verb.MemoryOn => new Request.WriteCommand(file, true),
            Verb.D3hot => new Request.SetPowerState(file, PowerState.D3hot),
            Verb.D0 => new Request.SetPowerState(file, PowerState.D0),
            Verb.Flr => new Request.FunctionLevelReset(file, AdvancedFeatures: false),
            Verb.Reset => new Request.Reset(file),
            Verb.LowPower => new Request.EnterLowPower(file, WakeupArgument.None),
            Verb.LowPowerWithWakeup => new Request.EnterLowPower(file, WakeupArgument.Eventfd),
            Verb.LowPowerExit => new Request.ExitLowPower(file),
            Verb.ReadConfig => new Request.ReadConfig(file),
            Verb.ReadBar => new Request.ReadBar(file),
            Verb.FaultBar => new Request.FaultBar(file),
            Verb.Unbind => new Request.Unbind(new DeviceId(Draw(topology.Devices.Count))),
        };
        pending.Enqueue(request);
        if (request is Request.Unbind unbind)
            pending.Enqueue(new Request.Bind(unbind.Device));
    }

    // Through any file of the buffer's device.
    private Request.ExportDmaBuf Export(int buffer)
    {
        var device = topology.Buffers[buffer];
        var files = Enumerable.Range(0, topology.Files.Count).Where(file => topology.Files[file] == device).ToArray();
        return new Request.ExportDmaBuf(new DeviceFileId(files[Draw(files.Length)]), new DmaBufId(buffer), ExportArguments.OnePage);
    }

    private bool IsAdministrator => task > 0 && task == topology.UserTasks - 1;

    private int Owners => Math.Max(1, topology.UserTasks - 1);

    private IEnumerable<int> Own(int count) => Enumerable.Range(0, count).Where(index => index % Owners == task);

    private int OwnCount(int count) => task >= Owners ? 0 : (count - task + Owners - 1) / Owners;

    private int DrawOwn(int count) => task + (Draw(OwnCount(count)) * Owners);

    private AttachmentId DrawAttachment() => new(Draw(topology.Attachments.Count));

    private int Draw(int below)
    {
        state = SplitMix.Next(state, out var value);
        return (int)(value % (ulong)below);
    }
}

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): a seed stream that is the same on every machine.</summary>
public static class SplitMix
{
    /// <summary>Advances a state; the value is drawn from it.</summary>
    public static ulong Next(ulong state, out ulong value)
    {
        state += 0x9e37_79b9_7f4a_7c15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        value = mixed ^ (mixed >> 31);
        return state;
    }

    /// <summary>An independent seed for one of many streams.</summary>
    public static ulong Derive(ulong seed, ulong stream)
    {
        Next(seed ^ (stream * 0xd134_2543_de82_ef95), out var value);
        return value;
    }
}
