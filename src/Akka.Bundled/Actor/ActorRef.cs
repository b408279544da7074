using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Something that takes messages.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

/// <summary>A handle on an actor. As in Akka.NET 1.5: equal if path and incarnation are.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>What the runtime itself does with a reference.</summary>
public interface IInternalActorRef : IActorRef
{
    IInternalActorRef Parent { get; }

    void Start();

    void Stop();

    void Suspend();

    void Resume(Exception causedByFailure = null);

    void Restart(Exception cause);

    void SendSystemMessage(ISystemMessage message);
}

/// <summary>Equality, order and text of all references.</summary>
public abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public virtual IInternalActorRef Parent => ActorRefs.Nobody;

    public void Tell(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException("Message is null.");
        TellInternal(message, sender);
    }

    public virtual void Start()
    {
    }

    public virtual void Stop()
    {
    }

    public virtual void Suspend()
    {
    }

    public virtual void Resume(Exception causedByFailure = null)
    {
    }

    public virtual void Restart(Exception cause)
    {
    }

    public virtual void SendSystemMessage(ISystemMessage message)
    {
    }

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public int CompareTo(IActorRef other) =>
        Path.CompareTo(other?.Path) is var order and not 0 ? order : Path.Uid.CompareTo(other!.Path.Uid);

    public int CompareTo(object obj) => CompareTo(obj as IActorRef);

    public sealed override bool Equals(object obj) => obj is IActorRef other && Equals(other);

    public sealed override int GetHashCode() => Path.Uid != 0 ? Path.Uid.GetHashCode() : Path.GetHashCode();

    public override string ToString() => Path.Uid == 0 ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";

    protected abstract void TellInternal(object message, IActorRef sender);
}

/// <summary>References that stand for the absence of an actor.</summary>
public static class ActorRefs
{
    /// <summary>No sender: what the receiver sees is the dead letters of its system.</summary>
    public static readonly IActorRef NoSender;

    public static readonly Nobody Nobody = Nobody.Instance;
}

/// <summary>Takes every message and drops it.</summary>
public sealed class Nobody : ActorRefBase
{
    public static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    public override ActorPath Path { get; } = new ActorPath(new Address("akka", "all-systems")) / "Nobody";

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}

public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody;
}

/// <summary>Tell with the current actor as the sender.</summary>
public static class ActorRefImplicitSenderExtensions
{
    public static void Tell(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Sends on, keeping the sender of the message at hand.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}
