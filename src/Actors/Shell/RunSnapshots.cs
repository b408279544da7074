using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Actors.Shell;

/// <summary>The snapshot store plugin over the run's sink.</summary>
public sealed class RunSnapshots : SnapshotStore
{
    private readonly IJournalSink sink = RunContext.SinkOf(Context.System);

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        var found = sink.LoadSnapshot(MachineActor.MachineOf(persistenceId), criteria.MaxSequenceNr);
        return Task.FromResult(found is { } snapshot
            ? new SelectedSnapshot(new SnapshotMetadata(persistenceId, snapshot.Sequence, DateTime.MinValue), snapshot.Snapshot)
            : null!);
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        sink.SaveSnapshot(MachineActor.MachineOf(metadata.PersistenceId), metadata.SequenceNr, (MachineSnapshot)snapshot);
        return Task.CompletedTask;
    }

    /// <summary>Snapshots of a run are kept.</summary>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Snapshots of a run are kept.</summary>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.CompletedTask;
}
