using Xunit;

namespace Akka.TestKit;

/// <summary>How long expectations wait.</summary>
public abstract partial class TestKitBase
{
    private TimeSpan? _end;

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    /// <summary>What is left of the enclosing Within.</summary>
    public TimeSpan Remaining => _end is { } end
        ? Positive(end - Now)
        : throw new InvalidOperationException("Remaining may not be called outside of \"within\"");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(Sys.Settings.Config.GetTimeSpan("akka.test.single-expect-default")));

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } given ? Dilated(given) : RemainingOrDefault;

    /// <summary>Times <c>akka.test.timefactor</c>, for slow machines.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration * Sys.Settings.Config.GetDouble("akka.test.timefactor", 1);

    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, epsilonValue: epsilonValue, cancellationToken: cancellationToken);

    public void Within(
        TimeSpan min, TimeSpan max, Action action, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within<object>(
            min,
            max,
            () =>
            {
                action();
                return null;
            },
            hint,
            epsilonValue,
            cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>Expectations in the function share the time; it must take at least the one time and at most the other.</summary>
    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        var start = Now;
        var outer = _end;
        var limit = RemainingOr(Dilated(max));
        if (Dilated(max) < limit) limit = Dilated(max);
        _end = start + limit;
        try
        {
            var result = function();
            var elapsed = Now - start;
            Assert.True(elapsed >= min, $"Failed: Block took {elapsed}, should have at least been {min}. {hint}");
            var inTime = elapsed <= limit + (epsilonValue ?? TimeSpan.Zero);
            // ExpectNoMsg uses up all the time there is.
            Assert.True(inTime || _lastWasNoMsg, $"Failed: Block took {elapsed}, exceeding {limit}. {hint}");
            return result;
        }
        finally
        {
            _end = outer;
        }
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default) =>
        AwaitAssert(() => Assert.True(conditionIsFulfilled(), message ?? "The condition is not fulfilled"), max, interval, cancellationToken);

    /// <summary>Tries the assertion again and again until it holds or the time is over.</summary>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(duration);
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch when (Now < end)
            {
                cancellationToken.WaitHandle.WaitOne(interval ?? TimeSpan.FromMilliseconds(20));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Positive(end - Now) : duration;
}
