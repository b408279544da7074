using Actors.Core.Properties;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>A wait that was never ended although every other task had run to its end.</summary>
/// <param name="Waiting">Who waits, where.</param>
/// <param name="Finding">What the end of the run is judged to be.</param>
public sealed record StuckWait(Taking Waiting, Finding Finding);

/// <summary>The lock and wait graph of a set of runs: what was held when something else was wanted.</summary>
public sealed class LockGraph
{
    private readonly Dictionary<(LockNode From, LockNode To, LockMode Held, LockMode Wanted, bool Try, TaskId Task), LockEdge> edges = [];
    private readonly Dictionary<(MachineKind Kind, LockMode Mode, TaskId Task), Taking> takings = [];
    private readonly Dictionary<(MachineKind Kind, TaskId Task), Taking> leaks = [];
    private readonly Dictionary<(LockNode Node, TaskId Task, string Id), StuckWait> stuck = [];

    /// <summary>The dependencies, one for each pair of classes, modes and task, first seen first.</summary>
    public IReadOnlyCollection<LockEdge> Edges => edges.Values;

    /// <summary>The first taking of each lock class by each task in each mode; trylocks do not count.</summary>
    public IReadOnlyCollection<Taking> Takings => takings.Values;

    /// <summary>Locks a task still held when it had finished.</summary>
    public IReadOnlyCollection<Taking> Leaks => leaks.Values;

    /// <summary>Waits that nobody ended.</summary>
    public IReadOnlyCollection<StuckWait> Stuck => stuck.Values;

    /// <summary>How many runs it was made from.</summary>
    public int Runs { get; internal set; }

    /// <summary>Whether there was an end to the runs, not a bound.</summary>
    public bool IsComplete { get; internal set; }

    /// <summary>Whether a task has an edge between two classes.</summary>
    public bool Has(LockNode from, LockNode to, TaskId task) => edges.Keys.Any(edge => edge.From == from && edge.To == to && edge.Task == task);

    internal void Add(LockEdge edge) => edges.TryAdd((edge.From, edge.To, edge.Held.Mode, edge.Wanted.Mode, edge.Held.Try, edge.Task), edge);

    internal void Add(Taking taking) => takings.TryAdd((taking.Object.Kind, taking.Mode, taking.Task), taking);

    internal void AddLeak(Taking held, TaskId task) => leaks.TryAdd((held.Object.Kind, task), held);

    internal void Add(StuckWait wait) => stuck.TryAdd((wait.Waiting.Node, wait.Waiting.Task, wait.Finding.Id), wait);
}
