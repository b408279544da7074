using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Records what it is sent. Runs on the thread of the sender, so that a message told is a message recorded.</summary>
internal sealed class InternalTestActor(BlockingCollection<Envelope> received) : ActorBase
{
    internal const string DispatcherId = "akka.test.test-actor.dispatcher";

    private Func<object, bool> _ignore;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Do action:
                action.Action(Context);
                break;
            case SetIgnore ignore:
                _ignore = ignore.Ignore;
                break;
            default:
                if (_ignore?.Invoke(message) != true) received.Add(new Envelope(message, Sender));
                break;
        }

        return true;
    }

    internal sealed record Do(Action<IActorContext> Action);

    internal sealed record SetIgnore(Func<object, bool> Ignore);
}

/// <summary>Runs mailboxes on the thread that sends to them.</summary>
public sealed class CallingThreadDispatcher : MessageDispatcher
{
    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator) => Throughput = configurator.Config.GetInt("throughput", int.MaxValue);

    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
    }
}

public sealed class CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new CallingThreadDispatcher(this);
}
