using Actors.Core.Vocabulary;

namespace Actors.Host.Storms;

/// <summary>How often one operation was answered in the last interval, and in all.</summary>
/// <param name="Request">The operation.</param>
/// <param name="PerSecond">Answers per second.</param>
/// <param name="All">Answers since the storm began.</param>
/// <param name="ByErrno">Answers per second by errno, <see cref="Errno.None"/> included, most frequent first; without those that did not occur.</param>
public sealed record RequestRate(string Request, double PerSecond, long All, Sequence<(Errno Errno, double PerSecond)> ByErrno);

/// <summary>Turns counts of answers, read now and then, into rates over the time between two readings.</summary>
public sealed class RequestRates
{
    private Dictionary<(string Request, Errno Errno), long> before = [];
    private TimeSpan readAt;

    /// <summary>The rates since the previous reading, or since the beginning; every operation ever answered, most frequent first.</summary>
    /// <param name="elapsed">The time of this reading; later than the previous one.</param>
    /// <param name="answers">The counts so far.</param>
    public IReadOnlyList<RequestRate> Read(TimeSpan elapsed, IEnumerable<KeyValuePair<(string Request, Errno Errno), long>> answers)
    {
        var now = answers.ToDictionary(entry => entry.Key, entry => entry.Value);
        var seconds = (elapsed - readAt).TotalSeconds;
        var rates = now.GroupBy(entry => entry.Key.Request).Select(group => RateOf(group.Key, [.. group], seconds)).ToList();
        (before, readAt) = (now, elapsed);
        return [.. rates.OrderByDescending(rate => rate.PerSecond).ThenByDescending(rate => rate.All).ThenBy(rate => rate.Request, StringComparer.Ordinal)];
    }

    private RequestRate RateOf(string request, KeyValuePair<(string Request, Errno Errno), long>[] answers, double seconds)
    {
        var byErrno = answers.Select(entry => (entry.Key.Errno, PerSecond: (entry.Value - before.GetValueOrDefault(entry.Key)) / seconds))
            .Where(entry => entry.PerSecond > 0)
            .OrderByDescending(entry => entry.PerSecond).ThenBy(entry => entry.Errno);
        var sum = answers.Sum(entry => entry.Value - before.GetValueOrDefault(entry.Key));
        return new RequestRate(request, sum / seconds, answers.Sum(entry => entry.Value), Sequence<(Errno, double)>.From(byErrno));
    }
}
