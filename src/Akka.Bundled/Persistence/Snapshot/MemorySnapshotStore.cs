namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots as long as the system lives. Completes synchronously.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly List<SelectedSnapshot> _snapshots = [];

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.FromResult(_snapshots.Where(Meets(persistenceId, criteria)).MaxBy(found => found.Metadata.SequenceNr));

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        _snapshots.RemoveAll(old => old.Metadata.PersistenceId == metadata.PersistenceId && old.Metadata.SequenceNr == metadata.SequenceNr);
        _snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        _snapshots.RemoveAll(old => old.Metadata.PersistenceId == metadata.PersistenceId
            && old.Metadata.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == DateTime.MinValue || old.Metadata.Timestamp == metadata.Timestamp));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        _snapshots.RemoveAll(new Predicate<SelectedSnapshot>(Meets(persistenceId, criteria)));
        return Task.CompletedTask;
    }

    private static Func<SelectedSnapshot, bool> Meets(string persistenceId, SnapshotSelectionCriteria criteria) => found =>
        found.Metadata.PersistenceId == persistenceId
        && found.Metadata.SequenceNr <= criteria.MaxSequenceNr
        && found.Metadata.Timestamp <= criteria.MaxTimeStamp;
}

/// <summary>For systems without snapshots: loads none, refuses to save.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.FromResult<SelectedSnapshot>(null);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) => Refuse();

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Refuse();

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Refuse();

    private static Task Refuse() => Task.FromException(new NotSupportedException("No snapshot store configured."));
}
