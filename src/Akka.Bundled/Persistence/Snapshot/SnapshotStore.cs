using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>Base of snapshot stores: the answer to each request goes to the persistent actor that sent it.</summary>
public abstract class SnapshotStore : ActorBase
{
    protected sealed override bool Receive(object message) => ReceiveSnapshotStore(message) || ReceivePluginInternal(message);

    /// <summary>Messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <summary>The youngest snapshot that meets the criteria, or null.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken);

    protected abstract Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);

    private bool ReceiveSnapshotStore(object message)
    {
        var actor = Sender;
        var self = Self;
        switch (message)
        {
            case LoadSnapshot load when load.Criteria == SnapshotSelectionCriteria.None:
                actor.Tell(new LoadSnapshotResult(null, load.ToSequenceNr));
                return true;
            case LoadSnapshot load:
                _ = Run(() => LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr), CancellationToken.None)).PipeTo(
                    actor, self, found => new LoadSnapshotResult(found, load.ToSequenceNr), cause => new LoadSnapshotFailed(cause));
                return true;
            case SaveSnapshot save:
                _ = Run(() => SaveAsync(save.Metadata, save.Snapshot, CancellationToken.None)).PipeTo(
                    actor, self, () => new SaveSnapshotSuccess(save.Metadata), cause => new SaveSnapshotFailure(save.Metadata, cause));
                return true;
            case DeleteSnapshot delete:
                _ = Run(() => DeleteAsync(delete.Metadata, CancellationToken.None)).PipeTo(
                    actor, self, () => new DeleteSnapshotSuccess(delete.Metadata), cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                _ = Run(() => DeleteAsync(delete.PersistenceId, delete.Criteria, CancellationToken.None)).PipeTo(
                    actor, self, () => new DeleteSnapshotsSuccess(delete.Criteria), cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            default:
                return false;
        }
    }

    // An exception of the store becomes a failed task, wherever it was thrown.
    private static async Task Run(Func<Task> request) => await request().ConfigureAwait(false);

    private static async Task<T> Run<T>(Func<Task<T>> request) => await request().ConfigureAwait(false);
}
