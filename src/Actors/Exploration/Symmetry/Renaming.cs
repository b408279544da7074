using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Symmetry;

/// <summary>Which task and object takes the place of which in a scenario.</summary>
internal sealed class Renaming : ISymmetry
{
    private readonly Model model;
    private readonly int[] tasks;
    private readonly int[] devices;
    private readonly int[] files;
    private readonly int[] buffers;
    private readonly int[] attachments;
    private readonly int[] dmaDevices;
    private readonly int[] slots;
    private readonly StateRenamer renamer;

    /// <summary>A renaming of user tasks and objects; the tasks that serve an object go with it.</summary>
    public Renaming(Model model, int[] userTasks, int[] devices, int[] files, int[] buffers, int[] attachments, int[] dmaDevices)
    {
        (this.model, this.devices, this.files, this.buffers, this.attachments, this.dmaDevices) = (model, devices, files, buffers, attachments, dmaDevices);
        tasks = TasksOf(model.Topology, userTasks);
        slots = [.. tasks, .. model.Machines.Select(machine => model.SlotOf(Of(machine)))];
        renamer = new StateRenamer(Leaf, OrderOf);
    }

    /// <summary>Whether nothing is renamed.</summary>
    public bool IsIdentity => slots.Select((other, slot) => other == slot).All(same => same);

    /// <summary>Tells renamings apart.</summary>
    public string Key => string.Join(' ', slots);

    /// <inheritdoc/>
    public int SlotOf(int slot) => slots[slot];

    /// <inheritdoc/>
    public object Rename(object state) => renamer.Of(state)!;

    /// <summary>This renaming, and then another.</summary>
    public Renaming Then(Renaming next) => new(
        model,
        Composed(tasks[..model.Topology.UserTasks], next.tasks),
        Composed(devices, next.devices),
        Composed(files, next.files),
        Composed(buffers, next.buffers),
        Composed(attachments, next.attachments),
        Composed(dmaDevices, next.dmaDevices));

    private static int[] Composed(int[] first, int[] second) => Array.ConvertAll(first, index => second[index]);

    private static int[] TasksOf(Topology topology, int[] userTasks, int[] devices, int[] attachments, int[] dmaDevices)
    {
        var tasks = Enumerable.Range(0, topology.TaskCount).ToArray();
        userTasks.CopyTo(tasks, 0);
        for (var index = 0; index < devices.Length; index++)
            tasks[topology.PmWorker(new DeviceId(index)).Index] = topology.PmWorker(new DeviceId(devices[index])).Index;
        for (var index = 0; index < attachments.Length; index++)
        {
            var (one, other) = (new AttachmentId(index), new AttachmentId(attachments[index]));
            tasks[topology.ImporterWorker(one).Index] = topology.ImporterWorker(other).Index;
            tasks[topology.DmaEngine(one).Index] = topology.DmaEngine(other).Index;
        }

        for (var index = 0; index < dmaDevices.Length; index++)
        {
            if (topology.DmaDevices[index].Dma.Lazy)
                tasks[topology.FlushTimer(new DmaDeviceId(index)).Index] = topology.FlushTimer(new DmaDeviceId(dmaDevices[index])).Index;
        }

        return tasks;
    }

    private int[] TasksOf(Topology topology, int[] userTasks) => TasksOf(topology, userTasks, devices, attachments, dmaDevices);

    private object? Leaf(object value) => value switch
    {
        TaskId id => new TaskId(At(tasks, id.Index)),
        DeviceId id => new DeviceId(At(devices, id.Index)),
        DeviceFileId id => new DeviceFileId(At(files, id.Index)),
        DmaBufId id => new DmaBufId(At(buffers, id.Index)),
        AttachmentId id => new AttachmentId(At(attachments, id.Index)),
        DmaDeviceId id => new DmaDeviceId(At(dmaDevices, id.Index)),
        MachineRef machine => Of(machine),
        Holder holder => holder with { Index = IndexOf(holder) },
        Location.Register register => register with { Task = At(tasks, register.Task) },
        Program program when Script(program) is >= 0 and var task => model.Scripts[At(tasks, task)],
        Locals { DevSet: { } devSet } locals => (Locals)Rename(locals with { DevSet = null }) with { DevSet = DevSetOf(devSet) },
        _ => null,
    };

    private int IndexOf(Holder holder) => holder.Kind switch
    {
        HolderKind.DeviceFile => At(files, holder.Index),
        HolderKind.DmaBuf => At(buffers, holder.Index),
        HolderKind.Attachment => At(attachments, holder.Index),
        HolderKind.Task => At(tasks, holder.Index),
        HolderKind.Registered or HolderKind.Fd or HolderKind.Session or HolderKind.OPath or HolderKind.VirtualFunctions or HolderKind.PollCallback => holder.Index,
    };

    private MachineRef Of(MachineRef machine) => machine with
    {
        Index = machine.Kind switch
        {
            MachineKind.Device or MachineKind.MemoryLock or MachineKind.Igate or MachineKind.PciDeviceLock or MachineKind.DmaBufLock => At(devices, machine.Index),
            MachineKind.DevSetLock => DevSetOf(machine.Index),
            MachineKind.DeviceFile => At(files, machine.Index),
            MachineKind.DmaBuf or MachineKind.DmaResv => At(buffers, machine.Index),
            MachineKind.Attachment or MachineKind.PagesMutex or MachineKind.VmResv => At(attachments, machine.Index),
            MachineKind.DmaDevice => At(dmaDevices, machine.Index),
            MachineKind.MmapLock or MachineKind.WwClass or MachineKind.EpMutex => machine.Index,
        },
    };

    private int DevSetOf(int devSet) => model.Topology.DevicesOf(devSet) is [var only] ? model.Topology.Devices[At(devices, only.Index)].DevSet : devSet;

    private int Script(Program program) => Enumerable.Range(0, model.Scripts.Count).FirstOrDefault(index => ReferenceEquals(model.Scripts[index], program), -1);

    // Sequences that are sets: the machines keep them in this order.
    private Comparison<object>? OrderOf(Type element) =>
        element == typeof(Holder) ? By<Holder, (HolderKind, int)>(holder => holder.Rank)
        : element == typeof(Waiter) && model.Policy == GrantPolicy.Barging ? By<Waiter, int>(waiter => waiter.Task.Index)
        : element == typeof(TaskId) ? By<TaskId, int>(id => id.Index)
        : element == typeof(Fence) ? By<Fence, int>(fence => fence.Attachment.Index)
        : element == typeof(DmaMapping) ? By<DmaMapping, int>(mapping => mapping.Attachment.Index)
        : element == typeof(KeptAddress) ? By<KeptAddress, int>(kept => kept.Attachment.Index)
        : element == typeof(MapTypeEntry) ? By<MapTypeEntry, int>(entry => entry.Provider.Index)
        : null;

    private static Comparison<object> By<T, TKey>(Func<T, TKey> key) => (one, other) => Comparer<TKey>.Default.Compare(key((T)one), key((T)other));

    // A number that names no object of the scenario stays.
    private static int At(int[] map, int index) => (uint)index < (uint)map.Length ? map[index] : index;
}
