using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Symmetry;

/// <summary>Finds what can be exchanged in a scenario: user tasks that do the same to other objects, and these objects.</summary>
/// <remarks>
/// A candidate comes from a pair of tasks: what one names becomes what the other names at the same place. It is taken when the scenario and its first world are what they were
/// and nothing is moved that somebody looks at in the end. That the call paths do not tell the exchanged objects apart is verified while they run (<see cref="Orbits"/>).
/// </remarks>
internal static class Symmetries
{
    /// <summary>The most exchanges of a group: each costs a few operations for each step. 24 are those of four identical tasks.</summary>
    public const int OrderMax = 24;

    /// <summary>The exchanges of a scenario.</summary>
    public static SymmetryGroup Of(Model model)
    {
        if (model.Scenario.AsyncCalls.Count > 0)
            return SymmetryGroup.Trivial;
        var generators = new List<Renaming>();
        var all = new Dictionary<string, Renaming>(StringComparer.Ordinal);
        for (var first = 0; first < model.Topology.UserTasks; first++)
        {
            for (var second = first + 1; second < model.Topology.UserTasks; second++)
            {
                if (Exchange.Of(model, first, second) is not { } found || all.ContainsKey(found.Key) || !Keeps(model, found) || Closed([.. generators, found]) is not { } closed)
                    continue;
                generators.Add(found);
                all = closed;
            }
        }

        return new SymmetryGroup(generators, [.. all.Values]);
    }

    // All that the generators make, without the identity; null when it is more than the bound.
    private static Dictionary<string, Renaming>? Closed(Renaming[] generators)
    {
        var all = new Dictionary<string, Renaming>(StringComparer.Ordinal);
        var open = new Queue<Renaming>(generators);
        while (open.TryDequeue(out var next))
        {
            if (next.IsIdentity || !all.TryAdd(next.Key, next))
                continue;
            if (all.Count >= OrderMax)
                return null;
            foreach (var generator in generators)
                open.Enqueue(next.Then(generator));
        }

        return all;
    }

    private static bool Keeps(Model model, Renaming found)
    {
        var (scenario, topology) = (model.Scenario, model.Topology);
        return scenario.LookedAt.All(place => found.Rename(place).Equals(place))
            && Maps(found, scenario.Tasks, task => found.SlotOf(task))
            && Enumerable.Range(0, topology.Devices.Count).All(index => KeepsDevice(model, found, index))
            && Maps(found, topology.Attachments, index => ((AttachmentId)found.Rename(new AttachmentId(index))).Index)
            && Maps(found, topology.DmaDevices, index => ((DmaDeviceId)found.Rename(new DmaDeviceId(index))).Index)
            && Maps(found, model.InitialWorld(), found.SlotOf);
    }

    private static bool Maps<T>(Renaming found, IReadOnlyList<T> elements, Func<int, int> other) =>
        Enumerable.Range(0, elements.Count).All(index => found.Rename(elements[index]!).Equals(elements[other(index)]));

    // The devices of a dev_set are walked in the order of its list, so they are not alike.
    private static bool KeepsDevice(Model model, Renaming found, int index)
    {
        var (devices, other) = (model.Topology.Devices, ((DeviceId)found.Rename(new DeviceId(index))).Index);
        return other == index
            || (devices[index].Traits.Equals(devices[other].Traits) && devices[index].PciDev == devices[other].PciDev && model.Topology.DevicesOf(devices[index].DevSet).Count == 1
                && model.Scenario.Devices[index] == model.Scenario.Devices[other]);
    }
}
