using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Tests.Shared;

/// <summary>The mailboxes of one system that want to run. One thread, the owner's, runs everything.</summary>
public sealed class ControlledQueue
{
    private static readonly ConditionalWeakTable<ActorSystem, ControlledQueue> Queues = [];

    private readonly List<IRunnable> waiting = [];
    private readonly int owner = Environment.CurrentManagedThreadId;
    private int foreignDeliveries;

    /// <summary>Deliveries from threads other than the owner's: they would escape control.</summary>
    public int ForeignDeliveries => Volatile.Read(ref foreignDeliveries);

    /// <summary>May keep a message back, by answering true, and deliver it later.</summary>
    public Func<Envelope, Action, bool> Holds { get; set; } = (_, _) => false;

    /// <summary>Mailboxes run so far.</summary>
    public long Runs { get; private set; }

    /// <summary>Whether nothing is left to run.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (waiting)
                return waiting.Count == 0;
        }
    }

    public static ControlledQueue Of(ActorSystem system) => Queues.GetValue(system, _ => new ControlledQueue());

    public void Add(IRunnable run)
    {
        lock (waiting)
            waiting.Add(run);
    }

    /// <summary>Runs one mailbox, the oldest or one by chance; false if nothing is left.</summary>
    public bool RunOne(Random? choice = null)
    {
        IRunnable run;
        lock (waiting)
        {
            if (waiting.Count == 0)
                return false;
            var index = choice?.Next(waiting.Count) ?? 0;
            run = waiting[index];
            waiting.RemoveAt(index);
        }

        Runs++;
        run.Run();
        return true;
    }

    /// <summary>Runs until nothing is left: oldest first, or as the choice says.</summary>
    public void RunAll(Random? choice = null)
    {
        while (RunOne(choice))
        {
        }
    }

    internal void CountDelivery()
    {
        if (Environment.CurrentManagedThreadId != owner)
            Interlocked.Increment(ref foreignDeliveries);
    }
}

/// <summary>Named as the type of all dispatchers of a controlled system.</summary>
public sealed class ControlledConfigurator : MessageDispatcherConfigurator
{
    private readonly ControlledDispatcher dispatcher;

    public ControlledConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => dispatcher = new ControlledDispatcher(this);

    public override MessageDispatcher Dispatcher() => dispatcher;
}

/// <summary>Queues mailboxes instead of running them. Uses nothing but Akka's public API.</summary>
/// <remarks>One message per run, whatever the throughput, unless <c>one-message-per-run = off</c>: the throughput alone lets one message more through.</remarks>
public sealed class ControlledDispatcher : MessageDispatcher
{
    private readonly ControlledQueue queue;

    public ControlledDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        queue = ControlledQueue.Of(configurator.Prerequisites.Settings.System);
        Id = configurator.Config.GetString("id");
        Throughput = configurator.Config.GetInt("throughput");
        if (configurator.Config.GetBoolean("one-message-per-run", true))
            ThroughputDeadlineTime = 1;
    }

    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        queue.CountDelivery();
        if (!queue.Holds(envelope, () => base.Dispatch(cell, envelope)))
            base.Dispatch(cell, envelope);
    }

    public override void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        queue.CountDelivery();
        base.SystemDispatch(cell, message);
    }

    protected override void ExecuteTask(IRunnable run) => queue.Add(run);

    protected override void Shutdown()
    {
    }
}
