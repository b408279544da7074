using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Base of journals. As in Akka.NET 1.5: writes may end in any order, their answers leave in the order of the requests.</summary>
public abstract class AsyncWriteJournal : ActorBase
{
    private readonly Resequencer _resequencer = new();
    private long _tickets;

    public abstract Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken);

    /// <summary>Null if all went well; else for each write null or why it was rejected. A failed task means the journal failed.</summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken);

    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken);

    /// <summary>Messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = Write(write, _tickets++, Self);
                return true;
            case ReplayMessages replay:
                _ = Replay(replay, Context, Self);
                return true;
            case DeleteMessagesTo delete:
                _ = Delete(delete, Self);
                return true;
            default:
                return false;
        }
    }

    private static AtomicWrite WithoutSender(AtomicWrite write) => new(
        Events(write).Select(e => e.Update(e.SequenceNr, e.PersistenceId, e.IsDeleted, ActorRefs.NoSender, e.WriterGuid)).ToImmutableList());

    private static IImmutableList<IPersistentRepresentation> Events(AtomicWrite write) =>
        (IImmutableList<IPersistentRepresentation>)write.Payload;

    private async Task Write(WriteMessages request, long ticket, IActorRef self)
    {
        var writes = request.Messages.OfType<AtomicWrite>().ToList();
        try
        {
            var results = writes.Count == 0 ? null : await WriteMessagesAsync([.. writes.Select(WithoutSender)], CancellationToken.None).ConfigureAwait(false);
            if (results is not null && results.Count != writes.Count)
                throw new InvalidOperationException($"WriteMessagesAsync returned {results.Count} results for {writes.Count} writes");
            _resequencer.Deliver(ticket, () => Answer(request, results, self));
        }
        catch (Exception cause)
        {
            _resequencer.Deliver(ticket, () => AnswerFailure(request, writes.Count, Unwrap(cause), self));
        }
    }

    private static void Answer(WriteMessages request, IImmutableList<Exception> results, IActorRef self)
    {
        var actor = request.PersistentActor;
        var index = 0;
        actor.Tell(WriteMessagesSuccessful.Instance, self);
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
                continue;
            }

            var rejection = results?[index++];
            foreach (var stored in Events(write))
            {
                actor.Tell(
                    rejection is null
                        ? new WriteMessageSuccess(stored, request.ActorInstanceId)
                        : new WriteMessageRejected(stored, rejection, request.ActorInstanceId),
                    stored.Sender);
            }
        }
    }

    private static void AnswerFailure(WriteMessages request, int writeCount, Exception cause, IActorRef self)
    {
        var actor = request.PersistentActor;
        actor.Tell(new WriteMessagesFailed(cause, writeCount), self);
        foreach (var envelope in request.Messages)
        {
            if (envelope is AtomicWrite write)
            {
                foreach (var lost in Events(write)) actor.Tell(new WriteMessageFailure(lost, cause, request.ActorInstanceId), lost.Sender);
            }
            else
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
            }
        }
    }

    private async Task Replay(ReplayMessages request, IActorContext context, IActorRef self)
    {
        var actor = request.PersistentActor;
        try
        {
            var highest = await ReadHighestSequenceNrAsync(request.PersistenceId, Math.Max(0, request.FromSequenceNr - 1), CancellationToken.None).ConfigureAwait(false);
            var to = Math.Min(request.ToSequenceNr, highest);
            if (to > 0 && request.FromSequenceNr <= to)
            {
                await ReplayMessagesAsync(
                    context, request.PersistenceId, request.FromSequenceNr, to, request.Max, Offer).ConfigureAwait(false);
            }

            actor.Tell(new RecoverySuccess(highest), self);
        }
        catch (Exception cause)
        {
            actor.Tell(new ReplayMessagesFailure(Unwrap(cause)), self);
        }

        void Offer(IPersistentRepresentation stored)
        {
            if (!stored.IsDeleted) actor.Tell(new ReplayedMessage(stored), ActorRefs.NoSender);
        }
    }

    private async Task Delete(DeleteMessagesTo request, IActorRef self)
    {
        try
        {
            await DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr, CancellationToken.None).ConfigureAwait(false);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr), self);
        }
        catch (Exception cause)
        {
            request.PersistentActor.Tell(new DeleteMessagesFailure(Unwrap(cause), request.ToSequenceNr), self);
        }
    }

    private static Exception Unwrap(Exception cause) =>
        cause is AggregateException { InnerExceptions: [var only] } ? only : cause;

    /// <summary>Holds answers back until all earlier ones have left.</summary>
    private sealed class Resequencer
    {
        private readonly Dictionary<long, Action> _early = [];
        private long _next;

        public void Deliver(long ticket, Action answer)
        {
            lock (_early)
            {
                _early.Add(ticket, answer);
                while (_early.Remove(_next, out var due))
                {
                    _next++;
                    due();
                }
            }
        }
    }
}
