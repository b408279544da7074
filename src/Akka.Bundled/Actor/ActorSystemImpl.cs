using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The one kind of actor system there is: local.</summary>
internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Type, Lazy<IExtension>> _extensions = new();
    private readonly ConcurrentStack<Action> _onTermination = new();
    private readonly LocalActorRef _user;
    private readonly LocalActorRef _system;

    public ActorSystemImpl(string name, Config config)
    {
        Name = name;
        Settings = new Settings(this, config);
        EventStream = new EventStream();
        EventStream.SetLogLevel(Logging.LogLevelFor(Settings.LogLevel));
        Log = Logging.GetLogger(this, $"ActorSystem({name})");
        var root = new ActorPath(new Address("akka", name));
        DeadLetters = new DeadLetterActorRef(root / "deadLetters", EventStream);
        Scheduler = CreateScheduler();
        Mailboxes = new Mailboxes(Settings, DeadLetters);
        Dispatchers = new Dispatchers(new DispatcherPrerequisites(EventStream, Scheduler, Settings, Mailboxes));

        var dispatcher = Dispatchers.Lookup(Dispatchers.InternalDispatcherId);
        var mailbox = Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        var rootGuardian = new LocalActorRef(this, Props.Create<RootGuardian>(), dispatcher, mailbox, new Outside(this, root), root);
        rootGuardian.Start();
        _user = Guardian("user", Props.Create<UserGuardian>().WithSupervisorStrategy(UserStrategy()));
        _system = Guardian("system", Props.Create<SystemGuardian>(_user));
        rootGuardian.Tell(_system, ActorRefs.NoSender);
        StartLoggers();

        LocalActorRef Guardian(string guardian, Props props) =>
            (LocalActorRef)rootGuardian.Cell.ActorOf(props.WithDispatcher(Dispatchers.InternalDispatcherId), guardian);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters { get; }

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override Task WhenTerminated => _terminated.Task;

    public override IInternalActorRef Guardian => _user;

    public override IInternalActorRef SystemGuardian => _system;

    public override IActorRef ActorOf(Props props, string name = null) => _user.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf(Props props, string name = null) => _system.Cell.ActorOf(props, name);

    public override void Stop(IActorRef actor) => ((IInternalActorRef)actor).Stop();

    public override void RegisterOnTermination(Action code) => _onTermination.Push(code);

    public override Task Terminate()
    {
        _user.Stop();
        return WhenTerminated;
    }

    public override T RegisterExtension<T>(ExtensionIdProvider<T> extension) =>
        (T)_extensions.GetOrAdd(typeof(T), _ => new(() => extension.CreateExtension(this))).Value;

    public override string ToString() => $"akka://{Name}";

    private void AfterTermination()
    {
        (Scheduler as IDisposable)?.Dispose();
        foreach (var code in _onTermination) code();
        _terminated.TrySetResult();
    }

    private IScheduler CreateScheduler()
    {
        var name = Settings.Config.GetString("akka.scheduler.implementation");
        var type = TypeNames.Find(name) ?? throw new ConfigurationException($"Scheduler type [{name}] does not exist");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log);
    }

    private SupervisorStrategy UserStrategy() => Settings.Config.GetString("akka.actor.guardian-supervisor-strategy") switch
    {
        "Akka.Actor.StoppingSupervisorStrategy" => SupervisorStrategy.StoppingStrategy,
        _ => SupervisorStrategy.DefaultStrategy,
    };

    private void StartLoggers()
    {
        foreach (var name in Settings.Config.GetStringList("akka.loggers"))
        {
            var type = TypeNames.Find(name) ?? throw new ConfigurationException($"Logger specified in config cannot be found: \"{name}\"");
            var logger = SystemActorOf(Props.Create(type), $"log-{type.Name}");
            logger.Tell(new InitializeLogger(EventStream), ActorRefs.NoSender);
            EventStream.SubscribeToLog(logger);
        }
    }

    /// <summary>The parent of the root: learns that the last actor has ended.</summary>
    private sealed class Outside(ActorSystemImpl system, ActorPath root) : ActorRefBase
    {
        public override ActorPath Path { get; } = root / "outside";

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is DeathWatchNotification) system.AfterTermination();
            else if (message is Failed failed) ((IInternalActorRef)failed.Child).Stop();
        }

        protected override void TellInternal(object message, IActorRef sender)
        {
        }
    }
}
