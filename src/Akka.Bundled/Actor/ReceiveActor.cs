using Akka.Actor.Internal;

namespace Akka.Actor
{
    /// <summary>An actor with one handler per message type, tried in the order they were given.</summary>
    public abstract class ReceiveActor : UntypedActor, IInitializableActor
    {
        private MessageHandlers _configuring = new();
        private MessageHandlers _initial;

        void IInitializableActor.Init()
        {
            _initial = _configuring;
            _configuring = null;
        }

        protected sealed override void OnReceive(object message) => Handle(_initial, message);

        protected void Become(Action configure)
        {
            var handlers = Configure(configure);
            base.Become(message => Handle(handlers, message));
        }

        protected void BecomeStacked(Action configure)
        {
            var handlers = Configure(configure);
            base.BecomeStacked(message => Handle(handlers, message));
        }

        protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Configuring.Add(handler, shouldHandle);

        protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Configuring.Add(handler, shouldHandle);

        protected void Receive<T>(Func<T, bool> handler) => Configuring.Add(handler);

        protected void ReceiveAny(Action<object> handler) => Configuring.AddAny(handler);

        private MessageHandlers Configuring => _configuring
            ?? throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");

        private MessageHandlers Configure(Action configure) => MessageHandlers.Configure(ref _configuring, configure);

        private void Handle(MessageHandlers handlers, object message)
        {
            if (!handlers.Handle(message)) Unhandled(message);
        }
    }
}

namespace Akka.Actor.Internal
{
    /// <summary>Called once the constructor of an actor has run.</summary>
    public interface IInitializableActor
    {
        void Init();
    }

    /// <summary>An ordered list of handlers by message type.</summary>
    internal sealed class MessageHandlers
    {
        private readonly List<Func<object, bool>> _handlers = [];
        private bool _complete;

        /// <summary>Runs <paramref name="configure"/> with <paramref name="slot"/> open for new handlers and returns them.</summary>
        public static MessageHandlers Configure(ref MessageHandlers slot, Action configure)
        {
            var outer = slot;
            var handlers = slot = new MessageHandlers();
            configure();
            slot = outer;
            return handlers;
        }

        public bool Handle(object message)
        {
            foreach (var handler in _handlers)
            {
                if (handler(message)) return true;
            }

            return false;
        }

        public void Add<T>(Action<T> handler, Predicate<T> shouldHandle) => Add<T>(message =>
        {
            if (shouldHandle is not null && !shouldHandle(message)) return false;
            handler(message);
            return true;
        });

        public void Add<T>(Func<T, bool> handler)
        {
            if (_complete) throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
            _handlers.Add(message => message is T typed && handler(typed));
        }

        public void AddAny(Action<object> handler)
        {
            Add(handler, shouldHandle: null);
            _complete = true;
        }
    }
}
