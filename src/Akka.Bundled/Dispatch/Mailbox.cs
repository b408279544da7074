using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The work of one actor: its system messages, then some of its user messages. As in Akka.NET 1.5: at most one run at a
/// time, because a mailbox is handed to its dispatcher only on the way from idle to scheduled.
/// </summary>
public class Mailbox : IRunnable
{
    // The status: closed or not, scheduled or not, and how often suspended.
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private static readonly long s_start = Environment.TickCount64 - 1;
    private readonly Queue<SystemMessage> _systemMessages = new();
    private volatile int _systemMessageCount;
    private bool _systemMessagesRefused;
    private int _status;

    public Mailbox(IMessageQueue messageQueue) => MessageQueue = messageQueue;

    public IMessageQueue MessageQueue { get; }

    public MessageDispatcher Dispatcher => Actor.Dispatcher;

    internal ActorCell Actor { get; private set; }

    internal bool HasMessages => MessageQueue.HasMessages;

    internal bool HasSystemMessages => _systemMessageCount > 0;

    internal bool IsClosed => Status == Closed;

    internal bool IsSuspended => SuspendCount > 0;

    internal int SuspendCount => Status / SuspendUnit;

    private int Status => Volatile.Read(ref _status);

    public virtual void SetActor(ActorCell actorCell) => Actor = actorCell;

    public void Run()
    {
        try
        {
            if (!IsClosed) Actor.UseThreadContext(this, static mailbox => mailbox.ProcessAll());
        }
        finally
        {
            Change(static status => status & ~Scheduled);
            Dispatcher.RegisterForExecution(this, false, false);
        }
    }

    public void Execute() => Run();

    /// <summary>Moves what is left to the dead letters.</summary>
    public virtual void CleanUp()
    {
        var deadLetters = Actor.Dispatcher.Mailboxes.DeadLetterMailbox;
        lock (_systemMessages) _systemMessagesRefused = true;
        while (TakeSystemMessage() is { } message) deadLetters.SystemEnqueue(Actor.Self, message);
        MessageQueue.CleanUp(Actor.Self, deadLetters.MessageQueue);
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        lock (_systemMessages)
        {
            if (!_systemMessagesRefused)
            {
                _systemMessages.Enqueue(message);
                _systemMessageCount = _systemMessages.Count;
                return;
            }
        }

        Actor.Dispatcher.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
    }

    internal bool CanBeScheduledForExecution(bool hasMessageHint, bool hasSystemMessageHint) => Status switch
    {
        Closed => false,
        0 or Scheduled => hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages,
        _ => hasSystemMessageHint || HasSystemMessages,
    };

    /// <summary>True for the one caller who has to hand this mailbox to the dispatcher.</summary>
    internal bool SetAsScheduled() => Change(static status => (status & (Closed | Scheduled)) == 0 ? status | Scheduled : status);

    internal bool Suspend() => Change(static status => status == Closed ? status : status + SuspendUnit);

    /// <summary>True if user messages may be processed again.</summary>
    internal bool Resume()
    {
        Change(static status => status == Closed || status < SuspendUnit ? status : status - SuspendUnit);
        return Status is not Closed and < SuspendUnit;
    }

    internal void BecomeClosed() => Change(static _ => Closed);

    private bool Change(Func<int, int> change)
    {
        while (true)
        {
            var before = Status;
            var after = change(before);
            if (after == before) return false;
            if (Interlocked.CompareExchange(ref _status, after, before) == before) return true;
        }
    }

    private void ProcessAll()
    {
        ProcessSystemMessages();
        ProcessUserMessages();
    }

    /// <summary>
    /// As measured on Akka.NET 1.5: throughput n lets n + 1 messages through per run, and a deadline, being compared with
    /// the time since start, ends the run after the first message.
    /// </summary>
    private void ProcessUserMessages()
    {
        var left = Math.Max(1, Dispatcher.Throughput);
        while ((Status & ~Scheduled) == 0 && MessageQueue.TryDequeue(out var envelope))
        {
            Actor.Invoke(envelope);
            ProcessSystemMessages();
            if (left-- <= 0 || DeadlineIsOver(Dispatcher.ThroughputDeadlineTime)) return;
        }
    }

    private static bool DeadlineIsOver(long? ticks) =>
        ticks is { } deadline && (Environment.TickCount64 - s_start) * TimeSpan.TicksPerMillisecond >= deadline;

    private void ProcessSystemMessages()
    {
        while (!IsClosed && TakeSystemMessage() is { } message) Actor.SystemInvoke(message);
    }

    private SystemMessage TakeSystemMessage()
    {
        if (!HasSystemMessages) return null;
        lock (_systemMessages)
        {
            _systemMessages.TryDequeue(out var message);
            _systemMessageCount = _systemMessages.Count;
            return message;
        }
    }
}

/// <summary>The mailbox of all stopped actors: always closed, everything put in becomes a dead letter.</summary>
public sealed class DeadLetterMailbox : Mailbox
{
    private readonly IActorRef _deadLetters;

    internal DeadLetterMailbox(IActorRef deadLetters)
        : base(new DeadLetterMessageQueue(deadLetters))
    {
        _deadLetters = deadLetters;
        BecomeClosed();
    }

    internal override void SystemEnqueue(IActorRef receiver, SystemMessage message) =>
        _deadLetters.Tell(new Event.DeadLetter(message, receiver, receiver), ActorRefs.NoSender);
}

internal sealed class DeadLetterMessageQueue(IActorRef deadLetters) : IMessageQueue
{
    public bool HasMessages => false;

    public int Count => 0;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        // A stopped subscriber of dead letters must not make more of them.
        if (envelope.Message is not Event.DeadLetter)
            deadLetters.Tell(new Event.DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
    }
}
