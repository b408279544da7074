using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>An actor: state that only its own messages change, one at a time.</summary>
public abstract class ActorBase
{
    private IActorRef _clearedSelf;
    private SupervisorStrategy _supervisorStrategy;

    protected ActorBase()
    {
        if (ActorCell.Current is null)
            throw new ActorInitializationException("Do not create actors using 'new', always create them using an ActorContext/System");
        Context.Become(Receive);
    }

    protected static IActorContext Context
    {
        get
        {
            var cell = InternalCurrentActorCellKeeper.Current
                ?? throw new NotSupportedException("There is no active ActorContext: is this code running outside its actor?");
            return cell.ActorHasBeenCleared ? null : cell;
        }
    }

    protected static Receive EmptyReceive => static _ => false;

    protected IActorRef Sender => Context.Sender;

    protected IActorRef Self => _clearedSelf ?? Context.Self;

    internal SupervisorStrategy SupervisorStrategyInternal
    {
        get => _supervisorStrategy ??= SupervisorStrategy();
        set => _supervisorStrategy = value;
    }

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    public virtual void AroundPostStop() => PostStop();

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = receive(message);
        if (!handled) Unhandled(message);
        return handled;
    }

    /// <summary>The first behaviour.</summary>
    protected abstract bool Receive(object message);

    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart()
    {
    }

    protected virtual void PostStop()
    {
    }

    /// <summary>The failed instance, before it is replaced: by default stops all children.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren().ToList())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>The new instance, after a restart.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => Context.Become(receive);

    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    /// <summary>From here on this instance only knows its dead self.</summary>
    internal void Clear(IActorRef self) => _clearedSelf = self;
}

/// <summary>An actor whose handler never says "I do not know that".</summary>
public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
