namespace Actors.Exploration.Sampling;

/// <summary>A hash of the trace so far: the same for two schedules that differ only in the order of independent steps (Mazurkiewicz).</summary>
/// <remarks>
/// A step's hash is made of those it depends on: the task's step before it, the last one that wrote what it touches, and, if it writes, all that have read since.
/// That is the dependence graph, and so the Foata normal form; what a step does follows from it and from the choice taken.
/// </remarks>
internal sealed class TraceHash(int taskCount, int slotCount)
{
    private readonly ulong[] last = new ulong[taskCount];
    private readonly ulong[] written = new ulong[slotCount];
    private readonly ulong[] reads = new ulong[slotCount];

    /// <summary>The hash of the whole trace.</summary>
    public ulong Value
    {
        get
        {
            var sum = 0ul;
            for (var task = 0; task < last.Length; task++)
                sum += Mix((ulong)task, last[task]);
            return sum;
        }
    }

    /// <summary>Begins a new trace.</summary>
    public void Clear()
    {
        for (var task = 0; task < last.Length; task++)
            last[task] = (ulong)task + 1;
        Array.Clear(written);
        Array.Clear(reads);
    }

    /// <summary>A step that touches one machine, and writes it or leaves it as it is.</summary>
    public void Send(int task, int choice, int target, bool writes)
    {
        var hash = Mix(last[task] + (ulong)choice, written[target]);
        if (writes)
        {
            hash = Mix(hash, reads[target]);
            written[target] = hash;
            reads[target] = 0;
        }
        else
        {
            reads[target] += hash;
        }

        last[task] = hash;
    }

    /// <summary>A step that reads any number of machines.</summary>
    public void Check(int task, int choice, int[] footprint)
    {
        var hash = last[task] + (ulong)choice;
        foreach (var slot in footprint)
            hash = Mix(hash, written[slot]);
        hash = Mix(hash, 1);
        foreach (var slot in footprint)
            reads[slot] += hash;
        last[task] = hash;
    }

    /// <summary>The last step of a task has started another.</summary>
    public void Start(int parent, int child) => last[child] = Mix(last[parent], last[child]);

    private static ulong Mix(ulong one, ulong other)
    {
        var mixed = ((one ^ 0x9e37_79b9_7f4a_7c15) * 0xff51_afd7_ed55_8ccd) ^ other;
        mixed = (mixed ^ (mixed >> 32)) * 0xc4ce_b9fe_1a85_ec53;
        return mixed ^ (mixed >> 29);
    }
}
