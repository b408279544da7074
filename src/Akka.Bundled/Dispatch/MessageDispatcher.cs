using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>What a dispatcher may use of its system.</summary>
public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    IScheduler Scheduler { get; }

    Settings Settings { get; }

    Mailboxes Mailboxes { get; }
}

internal sealed record DispatcherPrerequisites(EventStream EventStream, IScheduler Scheduler, Settings Settings, Mailboxes Mailboxes)
    : IDispatcherPrerequisites;

/// <summary>Makes the dispatcher of one configuration section. Named as <c>type</c>; needs this constructor.</summary>
public abstract class MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
{
    public Config Config { get; } = config;

    public IDispatcherPrerequisites Prerequisites { get; } = prerequisites;

    public abstract MessageDispatcher Dispatcher();
}

/// <summary>Decides when and on which thread mailboxes run. As in Akka.NET 1.5: derive from it to control the order of everything.</summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private long _inhabitants;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    public string Id { get; protected set; }

    /// <summary>How many messages one mailbox run may process before others get their turn.</summary>
    public int Throughput { get; set; }

    /// <summary>Ticks after which a mailbox run ends even below its throughput.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    public TimeSpan ShutdownTimeout { get; protected set; }

    /// <summary>How many actors live here.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    public void Schedule(IRunnable run) => ExecuteTask(run);

    /// <summary>Puts a user message into the mailbox of a cell.</summary>
    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        var mailbox = cell.Mailbox;
        mailbox.MessageQueue.Enqueue(cell.Self, envelope);
        RegisterForExecution(mailbox, true, false);
    }

    /// <summary>Puts a system message into the mailbox of a cell.</summary>
    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        var mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, false, true);
    }

    /// <summary>Starts a cell.</summary>
    public virtual void Attach(ActorCell cell)
    {
        Interlocked.Increment(ref _inhabitants);
        RegisterForExecution(cell.Mailbox, false, true);
    }

    /// <summary>Forgets a cell that has ended; what is left in its mailbox becomes dead letters.</summary>
    public virtual void Detach(ActorCell cell)
    {
        var mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
        if (Interlocked.Decrement(ref _inhabitants) == 0) ScheduleShutdown();
    }

    /// <summary>Runs the task now or later, never two runs of one mailbox at a time (the mailbox sees to that).</summary>
    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Called once nobody has lived here for <see cref="ShutdownTimeout"/>; more actors may come afterwards.</summary>
    protected abstract void Shutdown();

    internal void RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (mailbox.CanBeScheduledForExecution(hasMessageHint, hasSystemMessageHint) && mailbox.SetAsScheduled()) ExecuteTask(mailbox);
    }

    internal virtual void Suspend(ActorCell cell)
    {
        if (cell.Mailbox.Actor == cell) cell.Mailbox.Suspend();
    }

    internal virtual void Resume(ActorCell cell)
    {
        if (cell.Mailbox.Actor == cell && cell.Mailbox.Resume()) RegisterForExecution(cell.Mailbox, false, false);
    }

    private void ScheduleShutdown()
    {
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, ShutdownIfEmpty);
        }
        catch (SchedulerException)
        {
            Shutdown();
        }
    }

    private void ShutdownIfEmpty()
    {
        if (Inhabitants == 0) Shutdown();
    }
}

/// <summary>Runs mailboxes on the thread pool.</summary>
public class Dispatcher : MessageDispatcher
{
    internal Dispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        var config = configurator.Config;
        Id = config.GetString("id");
        Throughput = config.GetInt("throughput", DefaultThroughput);
        var deadline = config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero);
        ThroughputDeadlineTime = deadline > TimeSpan.Zero ? deadline.Ticks : null;
        ShutdownTimeout = config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1));
    }

    protected override void ExecuteTask(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

    protected override void Shutdown()
    {
    }
}

public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _instance;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _instance = new Dispatcher(this);

    public override MessageDispatcher Dispatcher() => _instance;
}
