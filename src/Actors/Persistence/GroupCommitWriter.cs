using Actors.Core.Journal;

namespace Actors.Persistence;

/// <summary>Limits of a <see cref="GroupCommitWriter"/>.</summary>
/// <param name="QueueEntriesMax">Producers wait while so many entries are queued.</param>
/// <param name="BatchEntriesMax">A batch takes no further write once it holds so many entries.</param>
/// <param name="Inline">Commits on the caller's thread before the call returns: for controlled dispatchers. No thread, no queue.</param>
public sealed record GroupCommitOptions(int QueueEntriesMax = 65_536, int BatchEntriesMax = 8_192, bool Inline = false);

/// <summary>What a <see cref="GroupCommitWriter"/> has done so far.</summary>
/// <param name="Batches">Batches committed.</param>
/// <param name="Entries">Entries committed.</param>
/// <param name="Lag">Entries handed over and not committed yet.</param>
/// <param name="LargestLag">The most there ever were.</param>
/// <param name="LargestBatch">Entries of the largest batch.</param>
public sealed record GroupCommitMetrics(long Batches, long Entries, long Lag, long LargestLag, int LargestBatch);

/// <summary>Many producers hand over entries from any thread; one thread commits all that is queued as one batch, so that they share its cost.</summary>
/// <remarks>
/// Order: entries are stored, and completions called, in the order of the calls. A failed commit fails its writes and all later ones: what was answered is stored, always.
/// </remarks>
public sealed class GroupCommitWriter : IDisposable
{
    private readonly object gate = new();
    private readonly JournalStore store;
    private readonly GroupCommitOptions options;
    private readonly Thread? thread;
    private readonly List<JournalEntry> batch = [];
    private Queue<PendingWrite> queue = new();
    private Exception? failure;
    private bool closing;
    private long batches;
    private long entries;
    private long lag;
    private long largestLag;
    private int largestBatch;

    /// <summary>Begins to write into the store, which stays its owner's to dispose.</summary>
    public GroupCommitWriter(JournalStore store, GroupCommitOptions? options = null)
    {
        this.store = store;
        this.options = options ?? new GroupCommitOptions();
        if (this.options.Inline)
            return;
        thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        thread.Start();
    }

    /// <summary>The counts so far.</summary>
    public GroupCommitMetrics Metrics
    {
        get
        {
            lock (gate)
                return new GroupCommitMetrics(batches, entries, lag, largestLag, largestBatch);
        }
    }

    /// <summary>Hands over entries; they share one batch. Waits while the queue is full.</summary>
    /// <param name="written">The entries; the list must not change until it is completed.</param>
    /// <param name="completed">Called once, on the writing thread, after the commit with null or with what went wrong. It must be short and must not throw.</param>
    public void Write(IReadOnlyList<JournalEntry> written, Action<Exception?> completed)
    {
        var write = new PendingWrite(written, completed);
        if (options.Inline)
            WriteInline(write);
        else
            Enqueue(write);
    }

    /// <summary>Hands over entries; the task ends after their commit, or fails with what went wrong.</summary>
    public Task WriteAsync(IReadOnlyList<JournalEntry> written)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Write(written, error => Complete(completion, error));
        return completion.Task;
    }

    /// <summary>A task that ends when all that was handed over before is committed.</summary>
    public Task FlushAsync() => WriteAsync([]);

    /// <summary>Commits what is queued, completes it, and ends the thread. Later writes are refused.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closing = true;
            Monitor.PulseAll(gate);
        }

        if (thread != Thread.CurrentThread)
            thread?.Join();
    }

    private static void Complete(TaskCompletionSource completion, Exception? error)
    {
        if (error is null)
            completion.SetResult();
        else
            completion.SetException(error);
    }

    private void Enqueue(PendingWrite write)
    {
        lock (gate)
        {
            // A completion runs on the writing thread itself; if it waited there, nobody would make room.
            while (lag >= options.QueueEntriesMax && !closing && Thread.CurrentThread != thread)
                Monitor.Wait(gate);
            ObjectDisposedException.ThrowIf(closing, this);
            queue.Enqueue(write);
            lag += write.Entries.Count;
            largestLag = Math.Max(largestLag, lag);
            Monitor.PulseAll(gate);
        }
    }

    private void WriteInline(PendingWrite write)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            batch.Clear();
            batch.AddRange(write.Entries);
            Commit();
        }

        write.Completed(failure);
    }

    private void Run()
    {
        var taken = new Queue<PendingWrite>();
        while (TakeAll(ref taken))
        {
            while (taken.Count > 0)
                CommitSome(taken);
        }
    }

    // Everything queued, at once; false when closed and empty.
    private bool TakeAll(ref Queue<PendingWrite> taken)
    {
        lock (gate)
        {
            while (queue.Count == 0 && !closing)
                Monitor.Wait(gate);
            (queue, taken) = (taken, queue);
            return taken.Count > 0;
        }
    }

    private void CommitSome(Queue<PendingWrite> taken)
    {
        batch.Clear();
        var writes = new List<PendingWrite>();
        while (batch.Count < options.BatchEntriesMax && taken.TryDequeue(out var write))
        {
            writes.Add(write);
            batch.AddRange(write.Entries);
        }

        Commit();
        lock (gate)
        {
            lag -= batch.Count;
            Monitor.PulseAll(gate);
        }

        foreach (var write in writes)
            write.Completed(failure);
    }

    private void Commit()
    {
        if (failure is not null || batch.Count == 0)
            return;
        try
        {
            store.Append(batch);
        }
#pragma warning disable CA1031 // Whatever stopped the commit is handed to those who wait for it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = error;
            return;
        }

        lock (gate)
        {
            batches++;
            entries += batch.Count;
            largestBatch = Math.Max(largestBatch, batch.Count);
        }
    }

    private readonly record struct PendingWrite(IReadOnlyList<JournalEntry> Entries, Action<Exception?> Completed);
}
