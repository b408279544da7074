using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration;

/// <summary>A test of a call path, and which ways it went.</summary>
/// <param name="Text">The test.</param>
/// <param name="Yes">Whether its condition held once.</param>
/// <param name="No">Whether it did not hold once.</param>
public sealed record GuardOutcomes(string Text, bool Yes, bool No);

/// <summary>An error that a function returned.</summary>
/// <param name="Text">The return.</param>
/// <param name="Errno">The negated value.</param>
public sealed record ErrorPath(string Text, Errno Errno);

/// <summary>What was exercised of one function.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Guards">Its tests, in order.</param>
/// <param name="Errors">Errors it returned, each at the return statement.</param>
/// <param name="Locks">How many of its steps take a lock or try to.</param>
/// <param name="Contended">Those of them that met a lock they could not have at once.</param>
/// <param name="Waited">Other steps that had to wait.</param>
/// <param name="Started">Steps that started another task.</param>
public sealed record FunctionCoverage(
    string Function, IReadOnlyList<GuardOutcomes> Guards, IReadOnlyList<ErrorPath> Errors, int Locks, IReadOnlyList<string> Contended, IReadOnlyList<string> Waited, IReadOnlyList<string> Started);

/// <summary>Notes what an exploration exercises of the call paths: it hears of each remembered transition, and runs the local steps behind it once more.</summary>
/// <remarks>A reduced search visits fewer worlds: what is noted was met; a lock that is contended only in worlds left out as redundant is not.</remarks>
public sealed class PathWatch
{
    private readonly Model model;
    private readonly Dictionary<Place, (bool Yes, bool No)> guards = [];
    private readonly HashSet<(Place Place, int Ret)> errors = [];
    private readonly HashSet<Place> run = [];
    private readonly HashSet<Place> blocked = [];
    private readonly HashSet<Place> starting = [];
    private readonly HashSet<Place> writing = [];
    private readonly HashSet<(Place Place, MachineRef Machine)> sends = [];
    private readonly HashSet<MachineRef> awaited = [];

    /// <summary>Begins with the steps before the first visible one of each task.</summary>
    public PathWatch(Model model)
    {
        this.model = model;
        for (var task = 0; task < model.Scripts.Count; task++)
            TaskMachine.Begin(TaskState.Idle(new TaskId(task)), model.Scripts[task], new Locals(), model.Topology, Pass);
    }

    /// <summary>What was exercised, by function in the order of the call paths; functions that did not run are left out.</summary>
    public IReadOnlyList<FunctionCoverage> Functions
    {
        get
        {
            var running = run.Select(place => place.Path).ToHashSet();
            return [.. model.Paths.All.Where(running.Contains).Select(Of)];
        }
    }

    /// <summary>The functions that did not run, of all that the model's call paths have.</summary>
    public IReadOnlyList<string> NotRun
    {
        get
        {
            var running = run.Select(place => place.Path).ToHashSet();
            return [.. model.Paths.All.Where(path => !running.Contains(path)).Select(path => path.Name)];
        }
    }

    /// <summary>Whether a step was executed.</summary>
    public bool HasRun(Program path, int position) => run.Contains(new Place(path, position));

    /// <summary>Whether the condition of a test did not hold once.</summary>
    public bool HasFailed(Program path, int position) => guards.GetValueOrDefault(new Place(path, position)).No;

    /// <summary>Whether a step ever changed the machine it goes to.</summary>
    public bool HasWritten(Program path, int position) => writing.Contains(new Place(path, position));

    /// <summary>Whether a step ever had to wait, or failed to have a lock at once.</summary>
    public bool HasWaited(Program path, int position) => blocked.Contains(new Place(path, position));

    /// <summary>Whether any task ever had to wait for one of the machines that a step goes to.</summary>
    public bool IsAwaited(Program path, int position) => sends.Any(send => send.Place == new Place(path, position) && awaited.Contains(send.Machine));

    /// <summary>Whether a step of a path is a test of its source: no else, goto or end of a loop.</summary>
    public static bool IsGuard(Step step) => step is Step.Jump { Text: not ("" or "else") } jump && !jump.Text.StartsWith("goto ", StringComparison.Ordinal);

    /// <summary>Takes note of a transition: <see cref="ExplorerOptions.OnTransition"/>.</summary>
    public void Observe(object task, object? target)
    {
        var state = (TaskState)task;
        var place = PlaceOf(state);
        if (target is not MachineState machine)
        {
            run.Add(place);
            if (state.Next is Step.Check)
                TaskMachine.Check(state, [], Pass);
            return;
        }

        var reference = TaskMachine.Pending(state).Target!.Value;
        sends.Add((place, reference));
        var successors = TaskMachine.Send(state, machine, model.Topology, Pass);
        if (successors.Count == 0 || (state.Next is Step.Send { Kind: SendKind.Try } && successors.Any(successor => !successor.Reply.Yes)))
        {
            blocked.Add(place);
            awaited.Add(reference);
        }

        if (successors.Count > 0)
            run.Add(place);
        if (successors.Any(successor => !successor.Started.IsEmpty))
            starting.Add(place);
        if (successors.Any(successor => !machine.Equals(successor.Target)))
            writing.Add(place);
    }

    private void Pass(TaskState before, TaskState after)
    {
        var place = PlaceOf(before);
        run.Add(place);
        if (IsGuard(before.Next))
        {
            var known = guards.GetValueOrDefault(place);
            var isSkipped = ((Step.Jump)before.Next).When(before.Top.Locals);
            guards[place] = (known.Yes || !isSkipped, known.No || isSkipped);
        }

        if (before.Next is Step.Return && before.Top.Locals.Ret < 0)
            errors.Add((place, before.Top.Locals.Ret));
    }

    private FunctionCoverage Of(Program path)
    {
        var steps = path.Steps.Select((step, position) => (Step: step, Place: new Place(path, position))).ToArray();
        string[] Texts(Func<Step, Place, bool> which) => [.. steps.Where(step => which(step.Step, step.Place)).Select(step => step.Step.Text)];
        return new FunctionCoverage(
            path.Name,
            [.. steps.Where(step => IsGuard(step.Step)).Select(step => new GuardOutcomes(step.Step.Text, guards.GetValueOrDefault(step.Place).Yes, guards.GetValueOrDefault(step.Place).No))],
            [.. errors.Where(error => error.Place.Path == path).OrderBy(error => error.Place.Position).ThenByDescending(error => error.Ret)
                .Select(error => new ErrorPath(path.Steps[error.Place.Position].Text, (Errno)(-error.Ret)))],
            steps.Count(step => IsTaking(step.Step)),
            Texts((step, place) => IsTaking(step) && blocked.Contains(place)),
            Texts((step, place) => !IsTaking(step) && blocked.Contains(place)),
            Texts((_, place) => starting.Contains(place)));
    }

    private static bool IsTaking(Step step) => step is Step.Send { Kind: SendKind.Await or SendKind.Try };

    private static Place PlaceOf(TaskState task) => new(task.Top.Program, task.Top.Position);

    private readonly record struct Place(Program Path, int Position);
}
