using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Contract.Tests.Support;

/// <summary>A system in which one thread, the test's, runs everything, mailbox by mailbox, in an order of its choice.</summary>
public sealed class ControlledSystem : IDisposable
{
    private readonly ControlledQueue _queue;

    public ControlledSystem(string config = "")
    {
        Sys = ActorSystem.Create("controlled", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(
            """
            akka {
              loggers = []
              loglevel = OFF
              stdout-loglevel = OFF
              coordinated-shutdown.run-by-actor-system-terminate = off
              actor.default-dispatcher {
                type = "Contract.Tests.Support.ControlledConfigurator, Contract.Tests"
                throughput = 1
                one-message-per-run = on
              }
              actor.internal-dispatcher.type = "Contract.Tests.Support.ControlledConfigurator, Contract.Tests"
              persistence.dispatchers.default-plugin-dispatcher.type = "Contract.Tests.Support.ControlledConfigurator, Contract.Tests"
              persistence.journal.plugin = "akka.persistence.journal.inmem"
              persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """)));
        _queue = ControlledQueue.Of(Sys);
    }

    public ActorSystem Sys { get; }

    /// <summary>Deliveries from threads other than the test's: they would escape control.</summary>
    public int ForeignDeliveries => _queue.ForeignDeliveries;

    /// <summary>Runs one mailbox; false if nothing is left to run.</summary>
    public bool RunOne(Random? choice = null) => _queue.RunOne(choice);

    /// <summary>Runs until nothing is left: oldest first, or as the choice says.</summary>
    public void RunAll(Random? choice = null)
    {
        while (RunOne(choice))
        {
        }
    }

    public void Dispose()
    {
        var terminated = Sys.Terminate();
        SpinWait.SpinUntil(
            () =>
            {
                RunAll();
                return terminated.IsCompleted;
            },
            TimeSpan.FromSeconds(10));
    }
}

/// <summary>The mailboxes of one system that want to run.</summary>
public sealed class ControlledQueue
{
    private static readonly ConditionalWeakTable<ActorSystem, ControlledQueue> s_queues = [];
    private readonly List<IRunnable> _waiting = [];
    private readonly int _owner = Environment.CurrentManagedThreadId;
    private int _foreignDeliveries;

    public int ForeignDeliveries => _foreignDeliveries;

    public static ControlledQueue Of(ActorSystem system) => s_queues.GetValue(system, _ => new ControlledQueue());

    public void Add(IRunnable run)
    {
        lock (_waiting) _waiting.Add(run);
    }

    public void CountDelivery()
    {
        if (Environment.CurrentManagedThreadId != _owner) Interlocked.Increment(ref _foreignDeliveries);
    }

    public bool RunOne(Random? choice)
    {
        IRunnable run;
        lock (_waiting)
        {
            if (_waiting.Count == 0) return false;
            var index = choice?.Next(_waiting.Count) ?? 0;
            run = _waiting[index];
            _waiting.RemoveAt(index);
        }

        run.Run();
        return true;
    }
}

/// <summary>Named as the type of the default, internal and plugin dispatchers.</summary>
public sealed class ControlledConfigurator : MessageDispatcherConfigurator
{
    private readonly ControlledDispatcher _dispatcher;

    public ControlledConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new ControlledDispatcher(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary>Queues mailboxes instead of running them. Uses nothing but Akka's public API.</summary>
public sealed class ControlledDispatcher : MessageDispatcher
{
    private readonly ControlledQueue _queue;

    public ControlledDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        _queue = ControlledQueue.Of(configurator.Prerequisites.Settings.System);
        Id = configurator.Config.GetString("id");
        Throughput = configurator.Config.GetInt("throughput");
        // Throughput alone lets one message more through.
        if (configurator.Config.GetBoolean("one-message-per-run")) ThroughputDeadlineTime = 1;
    }

    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        _queue.CountDelivery();
        base.Dispatch(cell, envelope);
    }

    public override void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        _queue.CountDelivery();
        base.SystemDispatch(cell, message);
    }

    protected override void ExecuteTask(IRunnable run) => _queue.Add(run);

    protected override void Shutdown()
    {
    }
}
