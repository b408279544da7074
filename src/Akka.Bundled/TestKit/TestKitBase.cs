using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace Akka.TestKit;

/// <summary>Test kits for which the test actor is not the implicit sender.</summary>
public interface INoImplicitSender;

/// <summary>A system, an actor that records what it is sent, and expectations about that. The parts: expectations, time.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int s_testActors;
    private readonly BlockingCollection<Envelope> _received = [];

    protected TestKitBase(ActorSystem system, string testActorName = null)
    {
        Sys = system;
        Sys.Settings.InjectTopLevelFallback(DefaultConfig);
        Log = Logging.GetLogger(system, GetType());
        testActorName = string.IsNullOrEmpty(testActorName) ? $"testActor{Interlocked.Increment(ref s_testActors)}" : testActorName;
        var props = Props.Create(() => new InternalTestActor(_received)).WithDispatcher(InternalTestActor.DispatcherId);
        TestActor = ((ExtendedActorSystem)Sys).SystemActorOf(props, testActorName);
        if (this is INoImplicitSender) return;
        InternalCurrentActorCellKeeper.Current = ((LocalActorRef)TestActor).Cell;
        SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(InternalCurrentActorCellKeeper.Current));
    }

    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.test {
          timefactor = 1.0
          single-expect-default = 3s
          default-timeout = 5s
          test-actor.dispatcher {
            type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit"
            throughput = 2147483647
          }
          calling-thread-dispatcher {
            type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit"
            throughput = 2147483647
          }
        }
        """);

    public ActorSystem Sys { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Records what it is sent, for the expectations.</summary>
    public IActorRef TestActor { get; }

    public object LastMessage { get; private set; }

    public IActorRef LastSender { get; private set; }

    public bool HasMessages => _received.Count > 0;

    public IActorRef ActorOf(Props props, string name = null) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>(string name = null)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public virtual TestProbe CreateTestProbe(string name = null) => new(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, name);

    /// <summary>Makes the test actor watch; on return it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        InTestActor(context => context.Watch(actorToWatch));
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        InTestActor(context => context.Unwatch(actorToUnwatch));
        return actorToUnwatch;
    }

    /// <summary>The test actor drops messages for which this is true.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new InternalTestActor.SetIgnore(shouldIgnoreMessage));

    public void IgnoreNoMessages() => TestActor.Tell(new InternalTestActor.SetIgnore(null));

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var stopped = system.Terminate().Wait(duration ?? Dilated(TimeSpan.FromSeconds(5)));
        if (InternalCurrentActorCellKeeper.Current?.System == system) InternalCurrentActorCellKeeper.Current = null;
        if (stopped) return;
        if (verifySystemShutdown) throw new TimeoutException($"Failed to stop [{system.Name}]");
        Console.WriteLine($"Failed to stop [{system.Name}]");
    }

    private void InTestActor(Action<IActorContext> action)
    {
        var done = new TaskCompletionSource();
        TestActor.Tell(new InternalTestActor.Do(context =>
        {
            action(context);
            done.SetResult();
        }));
        Assert.True(done.Task.Wait(RemainingOrDefault), "The test actor did not answer");
    }

    /// <summary>After an await the test actor is still the implicit sender.</summary>
    private sealed class ActorCellKeepingSynchronizationContext(ActorCell cell) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object state) => ThreadPool.QueueUserWorkItem(_ =>
        {
            var outer = InternalCurrentActorCellKeeper.Current;
            SetSynchronizationContext(this);
            InternalCurrentActorCellKeeper.Current = cell;
            try
            {
                d(state);
            }
            finally
            {
                InternalCurrentActorCellKeeper.Current = outer;
                SetSynchronizationContext(null);
            }
        });
    }
}
