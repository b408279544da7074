using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Ask: a message whose answer is a task. For code outside actors.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var reply = new FutureActorRef<T>();
        self.Tell(message, reply);
        return WithTimeout(reply.Task, timeout ?? Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Sends a stop message; true once the actor has ended, false if that took longer than the timeout.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var watcher = new FutureActorRef<Terminated>();
        var watchee = (IInternalActorRef)target;
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await WithTimeout(watcher.Task, timeout, CancellationToken.None);
            return true;
        }
        catch (AskTimeoutException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            return false;
        }
    }

    private static async Task<T> WithTimeout<T>(Task<T> task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new AskTimeoutException($"Timeout after {timeout.TotalSeconds:F2} seconds");
        }
    }

    /// <summary>Takes one message, or the end of an actor, and is done.</summary>
    private sealed class FutureActorRef<T> : ActorRefBase
    {
        private static long s_number;
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ActorPath Path { get; } =
            new ActorPath(new Address("akka", "all-systems")) / "temp" / $"ask{Interlocked.Increment(ref s_number)}";

        public Task<T> Task => _answer.Task;

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is DeathWatchNotification end) Tell(new Terminated(end.Actor, end.ExistenceConfirmed, end.AddressTerminated), end.Actor);
        }

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is T answer) _answer.TrySetResult(answer);
            else if (message is Status.Failure failure) _answer.TrySetException(failure.Cause ?? new AkkaException("Task cancelled"));
            else _answer.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
        }
    }
}

/// <summary>Sends the outcome of a task as a message; the only way a task may reach an actor.</summary>
public static class PipeToSupport
{
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null, Func<T, object> success = null, Func<Exception, object> failure = null)
    {
        object message;
        try
        {
            var result = await taskToPipe.ConfigureAwait(false);
            message = success is null ? result : success(result);
        }
        catch (Exception cause)
        {
            message = failure is null ? new Status.Failure(cause) : failure(cause);
        }

        recipient.Tell(message, sender);
    }

    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef sender = null, Func<object> success = null, Func<Exception, object> failure = null)
    {
        try
        {
            await taskToPipe.ConfigureAwait(false);
            if (success is not null) recipient.Tell(success(), sender);
        }
        catch (Exception cause)
        {
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), sender);
        }
    }
}
