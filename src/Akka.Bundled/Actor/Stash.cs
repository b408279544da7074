using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor
{
    /// <summary>Messages put aside for later. As in Akka.NET 1.5: unstashed ones go before the mailbox, in their order.</summary>
    public interface IStash
    {
        int Count { get; }

        bool IsEmpty { get; }

        bool NonEmpty { get; }

        /// <summary>Puts the message being handled aside.</summary>
        void Stash();

        /// <summary>Puts the oldest stashed message before the mailbox.</summary>
        void Unstash();

        void UnstashAll();

        void UnstashAll(Func<Envelope, bool> predicate);

        IEnumerable<Envelope> ClearStash();

        void Prepend(IEnumerable<Envelope> envelopes);
    }

    /// <summary>An actor that is given a stash.</summary>
    public interface IActorStash
    {
        IStash Stash { get; set; }
    }

    public interface IWithUnboundedStash : IActorStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;
}

namespace Akka.Actor.Internal
{
    /// <summary>A stash whose messages return to a mailbox with two ends.</summary>
    internal sealed class MailboxStash : IStash
    {
        private readonly LinkedList<Envelope> _stash = new();
        private readonly ActorCell _cell;
        private readonly IDequeBasedMessageQueueSemantics _queue;
        private int _lastStashed;

        public MailboxStash(IActorContext context)
        {
            _cell = (ActorCell)context;
            _queue = _cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
                ?? throw new ActorInitializationException(_cell.Self, $"DequeBasedMailbox required, got: {_cell.Mailbox.MessageQueue.GetType().Name}");
        }

        public int Count => _stash.Count;

        public bool IsEmpty => Count == 0;

        public bool NonEmpty => Count > 0;

        public void Stash()
        {
            if (_cell.CurrentEnvelopeId == _lastStashed)
                throw new IllegalActorStateException($"Can't stash the same message {_cell.CurrentMessage} more than once");
            _lastStashed = _cell.CurrentEnvelopeId;
            _stash.AddLast(new Envelope(_cell.CurrentMessage, _cell.Sender));
        }

        public void Unstash()
        {
            if (_stash.First is not { } first) return;
            _stash.RemoveFirst();
            EnqueueFirst(first.Value);
        }

        public void UnstashAll() => UnstashAll(static _ => true);

        public void UnstashAll(Func<Envelope, bool> predicate)
        {
            foreach (var envelope in ClearStash().Reverse().Where(predicate)) EnqueueFirst(envelope);
        }

        public IEnumerable<Envelope> ClearStash()
        {
            var stashed = _stash.ToArray();
            _stash.Clear();
            return stashed;
        }

        public void Prepend(IEnumerable<Envelope> envelopes)
        {
            foreach (var envelope in envelopes.Reverse()) _stash.AddFirst(envelope);
        }

        private void EnqueueFirst(Envelope envelope)
        {
            _queue.EnqueueFirst(envelope);
            // A stashed Terminated is expected again.
            if (envelope.Message is Terminated terminated) _cell.TerminatedQueuedFor(terminated.ActorRef, customMessage: null);
        }
    }
}
