using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <summary>Where the model cannot follow a trace.</summary>
/// <param name="Line">The first such line.</param>
/// <param name="Expected">What the model could have done there: function entries, or the end of the request.</param>
/// <param name="Request">The requests the model may be in.</param>
/// <param name="Silent">How many requests were tried in front of the section.</param>
/// <param name="IsBounded">A bound of the search was met before: the model may follow after all.</param>
public sealed record TraceRefusal(TraceLine Line, IReadOnlyList<string> Expected, IReadOnlyList<string> Request, int Silent, bool IsBounded);

/// <summary>How far a follower looks.</summary>
/// <param name="Silent">The most requests tried in front of a section.</param>
/// <param name="Worlds">The most worlds they may lead to.</param>
/// <param name="Closure">The most places between two lines.</param>
/// <param name="Opening">The most steps of a request before it shows something.</param>
public sealed record FollowerLimits(int Silent = 4, int Worlds = 500, int Closure = 20_000, int Opening = 1_000);

/// <summary>Follows a trace with all states the model may be in.</summary>
/// <remarks>
/// Between two function entries of a task the model takes the steps that show nothing; deferred tasks move whenever they can, and a stream may turn out to be one.
/// A request begins where an entry shows that it does. What a recording does not show, requests before it, is tried too, few before many.
/// </remarks>
public sealed partial class TraceFollower
{
    private readonly Model model;
    private readonly ModelWords words;
    private readonly IReadOnlyList<Request> requests;
    private readonly IReadOnlyList<Request> before;
    private readonly WorldHasher hasher = new();
    private readonly FollowerLimits limits;
    private readonly CancellationToken cancellation;
    private bool isBounded;

    /// <summary>A follower.</summary>
    /// <param name="model">The kernel, with the objects that the recording may be about, as many idle user tasks as it has streams at once, and one more.</param>
    /// <param name="rules">How the model shows in a trace.</param>
    /// <param name="requests">What may be asked.</param>
    /// <param name="before">What may have been asked before the recording.</param>
    /// <param name="limits">How far it looks.</param>
    /// <param name="cancellation">Ends it early.</param>
    public TraceFollower(Model model, TraceRules rules, IReadOnlyList<Request> requests, IReadOnlyList<Request> before, FollowerLimits limits, CancellationToken cancellation)
    {
        this.model = model;
        this.requests = requests;
        this.before = before;
        this.limits = limits;
        this.cancellation = cancellation;
        words = new ModelWords(rules);
    }

    /// <summary>Function entries followed.</summary>
    public long Followed { get; private set; }

    /// <summary>What the model takes each section for: its name, its first line, and one reading of it as requests.</summary>
    public IReadOnlyList<(string Section, int Line, string Requests)> Readings => readings;

    private readonly List<(string, int, string)> readings = [];

    /// <summary>What each request shows when it is made alone where it shows most, after few others: for whoever writes rules.</summary>
    public IEnumerable<(string Request, IReadOnlyList<Expected> Shown)> Words()
    {
        List<World> known = [new World(model)];
        for (var silent = 0; silent < limits.Silent; silent++)
            known = [.. known.Concat(known.SelectMany(Silently)).DistinctBy(hasher.Of)];
        return requests.Select(request => (NameOf(request), known.Select(world => ShownBy(request, world)).MaxBy(shown => shown.Count)!));
    }

    private IReadOnlyList<Expected> ShownBy(Request request, World from)
    {
        var (world, id) = (from.Copy(), new TaskId(0));
        world.Begin(id, Call.Of(request));
        var shown = new List<Expected>(words.Next([], world[id]));
        while (world.Successors(id).Count > 0)
        {
            var stack = world[id].Stack;
            world.Take(id);
            shown.AddRange(words.Next(stack, world[id]));
        }

        return shown;
    }

    /// <summary>Follows the sections; null when the model can.</summary>
    public TraceRefusal? Follow(IReadOnlyList<TraceSection> sections)
    {
        IReadOnlyList<World> worlds = [new World(model)];
        foreach (var section in sections)
        {
            // The recording may be about other objects than the one before: fresh ones are tried beside those it left.
            TraceRefusal? furthest = null;
            var seen = new HashSet<UInt128>();
            List<World> ring = [.. worlds.Append(new World(model)).Where(world => seen.Add(hasher.Of(world)))];
            isBounded = false;
            var silent = 0;
            for (; ring.Count > 0; silent++)
            {
                var (refusal, after) = FollowSection(section, ring);
                if (refusal is null)
                {
                    worlds = after;
                    furthest = null;
                    break;
                }

                // Where a request was followed for a while, more of what came before rarely helps.
                var isStuck = silent > 1 && refusal.Line.Number <= furthest!.Line.Number && furthest.Request.Count > 0;
                furthest = furthest is null || refusal.Line.Number > furthest.Line.Number ? refusal : furthest;
                if (isStuck || silent == limits.Silent || seen.Count > limits.Worlds || cancellation.IsCancellationRequested)
                    break;
                ring = [.. ring.SelectMany(Silently).Where(world => seen.Add(hasher.Of(world)))];
            }

            if (furthest is not null)
                return furthest with { Silent = silent, IsBounded = isBounded || cancellation.IsCancellationRequested };
        }

        return null;
    }

    // Each request alone, to its end and that of the work it leaves to others.
    private IEnumerable<World> Silently(World from)
    {
        foreach (var request in before)
        {
            var world = from.Copy();
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

    private (TraceRefusal? Refusal, IReadOnlyList<World> After) FollowSection(TraceSection section, IReadOnlyList<World> worlds)
    {
        IReadOnlyList<Place> places = [.. worlds.Select(world => Place.Of(world, section.Streams))];
        var followed = Followed;
        foreach (var seen in section.Sightings)
        {
            var next = seen.IsEnd ? Ended(seen, places) : Entered(seen, places);
            if (next.Count == 0)
                return (RefusalAt(seen, places), []);
            places = next;
        }

        Followed = followed + section.Sightings.Count(seen => !seen.IsEnd);
        readings.Add((section.Name, section.Line, string.Join(" | ", places[0].Asked.Where(asked => asked.Length > 0))));
        return (null, [.. places.SelectMany(Ends).DistinctBy(hasher.Of)]);
    }

    private List<Place> Entered(Sighting seen, IReadOnlyList<Place> places)
    {
        var closed = Closure(places);
        var next = Showing(seen, closed);

        // In front of a section requests are tried anyway.
        var isBeginning = places.All(place => Array.TrueForAll(place.Asked, asked => asked.Length == 0));
        return next.Count > 0 || isBeginning ? next : Showing(seen, Closure(Unseen([.. closed.Where(place => place.World[new TaskId(place.TaskOf(seen.Stream))].IsIdle)])));
    }

    // The request has ended, with the answer that the trace gives where it gives one; task work is still to come.
    private List<Place> Ended(Sighting seen, IReadOnlyList<Place> places) =>
        [.. Closure(places).Where(place => place.TaskOf(seen.Stream) is var task && (task >= model.Topology.UserTasks ? place.MayMove(task) : place.IsDone(task) && IsAnswer(place, task, seen.Answer)))];

    private static bool IsAnswer(Place place, int task, int? answer) =>
        answer is null || place.AnswerOf(task) is not { } said || (answer < 0 ? said == answer : said >= 0);

    // Who is still in a call when a section ends goes on unseen.
    private IEnumerable<World> Ends(Place place) =>
        Closure([Place.Of(place.World, place.Carriers.Length)], isWatched: false).Where(end => end.World.Tasks.All(task => task.IsIdle)).Select(end => end.World);

    private TraceRefusal RefusalAt(Sighting seen, IReadOnlyList<Place> places)
    {
        var all = Closure(places);
        var busy = all.Select(place => (Place: place, Task: place.TaskOf(seen.Stream))).Where(each => !each.Place.World[new TaskId(each.Task)].IsIdle).ToArray();
        var owed = busy.Select(each => each.Place.Owing[each.Task]).SelectMany(owing => owing.TakeWhile((_, index) => owing.Take(index).All(before => before.IsOptional)).Select(each => $"{each.Function}()")).Distinct().Order(StringComparer.Ordinal);
        var ends = busy.Length < all.Count ? ["the request has ended"] : Array.Empty<string>();
        return new TraceRefusal(seen.Line, [.. owed, .. ends], [.. all.Select(place => place.Asked[seen.Stream]).Where(asked => asked.Length > 0).Distinct().Order(StringComparer.Ordinal)], 0, isBounded);
    }
}
