using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Which snapshot to start recovery from and how many events to replay.</summary>
public sealed class Recovery(
    SnapshotSelectionCriteria fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
{
    public static Recovery Default { get; } = new();

    /// <summary>Start empty: no snapshot, no event.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public SnapshotSelectionCriteria FromSnapshot { get; } = fromSnapshot ?? SnapshotSelectionCriteria.Latest;

    public long ToSequenceNr { get; } = toSequenceNr;

    public long ReplayMax { get; } = replayMax;
}

/// <summary>All events are replayed; new messages come now.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }
}

public sealed class RecoveryTimedOutException(string message) : AkkaException(message);

internal sealed record RecoveryTick;
