namespace Actors.Exploration.Symmetry;

/// <summary>Fingerprints of a world under each exchange of a group; the least stands for them all, so worlds that differ only by an exchange count as one (Ip and Dill 1996).</summary>
/// <remarks>
/// Worlds are never renamed, only their fingerprints: the state of each component is renamed once and its hash kept. So a schedule is one of the scenario as written.
/// That the exchanges hold is verified on each transition that is remembered, by the generators.
/// </remarks>
internal sealed class Orbits(ITransitionSystem system, SymmetryGroup group)
{
    private readonly int[][] slots =
    [
        [.. Enumerable.Range(0, system.SlotCount)], .. group.All.Select(symmetry => Enumerable.Range(0, system.SlotCount).Select(symmetry.SlotOf).ToArray()),
    ];

    private readonly int[] generators = [.. group.Generators.Select(generator => Enumerable.Range(0, group.All.Count).First(index => ReferenceEquals(group.All[index], generator)))];

    private UInt128[][] hashes = new UInt128[256][];

    // Of each state, as each generator renames it.
    private object[][] renamed = new object[256][];

    /// <summary>Number of exchanges, the one that changes nothing included.</summary>
    public int Order => group.Order;

    /// <summary>Whether every remembered transition has its image: what the renamed task does to the renamed machine is the renamed outcome.</summary>
    public bool Hold { get; private set; } = true;

    /// <summary>Takes a state in, under its number.</summary>
    public void Add(int id, object state)
    {
        if (id >= hashes.Length)
        {
            Array.Resize(ref hashes, hashes.Length * 2);
            Array.Resize(ref renamed, renamed.Length * 2);
        }

        var images = group.All.Select(symmetry => symmetry.Rename(state)).ToArray();
        hashes[id] = [system.HashOf(state), .. images.Select(system.HashOf)];
        renamed[id] = [.. generators.Select(generator => images[generator])];
    }

    /// <summary>The fingerprints of a world under each exchange.</summary>
    public void Images(ReadOnlySpan<int> world, Span<UInt128> images)
    {
        for (var number = 0; number < images.Length; number++)
        {
            var image = UInt128.Zero;
            for (var slot = 0; slot < world.Length; slot++)
                image ^= Mixed(number, slot, world[slot]);
            images[number] = image;
        }
    }

    /// <summary>The fingerprint that stands for a world and all it can be exchanged with.</summary>
    public UInt128 Representative(ReadOnlySpan<int> world)
    {
        var images = new UInt128[Order];
        Images(world, images);
        return images.Min();
    }

    /// <summary>What the fingerprints change by when slots go from one state to another.</summary>
    public UInt128[] Deltas(IReadOnlyList<(int Slot, int From, int To)> changes) =>
    [
        .. Enumerable.Range(0, Order).Select(number =>
            changes.Aggregate(UInt128.Zero, (sum, change) => sum ^ Mixed(number, change.Slot, change.From) ^ Mixed(number, change.Slot, change.To))),
    ];

    /// <summary>Compares a transition with its images.</summary>
    /// <param name="slot">The task's slot.</param>
    /// <param name="task">The number of its state.</param>
    /// <param name="target">The number of the state of the machine it sends to; negative when it sends nothing.</param>
    /// <param name="edges">What came of it, by numbers.</param>
    /// <param name="outcome">The same.</param>
    public void Verify(int slot, int task, int target, Edge[] edges, IReadOnlyList<Transition> outcome)
    {
        for (var number = 0; number < generators.Length; number++)
            Compare(number, edges, outcome, system.Take(group.Generators[number].SlotOf(slot), renamed[task][number], target < 0 ? null : renamed[target][number]));
    }

    /// <summary>Compares a check with its images.</summary>
    /// <param name="slot">The task's slot.</param>
    /// <param name="task">The number of its state.</param>
    /// <param name="reads">The slots it reads, with the numbers of their states.</param>
    /// <param name="edges">What came of it, by numbers.</param>
    /// <param name="outcome">The same.</param>
    public void VerifyCheck(int slot, int task, IReadOnlyList<(int Slot, int State)> reads, Edge[] edges, IReadOnlyList<Transition> outcome)
    {
        for (var number = 0; number < generators.Length; number++)
        {
            var (symmetry, image) = (group.Generators[number], number);
            var world = reads.ToDictionary(read => symmetry.SlotOf(read.Slot), read => renamed[read.State][image]);
            Hold = Hold && system.Next(symmetry.SlotOf(slot), renamed[task][number]).Read.All(world.ContainsKey);
            if (Hold)
                Compare(number, edges, outcome, system.Check(symmetry.SlotOf(slot), renamed[task][number], read => world[read]));
        }
    }

    private UInt128 Mixed(int number, int slot, int id) => Core.Analysis.Mixing.Mix(slots[number][slot], hashes[id][number]);

    private void Compare(int number, Edge[] edges, IReadOnlyList<Transition> outcome, IReadOnlyList<Transition> image) =>
        Hold = Hold && edges.Length == image.Count && Enumerable.Range(0, edges.Length).All(index => Agree(number, edges[index], outcome[index], image[index]));

    private bool Agree(int number, Edge one, Transition outcome, Transition other) =>
        renamed[one.Task][number].Equals(other.Task)
        && (one.Target < 0 ? other.Target is null : renamed[one.Target][number].Equals(other.Target))
        && outcome.Fatal == other.Fatal
        && outcome.Findings.Select(finding => finding.Id).SequenceEqual(other.Findings.Select(finding => finding.Id))
        && one.Started.Length == other.Started.Count
        && one.Started.All(started => other.Started.Any(image => image.Slot == group.Generators[number].SlotOf(started.Slot) && renamed[started.State][number].Equals(image.State)));
}
