using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Recovery first, then commands; the states are methods.</summary>
public abstract partial class Eventsourced
{
    private Action<Receive, object> _state;
    private ICancelable _recoveryTimeout;
    private bool _eventSeenInInterval;

    public override void AroundPreStart()
    {
        if (PersistenceId is null) throw new ArgumentNullException($"PersistenceId is [null] for PersistentActor [{Self.Path}]");
        StartRecovery();
        base.AroundPreStart();
    }

    public override void AroundPostRestart(Exception cause, object message)
    {
        StartRecovery();
        base.AroundPostRestart(cause, message);
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            ReturnStashes();
        }
        finally
        {
            FlushJournalBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess success => success.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    public override void AroundPostStop()
    {
        try
        {
            _recoveryTimeout?.Cancel();
            ReturnStashes();
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        _state(receive, message);
        return true;
    }

    protected override void Unhandled(object message)
    {
        if (message is not RecoveryCompleted) base.Unhandled(message);
    }

    private void ReturnStashes()
    {
        _internalStash.UnstashAll();
        Stash.UnstashAll(envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage));
    }

    private void StartRecovery()
    {
        _ = Journal; // Fails now if the plugin is missing.
        var timeout = Extension.RecoveryEventTimeoutFor(JournalPluginId);
        _recoveryTimeout = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(timeout, timeout, Self, new RecoveryTick(), Self);
        LoadSnapshot(SnapshotterId, Recovery.FromSnapshot, Recovery.ToSequenceNr);
    }

    private void WaitingForSnapshot(Receive receive, object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                _eventSeenInInterval = true;
                if (result.Snapshot is not null && !Recover(() => Offer(result.Snapshot), result.Snapshot)) return;
                _state = Replaying;
                Journal.Tell(new ReplayMessages(LastSequenceNr + 1, result.ToSequenceNr, Recovery.ReplayMax, PersistenceId, Self));
                break;
            case LoadSnapshotFailed failed:
                FailRecovery(failed.Cause);
                break;
            case RecoveryTick:
                FailRecovery(new RecoveryTimedOutException("Recovery timed out, didn't get snapshot."));
                break;
            default:
                _internalStash.Stash();
                break;
        }
    }

    private void Offer(SelectedSnapshot snapshot)
    {
        var before = LastSequenceNr;
        LastSequenceNr = snapshot.Metadata.SequenceNr;
        if (base.AroundReceive(ReceiveRecover, new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot))) return;
        LastSequenceNr = before;
    }

    private void Replaying(Receive receive, object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                _eventSeenInInterval = true;
                LastSequenceNr = Math.Max(LastSequenceNr, replayed.Persistent.SequenceNr);
                Recover(() => base.AroundReceive(ReceiveRecover, replayed.Persistent.Payload), replayed.Persistent.Payload);
                break;
            case RecoverySuccess success:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                FailRecovery(failure.Cause);
                break;
            case RecoveryTick when !_eventSeenInInterval:
                FailRecovery(new RecoveryTimedOutException($"Recovery timed out, didn't get event after {LastSequenceNr}."));
                break;
            case RecoveryTick:
                _eventSeenInInterval = false;
                break;
            default:
                _internalStash.Stash();
                break;
        }
    }

    private bool Recover(Action step, object message)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception cause)
        {
            FailRecovery(cause, message);
            return false;
        }
    }

    private void FailRecovery(Exception cause, object message = null)
    {
        _recoveryTimeout.Cancel();
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        _recoveryTimeout.Cancel();
        OnReplaySuccess();
        LastSequenceNr = _sequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        IsRecovering = false;
        try
        {
            base.AroundReceive(ReceiveRecover, RecoveryCompleted.Instance);
        }
        finally
        {
            // Also after an exception: the supervisor may resume this actor.
            FlushBatch();
            _state = _pendingStashingInvocations > 0 ? Persisting : Processing;
            if (_pendingStashingInvocations == 0) _internalStash.UnstashAll();
        }
    }

    /// <summary>Commands are handled as they come.</summary>
    private void Processing(Receive receive, object message)
    {
        if (HandleJournal(message)) return;
        try
        {
            base.AroundReceive(receive, message);
            AfterCommand(failed: false);
        }
        catch
        {
            AfterCommand(failed: true);
            throw;
        }
    }

    private void AfterCommand(bool failed)
    {
        FlushBatch();
        if (_pendingStashingInvocations > 0) _state = Persisting;
        else Unstash(all: failed);
    }

    /// <summary>Commands wait until the handlers of Persist have run.</summary>
    private void Persisting(Receive receive, object message)
    {
        if (!HandleJournal(message)) _internalStash.Stash();
    }

    /// <summary>One at a time, so that a command that persists again fences off those after it; all, if the actor is about to fail.</summary>
    private void Unstash(bool all)
    {
        if (all) _internalStash.UnstashAll();
        else _internalStash.Unstash();
    }

    private bool HandleJournal(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success when IsOurs(success.ActorInstanceId):
                LastSequenceNr = Math.Max(LastSequenceNr, success.Persistent.SequenceNr);
                RunHandler(success.Persistent.Payload);
                break;
            case LoopMessageSuccess success when IsOurs(success.ActorInstanceId):
                RunHandler(success.Message);
                break;
            case WriteMessageRejected rejected when IsOurs(rejected.ActorInstanceId):
                LastSequenceNr = Math.Max(LastSequenceNr, rejected.Persistent.SequenceNr);
                CompleteInvocation(failed: false);
                OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                break;
            case WriteMessageFailure failure when IsOurs(failure.ActorInstanceId):
                CompleteInvocation(failed: false);
                FailPersist(failure);
                break;
            case WriteMessagesSuccessful:
                _isWriteInProgress = false;
                FlushJournalBatch();
                break;
            case WriteMessagesFailed failed:
                // Otherwise a WriteMessageFailure follows and stops this actor.
                if (failed.WriteCount == 0) _isWriteInProgress = false;
                break;
            case WriteMessageSuccess or LoopMessageSuccess or WriteMessageRejected or WriteMessageFailure or RecoveryTick:
                break; // For the instance before the restart, or late.
            default:
                return false;
        }

        return true;
    }

    private bool IsOurs(int actorInstanceId) => actorInstanceId == _instanceId;

    private void RunHandler(object payload)
    {
        var failed = true;
        try
        {
            _pendingInvocations.Peek().Handler(payload);
            failed = false;
        }
        finally
        {
            FlushBatch();
            CompleteInvocation(failed);
        }
    }

    private void CompleteInvocation(bool failed)
    {
        if (_pendingInvocations.Dequeue().Stashing) _pendingStashingInvocations--;
        _state = _pendingStashingInvocations > 0 ? Persisting : Processing;
        if (_pendingStashingInvocations == 0) Unstash(all: failed);
    }

    private void FailPersist(WriteMessageFailure failure)
    {
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }
}
