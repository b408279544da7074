using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <content>The places the model may be in, and how it moves between them.</content>
public sealed partial class TraceFollower
{
    // A world, and for each stream what the model still has to show before its task's next step.
    private sealed record Place(World World, IReadOnlyList<Expected>[] Owing, string[] Asked);

    // What a task owes is the end of what its state says, so its length tells it.
    private UInt128 KeyOf(Place place) =>
        Enumerable.Range(0, place.Owing.Length).Aggregate(hasher.Of(place.World), (sum, stream) => sum ^ Mixing.Mix(1000 + stream, (UInt128)place.Owing[stream].Count));

    private List<Place> Shown(string function, int stream, IReadOnlyList<Place> places)
    {
        var next = new Dictionary<UInt128, Place>();
        foreach (var place in Closure(places).SelectMany(place => Begun(place, stream)))
        {
            var owing = place.Owing[stream];
            var skip = 0;
            while (skip < owing.Count && owing[skip].Function != function && owing[skip].IsOptional)
                skip++;
            if (skip == owing.Count || owing[skip].Function != function)
                continue;
            var shown = place with { Owing = [.. place.Owing.Select((each, index) => index == stream ? [.. owing.Skip(skip + 1)] : each)] };
            next.TryAdd(KeyOf(shown), shown);
        }

        return [.. next.Values];
    }

    // A stream whose task is idle may begin any request; it moves alone until it has to show something.
    private IEnumerable<Place> Begun(Place place, int stream)
    {
        yield return place;
        var id = new TaskId(stream);
        if (!place.World[id].IsIdle)
            yield break;
        foreach (var request in requests)
        {
            var world = place.World.Copy();
            world.Begin(id, Call.Of(request));
            var open = new Stack<Place>([With(place, world, stream, words.Next([], world[id]), NameOf(request))]);
            for (var steps = 0; steps < OpeningMax && open.TryPop(out var begun); steps++)
            {
                yield return begun;
                foreach (var next in begun.Owing[stream].All(owed => owed.IsOptional) ? Moved(begun, stream) : [])
                    open.Push(next);
            }
        }
    }

    private string NameOf(Request request) => ScenarioPrinter.Print(Call.Of(request), model.Topology);

    private static Place With(Place place, World world, int stream, IReadOnlyList<Expected> owing, string? asked = null) => new(
        world,
        [.. place.Owing.Select((each, index) => index == stream ? owing : each)],
        [.. place.Asked.Select((each, index) => index != stream || asked is null ? each : each.Length == 0 ? asked : $"{each}; {asked}")]);

    // All places that steps lead to which show nothing.
    private List<Place> Closure(IReadOnlyList<Place> places)
    {
        var seen = new HashSet<UInt128>();
        var all = new List<Place>();
        var open = new Queue<Place>(places.Where(place => seen.Add(KeyOf(place))));
        while (open.TryDequeue(out var place) && all.Count < ClosureMax)
        {
            all.Add(place);
            foreach (var next in Silent(place).Where(next => seen.Add(KeyOf(next))))
                open.Enqueue(next);
        }

        return all;
    }

    private IEnumerable<Place> Silent(Place place) =>
        Enumerable.Range(0, model.TaskCount).Where(task => task >= place.Owing.Length || place.Owing[task].All(owed => owed.IsOptional)).SelectMany(task => Moved(place, task));

    private IEnumerable<Place> Moved(Place place, int task)
    {
        var id = new TaskId(task);
        var count = place.World.Successors(id).Count;
        for (var choice = 0; choice < count; choice++)
        {
            var world = place.World.Copy();
            var before = world[id].Stack;
            if (!world.Take(id, choice).Violations.Any(violation => violation.Fatal))
                yield return task < place.Owing.Length ? With(place, world, task, words.Next(before, world[id])) : place with { World = world };
        }
    }
}
