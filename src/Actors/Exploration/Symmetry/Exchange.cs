using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Symmetry;

/// <summary>Builds the renaming that exchanges two tasks: what they name, what that belongs to, and what belongs to it.</summary>
internal sealed class Exchange
{
    private readonly Topology topology;
    private readonly Dictionary<MachineRef, int> others = [];

    private Exchange(Topology topology) => this.topology = topology;

    /// <summary>The renaming, or null when what the two tasks name does not correspond.</summary>
    public static Renaming? Of(Model model, int first, int second)
    {
        if (!Kinds(model, first).SequenceEqual(Kinds(model, second)))
            return null;
        var exchange = new Exchange(model.Topology);
        var (one, other) = (Named(model, first), Named(model, second));
        if (one.Length != other.Length || !one.Zip(other).All(pair => exchange.Pair(pair.First, pair.Second)) || !exchange.PairMembers())
            return null;
        var tasks = Enumerable.Range(0, model.Topology.UserTasks).ToArray();
        (tasks[first], tasks[second]) = (second, first);
        var alone = exchange.With(model, tasks);
        for (var task = 0; task < tasks.Length; task++)
        {
            if (tasks[task] == task)
                tasks[task] = exchange.PartnerOf(model, alone, task);
        }

        return tasks.Distinct().Count() == tasks.Length ? exchange.With(model, tasks) : null;
    }

    private Renaming With(Model model, int[] tasks) => new(
        model,
        tasks,
        Map(MachineKind.Device, topology.Devices.Count),
        Map(MachineKind.DeviceFile, topology.Files.Count),
        Map(MachineKind.DmaBuf, topology.Buffers.Count),
        Map(MachineKind.Attachment, topology.Attachments.Count),
        Map(MachineKind.DmaDevice, topology.DmaDevices.Count));

    // The task that asks of the other objects what this one asks; itself when that is the same.
    private int PartnerOf(Model model, Renaming renaming, int task)
    {
        var asked = renaming.Rename(model.Scenario.Tasks[task]);
        return Enumerable.Range(0, topology.UserTasks).OrderBy(other => other == task ? 0 : 1).FirstOrDefault(other => asked.Equals(model.Scenario.Tasks[other]), task);
    }

    private static IEnumerable<Type> Kinds(Model model, int task) => model.Scenario.Tasks[task].Select(call => call.Request.GetType());

    private static MachineRef[] Named(Model model, int task) => [.. model.Scenario.Tasks[task].SelectMany(call => RequestObjects.Of(call.Request))];

    private int[] Map(MachineKind kind, int count) => [.. Enumerable.Range(0, count).Select(index => others.GetValueOrDefault(new MachineRef(kind, index), index))];

    // Both ways, and so do their owners.
    private bool Pair(MachineRef one, MachineRef other)
    {
        if (one.Kind != other.Kind)
            return false;
        if (others.TryGetValue(one, out var known) || others.TryGetValue(other, out known))
            return others.TryGetValue(one, out var forward) && forward == other.Index && others.TryGetValue(other, out var back) && back == one.Index;
        (others[one], others[other]) = (other.Index, one.Index);
        return Owners(one).Zip(Owners(other)).All(pair => Pair(pair.First, pair.Second));
    }

    private IEnumerable<MachineRef> Owners(MachineRef machine) => machine.Kind switch
    {
        MachineKind.DeviceFile => [MachineRef.Of(topology.Files[machine.Index])],
        MachineKind.DmaBuf => [MachineRef.Of(topology.Buffers[machine.Index])],
        MachineKind.Attachment => topology.Attachments[machine.Index] is var place && place.DmaDevice is { } device ? [MachineRef.Of(place.Buffer), MachineRef.Of(device)] : [MachineRef.Of(place.Buffer)],
        _ => [],
    };

    // What belongs to exchanged objects, in order, as far as no task names it.
    private bool PairMembers()
    {
        foreach (var kind in new[] { MachineKind.Device, MachineKind.DmaBuf })
        {
            foreach (var (one, other) in others.Where(pair => pair.Key.Kind == kind && pair.Key.Index < pair.Value).ToArray())
            {
                var (mine, theirs) = (Members(one).Where(IsFree).ToArray(), Members(one with { Index = other }).Where(IsFree).ToArray());
                if (mine.Length != theirs.Length || !mine.Zip(theirs).All(pair => Pair(pair.First, pair.Second)))
                    return false;
            }
        }

        return true;
    }

    private bool IsFree(MachineRef machine) => !others.ContainsKey(machine);

    private IEnumerable<MachineRef> Members(MachineRef owner) => owner.Kind == MachineKind.Device
        ? Enumerable.Range(0, topology.Files.Count).Where(file => topology.Files[file].Index == owner.Index).Select(file => MachineRef.Of(new DeviceFileId(file)))
            .Concat(topology.BuffersOf(new DeviceId(owner.Index)).Select(MachineRef.Of))
        : topology.AttachmentsOf(new DmaBufId(owner.Index)).Select(MachineRef.Of);
}
