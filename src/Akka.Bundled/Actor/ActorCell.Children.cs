using Akka.Actor.Internal;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Children and the receive timeout.</summary>
public partial class ActorCell
{
    private readonly Children _children = new();
    private long _namesGiven = -1;
    private TimeSpan? _receiveTimeout;
    private ICancelable _pendingReceiveTimeout;

    TimeSpan? IActorContext.ReceiveTimeout => _receiveTimeout;

    public IActorRef ActorOf(Props props, string name = null)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name)) throw new InvalidActorNameException($"Illegal actor name [{name}]");
        return MakeChild(props, name ?? RandomName());
    }

    public IActorRef Child(string name) => _children.Find(name)?.Child ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => _children.Refs;

    public void Stop(IActorRef child)
    {
        _children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    public void SetReceiveTimeout(TimeSpan? timeout) => _receiveTimeout = timeout;

    private LocalActorRef MakeChild(Props props, string name)
    {
        _children.Reserve(name);
        LocalActorRef child;
        try
        {
            child = NewRef(props, Self.Path.Child(name).WithUid(Random.Shared.NextInt64(1, int.MaxValue)));
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }

        // A child made by a suspended parent starts suspended.
        if (_perpetrator is not null)
        {
            for (var i = 0; i < Mailbox.SuspendCount; i++) child.Suspend();
        }

        _children.Add(child);
        child.Start();
        return child;
    }

    private LocalActorRef NewRef(Props props, ActorPath path)
    {
        var dispatchers = _system.Dispatchers;
        if (!dispatchers.HasDispatcher(props.Dispatcher))
            throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");
        try
        {
            var dispatcher = dispatchers.Lookup(props.Dispatcher);
            var mailboxType = _system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
            return new LocalActorRef(_system, props, dispatcher, mailboxType, InternalSelf, path);
        }
        catch (Exception cause)
        {
            throw new ConfigurationException(
                $"Configuration problem while creating [{path}] with dispatcher [{props.Dispatcher}] and mailbox [{props.Mailbox}]", cause);
        }
    }

    /// <summary><c>$a</c>, <c>$b</c>, ... <c>$ba</c>, as Akka names actors that have no name.</summary>
    private string RandomName()
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var name = "$";
        var rest = Interlocked.Increment(ref _namesGiven);
        do
        {
            name += digits[(int)(rest & 63)];
            rest >>= 6;
        }
        while (rest > 0);
        return name;
    }

    private void StopChildren()
    {
        foreach (var child in _children.Refs) Stop(child);
    }

    private void SuspendChildren(List<IActorRef> except = null)
    {
        foreach (var child in _children.Refs)
        {
            if (except is null || !except.Contains(child)) child.Suspend();
        }
    }

    private void ResumeChildren(Exception causedByFailure, IActorRef perpetrator)
    {
        foreach (var child in _children.Refs) child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var awaited = _children.Remove(child);
        switch (awaited)
        {
            case SuspendReason.Recreation recreation: FinishRecreate(recreation.Cause); break;
            case SuspendReason.Creation: FinishCreate(); break;
            case SuspendReason.Termination: FinishTerminate(); break;
        }
    }

    private void CheckReceiveTimeout(bool restart = true)
    {
        if (_receiveTimeout is not { } timeout)
        {
            CancelReceiveTimeout();
        }
        else if (restart || _pendingReceiveTimeout is null)
        {
            _pendingReceiveTimeout?.Cancel();
            _pendingReceiveTimeout = System.Scheduler.ScheduleTellOnceCancelable(timeout, Self, Actor.ReceiveTimeout.Instance, Self);
        }
    }

    private void CancelReceiveTimeout()
    {
        _pendingReceiveTimeout?.Cancel();
        _pendingReceiveTimeout = null;
    }
}
