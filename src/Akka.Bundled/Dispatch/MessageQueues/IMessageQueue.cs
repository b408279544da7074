using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one actor. Many threads enqueue; only the actor's own mailbox run dequeues.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters, once the actor has stopped.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}

public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>A queue with a stack before it: only the actor itself puts messages first.</summary>
public class DequeWrapperMessageQueue(IMessageQueue messageQueue) : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    protected readonly IMessageQueue MessageQueue = messageQueue;
    private readonly Stack<Envelope> _first = new();

    public bool HasMessages => _first.Count > 0 || MessageQueue.HasMessages;

    public int Count => _first.Count + MessageQueue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => _first.Push(envelope);

    public bool TryDequeue(out Envelope envelope) => _first.TryPop(out envelope) || MessageQueue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }
}

public class UnboundedDequeMessageQueue() : DequeWrapperMessageQueue(new UnboundedMessageQueue()), IUnboundedDequeBasedMessageQueueSemantics;
