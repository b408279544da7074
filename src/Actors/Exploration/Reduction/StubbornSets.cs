using System.Numerics;

namespace Actors.Exploration.Reduction;

/// <summary>Which tasks have to be tried in a world: a set that no other task can interfere with before one of it moves (algorithms.md 3; Valmari 1989, Godefroid 1996).</summary>
/// <remarks>
/// A function of the world alone. A task outside the set may only do steps that commute with the next step of each task in it, for as long as the set does not move:
/// meanwhile the locks of the set stay held, so what stands behind them cannot be reached. Safe for several threads.
/// </remarks>
internal sealed class StubbornSets
{
    private readonly StateTable table;
    private readonly IFootprints footprints;
    private readonly Lock gate = new();
    private readonly List<HeldSet> heldSets = [default];
    private readonly Dictionary<HeldSet, int> heldIds = new() { [default] = 0 };
    private Facts?[] facts = new Facts?[256];
    private int[][] unions = [[0]];
    private ulong[] keepers = new ulong[256];
    private readonly int[] sleepers;
    private readonly int[] awake;

    // The highest task slot is told apart from "not looked up yet".
    private const ulong Known = 1UL << 63;

    public StubbornSets(StateTable table, ITransitionSystem system)
    {
        this.table = table;
        footprints = system.Footprints;
        if (system.TaskCount > 63)
            throw new ArgumentException("more than 63 task slots");
        sleepers = [.. footprints.Sleepers];
        awake = [.. sleepers.Select((_, index) => IdOf(new HeldSet(0, 0, 1UL << index)))];
    }

    /// <summary>The enabled tasks to try, as bits.</summary>
    /// <param name="world">The world.</param>
    /// <param name="steps">The remembered transition of each task that is not idle.</param>
    /// <param name="active">Tasks that are not idle, as bits.</param>
    /// <param name="enabled">Tasks that can move, as bits.</param>
    public ulong Choose(ReadOnlySpan<int> world, ReadOnlySpan<int> steps, ulong active, ulong enabled)
    {
        var best = enabled;
        var fewest = BitOperations.PopCount(enabled);
        for (var seeds = enabled; seeds != 0 && fewest > 1; seeds &= seeds - 1)
        {
            var chosen = Close(world, steps, active, seeds & (0 - seeds), enabled, fewest) & enabled;
            var count = BitOperations.PopCount(chosen);
            if (count < fewest)
                (best, fewest) = (chosen, count);
        }

        return best;
    }

    /// <summary>Checks that what has happened was predicted: the step and what comes after it lie in the footprint of the task before it.</summary>
    /// <param name="slot">The task.</param>
    /// <param name="task">Its state before.</param>
    /// <param name="accesses">What the step touched.</param>
    /// <param name="edges">What follows.</param>
    /// <exception cref="InvalidOperationException">It was not predicted: a mistake in <see cref="IFootprints"/>.</exception>
    public void Verify(int slot, int task, Access[] accesses, Edge[] edges)
    {
        var predicted = Remaining(slot, task, 0);
        foreach (var access in accesses)
            Demand(predicted.Contains(access), slot, task, access.Slot);
        foreach (var edge in edges)
        {
            Demand(predicted, slot, task, Remaining(slot, edge.Task, 0));
            foreach (var (started, state) in edge.Started)
            {
                Demand(predicted.Contains(Access.Write(started)), slot, task, started);
                Demand(predicted, slot, task, Remaining(started, state, 0));
            }
        }
    }

    private void Demand(Footprint predicted, int slot, int task, Footprint after)
    {
        if (predicted.FirstBeyond(after) is { } where)
            Demand(false, slot, task, where);
    }

    private void Demand(bool holds, int slot, int task, int where)
    {
        if (!holds)
            throw new InvalidOperationException($"footprint: task slot {slot} touches slot {where}, which was not predicted, in {table[task]}");
    }

    private ulong Close(ReadOnlySpan<int> world, ReadOnlySpan<int> steps, ulong active, ulong seed, ulong enabled, int fewest)
    {
        var set = seed;
        var kept = KeptBy(BitOperations.TrailingZeroCount(seed), world);
        for (var open = active & ~set; open != 0;)
        {
            var other = BitOperations.TrailingZeroCount(open);
            open &= open - 1;
            if (!Interferes(Remaining(other, world[other], kept), steps, set))
                continue;
            set |= 1UL << other;
            if (BitOperations.PopCount(set & enabled) >= fewest)
                return enabled;
            kept = Union(kept, KeptBy(other, world));
            open = active & ~set;
        }

        return set;
    }

    private bool Interferes(Footprint footprint, ReadOnlySpan<int> steps, ulong set)
    {
        for (; set != 0; set &= set - 1)
        {
            foreach (var access in table.AccessesOf(steps[BitOperations.TrailingZeroCount(set)]))
            {
                if (footprint.Conflicts(access))
                    return true;
            }
        }

        return false;
    }

    private int KeptBy(int slot, ReadOnlySpan<int> world)
    {
        var kept = FactsOf(world[slot]).Held;
        for (var sleeper = 0; sleeper < sleepers.Length; sleeper++)
        {
            if ((KeepersOf(world[sleepers[sleeper]]) >> slot & 1) != 0)
                kept = Union(kept, awake[sleeper]);
        }

        return kept;
    }

    private ulong KeepersOf(int state)
    {
        var known = keepers;
        if (state < known.Length && Volatile.Read(ref known[state]) is var found && (found & Known) != 0)
            return found & ~Known;
        lock (gate)
        {
            if (state >= keepers.Length)
                Array.Resize(ref keepers, Math.Max(table.Count, state + 1) * 2);
            var tasks = footprints.KeptAwakeBy(table[state]);
            Volatile.Write(ref keepers[state], tasks | Known);
            return tasks & ~Known;
        }
    }

    private Facts FactsOf(int task)
    {
        var known = facts;
        return task < known.Length && Volatile.Read(ref known[task]) is { } found ? found : Learn(task);
    }

    private Facts Learn(int task)
    {
        lock (gate)
        {
            if (task >= facts.Length)
                Array.Resize(ref facts, Math.Max(table.Count, task + 1) * 2);
            if (facts[task] is { } known)
                return known;
            var learned = new Facts(IdOf(footprints.Held(table[task])));
            Volatile.Write(ref facts[task], learned);
            return learned;
        }
    }

    private Footprint Remaining(int slot, int task, int locks)
    {
        var of = FactsOf(task);
        var known = of.Remaining;
        return locks < known.Length && Volatile.Read(ref known[locks]) is { } found ? found : LearnRemaining(of, slot, task, locks);
    }

    private Footprint LearnRemaining(Facts of, int slot, int task, int locks)
    {
        lock (gate)
        {
            if (locks >= of.Remaining.Length)
            {
                var longer = of.Remaining;
                Array.Resize(ref longer, heldSets.Count + 4);
                of.Remaining = longer;
            }

            return of.Remaining[locks] ??= footprints.Remaining(slot, table[task], heldSets[locks]);
        }
    }

    private int Union(int one, int other)
    {
        if (one == other || other == 0)
            return one;
        var known = unions;
        if (one < known.Length && other < known[one].Length && Volatile.Read(ref known[one][other]) is > 0 and var found)
            return found;
        lock (gate)
        {
            var union = IdOf(heldSets[one].Union(heldSets[other]));
            if (one < unions.Length && other < unions[one].Length)
                Volatile.Write(ref unions[one][other], union);
            return union;
        }
    }

    // Under the gate. The table of unions is made anew for each new set: there are few.
    private int IdOf(HeldSet locks)
    {
        if (heldIds.TryGetValue(locks, out var id))
            return id;
        id = heldSets.Count;
        heldIds.Add(locks, id);
        heldSets.Add(locks);
        unions = [.. Enumerable.Range(0, heldSets.Count + 16).Select(_ => new int[heldSets.Count + 16])];
        return id;
    }

    private sealed class Facts(int held)
    {
        public int Held { get; } = held;

        public volatile Footprint?[] Remaining = new Footprint?[4];
    }
}
