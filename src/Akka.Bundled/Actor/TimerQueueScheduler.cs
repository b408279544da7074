using System.Diagnostics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>One timer and a queue ordered by due time, so that what is due at the same time happens in the order it was asked for.</summary>
internal sealed class TimerQueueScheduler : SchedulerBase, IDisposable
{
    private const int PurgeAtLeast = 1024;
    private readonly PriorityQueue<Entry, (TimeSpan Due, long Number)> _queue = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly Lock _running = new();
    private readonly Timer _timer;
    private int _purgeAt = PurgeAtLeast;
    private long _entries;
    private bool _disposed;

    public TimerQueueScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log) => _timer = new Timer(_ => RunDue());

    public override TimeSpan MonotonicClock => _clock.Elapsed;

    public override TimeSpan HighResMonotonicClock => _clock.Elapsed;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _queue.Clear();
            _timer.Dispose();
        }
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, new Entry(() => receiver.Tell(message, sender), null, cancelable));

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, new Entry(() => receiver.Tell(message, sender), interval, cancelable));

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, new Entry(action, null, cancelable));

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, new Entry(action.Run, null, cancelable));

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, new Entry(action, interval, cancelable));

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, new Entry(action.Run, interval, cancelable));

    private void Add(TimeSpan delay, Entry entry)
    {
        lock (_lock)
        {
            if (_disposed) throw new SchedulerException("The scheduler has been shut down");
            Enqueue(_clock.Elapsed + delay, entry);
        }
    }

    private void Enqueue(TimeSpan due, Entry entry)
    {
        if (_queue.Count >= _purgeAt) Purge();
        _queue.Enqueue(entry, (due, _entries++));
        if (ReferenceEquals(_queue.Peek(), entry)) SetTimer();
    }

    /// <summary>Forgets what was cancelled long before it is due, such as recovery timeouts.</summary>
    private void Purge()
    {
        var live = _queue.UnorderedItems.Where(item => !item.Element.IsCancelled).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(live);
        _purgeAt = Math.Max(PurgeAtLeast, 2 * live.Length);
    }

    private void SetTimer()
    {
        if (!_queue.TryPeek(out _, out var first)) return;
        var wait = Math.Ceiling((first.Due - _clock.Elapsed).TotalMilliseconds);
        _timer.Change((long)Math.Clamp(wait, 0, int.MaxValue), Timeout.Infinite);
    }

    private void RunDue()
    {
        lock (_running)
        {
            while (TakeDue() is { } entry) Run(entry);
        }
    }

    private Entry TakeDue()
    {
        lock (_lock)
        {
            if (_disposed || !_queue.TryPeek(out var entry, out var first)) return null;
            if (first.Due > _clock.Elapsed)
            {
                SetTimer();
                return null;
            }

            _queue.Dequeue();
            if (entry.Interval is { } interval && !entry.IsCancelled) Enqueue(first.Due + interval, entry);
            return entry;
        }
    }

    private void Run(Entry entry)
    {
        if (entry.IsCancelled) return;
        try
        {
            entry.Action();
        }
        catch (Exception cause)
        {
            Log.Error(cause, "A scheduled action failed");
        }
    }

    private sealed record Entry(Action Action, TimeSpan? Interval, ICancelable Cancelable)
    {
        public bool IsCancelled => Cancelable?.IsCancellationRequested == true;
    }
}
