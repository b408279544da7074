using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>The last requests of a window that touch some devices, as a scenario that begins where they begin, and in the order in which the journal moved them.</summary>
public sealed class WindowSlice
{
    private readonly JournalWindow window;
    private readonly ScenarioPart part;
    private readonly long cut;
    private readonly IReadOnlyList<JournalEntry> entries;
    private readonly int[] owners;
    private readonly Dictionary<Scenario, Model> models = new(ReferenceEqualityComparer.Instance);

    /// <summary>Cuts a slice.</summary>
    /// <param name="window">The journal's last part.</param>
    /// <param name="devices">The devices; what belongs to them is in the slice.</param>
    /// <param name="length">How many requests, counted back from the finding.</param>
    public WindowSlice(JournalWindow window, IReadOnlyList<int> devices, int length)
    {
        this.window = window;
        RecordedRequest[] touching = [.. window.Requests.Where(request => Touches(request, devices))];
        var first = touching.Length > length ? touching[^length] : touching.FirstOrDefault();
        IsWhole = touching.Length <= length;
        cut = IsWhole && window.IsWhole ? 1 : first?.Begin ?? window.Count + 1;
        Requests = [.. touching.Where(request => request.End >= cut)];
        var begun = Begun(cut == 1 || first is null ? null : window.WorldBefore(first));
        part = PartOf(begun, devices);
        Beginning = part.With([.. Enumerable.Repeat(Sequence<Call>.Empty, window.Model.Topology.UserTasks)]);
        (entries, owners) = Moved();
    }

    /// <summary>Whether it holds all requests that are remembered.</summary>
    public bool IsWhole { get; }

    /// <summary>The requests, in the order in which they began.</summary>
    public IReadOnlyList<RecordedRequest> Requests { get; }

    /// <summary>The objects and how they begin; the tasks are those of the journal, without requests.</summary>
    public Scenario Beginning { get; }

    /// <summary>A request as the slice names its objects.</summary>
    public Call CallOf(int request) => part.CallOf(Requests[request].Call)!;

    /// <summary>Whether the requests break the same when only some of them are made, and some tasks ask for what others did.</summary>
    /// <param name="id">The finding's id.</param>
    /// <param name="beginning">How the objects begin.</param>
    /// <param name="kept">The requests to make, by their place.</param>
    /// <param name="askers">For each user task of the journal the task that asks in its place.</param>
    public bool Breaks(string id, Scenario beginning, IReadOnlySet<int> kept, IReadOnlyList<int> askers)
    {
        var replay = new RequestReplay(ModelOf(beginning));
        var begun = new bool[Requests.Count];
        for (var index = 0; index < entries.Count && !replay.Stopped; index++)
        {
            var (entry, owner) = (entries[index], owners[index]);
            if (owner >= 0 && !kept.Contains(owner))
                continue;
            var call = owner < 0 || begun[owner] ? null : CallOf(owner);
            if (owner >= 0)
                begun[owner] = true;
            var task = owner < 0 ? entry.Step.Task : new TaskId(askers[entry.Step.Task.Index]);
            replay.Follow(entry with { Step = entry.Step with { Task = task }, Call = call });
            if (replay.Has(id))
                return true;
        }

        replay.End();
        return replay.Has(id);
    }

    /// <summary>The scenario of some of the requests.</summary>
    public Scenario ToScenario(Scenario beginning, IReadOnlySet<int> kept, IReadOnlyList<int> askers)
    {
        var tasks = Enumerable.Range(0, window.Model.Topology.UserTasks)
            .Select(task => Sequence<Call>.From(Requests.Where((request, index) => kept.Contains(index) && askers[request.Task.Index] == task).Select(request => part.CallOf(request.Call)!)))
            .Where(calls => !calls.IsEmpty)
            .ToArray();
        return ScenarioPart.All(beginning).With(tasks);
    }

    private Model ModelOf(Scenario beginning)
    {
        if (!models.TryGetValue(beginning, out var model))
            models.Add(beginning, model = new Model(window.Model.Revision, beginning, window.Model.Policy));
        return model;
    }

    // What the world was like, as far as the language can say it.
    private Scenario Begun(IReadOnlyList<object>? slots)
    {
        var scenario = window.Model.Scenario;
        if (slots is null)
            return scenario;
        var topology = scenario.Topology;
        var world = new World(window.Model, slots);
        return scenario with
        {
            Devices = Sequence<DeviceStart>.From(Enumerable.Range(0, topology.Devices.Count).Select(index => StartOf((Device)world[new MachineRef(MachineKind.Device, index)]))),
            Buffers = Sequence<BufferStart>.From(Enumerable.Range(0, topology.Buffers.Count).Select(index =>
                new BufferStart(world[new MachineRef(MachineKind.DmaBuf, index)] is DmaBuf { Phase: DmaBufPhase.Exported, FdCount: > 0, Vdev: not null }))),
            Attachments = Sequence<AttachmentStart>.From(Enumerable.Range(0, topology.Attachments.Count).Select(index =>
                world[new MachineRef(MachineKind.Attachment, index)] is Attachment { IsAttached: true } state ? new AttachmentStart(Mapped: state.Mapped) : new AttachmentStart(Attached: false))),
        };
    }

    private static DeviceStart StartOf(Device device) => !device.HasDriver
        ? new DeviceStart(Open: false, Bound: false)
        : new DeviceStart(device.OpenCount > 0, device.Vconfig?.Memory ?? true);

    // A file that is open at the cut goes first: it is the one the device begins with.
    private ScenarioPart PartOf(Scenario begun, IReadOnlyList<int> devices)
    {
        var topology = begun.Topology;
        var firstUse = Requests.SelectMany(request => RequestObjects.Of(request.Call.Request)).Where(machine => machine.Kind == MachineKind.DeviceFile).Select(machine => machine.Index).Distinct().ToArray();
        var open = Requests.Count == 0 || cut == 1 ? [] : OpenFiles();
        return new ScenarioPart(begun, devices, open.Concat(firstUse).Distinct(), Enumerable.Range(0, topology.Buffers.Count), Enumerable.Range(0, topology.Attachments.Count));
    }

    private IEnumerable<int> OpenFiles()
    {
        var world = new World(window.Model, window.WorldBefore(Requests.First(request => request.Begin == cut)));
        return Enumerable.Range(0, window.Model.Topology.Files.Count).Where(file => world[new MachineRef(MachineKind.DeviceFile, file)] is DeviceFile { FdOpen: true, AccessGranted: true });
    }

    private bool Touches(RecordedRequest request, IReadOnlyList<int> devices)
    {
        var topology = window.Model.Topology;
        return RequestObjects.Of(request.Call.Request).All(machine => devices.Contains(machine.Kind switch
        {
            MachineKind.Device => machine.Index,
            MachineKind.DeviceFile => topology.Files[machine.Index].Index,
            MachineKind.DmaBuf => topology.Buffers[machine.Index].Index,
            _ => topology.Buffers[topology.Attachments[machine.Index].Buffer.Index].Index,
        }));
    }

    // Entries of the slice under its own task numbers of deferred work; the owner of an entry is its request, -1 for deferred work.
    private (IReadOnlyList<JournalEntry> Entries, int[] Owners) Moved()
    {
        var moved = new List<JournalEntry>();
        var owned = new List<int>();
        var slots = DeferredSlots();
        var running = new Dictionary<TaskId, Queue<int>>();
        for (var index = 0; index < Requests.Count; index++)
        {
            if (!running.TryGetValue(Requests[index].Task, out var queue))
                running.Add(Requests[index].Task, queue = new Queue<int>());
            queue.Enqueue(index);
        }

        foreach (var (number, entry) in window.Entries.Where(each => each.Number >= cut))
        {
            var task = entry.Step.Task;
            if (slots.TryGetValue(task, out var slot))
            {
                moved.Add(entry with { Step = entry.Step with { Task = slot } });
                owned.Add(-1);
            }
            else if (running.TryGetValue(task, out var queue))
            {
                while (queue.TryPeek(out var done) && Requests[done].End < number)
                    queue.Dequeue();
                if (!queue.TryPeek(out var owner) || Requests[owner].Begin > number)
                    continue;
                moved.Add(entry);
                owned.Add(owner);
            }
        }

        return (moved, [.. owned]);
    }

    private Dictionary<TaskId, TaskId> DeferredSlots()
    {
        var (old, now) = (window.Model.Topology, Beginning.Topology);
        var slots = new Dictionary<TaskId, TaskId>();
        for (var index = 0; index < part.Devices.Count; index++)
            slots[old.PmWorker(new DeviceId(part.Devices[index]))] = now.PmWorker(new DeviceId(index));
        for (var index = 0; index < part.Attachments.Count; index++)
        {
            var (before, after) = (new AttachmentId(part.Attachments[index]), new AttachmentId(index));
            slots[old.ImporterWorker(before)] = now.ImporterWorker(after);
            slots[old.DmaEngine(before)] = now.DmaEngine(after);
        }

        return slots;
    }
}
