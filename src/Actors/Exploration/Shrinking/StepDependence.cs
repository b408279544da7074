using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>Which steps of a schedule have to keep their order, and how deep each lies in the trace.</summary>
/// <remarks>Two steps depend on each other when they are of one task, one starts the other's task, or both touch a machine and one of them changes it.</remarks>
internal sealed class StepDependence
{
    private readonly Dictionary<int, int> written = [];
    private readonly Dictionary<int, List<int>> readSince = [];
    private readonly List<int[]> before = [];
    private readonly List<int> levels = [];

    /// <summary>Takes the schedule and notes what its steps touch.</summary>
    public StepDependence(Model model, IReadOnlyList<(TaskId Task, int Choice)> schedule)
    {
        var world = new World(model);
        foreach (var (task, choice) in schedule)
        {
            int[] read = [.. Read(world, task)];
            object[] slots = [.. world.Slots];
            world.Take(task, choice);
            Add([.. Enumerable.Range(0, slots.Length).Where(slot => slot == task.Index || !Equals(slots[slot], world.Slots[slot]))], read);
        }
    }

    /// <summary>The nearest steps that come before a step in every order.</summary>
    public IReadOnlyList<int> Before(int step) => before[step];

    /// <summary>A step's place in Foata normal form: the length of the longest chain of dependent steps that ends with it, from 1.</summary>
    public int LevelOf(int step) => levels[step];

    private static IEnumerable<int> Read(World world, TaskId task) =>
        world.TargetOf(task) is { } target ? [world.Model.SlotOf(target)]
        : world[task].Next is Step.Check ? Obligations.Footprint(world[task], world.Model.Topology).Select(world.Model.SlotOf)
        : [];

    private void Add(int[] writes, int[] reads)
    {
        var step = before.Count;
        int[] earlier = [.. writes.Concat(reads).Where(written.ContainsKey).Select(slot => written[slot]).Concat(writes.SelectMany(slot => readSince.GetValueOrDefault(slot, []))).Distinct()];
        before.Add(earlier);
        levels.Add(1 + earlier.Select(other => levels[other]).DefaultIfEmpty(0).Max());
        foreach (var slot in writes)
        {
            written[slot] = step;
            readSince[slot] = [];
        }

        foreach (var slot in reads.Except(writes))
            (readSince.TryGetValue(slot, out var readers) ? readers : readSince[slot] = []).Add(step);
    }
}
