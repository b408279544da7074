using Actors.Core.Scenarios;

namespace Actors.Exploration.Sampling;

/// <summary>The numbers a run draws.</summary>
internal struct Draws(ulong seed)
{
    private ulong state = seed;

    /// <summary>Any number.</summary>
    public ulong Next()
    {
        state = SplitMix.Next(state, out var value);
        return value;
    }

    /// <summary>A number from 0, below the bound.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);
}
