using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>The events of a run, newest first; runs that part share what they have in common.</summary>
/// <param name="Before">What happened before, or null.</param>
/// <param name="Last">The newest event.</param>
public sealed record Trail(Trail? Before, Event Last)
{
    /// <summary>The events of a trail, oldest first.</summary>
    public static IReadOnlyList<Event> Events(Trail? trail)
    {
        var events = new List<Event>();
        for (var at = trail; at is not null; at = at.Before)
            events.Add(at.Last);
        events.Reverse();
        return events;
    }
}

/// <summary>One way the world can stand after the requests so far, and what was seen on the way since <see cref="SequentialRun.Forget"/>.</summary>
/// <param name="World">The world. Never stepped again: a run goes on with a copy.</param>
/// <param name="Answers">The answers of the requests, in order; null for one that still waits.</param>
/// <param name="Invalidations">The invalidate callbacks each attachment received, counted from the events.</param>
/// <param name="Trail">The events.</param>
public sealed record PossibleWorld(World World, Sequence<int?> Answers, Sequence<int> Invalidations, Trail? Trail)
{
    /// <summary>The answer of the latest request; null when it still waits.</summary>
    public int? Answer => Answers.Last;

    /// <summary>The answer of a task that began to wait earlier: null while it does, or when it did nothing.</summary>
    public int? AnswerOf(TaskId task) => World[task] is { IsIdle: true, Results.IsEmpty: false } state ? state.Results.Last : null;

    internal PossibleWorld Seen(Event happened)
    {
        var told = happened.Step is Step.Send send && happened.Target is { Kind: MachineKind.Attachment } && send.Message(happened.Locals) is AttachmentMessage.Invalidate;
        var attachment = told ? happened.Target!.Value.Index : -1;
        return this with
        {
            Trail = new Trail(Trail, happened),
            Invalidations = told ? Invalidations.SetItem(attachment, Invalidations[attachment] + 1) : Invalidations,
        };
    }
}

/// <summary>Requests issued one after the other, each run to its answer through the call paths of the model.</summary>
/// <remarks>
/// What the kernel defers runs when it likes: any other task may run, until it ends or waits, before each step of a request and after its last.
/// So the outcome is a set of worlds. It is not an exploration: two deferred tasks do not interleave step by step, and a request in progress is only parted by whole runs of them.
/// </remarks>
public sealed class SequentialRun
{
    private List<PossibleWorld> worlds;

    /// <summary>A run that begins in the model's first world.</summary>
    public SequentialRun(Model model)
        : this(new World(model))
    {
    }

    /// <summary>A run that begins in the given world.</summary>
    public SequentialRun(World world)
        : this(world.Model, [new PossibleWorld(world.Copy(), Sequence<int?>.Empty, NothingTold(world.Model), null)])
    {
    }

    private SequentialRun(Model model, List<PossibleWorld> worlds)
    {
        Model = model;
        this.worlds = worlds;
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>All the ways the world can stand, each once, in order of discovery.</summary>
    public IReadOnlyList<PossibleWorld> Worlds => worlds;

    /// <summary>A run that goes on from here by itself.</summary>
    public SequentialRun Copy() => new(Model, [.. worlds]);

    /// <summary>A run that goes on from one of the worlds.</summary>
    public SequentialRun From(PossibleWorld world) => new(Model, [world]);

    /// <summary>Drops answers, callback counts and events: the next request begins a new row.</summary>
    public void Forget() => worlds = Distinct(worlds.Select(world => world with { Answers = Sequence<int?>.Empty, Invalidations = NothingTold(Model), Trail = null }));

    /// <summary>Keeps the worlds that agree with an observation.</summary>
    public void Keep(Func<PossibleWorld, bool> agrees) => worlds = [.. worlds.Where(agrees)];

    /// <summary>Issues a request as the given task, which must be idle, and lets everything deferred run or not afterwards.</summary>
    public void Request(TaskId task, Request request, FaultPlan? faults = null)
    {
        var call = new Call(request, faults ?? FaultPlan.None);
        worlds = Settle(worlds.SelectMany(world => Run(world, task, call)));
    }

    /// <summary>Takes down an answer that user space gives itself, without a request.</summary>
    public void Note(int answer) => Note(_ => answer);

    /// <summary>Takes down an answer that depends on the world: of a task that began to wait earlier, for one.</summary>
    public void Note(Func<PossibleWorld, int?> answer) => worlds = [.. worlds.Select(world => world with { Answers = world.Answers.Add(answer(world)) })];

    /// <summary>Issues further requests in those worlds only that a condition selects; the others stay as they are.</summary>
    public void Where(Func<PossibleWorld, bool> condition, Action<SequentialRun> further)
    {
        var chosen = new SequentialRun(Model, [.. worlds.Where(condition)]);
        further(chosen);
        worlds = Distinct(worlds.Where(world => !condition(world)).Concat(chosen.worlds));
    }

    private static Sequence<int> NothingTold(Model model) => Sequence<int>.From(Enumerable.Repeat(0, model.Topology.Attachments.Count));

    private static List<PossibleWorld> Distinct(IEnumerable<PossibleWorld> worlds)
    {
        List<PossibleWorld> all = [.. worlds];
        return all.Count < 2 ? all : [.. all.Distinct(SameWorld.Instance)];
    }

    private static IEnumerable<PossibleWorld> Run(PossibleWorld start, TaskId task, Call call)
    {
        var first = start with { World = start.World.Copy() };
        first.World.Begin(task, call);
        var seen = new HashSet<PossibleWorld>(SameWorld.Instance);
        var open = new Stack<PossibleWorld>([first]);
        while (open.TryPop(out var current))
        {
            current = RunAlone(current, task);
            var others = Others(current.World, task);
            if (current.World[task].IsIdle)
            {
                yield return current with { Answers = current.Answers.Add(current.AnswerOf(task)) };
                continue;
            }

            var choices = current.World.Successors(task).Count;
            if (choices == 0 && others.Count == 0)
                yield return current with { Answers = current.Answers.Add(null) };
            if (!seen.Add(current))
                continue;
            for (var choice = choices - 1; choice >= 0; choice--)
                open.Push(Take(current, task, choice));
            foreach (var next in others.SelectMany(other => Burst(current, other)))
                open.Push(next);
        }
    }

    // While nobody else can do anything and there is no choice, the request just goes on; no copy is needed.
    private static PossibleWorld RunAlone(PossibleWorld current, TaskId task)
    {
        var world = current.World.Copy();
        current = current with { World = world };
        while (!world[task].IsIdle && Others(world, task).Count == 0 && world.Successors(task).Count == 1)
            current = current.Seen(world.Take(task));
        return current;
    }

    private static List<PossibleWorld> Settle(IEnumerable<PossibleWorld> ended)
    {
        var settled = Distinct(ended);
        if (settled.TrueForAll(world => Others(world.World, null).Count == 0))
            return settled;
        var seen = new HashSet<PossibleWorld>(settled, SameWorld.Instance);
        for (var index = 0; index < settled.Count; index++)
            settled.AddRange(Others(settled[index].World, null).SelectMany(other => Burst(settled[index], other)).Where(seen.Add).ToList());
        return settled;
    }

    // Runs a task until it ends or waits.
    private static List<PossibleWorld> Burst(PossibleWorld start, TaskId task)
    {
        var ends = new List<PossibleWorld>();
        var open = new Stack<PossibleWorld>([start]);
        while (open.TryPop(out var current))
        {
            var choices = current.World[task].IsIdle ? 0 : current.World.Successors(task).Count;
            if (choices == 0)
                ends.Add(current);
            for (var choice = choices - 1; choice >= 0; choice--)
                open.Push(Take(current, task, choice));
        }

        return ends;
    }

    private static PossibleWorld Take(PossibleWorld current, TaskId task, int choice)
    {
        var world = current.World.Copy();
        var happened = world.Take(task, choice);
        return (current with { World = world }).Seen(happened);
    }

    private static List<TaskId> Others(World world, TaskId? acting)
    {
        var others = new List<TaskId>();
        for (var slot = 0; slot < world.Model.TaskCount; slot++)
        {
            var id = new TaskId(slot);
            if (id != acting && !world[id].IsIdle && world.Successors(id).Count > 0)
                others.Add(id);
        }

        return others;
    }

    // Equal by content of all slots and by what was seen, not by the way there.
    private sealed class SameWorld : IEqualityComparer<PossibleWorld>
    {
        public static readonly SameWorld Instance = new();

        public bool Equals(PossibleWorld? x, PossibleWorld? y) =>
            ReferenceEquals(x, y)
            || (x is not null && y is not null && x.Answers.Equals(y.Answers) && x.Invalidations.Equals(y.Invalidations) && x.World.Slots.SequenceEqual(y.World.Slots));

        public int GetHashCode(PossibleWorld world)
        {
            var code = default(HashCode);
            foreach (var slot in world.World.Slots)
                code.Add(slot);
            code.Add(world.Answers);
            code.Add(world.Invalidations);
            return code.ToHashCode();
        }
    }
}
