using Actors.Core.Analysis;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>The normal form of a schedule: of all orders of its steps that differ only in independent ones (a Mazurkiewicz trace) those with the fewest switches, and of these the first by Foata levels.</summary>
/// <remarks>
/// Foata normal form sorts steps by level, then by task; it goes to another task at almost every step. Here switches come first: at each step the
/// least (level, task) is taken after which the rest still needs no more switches than it has to. A step that breaks the property stays the last one.
/// </remarks>
public sealed class NormalForm
{
    private const int CutsMax = 200_000;
    private const int StepsMax = 2_000;

    private readonly Witness witness;
    private readonly StepDependence dependence;
    private readonly int[][] stepsOf;
    private readonly (int Lane, int Index)[] places;
    private readonly int[] done;
    private readonly Dictionary<UInt128, int> switchesAfter = [];

    private NormalForm(Model model, Witness witness)
    {
        this.witness = witness;
        dependence = new StepDependence(model, witness.Schedule);
        var count = witness.Schedule.Count;
        stepsOf = [.. Enumerable.Range(0, count).GroupBy(step => witness.Schedule[step].Task.Index).OrderBy(steps => steps.Key).Select(steps => steps.ToArray())];
        places = new (int, int)[count];
        for (var lane = 0; lane < stepsOf.Length; lane++)
        {
            for (var index = 0; index < stepsOf[lane].Length; index++)
                places[stepsOf[lane][index]] = (lane, index);
        }

        done = new int[stepsOf.Length];
    }

    /// <summary>The schedule in normal form; the given one when it has too many orders to look at, or when the finding is of the order itself.</summary>
    /// <param name="model">The scenario on its revision.</param>
    /// <param name="witness">A schedule to a finding.</param>
    public static Witness Of(Model model, Witness witness)
    {
        if (new NormalForm(model, witness).Ordered() is not { } ordered)
            return witness;
        var normal = witness with { Schedule = ordered };
        return Meets(model, normal) ? normal : witness;
    }

    private List<(TaskId, int)>? Ordered()
    {
        if (witness.Schedule.Count is 0 or > StepsMax || SwitchesAfter(-1) < 0)
            return null;
        var ordered = new List<(TaskId, int)>();
        for (var last = -1; ordered.Count < witness.Schedule.Count;)
        {
            var least = SwitchesAfter(last);
            last = Enumerable.Range(0, stepsOf.Length).Where(lane => CanMove(lane) && Cost(last, lane) == least).MinBy(lane => (dependence.LevelOf(stepsOf[lane][done[lane]]), lane));
            ordered.Add(witness.Schedule[stepsOf[last][done[last]++]]);
        }

        return ordered;
    }

    // The fewest switches that the steps not yet done need after a step of a lane; -1 when there are too many cuts to tell.
    private int SwitchesAfter(int last)
    {
        var cut = Cut(last);
        if (switchesAfter.TryGetValue(cut, out var known))
            return known;
        if (switchesAfter.Count >= CutsMax)
            return -1;
        var least = int.MaxValue;
        for (var lane = 0; lane < stepsOf.Length; lane++)
        {
            if (!CanMove(lane))
                continue;
            var cost = Cost(last, lane);
            if (cost < 0)
                return -1;
            least = Math.Min(least, cost);
        }

        return switchesAfter[cut] = least == int.MaxValue ? 0 : least;
    }

    private int Cost(int last, int lane)
    {
        done[lane]++;
        var after = SwitchesAfter(lane);
        done[lane]--;
        return after < 0 ? after : after + (last >= 0 && last != lane ? 1 : 0);
    }

    private bool CanMove(int lane)
    {
        if (done[lane] == stepsOf[lane].Length)
            return false;
        var step = stepsOf[lane][done[lane]];
        return dependence.Before(step).All(IsDone) && (witness.AtQuiescence || step < witness.Schedule.Count - 1 || done.Sum() == step);
    }

    private bool IsDone(int step) => done[places[step].Lane] > places[step].Index;

    private UInt128 Cut(int last)
    {
        var cut = (UInt128)(uint)(last + 1);
        for (var lane = 0; lane < stepsOf.Length; lane++)
            cut = (cut * (UInt128)(uint)(stepsOf[lane].Length + 1)) + (UInt128)(uint)done[lane];
        return cut;
    }

    // A property that looks at more than a step touches may tell two orders of one trace apart.
    private static bool Meets(Model model, Witness normal)
    {
        var world = new World(model);
        for (var index = 0; index < normal.Schedule.Count; index++)
        {
            var (task, choice) = normal.Schedule[index];
            if (world.Successors(task).Count <= choice)
                return false;
            var taken = world.Take(task, choice);
            if (taken.Findings.Any(finding => finding.Id == normal.Finding.Id))
                return index == normal.Schedule.Count - 1 && !normal.AtQuiescence;
        }

        return normal.AtQuiescence && world.Tasks.All(task => world.Successors(task.Id).Count == 0) && world.JudgeQuiescence().Any(finding => finding.Id == normal.Finding.Id);
    }
}
