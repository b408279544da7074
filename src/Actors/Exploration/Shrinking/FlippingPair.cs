using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;

namespace Actors.Exploration.Shrinking;

/// <summary>Why a failing schedule fails, as its passing neighbours tell it.</summary>
public enum FlipKind
{
    /// <summary>The order of two steps decides.</summary>
    Order,

    /// <summary>What one step answers decides: hardware, a race, a fault.</summary>
    Answer,

    /// <summary>The schedule passes only where one step is never taken.</summary>
    Absence,

    /// <summary>No schedule of the scenario passes.</summary>
    None,

    /// <summary>The bound came first.</summary>
    Undecided,
}

/// <summary>The last decision of a failing schedule after which nothing passes any more, and the nearest one that passes.</summary>
/// <param name="Kind">What decides.</param>
/// <param name="First">The deciding step's place in the failing schedule, from 0: before it some schedule still passes, after it none does.</param>
/// <param name="Second">Where the failing schedule takes the step that has to come before it; -1 when it never does.</param>
/// <param name="Passing">A passing schedule, to its end.</param>
/// <param name="PassingSecond">Where the passing schedule takes that step; the same as far as <paramref name="First"/>.</param>
/// <param name="PassingFirst">Where it takes the deciding step; -1 when it never does.</param>
/// <param name="IsClean">The passing schedule breaks nothing at all, not only not this.</param>
public sealed record FlippingPair(FlipKind Kind, int First, int Second, IReadOnlyList<(TaskId Task, int Choice)> Passing, int PassingSecond, int PassingFirst, bool IsClean)
{
    /// <summary>The most worlds looked at.</summary>
    public const int WorldsMax = 300_000;

    /// <summary>Finds it, among schedules that break nothing before those that break something else.</summary>
    public static FlippingPair Of(Model model, Witness witness, CancellationToken cancellation = default)
    {
        var clean = new FlipSearch(model, witness, isClean: true, cancellation).Find();
        return clean.Kind == FlipKind.None ? new FlipSearch(model, witness, isClean: false, cancellation).Find() : clean;
    }
}

/// <summary>Looks for schedules that pass, from the worlds of a failing one.</summary>
internal sealed class FlipSearch(Model model, Witness witness, bool isClean, CancellationToken cancellation)
{
    private readonly WorldHasher hasher = new();
    private readonly HashSet<UInt128> failing = [];
    private int worlds;

    private sealed class TooManyException : Exception;

    /// <summary>Finds it.</summary>
    public FlippingPair Find()
    {
        try
        {
            return Decisive();
        }
        catch (TooManyException)
        {
            return Answer(FlipKind.Undecided, -1, -1, [], -1, -1);
        }
    }

    // What could pass at some place could pass at all places before: the last such place decides.
    private FlippingPair Decisive()
    {
        var path = new List<World> { new(model) };
        foreach (var (task, choice) in witness.Schedule.Take(witness.Schedule.Count - 1))
        {
            path.Add(path[^1].Copy());
            path[^1].Take(task, choice);
        }

        for (var first = path.Count - 1; first >= 0; first--)
        {
            if (Completion(path[first]) is { } way)
                return Flip(path[first], first, way);
        }

        return Answer(FlipKind.None, -1, -1, [], -1, -1);
    }

    private FlippingPair Flip(World before, int first, IReadOnlyList<(TaskId Task, int Choice)> way)
    {
        var (task, _) = witness.Schedule[first];
        var head = witness.Schedule.Take(first).ToArray();
        var step = before[task].Next;
        var seen = new HashSet<UInt128>();
        var open = new Queue<(World World, (TaskId Task, int Choice)[] Taken)>([(before, [])]);
        while (open.TryDequeue(out var entry))
        {
            if (!seen.Add(hasher.Of(entry.World)))
                continue;
            foreach (var (choice, world) in Moves(entry.World, task))
            {
                if (Completion(world) is { } rest)
                    return OfOrder(first, step, [.. head, .. entry.Taken, (task, choice), .. rest], first + entry.Taken.Length);
            }

            for (var other = 0; other < model.TaskCount; other++)
            {
                if (new TaskId(other) is var id && id != task)
                {
                    foreach (var (choice, world) in Moves(entry.World, id))
                        open.Enqueue((world, [.. entry.Taken, (id, choice)]));
                }
            }
        }

        return Answer(FlipKind.Absence, first, -1, [.. head, .. way], first, -1);
    }

    // The step that has to be taken before is the last one in front of the deciding step.
    private FlippingPair OfOrder(int first, Step step, IReadOnlyList<(TaskId Task, int Choice)> passing, int passingFirst)
    {
        if (passingFirst == first)
            return Answer(FlipKind.Answer, first, -1, passing, first, first);
        var world = new World(model);
        foreach (var (task, choice) in passing.Take(passingFirst - 1))
            world.Take(task, choice);
        var (other, _) = passing[passingFirst - 1];
        var awaited = world[other].Next;
        var failed = new World(model);
        var second = -1;
        for (var place = 0; place < witness.Schedule.Count && second < 0; place++)
        {
            if (place > first && witness.Schedule[place].Task == other && ReferenceEquals(failed[other].Next, awaited))
                second = place;
            failed.Take(witness.Schedule[place].Task, witness.Schedule[place].Choice);
        }

        return Answer(FlipKind.Order, first, second, passing, passingFirst - 1, passingFirst);
    }

    private FlippingPair Answer(FlipKind kind, int first, int second, IReadOnlyList<(TaskId, int)> passing, int passingSecond, int passingFirst) =>
        new(kind, first, second, passing, passingSecond, passingFirst, isClean);

    // A schedule from here to its end that passes, depth first; null when there is none. What was left without one has none, unless a loop leads back from it.
    private List<(TaskId Task, int Choice)>? Completion(World from)
    {
        var way = new List<(TaskId, int)>();
        var open = new Stack<(World World, UInt128 Key, IEnumerator<(TaskId Task, int Choice, World World)> Moves)>();
        var onWay = new HashSet<UInt128>();
        var hasLoop = false;
        Enter(from);
        while (open.TryPeek(out var entry))
        {
            if (entry.Moves.MoveNext())
            {
                var (task, choice, world) = entry.Moves.Current;
                if (Enter(world))
                    way.Add((task, choice));
            }
            else if (IsPassingEnd(entry.World))
            {
                failing.ExceptWith(hasLoop ? [.. failing] : onWay);
                return way;
            }
            else
            {
                onWay.Remove(open.Pop().Key);
                if (way.Count > 0)
                    way.RemoveAt(way.Count - 1);
            }
        }

        return null;

        bool Enter(World world)
        {
            var key = hasher.Of(world);
            hasLoop |= onWay.Contains(key);
            if (!failing.Add(key))
                return false;
            if (++worlds > FlippingPair.WorldsMax || cancellation.IsCancellationRequested)
                throw new TooManyException();
            onWay.Add(key);
            open.Push((world, key, AllMoves(world).GetEnumerator()));
            return true;
        }
    }

    private bool IsPassingEnd(World world) =>
        world.Tasks.All(task => world.Successors(task.Id).Count == 0) && world.JudgeQuiescence().All(Passes);

    private IEnumerable<(TaskId Task, int Choice, World World)> AllMoves(World world) =>
        Enumerable.Range(0, model.TaskCount).SelectMany(task => Moves(world, new TaskId(task)).Select(move => (new TaskId(task), move.Choice, move.World)));

    private IEnumerable<(int Choice, World World)> Moves(World world, TaskId task)
    {
        var count = world.Successors(task).Count;
        for (var choice = 0; choice < count; choice++)
        {
            var next = world.Copy();
            var taken = next.Take(task, choice);
            if (!taken.Violations.Any(violation => violation.Fatal) && taken.Findings.All(Passes))
                yield return (choice, next);
        }
    }

    private bool Passes(Finding finding) =>
        isClean ? !model.Scenario.Judges(finding.Violation.Property) || finding.AcceptedReason(model.Revision) is not null : finding.Id != witness.Finding.Id;
}
