using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>The pair of steps of a failing schedule that decides: taken the other way round, the schedule passes.</summary>
/// <param name="First">The place in the failing schedule of the step that came first, from 0.</param>
/// <param name="Second">The place of the other task's next step on the same machine.</param>
/// <param name="Passing">The schedule with the two exchanged, to its end.</param>
/// <param name="PassingSecond">Where the second step is in the passing schedule.</param>
/// <param name="PassingFirst">Where the first step is there; -1 when it is not taken any more.</param>
public sealed record FlippingPair(int First, int Second, IReadOnlyList<(TaskId Task, int Choice)> Passing, int PassingSecond, int PassingFirst)
{
    private const int StepsMax = 100_000;

    /// <summary>The last such pair, the two nearest to each other; null when no exchange makes the schedule pass.</summary>
    public static FlippingPair? Of(Model model, Witness witness)
    {
        var events = witness.Replay(model);
        for (var second = events.Count - 1; second > 0; second--)
        {
            for (var first = second - 1; first >= 0; first--)
            {
                if (Collide(events[first], events[second]) && Exchanged(model, witness, events, first, second) is { } pair)
                    return pair;
            }
        }

        return null;
    }

    // Steps of two tasks on one machine; of a lock only what asks for it: to be first at a lock is to ask before the other.
    private static bool Collide(Event first, Event second) =>
        first.Task != second.Task && first.Target is { } target && second.Target == target
        && (!target.IsLock || (first.Step is Step.Send { Kind: SendKind.Enqueue or SendKind.Try } && second.Step is Step.Send { Kind: SendKind.Enqueue or SendKind.Try }));

    private static FlippingPair? Exchanged(Model model, Witness witness, IReadOnlyList<Event> events, int first, int second)
    {
        var (world, taken, ids) = (new World(model), new List<(TaskId, int)>(), new HashSet<string>());
        var early = Enumerable.Range(first, second - first + 1).Where(index => events[index].Task == events[second].Task).ToHashSet();
        var isLock = events[second].Target!.Value.IsLock;
        if (isLock && second + 1 < events.Count)
            early.UnionWith(Enumerable.Range(second + 1, events.Count - second - 1).Where(index => events[index].Task == events[second].Task).Take(1));
        var order = Enumerable.Range(0, first).Concat(early.Order()).Concat(Enumerable.Range(first, events.Count - first).Where(index => !early.Contains(index)));
        var (placeOfFirst, placeOfSecond) = (-1, -1);
        foreach (var index in order)
        {
            var (task, choice) = witness.Schedule[index];
            if (index == first)
                placeOfFirst = Same(world, task, events[first]) ? taken.Count : -1;
            if (index == second)
                placeOfSecond = Same(world, task, events[second]) ? taken.Count : -1;
            var did = Take(world, task, choice, taken, ids);
            if (!did && index <= second && early.Contains(index))
                return null;
        }

        if (placeOfSecond < 0 || !Finish(world, taken, ids) || ids.Contains(witness.Finding.Id))
            return null;
        return new FlippingPair(first, second, taken, placeOfSecond, placeOfFirst);
    }

    private static bool Same(World world, TaskId task, Event step) => world[task] is { IsIdle: false } state && ReferenceEquals(state.Next, step.Step);

    private static bool Take(World world, TaskId task, int choice, List<(TaskId, int)> taken, HashSet<string> ids)
    {
        var count = world.Successors(task).Count;
        if (count == 0)
            return false;
        var chosen = Math.Min(choice, count - 1);
        ids.UnionWith(world.Take(task, chosen).Findings.Select(finding => finding.Id));
        taken.Add((task, chosen));
        return true;
    }

    private static bool Finish(World world, List<(TaskId, int)> taken, HashSet<string> ids)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            for (var task = 0; task < world.Model.TaskCount; task++)
            {
                while (Take(world, new TaskId(task), 0, taken, ids))
                {
                    moved = true;
                    if (taken.Count > StepsMax)
                        return false;
                }
            }
        }

        ids.UnionWith(world.JudgeQuiescence().Select(finding => finding.Id));
        return true;
    }
}
