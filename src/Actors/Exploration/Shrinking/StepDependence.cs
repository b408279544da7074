using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>Which steps of a schedule have to keep their order, and how deep each lies in the trace (<see cref="Dependence"/>).</summary>
internal sealed class StepDependence
{
    private readonly Dictionary<int, int> written = [];
    private readonly Dictionary<int, List<int>> readSince = [];
    private readonly List<int[]> before = [];
    private readonly List<int> levels = [];

    /// <summary>Takes the schedule and notes what its steps touch.</summary>
    public StepDependence(Model model, IReadOnlyList<(TaskId Task, int Choice)> schedule)
    {
        var table = new StateTable(model);
        var dependence = new Dependence(table);
        var world = table.InitialWorld(out _);
        foreach (var (task, choice) in schedule)
        {
            var (edge, target) = (table.Successors(task.Index, world)[choice], dependence.TargetOf(world[task.Index]));
            var started = edge.Started.Select(child => child.Slot).Prepend(task.Index);
            if (target >= 0 && edge.Target != world[target])
                Add([.. started, target], []);
            else
                Add([.. started], target >= 0 ? [target] : dependence.FootprintOf(world[task.Index]));
            table.Apply(edge, task.Index, world);
        }
    }

    /// <summary>The nearest steps that come before a step in every order.</summary>
    public IReadOnlyList<int> Before(int step) => before[step];

    /// <summary>A step's place in Foata normal form: the length of the longest chain of dependent steps that ends with it, from 1.</summary>
    public int LevelOf(int step) => levels[step];

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
