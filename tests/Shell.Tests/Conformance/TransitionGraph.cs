using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Shell.Tests.Conformance;

/// <summary>A step in the graph of all worlds.</summary>
/// <param name="Task">Who.</param>
/// <param name="Successor">Which successor, as the explorer counts.</param>
/// <param name="Choice">Which of the machine's possibilities.</param>
/// <param name="Branch">Which of the task's continuations.</param>
/// <param name="Transition">The number of (task state, target state, successor); -1 for a step that sends no message.</param>
/// <param name="To">The world after it; -1 when the kernel has stopped.</param>
internal readonly record struct GraphStep(int Task, int Successor, int Choice, int Branch, int Transition, int To);

/// <summary>All worlds of a small scenario and all steps between them, by plain breadth-first search over the pure functions.</summary>
internal sealed class TransitionGraph
{
    private readonly Model model;
    private readonly Dictionary<object, int> ids = [];
    private readonly List<object> states = [];
    private readonly Dictionary<int[], int> numbers = new(new SameSlots());
    private readonly List<int[]> worlds = [];
    private readonly List<GraphStep[]> steps = [];
    private readonly Dictionary<(int Task, int Target), Sent[]> sends = [];

    public TransitionGraph(Model model)
    {
        this.model = model;
        NumberOf([.. model.InitialWorld().Select(Intern)]);
        for (var world = 0; world < worlds.Count; world++)
            steps.Add([.. Expand(worlds[world])]);
    }

    /// <summary>Distinct worlds; the first is 0.</summary>
    public int Worlds => worlds.Count;

    /// <summary>Steps between worlds.</summary>
    public int Steps => steps.Sum(from => from.Length);

    /// <summary>Distinct (task state, target state, successor) of steps that send a message.</summary>
    public int Transitions { get; private set; }

    /// <summary>The steps out of a world.</summary>
    public IReadOnlyList<GraphStep> From(int world) => steps[world];

    /// <summary>The tasks of a world.</summary>
    public IEnumerable<TaskState> TasksOf(int world) => worlds[world].Take(model.TaskCount).Select(id => (TaskState)states[id]);

    private IEnumerable<GraphStep> Expand(int[] world)
    {
        for (var task = 0; task < model.TaskCount; task++)
        {
            var state = (TaskState)states[world[task]];
            if (state.IsIdle)
                continue;
            if (state.Next is Step.Check)
            {
                foreach (var step in Check(world, task, state))
                    yield return step;
            }
            else if (TaskMachine.Pending(state).Target is { } target)
            {
                var slot = model.SlotOf(target);
                var sent = SentFrom(world[task], world[slot], target);
                for (var index = 0; index < sent.Length; index++)
                    yield return new GraphStep(task, index, sent[index].Choice, sent[index].Branch, sent[index].Transition, After(world, task, slot, sent[index]));
            }
            else
            {
                yield return new GraphStep(task, 0, 0, 0, -1, -1);
            }
        }
    }

    private IEnumerable<GraphStep> Check(int[] world, int task, TaskState state)
    {
        var successors = TaskMachine.Check(state, Obligations.Judge(state, model.Topology, machine => (MachineState)states[world[model.SlotOf(machine)]]));
        for (var index = 0; index < successors.Count; index++)
        {
            var to = successors[index].IsFatal ? -1 : After(world, task, -1, new Sent(Intern(successors[index].Task), -1, [], false, 0, 0, -1));
            yield return new GraphStep(task, index, 0, 0, -1, to);
        }
    }

    private Sent[] SentFrom(int task, int target, MachineRef machine)
    {
        if (sends.TryGetValue((task, target), out var known))
            return known;
        var state = (TaskState)states[task];
        var found = new List<Sent>();
        var outcome = MachineTable.Handle((MachineState)states[target], TaskMachine.Pending(state).Message);
        for (var choice = 0; choice < outcome.Possibilities.Count; choice++)
        {
            var branches = TaskMachine.Resume(state, machine, outcome.Possibilities[choice], model.Topology);
            for (var branch = 0; branch < branches.Count; branch++)
                found.Add(ToSent(branches[branch], choice, branch));
        }

        sends.Add((task, target), [.. found]);
        return sends[(task, target)];
    }

    private Sent ToSent(Successor successor, int choice, int branch) => new(
        Intern(successor.Task), Intern(successor.Target!), [.. successor.Started.Select(child => (child.Id.Index, Intern(child)))], successor.IsFatal, choice, branch, Transitions++);

    private int After(int[] world, int task, int slot, Sent sent)
    {
        if (sent.Fatal)
            return -1;
        var next = (int[])world.Clone();
        next[task] = sent.Task;
        if (slot >= 0)
            next[slot] = sent.Target;
        foreach (var (child, state) in sent.Started)
            next[child] = state;
        return NumberOf(next);
    }

    private int NumberOf(int[] world)
    {
        if (numbers.TryGetValue(world, out var number))
            return number;
        numbers.Add(world, worlds.Count);
        worlds.Add(world);
        return worlds.Count - 1;
    }

    private int Intern(object state)
    {
        if (ids.TryGetValue(state, out var id))
            return id;
        ids.Add(state, states.Count);
        states.Add(state);
        return states.Count - 1;
    }

    private sealed record Sent(int Task, int Target, (int Slot, int State)[] Started, bool Fatal, int Choice, int Branch, int Transition);

    private sealed class SameSlots : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] slots)
        {
            var code = default(HashCode);
            foreach (var slot in slots)
                code.Add(slot);
            return code.ToHashCode();
        }
    }
}
