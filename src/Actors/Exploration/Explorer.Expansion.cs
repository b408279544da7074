using System.Numerics;
using Actors.Exploration.Search;

namespace Actors.Exploration;

/// <content>One layer: chunks of worlds are expanded, then shards take in what was sent to them.</content>
public sealed partial class Explorer
{
    private const int TouchedAhead = 16;

    private Completion? ExpandLayer()
    {
        while (true)
        {
            var used = Cut();
            if (used == 0)
            {
                position = default;
                return null;
            }

            Each(used, index => Expand(chunks[index]));
            Each(Shard.Many, index => Insert(index, used));
            if (withProviso)
                ExpandIgnoring(used);
            for (var index = 0; index < used; index++)
            {
                Merge(chunks[index]);
                shards[chunks[index].Shard].Current.Release(chunks[index].To);
            }

            if (Stop() is { } stop)
                return stop;
        }
    }

    private Completion? Stop()
    {
        if (enough)
            return Completion.StoppedAtFinding;
        var left = shards.Any(shard => shard.Next.Count > 0) || Enumerable.Range(position.Shard, Shard.Many - position.Shard)
            .Any(index => shards[index].Current.Count > (index == position.Shard ? position.Place : 0));
        if (left && States >= statesMax)
            return Completion.StoppedAtBound;
        if (left && options.MemoryMaxBytes > 0 && MemoryBytes >= options.MemoryMaxBytes)
            return Completion.StoppedAtMemory;
        return Tick() ? Completion.Interrupted : null;
    }

    // The next chunks of the layer. Near the bound they are small, so that it is not passed by much.
    private int Cut()
    {
        var worlds = Math.Clamp((statesMax - States) / 8, 1, ChunksMax * ChunkWorldsMax);
        var size = (int)Math.Clamp(worlds / ChunksMax, 1, ChunkWorldsMax);
        var used = 0;
        while (used < ChunksMax && worlds > 0 && position.Shard < Shard.Many)
        {
            var count = shards[position.Shard].Current.Count;
            if (position.Place >= count)
            {
                position = (position.Shard + 1, 0);
                continue;
            }

            var to = Math.Min(count, position.Place + size);
            worlds -= to - position.Place;
            chunks[used++].Begin(position.Shard, position.Place, to);
            position.Place = to;
        }

        return used;
    }

    // A few small chunks are not worth waking other threads.
    private void Each(int count, Action<int> work)
    {
        if (options.Workers == 1 || chunks[0].To - chunks[0].From < 64)
        {
            for (var index = 0; index < count; index++)
                work(index);
        }
        else
        {
            Parallel.For(0, count, parallel, work);
        }
    }

    private void Expand(Chunk chunk)
    {
        var frontier = shards[chunk.Shard].Current;
        var steps = new int[system.TaskCount];
        for (var place = chunk.From; place < chunk.To; place++)
        {
            var world = frontier.World(place);
            var (active, enabled) = Find(world, steps);
            if (enabled == 0)
            {
                chunk.Finals.Add(place);
                continue;
            }

            var tried = Choose(world, steps, active, enabled);
            if (tried != enabled)
                chunk.MarkReduced(place);
            chunk.Enabled += BitOperations.PopCount(enabled);
            Try(chunk, place, frontier.Fingerprint(place), steps, tried);
        }
    }

    private (ulong Active, ulong Enabled) Find(ReadOnlySpan<int> world, int[] steps)
    {
        var (active, enabled) = (0UL, 0UL);
        for (var slot = 0; slot < steps.Length; slot++)
        {
            if (table.KindOf(world[slot]) == PendingKind.Idle)
                continue;
            active |= 1UL << slot;
            steps[slot] = table.Find(slot, world);
            if (table.EdgesOf(steps[slot]).Length > 0)
                enabled |= 1UL << slot;
        }

        return (active, enabled);
    }

    // A step that stops the kernel commutes with nothing.
    private ulong Choose(ReadOnlySpan<int> world, int[] steps, ulong active, ulong enabled)
    {
        if (stubborn is null || BitOperations.IsPow2(enabled))
            return enabled;
        var chosen = stubborn.Choose(world, steps, active, enabled);
        for (var rest = chosen; rest != 0; rest &= rest - 1)
        {
            foreach (var edge in table.EdgesOf(steps[BitOperations.TrailingZeroCount(rest)]))
            {
                if (edge.Fatal)
                    return enabled;
            }
        }

        return chosen;
    }

    private void Try(Chunk chunk, int place, UInt128 fingerprint, int[] steps, ulong tried)
    {
        chunk.Tried += BitOperations.PopCount(tried);
        Span<UInt128> images = stackalloc UInt128[orbits?.Order ?? 0];
        orbits?.Images(shards[chunk.Shard].Current.World(place), images);
        for (; tried != 0; tried &= tried - 1)
        {
            var slot = BitOperations.TrailingZeroCount(tried);
            var edges = table.EdgesOf(steps[slot]);
            chunk.Transitions += edges.Length;
            for (var choice = 0; choice < edges.Length; choice++)
            {
                var edge = edges[choice];
                var step = StepOf(slot, choice);
                foreach (var finding in edge.Violations)
                    chunk.Findings.Add((finding, place, step));
                if (edge.Fatal)
                    continue;
                var successor = images.IsEmpty ? fingerprint ^ edge.Delta : Least(images, edge.ImageDeltas);
                chunk.Send(Shard.Of(successor), new Candidate(successor, place, steps[slot], step));
            }
        }
    }

    private static UInt128 Least(ReadOnlySpan<UInt128> images, UInt128[] deltas)
    {
        var least = images[0] ^ deltas[0];
        for (var number = 1; number < images.Length; number++)
            least = UInt128.Min(least, images[number] ^ deltas[number]);
        return least;
    }

    private void Insert(int index, int used)
    {
        var shard = shards[index];
        var scratch = shard.Visited.NeedsWorld ? new int[system.SlotCount] : [];
        for (var chunk = 0; chunk < used; chunk++)
        {
            var bucket = chunks[chunk].Bucket(index);
            var source = shards[chunks[chunk].Shard].Current;
            for (var number = 0; number < bucket.Length; number++)
            {
                if (number % TouchedAhead == 0)
                    shard.Visited.Touch(bucket[number..Math.Min(bucket.Length, number + TouchedAhead)]);
                ref readonly var candidate = ref bucket[number];
                if (scratch.Length > 0)
                    Follow(source.World(candidate.Parent), candidate, scratch);
                var seen = shard.Visited.Add(candidate.Fingerprint, scratch);
                if (seen != Seen.Closed && withProviso)
                    chunks[chunk].MarkOpen(candidate.Parent);
                if (seen != Seen.New)
                    continue;
                Apply(candidate, shard.Next.Add(source.World(candidate.Parent), candidate.Fingerprint));
                shard.Parents.Add(Shard.Number(chunks[chunk].Shard, source.First + candidate.Parent), candidate.Step);
            }
        }
    }

    private void Follow(ReadOnlySpan<int> parent, in Candidate candidate, Span<int> world)
    {
        parent.CopyTo(world);
        Apply(candidate, world);
    }

    // Turns a copy of the parent into the candidate's world.
    private void Apply(in Candidate candidate, Span<int> world)
    {
        var (slot, choice) = StepOf(candidate.Step);
        table.Apply(table.EdgesOf(candidate.Transition)[choice], slot, world);
    }

    // The queue proviso, judged per layer: whoever led only to worlds of earlier layers is expanded in full, so that no task is put off for ever (Bosnacki and Holzmann 2005).
    private void ExpandIgnoring(int used)
    {
        var any = false;
        for (var index = 0; index < used; index++)
        {
            var chunk = chunks[index];
            chunk.ClearBuckets();
            var frontier = shards[chunk.Shard].Current;
            var steps = new int[system.TaskCount];
            foreach (var place in chunk.Ignoring)
            {
                var (active, enabled) = Find(frontier.World(place), steps);
                var rest = enabled & ~Choose(frontier.World(place), steps, active, enabled);
                chunk.Provisos++;
                Try(chunk, place, frontier.Fingerprint(place), steps, rest);
                any = true;
            }
        }

        if (any)
            Each(Shard.Many, index => Insert(index, used));
    }
}
