using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Persistence;

/// <summary>A persistent actor with two receive functions, one for recovery and one for commands.</summary>
public abstract class PersistentActor : Eventsourced;

/// <summary>A persistent actor whose handlers never say "I do not know that".</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected sealed override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected abstract void OnCommand(object message);

    protected abstract void OnRecover(object message);

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}

/// <summary>A persistent actor with one handler per type of command and event.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly MessageHandlers _recover = new();
    private MessageHandlers _configuring = new();
    private MessageHandlers _initial;

    private MessageHandlers Configuring => _configuring
        ?? throw new InvalidOperationException("You may only call Command-methods when constructing the actor and inside Become().");

    void IInitializableActor.Init()
    {
        _initial = _configuring;
        _configuring = null;
    }

    protected sealed override void OnCommand(object message) => Handle(_initial, message);

    protected sealed override void OnRecover(object message) => Handle(_recover, message);

    protected void Become(Action configure)
    {
        var handlers = MessageHandlers.Configure(ref _configuring, configure);
        base.Become(message => Handle(handlers, message));
    }

    protected void BecomeStacked(Action configure)
    {
        var handlers = MessageHandlers.Configure(ref _configuring, configure);
        base.BecomeStacked(message => Handle(handlers, message));
    }

    protected void Recover<T>(Action<T> handler, Predicate<T> shouldHandle = null) => _recover.Add(handler, shouldHandle);

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => _recover.Add(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => _recover.Add(handler);

    protected void RecoverAny(Action<object> handler) => _recover.AddAny(handler);

    protected void Command<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Configuring.Add(handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Configuring.Add(handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Configuring.Add(handler);

    protected void CommandAny(Action<object> handler) => Configuring.AddAny(handler);

    private void Handle(MessageHandlers handlers, object message)
    {
        if (!handlers.Handle(message)) Unhandled(message);
    }
}
