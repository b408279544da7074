using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Handles a message; false if it does not know it.</summary>
public delegate bool Receive(object message);

public delegate void UntypedReceive(object message);

public interface IActorRefFactory
{
    IActorRef ActorOf(Props props, string name = null);
}

public interface ICanWatch
{
    IActorRef Watch(IActorRef subject);

    /// <summary>Like <see cref="Watch"/>, but the given message comes instead of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor sees of the system while it handles a message. Never to be used from another thread.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    MessageDispatcher Dispatcher { get; }

    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    TimeSpan? ReceiveTimeout { get; }

    void Become(Receive receive);

    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    void SetReceiveTimeout(TimeSpan? timeout);

    void Stop(IActorRef child);
}

public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);
}
