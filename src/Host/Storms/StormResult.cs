using Actors.Core.Analysis;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Actors.Host.Storms;

/// <summary>What a storm did, and what its journal says about it.</summary>
public sealed record StormResult
{
    /// <summary>How it ended.</summary>
    public required RunEnd End { get; init; }

    /// <summary>Whether a signal ended it before its time.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Accepted steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Answered requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Time under storm, without folding.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Answers by request and errno.</summary>
    public required IReadOnlyDictionary<(string Request, Errno Errno), long> Answers { get; init; }

    /// <summary>Machines that made tasks wait, most first.</summary>
    public required IReadOnlyList<(MachineRef Machine, int Waiting, long Waits)> Contention { get; init; }

    /// <summary>The fold of the journal; null without a journal.</summary>
    public required JournalFold? Fold { get; init; }
}
