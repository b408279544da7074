using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps events as long as the system lives. Completes synchronously.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly Dictionary<string, List<IPersistentRepresentation>> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_highest.GetValueOrDefault(persistenceId));

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        var replayed = EventsOf(persistenceId)
            .Where(stored => stored.SequenceNr >= fromSequenceNr && stored.SequenceNr <= toSequenceNr)
            .Take((int)Math.Min(max, int.MaxValue));
        foreach (var stored in replayed) recoveryCallback(stored);
        return Task.CompletedTask;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        foreach (var write in messages)
        {
            var stored = (IImmutableList<IPersistentRepresentation>)write.Payload;
            EventsOf(write.PersistenceId).AddRange(stored.Select(e => e.WithTimestamp(DateTime.UtcNow.Ticks)));
            _highest[write.PersistenceId] = write.HighestSequenceNr;
        }

        return Task.FromResult<IImmutableList<Exception>>(null);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        EventsOf(persistenceId).RemoveAll(stored => stored.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }

    private List<IPersistentRepresentation> EventsOf(string persistenceId)
    {
        if (!_events.TryGetValue(persistenceId, out var events)) _events[persistenceId] = events = [];
        return events;
    }
}
