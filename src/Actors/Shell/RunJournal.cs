using System.Collections.Immutable;
using Actors.Core.Journal;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Actors.Shell;

/// <summary>The persistence plugin: stores what machine actors persist in the run's sink. Named by class in config/akka.hocon.</summary>
public sealed class RunJournal : AsyncWriteJournal
{
    private static readonly IImmutableList<Exception> AllStored = null!;

    private readonly IJournalSink sink = RunContext.SinkOf(Context.System);

    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        await sink.FlushAsync().ConfigureAwait(false);
        var left = max;
        foreach (var entry in sink.Read(MachineActor.MachineOf(persistenceId), fromSequenceNr, toSequenceNr))
        {
            if (left-- <= 0)
                break;
            recoveryCallback(new Persistent(entry, entry.MachineSequence, persistenceId));
        }
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        await sink.FlushAsync().ConfigureAwait(false);
        return sink.HighestSequence(MachineActor.MachineOf(persistenceId));
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var entries = new List<JournalEntry>();
        foreach (var write in messages)
        {
            foreach (var representation in (IImmutableList<IPersistentRepresentation>)write.Payload)
                entries.Add((JournalEntry)representation.Payload);
        }

        var stored = sink.AppendAsync(entries);
        return stored.IsCompletedSuccessfully ? Task.FromResult(AllStored) : Stored(stored);
    }

    /// <summary>A run's journal is never shortened.</summary>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        Task.FromException(new NotSupportedException("a run's journal is never shortened"));

    private static async Task<IImmutableList<Exception>> Stored(Task append)
    {
        await append.ConfigureAwait(false);
        return AllStored;
    }
}
