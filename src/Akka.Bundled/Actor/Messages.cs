using Akka.Event;

namespace Akka.Actor;

/// <summary>A message the actor's cell handles, not its receive function.</summary>
public interface IAutoReceivedMessage;

/// <summary>A message that does not restart the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Marks messages that only exist within a process. Nothing is serialized here; kept so that code compiles unchanged.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>Marks messages that do harm when sent to the wrong actor.</summary>
public interface IPossiblyHarmful;

/// <summary>A watched actor has ended.</summary>
public sealed record Terminated(IActorRef ActorRef, bool ExistenceConfirmed, bool AddressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression, INoSerializationVerificationNeeded
{
    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>Stops the actor once everything before it in the mailbox is processed.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private PoisonPill()
    {
    }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the actor fail with <see cref="ActorKilledException"/>; its supervisor decides.</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill()
    {
    }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}

/// <summary>Asks an actor for its reference.</summary>
public sealed record Identify(object MessageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout;

/// <summary>The answer to <see cref="Identify"/>.</summary>
public sealed record ActorIdentity(object MessageId, IActorRef Subject);

/// <summary>Nothing came for the time set with <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
public class ReceiveTimeout : IPossiblyHarmful
{
    private ReceiveTimeout()
    {
    }

    public static ReceiveTimeout Instance { get; } = new();
}

/// <summary>Success or failure as a message.</summary>
public abstract class Status
{
    public sealed class Success(object status) : Status
    {
        public static readonly Success Instance = new(null);

        public readonly object Status = status;

        public override string ToString() => Status is null ? "Success" : $"Success: {Status}";
    }

    public sealed class Failure(Exception cause, object state) : Status
    {
        public readonly Exception Cause = cause;
        public readonly object State = state;

        public Failure(Exception cause)
            : this(cause, null)
        {
        }

        public override string ToString() => State is null ? $"Failure: {Cause}" : $"Failure[{State}]: {Cause}";
    }
}
