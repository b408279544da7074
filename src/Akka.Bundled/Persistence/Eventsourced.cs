using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is a fold of its events. As in Akka.NET 1.5: events are replayed before the first command;
/// after Persist no command is handled until the handler has run; after PersistAsync they are.
/// </summary>
public abstract partial class Eventsourced : ActorBase, IWithUnboundedStash
{
    private static int s_instances;
    private readonly int _instanceId = Interlocked.Increment(ref s_instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash = new MailboxStash(Context);
    private readonly Queue<Invocation> _pendingInvocations = new();
    private readonly List<IPersistentEnvelope> _eventBatch = [];
    private List<IPersistentEnvelope> _journalBatch = [];
    private IActorRef _journal;
    private IActorRef _snapshotStore;
    private IStash _stash;
    private bool _isWriteInProgress;
    private long _sequenceNr;
    private int _pendingStashingInvocations;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        Log = Context.GetLogger();
        _state = WaitingForSnapshot;
    }

    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    public string JournalPluginId { get; protected set; }

    public string SnapshotPluginId { get; protected set; }

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    public string SnapshotterId => PersistenceId;

    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    public bool IsRecovering { get; private set; } = true;

    public bool IsRecoveryFinished => !IsRecovering;

    public IStash Stash
    {
        get => _stash;
        set => _stash = new UserStash(value, _internalStash);
    }

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log { get; }

    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => PersistAll([@event], handler);

    /// <summary>All events are stored, or none; then the handler runs for each.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Enqueue(events, handler, stashing: true);

    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) => PersistAllAsync([@event], handler);

    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Enqueue(events, handler, stashing: false);

    /// <summary>Runs the handler once all handlers given before have run.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        ThrowIfRecovering();
        if (_pendingInvocations.Count == 0)
        {
            handler(evt);
            return;
        }

        _pendingInvocations.Enqueue(new Invocation(payload => handler((TEvent)payload), Stashing: false));
        _eventBatch.Add(new NonPersistentMessage(evt, Sender));
    }

    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr == long.MaxValue) toSequenceNr = LastSequenceNr;
        if (toSequenceNr <= LastSequenceNr) Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self));
        else Self.Tell(new DeleteMessagesFailure(new InvalidOperationException($"{toSequenceNr} is after {LastSequenceNr}"), toSequenceNr));
    }

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr));

    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(new SaveSnapshot(
        new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot));

    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr)));

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria));

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    protected override bool Receive(object message) => ReceiveCommand(message);

    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>The actor is stopped afterwards.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null) =>
        Log.Error(reason, "Persistence failure when replaying events for persistenceId [{0}] at {1}: {2}", PersistenceId, LastSequenceNr, message);

    /// <summary>The journal failed. The actor is stopped afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Failed to persist [{0}] with sequence number [{1}] for persistenceId [{2}]", @event, sequenceNr, PersistenceId);

    /// <summary>The journal refused this event. The actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Rejected to persist [{0}] with sequence number [{1}] for persistenceId [{2}]", @event, sequenceNr, PersistenceId);

    private void Enqueue<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        ThrowIfRecovering();
        if (events is null) return;
        var written = ImmutableList.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            if (stashing) _pendingStashingInvocations++;
            _pendingInvocations.Enqueue(new Invocation(payload => handler((TEvent)payload), stashing));
            written.Add(new Persistent(@event, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid));
        }

        if (written.Count > 0) _eventBatch.Add(new AtomicWrite(written.ToImmutable()));
    }

    private void ThrowIfRecovering()
    {
        if (IsRecovering)
            throw new InvalidOperationException("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
    }

    /// <summary>Sends what the last handler persisted; while a write is under way it waits, and then goes as one batch.</summary>
    private void FlushBatch()
    {
        _journalBatch.AddRange(_eventBatch);
        _eventBatch.Clear();
        FlushJournalBatch();
    }

    private void FlushJournalBatch()
    {
        if (_isWriteInProgress || _journalBatch.Count == 0) return;
        Journal.Tell(new WriteMessages(_journalBatch, Self, _instanceId));
        _journalBatch = [];
        _isWriteInProgress = true;
    }

    /// <param name="Handler">What to do with the event once it is stored.</param>
    /// <param name="Stashing">Whether commands wait for it.</param>
    private sealed record Invocation(Action<object> Handler, bool Stashing);

    /// <summary>What the user unstashes comes after what waits in the internal stash one by one, so it is put before that.</summary>
    private sealed class UserStash(IStash user, IStash inner) : IStash
    {
        public int Count => user.Count;

        public bool IsEmpty => user.IsEmpty;

        public bool NonEmpty => user.NonEmpty;

        public void Stash() => user.Stash();

        public void Unstash() => user.Unstash();

        public void UnstashAll() => inner.Prepend(user.ClearStash());

        public void UnstashAll(Func<Envelope, bool> predicate) => user.UnstashAll(predicate);

        public IEnumerable<Envelope> ClearStash() => user.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => user.Prepend(envelopes);
    }
}
