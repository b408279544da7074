using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <summary>Where the model cannot follow a trace.</summary>
/// <param name="Line">The first such line.</param>
/// <param name="Expected">What the model could have done there: function entries, or the end of the request.</param>
/// <param name="Request">The requests the model may be in.</param>
public sealed record TraceRefusal(TraceLine Line, IReadOnlyList<string> Expected, IReadOnlyList<string> Request);

/// <summary>Follows a trace with all states the model may be in.</summary>
/// <remarks>
/// Between two function entries of a task the model takes the steps that show nothing; deferred tasks move whenever they can. A request begins
/// where an entry shows that it does. What a recording does not show, requests before it, is tried too, few before many.
/// </remarks>
public sealed partial class TraceFollower
{
    private const int ClosureMax = 20_000;
    private const int WorldsMax = 500;
    private const int OpeningMax = 1_000;

    private readonly Model model;
    private readonly TraceRules rules;
    private readonly ModelWords words;
    private readonly IReadOnlyList<Request> requests;
    private readonly WorldHasher hasher = new();
    private readonly int silentMax;
    private readonly CancellationToken cancellation;

    /// <summary>A follower.</summary>
    /// <param name="model">The kernel, with the objects that the recording may be about and as many idle user tasks as it may have streams.</param>
    /// <param name="rules">How the model shows in a trace.</param>
    /// <param name="requests">What may be asked.</param>
    /// <param name="silentMax">The most requests that a recording does not show before it begins.</param>
    /// <param name="cancellation">Ends it early.</param>
    public TraceFollower(Model model, TraceRules rules, IReadOnlyList<Request> requests, int silentMax, CancellationToken cancellation)
    {
        this.model = model;
        this.rules = rules;
        this.requests = requests;
        this.silentMax = silentMax;
        this.cancellation = cancellation;
        words = new ModelWords(rules);
    }

    /// <summary>Function entries followed.</summary>
    public long Followed { get; private set; }

    /// <summary>What the model takes each section for: its name, its first line, and one reading of it as requests.</summary>
    public IReadOnlyList<(string Section, int Line, string Requests)> Readings => readings;

    private readonly List<(string, int, string)> readings = [];

    /// <summary>What each request shows when it is made alone, in the beginning: for whoever writes rules.</summary>
    public IEnumerable<(string Request, IReadOnlyList<Expected> Shown)> Words()
    {
        foreach (var request in requests)
        {
            var world = new World(model);
            var id = new TaskId(0);
            world.Begin(id, Call.Of(request));
            var shown = new List<Expected>(words.Next([], world[id]));
            while (world.Successors(id).Count > 0)
            {
                var before = world[id].Stack;
                world.Take(id);
                shown.AddRange(words.Next(before, world[id]));
            }

            yield return (NameOf(request), shown);
        }
    }

    /// <summary>Follows the lines; null when the model can.</summary>
    public TraceRefusal? Follow(IReadOnlyList<TraceLine> lines)
    {
        IReadOnlyList<World> worlds = [new World(model)];
        foreach (var section in Split(lines))
        {
            // The recording may be about other objects than the one before: fresh ones are tried beside those it left.
            TraceRefusal? furthest = null;
            var seen = new HashSet<UInt128>();
            List<World> ring = [.. worlds.Append(new World(model)).Where(world => seen.Add(hasher.Of(world)))];
            for (var silent = 0; silent <= silentMax; silent++)
            {
                var (refusal, after) = FollowSection(section, ring);
                if (refusal is null)
                {
                    worlds = after;
                    furthest = null;
                    break;
                }

                // Where a request was followed for a while, more of what came before rarely helps.
                var isStuck = furthest is not null && refusal.Line.Number <= furthest.Line.Number && furthest.Request.Count > 0;
                furthest = furthest is null || refusal.Line.Number > furthest.Line.Number ? refusal : furthest;
                if (isStuck && silent > 1)
                    break;
                ring = seen.Count > WorldsMax || cancellation.IsCancellationRequested ? [] : [.. ring.SelectMany(Silently).Where(world => seen.Add(hasher.Of(world)))];
                if (ring.Count == 0)
                    break;
            }

            if (furthest is not null)
                return furthest;
        }

        return null;
    }

    private static IEnumerable<IReadOnlyList<TraceLine>> Split(IReadOnlyList<TraceLine> lines)
    {
        var start = 0;
        for (var index = 1; index <= lines.Count; index++)
        {
            if (index < lines.Count && lines[index].Kind != TraceLineKind.Section)
                continue;
            yield return [.. lines.Skip(start).Take(index - start)];
            start = index;
        }
    }

    // Each request alone, to its end and that of the work it leaves to others.
    private IEnumerable<World> Silently(World before)
    {
        foreach (var request in requests)
        {
            var world = before.Copy();
            world.Begin(new TaskId(0), Call.Of(request));
            if (Settle(world))
                yield return world;
        }
    }

    private static bool Settle(World world)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            for (var task = 0; task < world.Model.TaskCount; task++)
            {
                for (var id = new TaskId(task); world.Successors(id).Count > 0; moved = true)
                {
                    if (world.Take(id).Violations.Any(violation => violation.Fatal))
                        return false;
                }
            }
        }

        return world.Tasks.All(task => task.IsIdle);
    }

    private (TraceRefusal? Refusal, IReadOnlyList<World> After) FollowSection(IReadOnlyList<TraceLine> lines, IReadOnlyList<World> worlds)
    {
        var streams = new List<string>();
        var callers = new Dictionary<string, Stack<(int Depth, string Function)>>();
        var answers = new Dictionary<string, int?>();
        IReadOnlyList<Place> places = [.. worlds.Select(world => new Place(world, [.. Enumerable.Repeat<IReadOnlyList<Expected>>([], model.Topology.UserTasks)], [.. Enumerable.Repeat("", model.Topology.UserTasks)]))];
        foreach (var line in lines.Where(line => line.Kind != TraceLineKind.Section))
        {
            if (!streams.Contains(line.Stream))
            {
                // A recording that begins inside of a call: nothing is known until it has ended.
                if (line.Depth > 0 || line.Kind == TraceLineKind.Exit)
                    continue;
                streams.Add(line.Stream);
                callers[line.Stream] = new Stack<(int, string)>();
            }

            var stream = streams.IndexOf(line.Stream);
            if (stream >= model.Topology.UserTasks)
                continue;
            var next = See(line, stream, callers[line.Stream], answers, places);
            if (next.Count == 0)
                return (RefusalAt(line, stream, places), []);
            places = next;
        }

        var first = lines.Count > 0 && lines[0].Kind == TraceLineKind.Section ? lines[0].Function : "";
        readings.Add((first, lines.Count > 0 ? lines[0].Number : 0, string.Join(" | ", places[0].Asked.Where(asked => asked.Length > 0))));
        return (null, [.. places.SelectMany(Ends).DistinctBy(hasher.Of)]);
    }

    private IReadOnlyList<Place> See(TraceLine line, int stream, Stack<(int Depth, string Function)> callers, Dictionary<string, int?> answers, IReadOnlyList<Place> places)
    {
        while (callers.TryPeek(out var top) && top.Depth >= line.Depth + (line.Kind == TraceLineKind.Exit ? 1 : 0))
            callers.Pop();
        var function = line.Kind == TraceLineKind.Exit && line.Function.Length == 0 && callers.TryPeek(out var left) ? left.Function : line.Function;
        if (line.Kind is TraceLineKind.Exit or TraceLineKind.Leaf && rules.Answers(function))
            answers[line.Stream] = line.Returned;
        var caller = callers.TryPeek(out var calling) ? calling.Function : "";
        var isSkipped = callers.Any(call => rules.Skips(call.Function));
        if (line.Kind != TraceLineKind.Exit && !isSkipped && rules.Counts(function, caller))
        {
            Followed++;
            places = Shown(function, stream, places);
        }

        if (line.Kind == TraceLineKind.Entry)
            callers.Push((line.Depth, function));
        if (line.Kind is TraceLineKind.Exit && line.Depth == 0)
        {
            callers.Clear();
            places = Ended(stream, answers.GetValueOrDefault(line.Stream), places);
            answers.Remove(line.Stream);
        }

        return places;
    }

    // The request has ended, with the answer that the trace gives where it gives one.
    private List<Place> Ended(int stream, int? answer, IReadOnlyList<Place> places) =>
        [.. Closure(places).Where(place => place.World[new TaskId(stream)].IsIdle && IsAnswer(place, stream, answer))];

    private static bool IsAnswer(Place place, int stream, int? answer) =>
        answer is null || place.World[new TaskId(stream)].Results is not { IsEmpty: false } results || (answer < 0 ? results[0] == answer : results[0] >= 0);

    private IEnumerable<World> Ends(Place place) => Closure([place]).Where(end => end.World.Tasks.All(task => task.IsIdle)).Select(end => end.World);

    private TraceRefusal RefusalAt(TraceLine line, int stream, IReadOnlyList<Place> places)
    {
        var all = Closure(places);
        var busy = all.Where(place => !place.World[new TaskId(stream)].IsIdle).ToArray();
        var owed = busy.SelectMany(place => place.Owing[stream].TakeWhile((_, index) => place.Owing[stream].Take(index).All(before => before.IsOptional)).Select(each => $"{each.Function}()")).Distinct().Order(StringComparer.Ordinal);
        var ends = all.Any(place => place.World[new TaskId(stream)].IsIdle) ? ["the request has ended"] : Array.Empty<string>();
        return new TraceRefusal(line, [.. owed, .. ends], [.. all.Select(place => place.Asked[stream]).Where(asked => asked.Length > 0).Distinct().Order(StringComparer.Ordinal)]);
    }
}
