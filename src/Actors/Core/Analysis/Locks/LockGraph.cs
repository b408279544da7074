using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>A wait that nobody may be there to end.</summary>
/// <param name="Waiting">Who waits, where.</param>
/// <param name="IsStuck">Runs of one task at a time were enough: all had come to their ends, and it still waited.</param>
/// <param name="Owing">Who has made the wait longer and left it so (a mapping that is kept), as the task stands before that step; or null.</param>
public sealed record OpenWait(Taking Waiting, bool IsStuck, TaskState? Owing);

/// <summary>The lock and wait graph of a set of runs: what was held when something else was wanted.</summary>
public sealed class LockGraph
{
    private readonly Dictionary<(LockNode From, LockNode To, LockMode Held, LockMode Wanted, bool Try, TaskId Task), LockEdge> edges = [];
    private readonly Dictionary<(MachineKind Kind, LockMode Mode, TaskId Task), Taking> takings = [];
    private readonly Dictionary<(MachineKind Kind, TaskId Task), Taking> leaks = [];
    private readonly Dictionary<(LockNode Node, bool IsStuck), OpenWait> open = [];

    /// <summary>The dependencies, one for each pair of classes, modes and task, first seen first.</summary>
    public IReadOnlyCollection<LockEdge> Edges => edges.Values;

    /// <summary>The first taking of each lock class by each task in each mode; trylocks do not count.</summary>
    public IReadOnlyCollection<Taking> Takings => takings.Values;

    /// <summary>Locks a task still held when it had finished.</summary>
    public IReadOnlyCollection<Taking> Leaks => leaks.Values;

    /// <summary>Waits that nobody may be there to end.</summary>
    public IReadOnlyCollection<OpenWait> OpenWaits => open.Values;

    /// <summary>How many runs it was made from.</summary>
    public int Runs { get; internal set; }

    /// <summary>Whether there was an end to the runs, not a bound.</summary>
    public bool IsComplete { get; internal set; }

    /// <summary>Whether a task has an edge between two classes.</summary>
    public bool Has(LockNode from, LockNode to, TaskId task) => edges.Keys.Any(edge => edge.From == from && edge.To == to && edge.Task == task);

    internal void Add(LockEdge edge) => edges.TryAdd((edge.From, edge.To, edge.Held.Mode, edge.Wanted.Mode, edge.Held.Try, edge.Task), edge);

    internal void Add(Taking taking) => takings.TryAdd((taking.Object.Kind, taking.Mode, taking.Task), taking);

    internal void AddLeak(Taking held, TaskId task) => leaks.TryAdd((held.Object.Kind, task), held);

    internal void Add(OpenWait wait) => open.TryAdd((wait.Waiting.Node, wait.IsStuck), wait);
}
