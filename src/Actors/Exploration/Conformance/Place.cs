using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <summary>Where the model may be while it follows a trace.</summary>
/// <param name="World">The world.</param>
/// <param name="Owing">For each task what the model still has to show before the task's next step.</param>
/// <param name="Carriers">For each stream the task that it shows: its own, or a deferred one that it was seen to run.</param>
/// <param name="Asked">For each stream the requests it has made.</param>
internal sealed record Place(World World, IReadOnlyList<Expected>[] Owing, int[] Carriers, string[] Asked)
{
    /// <summary>Nothing was shown yet.</summary>
    public static Place Of(World world, int streams) =>
        new(world, [.. Enumerable.Repeat<IReadOnlyList<Expected>>([], world.Model.TaskCount)], [.. Enumerable.Range(0, streams)], [.. Enumerable.Repeat("", streams)]);

    /// <summary>The task that a stream shows; its own again when the deferred one has ended.</summary>
    public int TaskOf(int stream) => Carriers[stream] is var task && World[new TaskId(task)].IsIdle ? stream : task;

    /// <summary>Whether a deferred task is shown by a stream.</summary>
    public bool IsShown(int task) => Array.Exists(Carriers, carrier => carrier == task);

    /// <summary>Whether a task has nothing left to show before its next step.</summary>
    public bool MayMove(int task) => Owing[task].All(owed => owed.IsOptional);

    /// <summary>The same with something else owed by one task.</summary>
    public Place Owes(int task, IReadOnlyList<Expected> owing) => this with { Owing = Changed(Owing, task, owing) };

    /// <summary>The same with a stream that shows a task.</summary>
    public Place Carried(int stream, int task) => this with { Carriers = Changed(Carriers, stream, task) };

    /// <summary>Whether a user task is on its way back to user mode: its request is done, and at most its task work runs.</summary>
    public bool IsDone(int task) => World[new TaskId(task)] is { } state && (state.IsIdle || IsInTaskWork(state));

    /// <summary>What the last request of a user task answered; null when it is not known any more.</summary>
    public int? AnswerOf(int task) => World[new TaskId(task)] is var state && !state.IsIdle ? state.Stack[0].Locals.Ret : state.Results is { IsEmpty: false } results ? results[0] : null;

    private bool IsInTaskWork(TaskState state) => state.Stack.Count > 1 && ReferenceEquals(state.Stack[1].Program, World.Model.Paths.TaskWorkRun);

    private static T[] Changed<T>(T[] all, int index, T one) => [.. all.Select((each, at) => at == index ? one : each)];
}
