namespace Akka.Actor;

/// <summary>Base of the exceptions an actor system throws.</summary>
public class AkkaException : Exception
{
    public AkkaException()
    {
    }

    public AkkaException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}

public class InvalidActorNameException(string message) : AkkaException(message);

public class InvalidMessageException(string message) : AkkaException(message);

public class AskTimeoutException(string message) : AkkaException(message);

public class ActorKilledException(string message) : AkkaException(message);

public class IllegalActorStateException(string message) : AkkaException(message);

public class StashOverflowException(string message, Exception cause = null) : AkkaException(message, cause);

public class ActorInitializationException : AkkaException
{
    public ActorInitializationException(string message, Exception cause = null)
        : base(message, cause)
    {
    }

    public ActorInitializationException(IActorRef actor, string message, Exception cause = null)
        : base($"{actor}: {message}", cause) => Actor = actor;

    public IActorRef Actor { get; }
}

public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
    : ActorInitializationException(actor, $"PreRestart failed ({cause.Message}, {optionalMessage})", restartException);

public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"PostRestart failed after {originalCause.Message}", cause);

/// <summary>A watched actor ended and its watcher did not handle <see cref="Terminated"/>.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}
