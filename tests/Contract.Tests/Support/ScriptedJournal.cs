using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Contract.Tests.Support;

/// <summary>What a <see cref="ScriptedJournal"/> does, and what it was asked.</summary>
public sealed class JournalScript : IDisposable
{
    private static readonly ConcurrentDictionary<string, JournalScript> s_scripts = new();
    private readonly string _key = Guid.NewGuid().ToString();
    private readonly Dictionary<string, List<IPersistentRepresentation>> _stored = [];

    public JournalScript() => s_scripts[_key] = this;

    /// <summary>Makes the scripted journal the default one of a system.</summary>
    public string Configuration =>
        $$"""
        akka.persistence.journal {
          plugin = scripted
        }
        scripted {
          class = "Contract.Tests.Support.ScriptedJournal, Contract.Tests"
          plugin-dispatcher = "journal-dispatcher"
          script = "{{_key}}"
        }
        journal-dispatcher.type = "Tests.Shared.ControlledConfigurator, Contract.Tests"
        """;

    /// <summary>Each write waits until it is released.</summary>
    public bool Hold { get; set; }

    /// <summary>The answer to the next write: a failed task, or one rejection per atomic write.</summary>
    public Task<IImmutableList<Exception>>? NextAnswer { get; set; }

    public Exception? ReplayFailure { get; set; }

    public string? DispatcherId { get; set; }

    public List<AtomicWrite> Writes { get; } = [];

    public List<TaskCompletionSource<IImmutableList<Exception>>> Held { get; } = [];

    public static JournalScript Find(string key) => s_scripts[key];

    /// <summary>Ends a write; what waits for it goes on at once, on this thread, because there is no other context to return to.</summary>
    public void Release(int index = 0)
    {
        var held = Held[index];
        Held.RemoveAt(index);
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        held.SetResult(null!);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    public Task<IImmutableList<Exception>> Write(IEnumerable<AtomicWrite> writes)
    {
        if (NextAnswer is { } answer)
        {
            NextAnswer = null;
            return answer;
        }

        foreach (var write in writes)
        {
            Writes.Add(write);
            Stored(write.PersistenceId).AddRange((IImmutableList<IPersistentRepresentation>)write.Payload);
        }

        if (!Hold) return Task.FromResult<IImmutableList<Exception>>(null!);
        Held.Add(new TaskCompletionSource<IImmutableList<Exception>>());
        return Held[^1].Task;
    }

    public List<IPersistentRepresentation> Stored(string persistenceId)
    {
        if (!_stored.TryGetValue(persistenceId, out var stored)) _stored[persistenceId] = stored = [];
        return stored;
    }

    public void Dispose() => s_scripts.TryRemove(_key, out _);
}

/// <summary>A journal plugin as a user would write it, named by its class in the configuration.</summary>
public sealed class ScriptedJournal : AsyncWriteJournal
{
    private readonly JournalScript _script;

    public ScriptedJournal(Config config)
    {
        _script = JournalScript.Find(config.GetString("script"));
        _script.DispatcherId = Context.Dispatcher.Id;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_script.Stored(persistenceId) is [.., var last] ? last.SequenceNr : 0L);

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        if (_script.ReplayFailure is { } failure) return Task.FromException(failure);
        foreach (var stored in _script.Stored(persistenceId).Where(e => e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr))
            recoveryCallback(stored);
        return Task.CompletedTask;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) => _script.Write(messages);

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        _script.Stored(persistenceId).RemoveAll(stored => stored.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }
}
