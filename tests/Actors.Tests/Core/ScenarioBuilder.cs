using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Core;

/// <summary>Builds small scenarios in code. Each device brings one file slot; numbers count from 0 in the order of the calls.</summary>
public sealed class ScenarioBuilder
{
    public static readonly DeviceId V0 = new(0);
    public static readonly DeviceId V1 = new(1);
    public static readonly DeviceFileId F0 = new(0);
    public static readonly DmaBufId B0 = new(0);
    public static readonly DmaBufId B1 = new(1);
    public static readonly AttachmentId A0 = new(0);
    public static readonly AttachmentId A1 = new(1);

    public static readonly Request MemoryOff = new Request.WriteCommand(F0, false);
    public static readonly Request MemoryOn = new Request.WriteCommand(F0, true);
    public static readonly Request Flr = new Request.FunctionLevelReset(F0, AdvancedFeatures: false);
    public static readonly Request Reset = new Request.Reset(F0);
    public static readonly Request Export = new Request.ExportDmaBuf(F0, B0, ExportArguments.OnePage);
    public static readonly Request ExportNothing = new Request.ExportDmaBuf(F0, B0, ExportArguments.OnePage with { Ranges = Sequence<DmaRange>.Of(new DmaRange(0, 0)) });
    public static readonly Request CloseDevice = new Request.CloseDevice(F0);
    public static readonly Request CloseBuffer = new Request.CloseDmaBuf(B0);
    public static readonly Request Attach = new Request.Attach(A0);
    public static readonly Request Detach = new Request.Detach(A0);
    public static readonly Request Map = new Request.Map(A0);
    public static readonly Request Unmap = new Request.Unmap(A0);
    public static readonly Request Dma = new Request.StartDma(A0);
    public static readonly Request Unbind = new Request.Unbind(V0);

    private readonly List<DevicePlace> devices = [];
    private readonly List<DeviceStart> deviceStarts = [];
    private readonly List<DeviceId> files = [];
    private readonly List<DeviceId> buffers = [];
    private readonly List<BufferStart> bufferStarts = [];
    private readonly List<AttachmentPlace> attachments = [];
    private readonly List<AttachmentStart> attachmentStarts = [];
    private readonly List<Sequence<Call>> tasks = [];
    private long statesMax;
    private Condition? condition;

    public ScenarioBuilder Device(DeviceTraits? traits = null, bool open = true, bool memory = true, bool bound = true, int devSet = 0)
    {
        files.Add(new DeviceId(devices.Count));
        devices.Add(new DevicePlace(traits ?? DeviceTraits.Plain, devSet));
        deviceStarts.Add(new DeviceStart(open, memory, bound));
        return this;
    }

    public ScenarioBuilder File(int device = 0)
    {
        files.Add(new DeviceId(device));
        return this;
    }

    public ScenarioBuilder Buffer(int device = 0, bool exported = true)
    {
        buffers.Add(new DeviceId(device));
        bufferStarts.Add(new BufferStart(exported));
        return this;
    }

    public ScenarioBuilder Attachment(ImporterKind kind = ImporterKind.Unmaps, int buffer = 0, bool attached = true, bool mapped = false, bool peer2Peer = true)
    {
        attachments.Add(new AttachmentPlace(new DmaBufId(buffer), kind, peer2Peer));
        attachmentStarts.Add(new AttachmentStart(attached, mapped));
        return this;
    }

    /// <summary>A user task that issues the requests one after the other; each answer is kept.</summary>
    public ScenarioBuilder Task(params Request[] requests) => Task(FaultPlan.None, requests);

    /// <summary>A user task with faults injected into each of its requests.</summary>
    public ScenarioBuilder Task(FaultPlan faults, params Request[] requests)
    {
        tasks.Add(Sequence<Call>.From(requests.Select((request, index) => new Call(request, faults, index))));
        return this;
    }

    public ScenarioBuilder StatesMax(long states)
    {
        statesMax = states;
        return this;
    }

    public ScenarioBuilder Condition(Quantifier quantifier, Clause clause)
    {
        condition = new Condition(quantifier, clause);
        return this;
    }

    public Scenario Build(string name = "test") => new()
    {
        Name = name,
        Topology = new Topology(
            Sequence<DevicePlace>.From(devices), Sequence<DeviceId>.From(files), Sequence<DeviceId>.From(buffers), Sequence<AttachmentPlace>.From(attachments), tasks.Count),
        Devices = Sequence<DeviceStart>.From(deviceStarts),
        Buffers = Sequence<BufferStart>.From(bufferStarts),
        Attachments = Sequence<AttachmentStart>.From(attachmentStarts),
        Tasks = Sequence<Sequence<Call>>.From(tasks),
        Bounds = new Bounds(statesMax),
        Condition = condition,
    };

    public Model Model(KernelRevision? revision = null, GrantPolicy policy = GrantPolicy.Barging) => new(revision ?? KernelRevisions.M73, Build(), policy);

    public ExplorationResult Explore(KernelRevision? revision = null, GrantPolicy policy = GrantPolicy.Barging) => new Explorer(Model(revision, policy)).Run();

    /// <summary>One device, one buffer exported, no importer (properties.md, K1).</summary>
    public static ScenarioBuilder OneBuffer() => new ScenarioBuilder().Device().Buffer();

    /// <summary>One device, one buffer, one importer that is attached (properties.md, K2).</summary>
    public static ScenarioBuilder OneImporter(ImporterKind kind = ImporterKind.Unmaps, bool mapped = false) => OneBuffer().Attachment(kind, mapped: mapped);

    /// <summary>One device, nothing exported yet.</summary>
    public static ScenarioBuilder NoBuffer() => new ScenarioBuilder().Device().Buffer(exported: false);
}
