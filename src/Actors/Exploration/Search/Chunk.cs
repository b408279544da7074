using System.Runtime.InteropServices;
using Actors.Core.Properties;

namespace Actors.Exploration.Search;

/// <summary>A successor on its way to the shard it belongs to.</summary>
/// <param name="Fingerprint">Of the successor.</param>
/// <param name="Parent">Place of its parent in the chunk's frontier.</param>
/// <param name="Transition">The remembered transition.</param>
/// <param name="Step">The step taken there.</param>
internal readonly record struct Candidate(UInt128 Fingerprint, int Parent, int Transition, ushort Step);

/// <summary>Some neighbouring worlds of a frontier that one thread expands, and what came of it. Its limits do not depend on the number of threads.</summary>
internal sealed class Chunk(int shards)
{
    private readonly List<Candidate>[] buckets = [.. Enumerable.Range(0, shards).Select(_ => new List<Candidate>())];
    private byte[] reduced = [];

    /// <summary>The shard whose worlds are expanded.</summary>
    public int Shard { get; private set; }

    /// <summary>Place of the first world in the shard's frontier.</summary>
    public int From { get; private set; }

    /// <summary>Place behind the last world.</summary>
    public int To { get; private set; }

    /// <summary>Steps taken.</summary>
    public long Transitions { get; set; }

    /// <summary>Tasks that could move, summed over the worlds.</summary>
    public long Enabled { get; set; }

    /// <summary>Tasks that were tried.</summary>
    public long Tried { get; set; }

    /// <summary>Worlds expanded again in full, because nothing new came of the reduced expansion.</summary>
    public long Provisos { get; set; }

    /// <summary>Places of worlds in which nothing can move.</summary>
    public List<int> Finals { get; } = [];

    /// <summary>What was broken: the finding, place of the world, and the step.</summary>
    public List<(Finding Finding, int Place, ushort Step)> Findings { get; } = [];

    /// <summary>The successors for a shard.</summary>
    public ReadOnlySpan<Candidate> Bucket(int shard) => CollectionsMarshal.AsSpan(buckets[shard]);

    /// <summary>Takes over a range of worlds.</summary>
    public void Begin(int shard, int from, int to)
    {
        (Shard, From, To) = (shard, from, to);
        (Transitions, Enabled, Tried, Provisos) = (0, 0, 0, 0);
        Finals.Clear();
        Findings.Clear();
        ClearBuckets();
        if (reduced.Length < to - from)
            reduced = new byte[to - from];
        Array.Clear(reduced);
    }

    /// <summary>Forgets the successors.</summary>
    public void ClearBuckets()
    {
        foreach (var bucket in buckets)
            bucket.Clear();
    }

    /// <summary>Sends a successor to its shard.</summary>
    public void Send(int shard, Candidate candidate) => buckets[shard].Add(candidate);

    /// <summary>The world was expanded by some of its enabled tasks only.</summary>
    public void MarkReduced(int place) => reduced[place - From] = 1;

    /// <summary>A successor of the world is still to be expanded. May be said by several threads at once.</summary>
    public void MarkOpen(int place) => reduced[place - From] = 0;

    /// <summary>Places of worlds that were expanded in part and whose successors had all been expanded before.</summary>
    public IEnumerable<int> Ignoring => Enumerable.Range(From, To - From).Where(place => reduced[place - From] != 0);
}
