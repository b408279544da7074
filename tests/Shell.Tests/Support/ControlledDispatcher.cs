using System.Runtime.CompilerServices;
using Actors.Shell;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Shell.Tests.Support;

/// <summary>The mailboxes of one system that want to run, and the steps of tasks that are held back. One thread, the owner's, runs everything.</summary>
public sealed class ControlledQueue
{
    private static readonly ConditionalWeakTable<ActorSystem, ControlledQueue> Queues = [];

    private readonly List<IRunnable> waiting = [];
    private readonly Dictionary<int, (Access Access, Action Deliver)> held = [];
    private readonly int owner = Environment.CurrentManagedThreadId;
    private int foreignDeliveries;

    /// <summary>Deliveries from threads other than the owner's: they would escape control.</summary>
    public int ForeignDeliveries => Volatile.Read(ref foreignDeliveries);

    /// <summary>Whether steps of tasks wait until they are asked for, one by one.</summary>
    public bool HoldsSteps { get; set; }

    /// <summary>Mailboxes run so far.</summary>
    public long Runs { get; private set; }

    /// <summary>Whether anything is left to run.</summary>
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

    /// <summary>Runs until nothing is left.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }

    /// <summary>The step that a task has sent and that is held back; null when there is none.</summary>
    internal Access? HeldStep(int task) => held.TryGetValue(task, out var step) ? step.Access : null;

    /// <summary>Delivers a task's step and all that follows from it.</summary>
    internal void DeliverStep(int task)
    {
        held.Remove(task, out var step);
        step.Deliver();
        RunAll();
    }

    internal void Receive(Envelope envelope, Action deliver)
    {
        CountDelivery();
        if (HoldsSteps && envelope.Message is Access access)
            held.Add(access.Step.Task.Index, (access, deliver));
        else
            deliver();
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
public sealed class ControlledDispatcher : MessageDispatcher
{
    private readonly ControlledQueue queue;

    public ControlledDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        queue = ControlledQueue.Of(configurator.Prerequisites.Settings.System);
        Id = configurator.Config.GetString("id");
        Throughput = 1;

        // Throughput alone lets one message more through.
        ThroughputDeadlineTime = 1;
    }

    public override void Dispatch(ActorCell cell, Envelope envelope) => queue.Receive(envelope, () => base.Dispatch(cell, envelope));

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
