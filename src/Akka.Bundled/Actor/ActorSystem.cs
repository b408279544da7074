using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A tree of actors with its dispatchers, mailboxes, scheduler and event stream.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    public abstract string Name { get; }

    public abstract Settings Settings { get; }

    public abstract EventStream EventStream { get; }

    public abstract IActorRef DeadLetters { get; }

    public abstract Dispatchers Dispatchers { get; }

    public abstract Mailboxes Mailboxes { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract ILoggingAdapter Log { get; }

    public abstract Task WhenTerminated { get; }

    public static ActorSystem Create(string name) => Create(name, ConfigurationFactory.Empty);

    public static ActorSystem Create(string name, Config config) => new ActorSystemImpl(name, config);

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract void Stop(IActorRef actor);

    public abstract void RegisterOnTermination(Action code);

    /// <summary>Stops all actors, children before parents. The task ends when none is left.</summary>
    public abstract Task Terminate();

    public abstract T RegisterExtension<T>(ExtensionIdProvider<T> extension)
        where T : class, IExtension;

    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }
}

/// <summary>What a part of the runtime may also do.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IInternalActorRef Guardian { get; }

    public abstract IInternalActorRef SystemGuardian { get; }

    public abstract IActorRef SystemActorOf(Props props, string name = null);
}

/// <summary>Something a system has one of.</summary>
public interface IExtension;

public abstract class ExtensionIdProvider<T>
    where T : class, IExtension
{
    public T Apply(ActorSystem system) => system.RegisterExtension(this);

    public abstract T CreateExtension(ExtendedActorSystem system);
}
