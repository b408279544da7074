using System.Runtime.InteropServices;

namespace Actors.Exploration.Liveness;

/// <summary>A step from one world to another, as the graph keeps it.</summary>
/// <param name="To">The world it leads to.</param>
/// <param name="Task">Who takes it.</param>
/// <param name="Choice">Which of its successors.</param>
internal readonly record struct Arc(int To, byte Task, byte Choice = 0);

/// <summary>Worlds and the steps between them, by number. For questions about infinite runs.</summary>
internal sealed class StateGraph
{
    private readonly List<Arc> arcs = [];
    private readonly List<int> begins = [];
    private readonly List<ulong> enabled = [];
    private readonly List<ulong> working = [];
    private readonly HashSet<int> stops = [];
    private readonly List<(int Parent, Arc Step)> parents = [];

    /// <summary>Worlds whose steps are known.</summary>
    public int Count => enabled.Count;

    /// <summary>Steps, without those after which the kernel stops.</summary>
    public int ArcCount => arcs.Count;

    /// <summary>How the search ended. Nothing can be said of infinite runs unless all was explored.</summary>
    public Completion Completion { get; set; }

    /// <summary>The steps that leave a world.</summary>
    public ReadOnlySpan<Arc> ArcsOf(int world) => CollectionsMarshal.AsSpan(arcs)[begins[world]..(world + 1 < begins.Count ? begins[world + 1] : arcs.Count)];

    /// <summary>Who can move, as bits.</summary>
    public ulong EnabledAt(int world) => enabled[world];

    /// <summary>Whether a step can stop the kernel here.</summary>
    public bool CanStopAt(int world) => stops.Contains(world);

    /// <summary>Who has not finished.</summary>
    public ulong WorkingAt(int world) => working[world];

    /// <summary>A shortest schedule to a world.</summary>
    public List<(int Task, int Choice)> PathTo(int world)
    {
        var path = new List<(int, int)>();
        for (var current = world; parents[current].Parent >= 0; current = parents[current].Parent)
            path.Add((parents[current].Step.Task, parents[current].Step.Choice));
        path.Reverse();
        return path;
    }

    /// <summary>A world has been reached for the first time; worlds are numbered in that order.</summary>
    public void Reach(int parent, Arc step) => parents.Add((parent, step));

    /// <summary>The steps of the next world follow; worlds come in the order of their numbers.</summary>
    public void Begin() => begins.Add(arcs.Count);

    /// <summary>A step of it.</summary>
    public void Add(Arc arc) => arcs.Add(arc);

    /// <summary>The world is done.</summary>
    /// <param name="moves">Who can move.</param>
    /// <param name="works">Who has not finished.</param>
    /// <param name="stopped">Whether a step stops the kernel.</param>
    public void End(ulong moves, ulong works, bool stopped)
    {
        if (stopped)
            stops.Add(enabled.Count);
        enabled.Add(moves);
        working.Add(works);
    }
}
