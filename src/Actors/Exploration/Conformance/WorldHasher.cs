using Actors.Core.Analysis;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Conformance;

/// <summary>Fingerprints of many similar worlds: each state is hashed once.</summary>
internal sealed class WorldHasher
{
    private readonly Dictionary<object, UInt128> hashes = new(ReferenceEqualityComparer.Instance);

    /// <summary>The same as <see cref="World.Fingerprint"/>.</summary>
    public UInt128 Of(World world)
    {
        var sum = UInt128.Zero;
        for (var slot = 0; slot < world.Slots.Count; slot++)
        {
            if (!hashes.TryGetValue(world.Slots[slot], out var hash))
                hashes.Add(world.Slots[slot], hash = Fingerprint.Of(world.Slots[slot]));
            sum ^= Mixing.Mix(slot, hash);
        }

        return sum;
    }
}
