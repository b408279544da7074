using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>What the runtime sends to cells: handled before any user message.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;

public abstract class SystemMessage : ISystemMessage;

/// <summary>Kept back while a cell waits for its children to stop.</summary>
internal interface IStashWhenWaitingForChildren;

/// <summary>Kept back while a cell is suspended.</summary>
internal interface IStashWhenFailed;

public sealed class Create(Exception failure) : SystemMessage
{
    public Exception Failure { get; } = failure;
}

public sealed class Recreate(Exception cause) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception Cause { get; } = cause;
}

public sealed class Suspend : SystemMessage, IStashWhenWaitingForChildren;

public sealed class Resume(Exception causedByFailure) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception CausedByFailure { get; } = causedByFailure;
}

public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression;

/// <summary>A child tells its parent that it failed.</summary>
public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage, IStashWhenFailed
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public long Uid { get; } = uid;
}

public class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

public sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    : SystemMessage, IDeadLetterSuppression
{
    public IActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;
}
