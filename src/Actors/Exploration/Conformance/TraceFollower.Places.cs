using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <content>How the model moves between places.</content>
public sealed partial class TraceFollower
{
    // What a task owes is the end of what its state says, so its length tells it.
    private UInt128 KeyOf(Place place)
    {
        var key = hasher.Of(place.World);
        for (var task = 0; task < place.Owing.Length; task++)
            key ^= place.Owing[task].Count == 0 ? UInt128.Zero : Mixing.Mix(1000 + task, (UInt128)place.Owing[task].Count);
        for (var stream = 0; stream < place.Carriers.Length; stream++)
            key ^= Mixing.Mix(2000 + stream, (UInt128)place.TaskOf(stream));
        return key;
    }

    private List<Place> Showing(Sighting seen, IReadOnlyList<Place> closed)
    {
        var next = new Dictionary<UInt128, Place>();
        foreach (var place in closed.SelectMany(place => Begun(place, seen.Stream)))
        {
            var task = place.TaskOf(seen.Stream);
            foreach (var function in seen.Functions)
            {
                if (After(function, place.Owing[task]) is { } owing && place.Owes(task, owing) is var shown)
                    next.TryAdd(KeyOf(shown), shown);
            }
        }

        return [.. next.Values];
    }

    private static IReadOnlyList<Expected>? After(string function, IReadOnlyList<Expected> owing)
    {
        var skip = 0;
        while (skip < owing.Count && owing[skip].Function != function && owing[skip].IsOptional)
            skip++;
        return skip < owing.Count && owing[skip].Function == function ? [.. owing.Skip(skip + 1)] : null;
    }

    // A stream whose task is idle may begin any request, which then moves alone until it has to show something, or turn out to be one of the deferred tasks.
    private IEnumerable<Place> Begun(Place place, int stream)
    {
        yield return place;
        if (!place.World[new TaskId(place.TaskOf(stream))].IsIdle)
            yield break;
        for (var task = model.Topology.UserTasks; task < model.TaskCount; task++)
        {
            if (place.World[new TaskId(task)] is { IsIdle: false } state && !place.IsShown(task))
                yield return place.Carried(stream, task).Owes(task, words.Resumed(state));
        }

        foreach (var request in requests)
        {
            foreach (var begun in Alone(place, stream, request))
                yield return begun;
        }
    }

    // A request from where it begins to where it has to show something; where it never has to, to its end.
    private IEnumerable<Place> Alone(Place place, int task, Request request)
    {
        var id = new TaskId(task);
        var world = place.World.Copy();
        world.Begin(id, Call.Of(request));
        var begun = place with { World = world };
        if (task < place.Asked.Length)
            begun = begun with { Asked = [.. place.Asked.Select((each, index) => index != task ? each : each.Length == 0 ? NameOf(request) : $"{each}; {NameOf(request)}")] };
        var open = new Stack<Place>([begun.Owes(task, words.Next([], world[id]))]);
        for (var steps = 0; open.TryPop(out var next); steps++)
        {
            if (steps >= limits.Opening)
            {
                isBounded = true;
                yield break;
            }

            yield return next;
            foreach (var moved in next.MayMove(task) ? Moved(next, task) : [])
                open.Push(moved);
        }
    }

    private string NameOf(Request request) => ScenarioPrinter.Print(Call.Of(request), model.Topology);

    // All places that steps lead to which show nothing; unwatched, no step does.
    private List<Place> Closure(IReadOnlyList<Place> places, bool isWatched = true)
    {
        var seen = new HashSet<UInt128>();
        var all = new List<Place>();
        var open = new Queue<Place>(places.Where(place => seen.Add(KeyOf(place))));
        while (open.TryDequeue(out var place))
        {
            if (all.Count >= limits.Closure)
            {
                isBounded = true;
                break;
            }

            all.Add(place);
            foreach (var next in Enumerable.Range(0, model.TaskCount).Where(place.MayMove).SelectMany(task => Moved(place, task, isWatched)).Where(next => seen.Add(KeyOf(next))))
                open.Enqueue(next);
        }

        return all;
    }

    private IEnumerable<Place> Moved(Place place, int task, bool isWatched = true)
    {
        var id = new TaskId(task);
        var isSeen = isWatched && (task < model.Topology.UserTasks || place.IsShown(task));
        var count = place.World.Successors(id).Count;
        for (var choice = 0; choice < count; choice++)
        {
            var world = place.World.Copy();
            var before = world[id].Stack;
            if (!world.Take(id, choice).Violations.Any(violation => violation.Fatal))
                yield return (place with { World = world }).Owes(task, isSeen ? words.Next(before, world[id]) : []);
        }
    }

    // Requests that show nothing by the rules, made by nobody's stream, where a trace goes on as if there had been one.
    private List<Place> Unseen(IReadOnlyList<Place> closed)
    {
        var spare = model.Topology.UserTasks - 1;
        var found = new Dictionary<UInt128, Place>();
        foreach (var place in closed.SelectMany(place => requests.SelectMany(request => Alone(place, spare, request))))
        {
            if (place.World[new TaskId(spare)].IsIdle)
                found.TryAdd(KeyOf(place), place);
        }

        return [.. found.Values];
    }
}
