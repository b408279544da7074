using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Whom this actor watches and who watches it.</summary>
public partial class ActorCell
{
    private readonly Dictionary<IActorRef, object> _watching = [];
    private readonly List<IInternalActorRef> _watchedBy = [];

    /// <summary>Whose <see cref="Terminated"/> is in the mailbox or the stash; Unwatch takes it back. The value replaces the message.</summary>
    private readonly Dictionary<IActorRef, object> _terminatedQueued = [];

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, message: null);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        WatchFor(subject, message ?? throw new ArgumentNullException(nameof(message)));

    public IActorRef Unwatch(IActorRef subject)
    {
        if (_watching.Remove(subject)) Send(subject, new Unwatch((IInternalActorRef)subject, InternalSelf));
        _terminatedQueued.Remove(subject);
        return subject;
    }

    internal void TerminatedQueuedFor(IActorRef subject, object customMessage) => _terminatedQueued.TryAdd(subject, customMessage);

    private static void Send(IActorRef to, SystemMessage message) => ((IInternalActorRef)to).SendSystemMessage(message);

    private IActorRef WatchFor(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!subject.Equals(Self) && _watching.TryAdd(subject, message)) Send(subject, new Watch((IInternalActorRef)subject, InternalSelf));
        return subject;
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        if (_terminatedQueued.Remove(terminated.ActorRef, out var customMessage)) ReceiveMessage(customMessage ?? terminated);
    }

    private void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching.Remove(actor, out var customMessage) && !_children.IsTerminating)
        {
            Self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
            TerminatedQueuedFor(actor, customMessage);
        }

        if (_children.Find(actor) is not null) HandleChildTerminated(actor);
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self) && !_watchedBy.Contains(watcher)) _watchedBy.Add(watcher);
        else if (watcher.Equals(Self)) Watch(watchee);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self)) _watchedBy.Remove(watcher);
        else if (watcher.Equals(Self)) Unwatch(watchee);
    }

    /// <summary>All but the parent, who is told first of all.</summary>
    private void TellWatchersWeDied()
    {
        foreach (var watcher in _watchedBy.Where(watcher => !watcher.Equals(Parent)))
            watcher.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
        _watchedBy.Clear();
    }

    private void UnwatchWatchedActors()
    {
        foreach (var subject in _watching.Keys) Send(subject, new Unwatch((IInternalActorRef)subject, InternalSelf));
        _watching.Clear();
        _terminatedQueued.Clear();
    }
}
