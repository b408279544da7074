using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor.Internal;

/// <summary>Ends the system when the system guardian has ended, which ends when the user guardian has.</summary>
internal sealed class RootGuardian : ActorBase
{
    protected override bool Receive(object message)
    {
        if (message is Terminated) Context.Stop(Self);
        else if (message is IActorRef systemGuardian) Context.Watch(systemGuardian);
        return true;
    }

    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;
}

/// <summary>/user: the parent of what <see cref="ActorSystem.ActorOf"/> makes.</summary>
internal sealed class UserGuardian : ActorBase
{
    protected override bool Receive(object message)
    {
        Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
        return true;
    }
}

/// <summary>/system: journals, loggers and the like; they outlive all user actors.</summary>
internal sealed class SystemGuardian(IActorRef userGuardian) : ActorBase
{
    protected override void PreStart() => Context.Watch(userGuardian);

    protected override bool Receive(object message)
    {
        if (message is Terminated) Context.Stop(Self);
        return true;
    }
}

/// <summary>Publishes what it is told as <see cref="DeadLetter"/>.</summary>
internal sealed class DeadLetterActorRef(ActorPath path, EventStream eventStream) : ActorRefBase
{
    public override ActorPath Path { get; } = path;

    public override void SendSystemMessage(ISystemMessage message) => Handle(message, this, this);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeadLetter letter) Handle(letter.Message, letter.Sender, letter.Recipient);
        else Handle(message, sender ?? this, this);
    }

    private void Handle(object message, IActorRef sender, IActorRef recipient)
    {
        switch (message)
        {
            case Watch watch when !watch.Watcher.Equals(this):
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
                break;
            case Watch or Unwatch:
                break;
            case Identify identify:
                sender.Tell(new ActorIdentity(identify.MessageId, null), this);
                break;
            case IDeadLetterSuppression suppressed:
                eventStream.Publish(new SuppressedDeadLetter(suppressed, sender, recipient));
                break;
            default:
                eventStream.Publish(new DeadLetter(message, sender, recipient));
                break;
        }
    }
}
