using Akka.Actor;
using Xunit;

namespace Akka.TestKit;

/// <summary>Expectations about what the test actor is sent next.</summary>
public abstract partial class TestKitBase
{
    private bool _lastWasNoMsg;

    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, hint, cancellationToken, (_, _) => true);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint ?? $"{message}", cancellationToken, (actual, _) => Equals(actual, message));

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, cancellationToken, (actual, _) => isMessage(actual));

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default)
    {
        var message = Expect<T>(timeout, hint, cancellationToken, (_, _) => true);
        assert(message);
        return message;
    }

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, cancellationToken, isMessageAndSender);

    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, hint ?? $"from {sender}", cancellationToken, (_, from) => Equals(from, sender));

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint ?? $"{message} from {sender}", cancellationToken, (actual, from) => Equals(from, sender) && Equals(actual, message));

    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Expect<Terminated>(timeout, hint ?? $"Terminated {target}", cancellationToken, (end, _) => end.ActorRef.Equals(target));

    /// <summary>All of the messages, in any order, and nothing between them.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages)
    {
        var received = ReceiveN(messages.Length).Cast<T>().ToList();
        foreach (var message in messages) Assert.Contains(message, received);
        return received;
    }

    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Expect<T>(null, "any of the messages", cancellationToken, (actual, _) => messages.Contains(actual));

    /// <summary>Nothing comes for the rest of Within, or for <c>akka.test.single-expect-default</c>.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => ExpectNothing(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) => ExpectNothing(Dilated(duration), cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNothing(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Drops messages until one fits.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        while (Take(end - Now, cancellationToken))
        {
            if (LastMessage is T message && isMessage(message)) return message;
        }

        throw Failure($"Timeout ({limit}) during fishForMessage, hint: {hint}");
    }

    /// <summary>The next message, or null if none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Take(RemainingOrDilated(max), cancellationToken) ? LastMessage : null;

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Receive(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Receive(numberOfMessages, Dilated(max), cancellationToken);

    private List<object> Receive(int count, TimeSpan max, CancellationToken cancellationToken)
    {
        var messages = new List<object>();
        var end = Now + max;
        while (messages.Count < count)
        {
            if (!Take(end - Now, cancellationToken)) throw Failure($"Timeout ({max}) while expecting {count} messages. Only got {messages.Count}.");
            messages.Add(LastMessage);
        }

        return messages;
    }

    private T Expect<T>(TimeSpan? timeout, string hint, CancellationToken cancellationToken, Func<T, IActorRef, bool> fits)
    {
        var max = RemainingOrDilated(timeout);
        var expected = hint is null ? typeof(T).Name : $"{typeof(T).Name} ({hint})";
        if (!Take(max, cancellationToken)) throw Failure($"Timeout {max} while waiting for a message of type {expected}");
        return LastMessage is T message && fits(message, LastSender)
            ? message
            : throw Failure($"Expected {expected} but got {LastMessage} from {LastSender}");
    }

    private void ExpectNothing(TimeSpan duration, CancellationToken cancellationToken)
    {
        var received = Take(duration, cancellationToken);
        _lastWasNoMsg = true;
        Assert.False(received, $"Expected no messages during the duration, instead we received {LastMessage}");
    }

    private bool Take(TimeSpan max, CancellationToken cancellationToken)
    {
        _lastWasNoMsg = false;
        var wait = max < TimeSpan.Zero ? TimeSpan.Zero : max;
        if (!_received.TryTake(out var envelope, (int)Math.Min(wait.TotalMilliseconds, int.MaxValue), cancellationToken)) return false;
        LastMessage = envelope.Message;
        LastSender = envelope.Sender;
        return true;
    }

    private static Xunit.Sdk.XunitException Failure(string message) => Xunit.Sdk.FailException.ForFailure(message);
}
