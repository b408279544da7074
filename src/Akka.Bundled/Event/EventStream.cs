using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Publishes log events to the loggers.</summary>
public abstract class LoggingBus
{
    public LogLevel LogLevel { get; private set; } = LogLevel.InfoLevel;

    public abstract bool Subscribe(IActorRef subscriber, Type channel);

    public abstract bool Unsubscribe(IActorRef subscriber, Type channel);

    public abstract bool Unsubscribe(IActorRef subscriber);

    public abstract void Publish(object @event);

    public void SetLogLevel(LogLevel logLevel) => LogLevel = logLevel;

    internal void SubscribeToLog(IActorRef logger)
    {
        foreach (var level in Enum.GetValues<LogLevel>().Where(level => level >= LogLevel)) Subscribe(logger, Logging.ClassFor(level));
    }
}

/// <summary>Passes events to all who subscribed to their type or a base of it.</summary>
public class EventStream : LoggingBus
{
    private readonly Lock _lock = new();
    private volatile ImmutableList<(IActorRef Subscriber, Type Channel)> _subscriptions = [];

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_lock)
        {
            if (_subscriptions.Contains((subscriber, channel))) return false;
            _subscriptions = _subscriptions.Add((subscriber, channel));
            return true;
        }
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel) =>
        Remove(subscription => subscription.Subscriber.Equals(subscriber) && subscription.Channel == channel);

    public override bool Unsubscribe(IActorRef subscriber) => Remove(subscription => subscription.Subscriber.Equals(subscriber));

    /// <summary>Each subscriber gets an event once, also if several of its channels fit.</summary>
    public override void Publish(object @event)
    {
        var told = new List<IActorRef>();
        foreach (var (subscriber, channel) in _subscriptions)
        {
            if (!channel.IsInstanceOfType(@event) || told.Contains(subscriber)) continue;
            told.Add(subscriber);
            subscriber.Tell(@event, ActorRefs.NoSender);
        }
    }

    private bool Remove(Predicate<(IActorRef Subscriber, Type Channel)> which)
    {
        if (!_subscriptions.Exists(which)) return false;
        lock (_lock)
        {
            var before = _subscriptions;
            _subscriptions = before.RemoveAll(which);
            return _subscriptions != before;
        }
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
