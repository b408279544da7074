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

    private UInt128[][] hashes = new UInt128[256][];

    /// <summary>Number of exchanges, the one that changes nothing included.</summary>
    public int Order => group.Order;

    /// <summary>Whether every remembered transition has its image: what the renamed task does to the renamed machine is the renamed outcome.</summary>
    public bool Hold { get; private set; } = true;

    /// <summary>Takes a state in, under its number.</summary>
    public void Add(int id, object state)
    {
        if (id >= hashes.Length)
            Array.Resize(ref hashes, hashes.Length * 2);
        hashes[id] = [system.HashOf(state), .. group.All.Select(symmetry => system.HashOf(symmetry.Rename(state)))];
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

    /// <summary>Compares a send with its images.</summary>
    public void Verify(int slot, object task, object? target, IReadOnlyList<Transition> outcome)
    {
        foreach (var symmetry in group.Generators)
            Compare(symmetry, outcome, system.Take(symmetry.SlotOf(slot), symmetry.Rename(task), target is null ? null : symmetry.Rename(target)));
    }

    /// <summary>Compares a check with its images.</summary>
    /// <param name="slot">The task's slot.</param>
    /// <param name="task">Its state.</param>
    /// <param name="reads">The slots it reads, with their states.</param>
    /// <param name="outcome">What came of it.</param>
    public void VerifyCheck(int slot, object task, IReadOnlyList<(int Slot, object State)> reads, IReadOnlyList<Transition> outcome)
    {
        foreach (var symmetry in group.Generators)
        {
            var world = reads.ToDictionary(read => symmetry.SlotOf(read.Slot), read => symmetry.Rename(read.State));
            Hold = Hold && system.Next(symmetry.SlotOf(slot), symmetry.Rename(task)).Read.All(world.ContainsKey);
            if (Hold)
                Compare(symmetry, outcome, system.Check(symmetry.SlotOf(slot), symmetry.Rename(task), read => world[read]));
        }
    }

    private UInt128 Mixed(int number, int slot, int id) => Core.Analysis.Mixing.Mix(slots[number][slot], hashes[id][number]);

    private void Compare(ISymmetry symmetry, IReadOnlyList<Transition> outcome, IReadOnlyList<Transition> image) =>
        Hold = Hold && outcome.Count == image.Count && outcome.Zip(image).All(pair => Agree(symmetry, pair.First, pair.Second));

    private static bool Agree(ISymmetry symmetry, Transition one, Transition other) =>
        symmetry.Rename(one.Task).Equals(other.Task)
        && (one.Target is null ? other.Target is null : symmetry.Rename(one.Target).Equals(other.Target))
        && one.Fatal == other.Fatal
        && one.Findings.Select(finding => finding.Id).SequenceEqual(other.Findings.Select(finding => finding.Id))
        && one.Started.Count == other.Started.Count
        && one.Started.All(started => other.Started.Any(image => image.Slot == symmetry.SlotOf(started.Slot) && symmetry.Rename(started.State).Equals(image.State)));
}
