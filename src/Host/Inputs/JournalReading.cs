using System.Diagnostics;
using Actors.Core.Journal;
using Actors.Persistence;

namespace Actors.Host.Inputs;

/// <summary>Reading of a journal that may be long.</summary>
public static class JournalReading
{
    private const int EntriesBetweenLooks = 1 << 12;

    /// <summary>The entries; tells once a second how far it is.</summary>
    /// <param name="store">The journal.</param>
    /// <param name="tell">Hears of it.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="entriesMax">At most so many.</param>
    public static IEnumerable<JournalEntry> Entries(JournalStore store, Action<string> tell, CancellationToken cancellation, long entriesMax = long.MaxValue)
    {
        var clock = Stopwatch.StartNew();
        var (count, told) = (0L, TimeSpan.Zero);
        foreach (var entry in store.ReadAll(entriesMax, cancellation))
        {
            if (++count % EntriesBetweenLooks == 0 && clock.Elapsed - told >= TimeSpan.FromSeconds(1))
            {
                told = clock.Elapsed;
                tell($"{store.Path}: {told.TotalSeconds:F0} s, {count:N0} events");
            }

            yield return entry;
        }
    }
}
