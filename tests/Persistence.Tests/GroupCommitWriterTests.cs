using System.Collections.Concurrent;
using Actors.Core.Journal;
using Actors.Persistence.Tests.Support;

namespace Actors.Persistence.Tests;

public sealed class GroupCommitWriterTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly JournalStore store;

    public GroupCommitWriterTests() => store = JournalStore.Create(scratch.Journal, Sample.Header);

    public void Dispose()
    {
        store.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Write_BySixteenProducers_StoresEveryEntryOnceInEachProducersOrder()
    {
        const int Producers = 16;
        const int Writes = 400;
        var completed = new ConcurrentQueue<JournalEntry>();
        var writer = new GroupCommitWriter(store);
        OnThreads(Producers, producer =>
        {
            for (var sequence = 1; sequence <= Writes; sequence++)
            {
                var entry = Sample.Entry(producer, sequence, producer, sequence, sequence);
                writer.Write([entry], error => Done(error, entry));
            }
        });
        writer.Dispose();

        var stored = store.ReadAll().ToList();
        var metrics = writer.Metrics;

        Assert.Equal(Producers * Writes, stored.Count);
        Assert.Equal(stored, completed);
        Assert.All(Enumerable.Range(0, Producers), producer => Assert.Equal(
            Enumerable.Range(1, Writes).Select(sequence => (long)sequence),
            stored.Where(entry => entry.Machine.Index == producer).Select(entry => entry.Step.Sequence)));
        Assert.Equal((Producers * Writes, 0), (metrics.Entries, metrics.Lag));
        Assert.InRange(metrics.Batches, 1, metrics.Entries / 2);
        Assert.Equal(metrics.Batches, store.Verify().Batches);

        void Done(Exception? error, JournalEntry entry)
        {
            Assert.Null(error);
            completed.Enqueue(entry);
        }
    }

    [Fact]
    public async Task WriteAsync_WhenCompleted_IsStored()
    {
        var entries = Sample.Entries(30);
        using var writer = new GroupCommitWriter(store);
        foreach (var batch in Sample.Batches(entries, 3))
        {
            await writer.WriteAsync(batch);

            using var reader = JournalStore.OpenRead(scratch.Journal);
            Assert.Equal(batch[^1], reader.ReadAll().Last());
        }
    }

    [Fact]
    public async Task FlushAsync_WhenCompleted_AllEarlierWritesAreStored()
    {
        var entries = Sample.Entries(300);
        using var writer = new GroupCommitWriter(store, new GroupCommitOptions(BatchEntriesMax: 7));
        foreach (var entry in entries)
            writer.Write([entry], _ => { });

        await writer.FlushAsync();

        Assert.Equal(entries, store.ReadAll());
        Assert.Equal(7, writer.Metrics.LargestBatch);
    }

    [Fact]
    public void Write_ToAFullQueue_Waits()
    {
        using var writer = new GroupCommitWriter(store, new GroupCommitOptions(QueueEntriesMax: 10));
        OnThreads(4, producer =>
        {
            for (var sequence = 1; sequence <= 200; sequence++)
                writer.Write([Sample.Entry(producer, sequence, producer, sequence, sequence)], _ => { });
        });

        Assert.InRange(writer.Metrics.LargestLag, 1, 10);
    }

    [Fact]
    public void Write_Inline_CommitsOnTheCallersThreadBeforeItReturns()
    {
        var entries = Sample.Entries(20);
        using var writer = new GroupCommitWriter(store, new GroupCommitOptions(Inline: true));
        foreach (var entry in entries)
        {
            Thread? thread = null;

            writer.Write([entry], _ => thread = Thread.CurrentThread);

            Assert.Same(Thread.CurrentThread, thread);
            Assert.Equal(entry, store.ReadAll().Last());
        }

        Assert.True(writer.FlushAsync().IsCompletedSuccessfully);
        Assert.Equal((20, 20), (writer.Metrics.Batches, writer.Metrics.Entries));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_AfterAFailedCommit_FailsToo(bool inline)
    {
        var entries = Sample.Entries(10, machines: 1);
        using var writer = new GroupCommitWriter(store, new GroupCommitOptions(Inline: inline));
        await writer.WriteAsync([.. entries.Take(5)]);

        await Assert.ThrowsAsync<JournalException>(() => writer.WriteAsync([entries[7]]));
        await Assert.ThrowsAsync<JournalException>(() => writer.WriteAsync([entries[5]]));
        await Assert.ThrowsAsync<JournalException>(writer.FlushAsync);

        Assert.Equal(entries.Take(5), store.ReadAll());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_WithWritesQueued_StoresThemAndRefusesLaterOnes(bool inline)
    {
        var entries = Sample.Entries(1_000);
        var completions = 0;
        var writer = new GroupCommitWriter(store, new GroupCommitOptions(Inline: inline));
        foreach (var entry in entries)
            writer.Write([entry], _ => completions++);

        writer.Dispose();
        writer.Dispose();

        Assert.Equal(1_000, completions);
        Assert.Equal(entries, store.ReadAll());
        Assert.Throws<ObjectDisposedException>(() => writer.Write([entries[0]], _ => { }));
    }

    private static void OnThreads(int count, Action<int> action)
    {
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() => action(index))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }
}
