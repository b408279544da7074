using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit;

/// <summary>A further test actor with expectations of its own; stands for its actor wherever a reference is wanted.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    public TestProbe(ActorSystem system, string testProbeName = null)
        : base(system, testProbeName)
    {
    }

    public IActorRef Ref => TestActor;

    /// <summary>Who sent the last message taken.</summary>
    public IActorRef Sender => LastSender;

    public ActorPath Path => TestActor.Path;

    public IInternalActorRef Parent => Internal.Parent;

    private IInternalActorRef Internal => (IInternalActorRef)TestActor;

    /// <summary>Sends with the probe as the sender.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    public void Forward(IActorRef actor) => Forward(actor, LastMessage);

    public void Forward(IActorRef actor, object message) => actor.Tell(message, Sender);

    /// <summary>Answers the last message taken.</summary>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    public void Tell(object message, IActorRef sender) => TestActor.Tell(message, sender);

    public void Start()
    {
    }

    public void Stop() => Internal.Stop();

    public void Suspend() => Internal.Suspend();

    public void Resume(Exception causedByFailure = null) => Internal.Resume(causedByFailure);

    public void Restart(Exception cause) => Internal.Restart(cause);

    public void SendSystemMessage(ISystemMessage message) => Internal.SendSystemMessage(message);

    public bool Equals(IActorRef other) => TestActor.Equals(other);

    public override bool Equals(object obj) => TestActor.Equals(obj);

    public override int GetHashCode() => TestActor.GetHashCode();

    public int CompareTo(IActorRef other) => TestActor.CompareTo(other);

    public int CompareTo(object obj) => TestActor.CompareTo(obj);
}
