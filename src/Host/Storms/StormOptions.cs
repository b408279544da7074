using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Storms;

/// <summary>What a storm is asked to be.</summary>
public sealed record StormOptions
{
    /// <summary>How many of everything.</summary>
    public required StormSize Size { get; init; }

    /// <summary>When tasks stop asking for more.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Ends the storm after so many answered requests; 0 = by duration only.</summary>
    public required long Operations { get; init; }

    /// <summary>The master seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The kernel revision.</summary>
    public required KernelRevision Revision { get; init; }

    /// <summary>Who wins a contended lock.</summary>
    public required GrantPolicy Policy { get; init; }

    /// <summary>What is asked how often.</summary>
    public required WorkloadProfile Profile { get; init; }

    /// <summary>The journal file; null keeps none, and then world properties are not judged.</summary>
    public required string? JournalPath { get; init; }

    /// <summary>One thread, seeded scheduler: the same journal for a seed on any machine.</summary>
    public required bool Simulated { get; init; }
}
