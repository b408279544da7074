using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference to an actor of this process.</summary>
public sealed class LocalActorRef : ActorRefBase
{
    internal LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        Cell = new ActorCell(system, this, props, dispatcher, supervisor);
        Cell.Init(mailboxType);
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => Cell.Parent;

    internal ActorCell Cell { get; }

    public override void Start() => Cell.Start();

    public override void Stop() => Cell.Stop();

    public override void Suspend() => Cell.Suspend();

    public override void Resume(Exception causedByFailure = null) => Cell.Resume(causedByFailure);

    public override void Restart(Exception cause) => Cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => Cell.SendSystemMessage(message);

    protected override void TellInternal(object message, IActorRef sender) => Cell.SendMessage(sender, message);
}
