using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor.Internal
{
    /// <summary>Which cell runs on this thread.</summary>
    public static class InternalCurrentActorCellKeeper
    {
        [ThreadStatic]
        private static ActorCell s_current;

        public static ActorCell Current
        {
            get => s_current;
            set => s_current = value;
        }
    }
}

namespace Akka.Actor
{
    /// <summary>
    /// What stays of an actor across restarts: mailbox, children, watchers. As in Akka.NET 1.5; the parts are
    /// messages (this file), faults, children and death watch.
    /// </summary>
    public partial class ActorCell : IUntypedActorContext
    {
        private readonly ActorSystemImpl _system;
        private readonly List<SystemMessage> _stashedSystemMessages = [];
        private readonly Stack<Receive> _behaviors = new();
        private ActorBase _actor;
        private volatile Mailbox _mailbox;

        internal ActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
        {
            _system = system;
            InternalSelf = self;
            Props = props;
            Dispatcher = dispatcher;
            Parent = parent;
        }

        public object CurrentMessage { get; private set; }

        /// <summary>Counts messages, so that one message is stashed at most once.</summary>
        public int CurrentEnvelopeId { get; private set; }

        public Mailbox Mailbox => _mailbox;

        public MessageDispatcher Dispatcher { get; }

        public ActorSystem System => _system;

        public Props Props { get; }

        public IActorRef Self => InternalSelf;

        public IActorRef Sender { get; private set; }

        public IInternalActorRef Parent { get; }

        public bool IsTerminated => Mailbox.IsClosed;

        IActorRef IActorContext.Parent => Parent;

        internal static ActorCell Current => InternalCurrentActorCellKeeper.Current;

        internal bool ActorHasBeenCleared { get; private set; }

        private IInternalActorRef InternalSelf { get; }

        private Type ActorType => _actor?.GetType() ?? GetType();

        public static IActorRef GetCurrentSelfOrNoSender() => Current?.Self;

        public static IActorRef GetCurrentSenderOrNoSender() => Current?.Sender;

        public void Start() => Dispatcher.Attach(this);

        public void Stop() => SendSystemMessage(new Terminate());

        public void Suspend() => SendSystemMessage(new Suspend());

        public void Resume(Exception causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

        public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

        /// <summary>As in Akka.NET 1.5: what a dispatcher throws is logged and does not reach the sender.</summary>
        public void SendMessage(IActorRef sender, object message)
        {
            try
            {
                Dispatcher.Dispatch(this, new Envelope(message, sender, System));
            }
            catch (Exception cause)
            {
                PublishSwallowed(cause);
            }
        }

        public void SendSystemMessage(ISystemMessage message)
        {
            try
            {
                Dispatcher.SystemDispatch(this, (SystemMessage)message);
            }
            catch (Exception cause)
            {
                PublishSwallowed(cause);
            }
        }

        public void Become(Receive receive)
        {
            _behaviors.TryPop(out _);
            _behaviors.Push(receive);
        }

        public void BecomeStacked(Receive receive) => _behaviors.Push(receive);

        public void UnbecomeStacked()
        {
            if (_behaviors.Count > 1) _behaviors.Pop();
        }

        void IUntypedActorContext.Become(UntypedReceive receive) => Become(Total(receive));

        void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Total(receive));

        internal void Init(MailboxType mailboxType)
        {
            var mailbox = new Mailbox(mailboxType.Create(Self, System));
            mailbox.SetActor(this);
            _mailbox = mailbox;
            mailbox.SystemEnqueue(Self, new Create(failure: null));
        }

        internal Mailbox SwapMailbox(Mailbox mailbox)
        {
            var before = _mailbox;
            _mailbox = mailbox;
            return before;
        }

        internal void UseThreadContext<T>(T state, Action<T> action)
        {
            var outer = InternalCurrentActorCellKeeper.Current;
            InternalCurrentActorCellKeeper.Current = this;
            try
            {
                action(state);
            }
            finally
            {
                InternalCurrentActorCellKeeper.Current = outer;
            }
        }

        /// <summary>Handles one user message.</summary>
        internal void Invoke(Envelope envelope)
        {
            var message = envelope.Message;
            var restartsTimeout = message is not INotInfluenceReceiveTimeout;
            try
            {
                CurrentMessage = message;
                CurrentEnvelopeId++;
                Sender = envelope.Sender ?? System.DeadLetters;
                if (restartsTimeout) CancelReceiveTimeout();
                if (message is IAutoReceivedMessage) AutoReceiveMessage(message);
                else ReceiveMessage(message);
                CurrentMessage = null;
            }
            catch (Exception cause)
            {
                HandleInvokeFailure(cause);
            }
            finally
            {
                CheckReceiveTimeout(restartsTimeout);
            }
        }

        /// <summary>Handles one system message, and those it releases from the stash.</summary>
        internal void SystemInvoke(SystemMessage message)
        {
            var todo = new Queue<SystemMessage>([message]);
            var pause = CurrentPause;
            while (todo.TryDequeue(out var next))
            {
                try
                {
                    if (pause.Holds(next)) _stashedSystemMessages.Add(next);
                    else Handle(next);
                }
                catch (Exception cause)
                {
                    HandleInvokeFailure(cause);
                }

                var after = CurrentPause;
                if (after.Level < pause.Level)
                {
                    _stashedSystemMessages.ForEach(todo.Enqueue);
                    _stashedSystemMessages.Clear();
                }

                pause = after;
                if (!IsTerminated) continue;
                while (todo.TryDequeue(out var left)) System.DeadLetters.Tell(left, Self);
            }
        }

        private Pause CurrentPause => new(WaitsForChildren: _children.IsWaiting, Suspended: Mailbox.IsSuspended);

        private static Receive Total(UntypedReceive receive) => message =>
        {
            receive(message);
            return true;
        };

        private void Handle(SystemMessage message)
        {
            switch (message)
            {
                case Failed failed: HandleFailed(failed); break;
                case DeathWatchNotification note: WatchedActorTerminated(note.Actor, note.ExistenceConfirmed, note.AddressTerminated); break;
                case Create create: Create(create.Failure); break;
                case Watch watch: AddWatcher(watch.Watchee, watch.Watcher); break;
                case Unwatch unwatch: RemoveWatcher(unwatch.Watchee, unwatch.Watcher); break;
                case Recreate recreate: FaultRecreate(recreate.Cause); break;
                case Dispatch.SysMsg.Suspend: FaultSuspend(); break;
                case Resume resume: FaultResume(resume.CausedByFailure); break;
                case Dispatch.SysMsg.Terminate: Terminate(); break;
                default: throw new NotSupportedException($"Unknown message {message.GetType().Name}");
            }
        }

        private void ReceiveMessage(object message) => _actor.AroundReceive(_behaviors.Peek(), message);

        private void AutoReceiveMessage(object message)
        {
            switch (message)
            {
                case Terminated terminated: ReceivedTerminated(terminated); break;
                case Kill: throw new ActorKilledException("Kill");
                case PoisonPill: InternalSelf.Stop(); break;
                case Identify identify: Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self); break;
            }
        }

        private void PublishSwallowed(Exception cause) =>
            Publish(new Error(cause, Self.Path.ToString(), ActorType, "Swallowing exception during message send"));

        private void Publish(LogEvent logEvent) => System.EventStream.Publish(logEvent);

        /// <summary>Why system messages may have to wait.</summary>
        private readonly record struct Pause(bool WaitsForChildren, bool Suspended)
        {
            public int Level => WaitsForChildren ? 2 : Suspended ? 1 : 0;

            public bool Holds(SystemMessage message) => Level switch
            {
                2 => message is IStashWhenWaitingForChildren,
                1 => message is IStashWhenFailed,
                _ => false,
            };
        }
    }
}
