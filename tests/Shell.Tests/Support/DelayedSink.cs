using Actors.Core.Journal;

namespace Shell.Tests.Support;

/// <summary>A journal in memory that commits when it is told to, in order: writes stay in flight while other mailboxes run.</summary>
internal sealed class DelayedSink : MemorySink
{
    private readonly Queue<(IReadOnlyList<JournalEntry> Entries, TaskCompletionSource Done)> pending = [];

    /// <summary>Writes in flight.</summary>
    public int Pending => pending.Count;

    // The continuations run where CommitOne is called: on the thread that controls everything.
    public override Task AppendAsync(IReadOnlyList<JournalEntry> entries)
    {
        var done = new TaskCompletionSource();
        pending.Enqueue((entries, done));
        return done.Task;
    }

    public override Task FlushAsync() => AppendAsync([]);

    public void CommitOne()
    {
        var (entries, done) = pending.Dequeue();
        Commit(entries);
        done.SetResult();
    }
}
