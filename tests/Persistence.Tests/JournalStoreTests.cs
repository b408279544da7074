using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Persistence.Tests.Support;

namespace Actors.Persistence.Tests;

public sealed class JournalStoreTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void ReadAll_AfterAppend_GivesTheSameEntriesInOrder(int batchSize)
    {
        var entries = Sample.Entries(500);
        Write(entries, batchSize);

        using var store = JournalStore.OpenRead(scratch.Journal);

        Assert.Equal(Sample.Header, store.Header);
        Assert.Equal(entries, store.ReadAll());
        Assert.Equal(new JournalVerification(JournalCondition.Intact, 500, (500 + batchSize - 1) / batchSize, ""), store.Verify());
    }

    [Fact]
    public void ReadAll_OfAPrefix_StopsInsideABatch()
    {
        var entries = Sample.Entries(30);
        Write(entries, 10);

        using var store = JournalStore.OpenRead(scratch.Journal);

        Assert.Equal(entries.Take(13), store.ReadAll(13));
    }

    [Fact]
    public void ReadAll_WhileAppending_SeesWholeBatches()
    {
        var entries = Sample.Entries(200);
        using var store = JournalStore.Create(scratch.Journal, Sample.Header);
        using var reader = JournalStore.OpenRead(scratch.Journal);
        foreach (var batch in Sample.Batches(entries, 20))
        {
            store.Append(batch);

            Assert.Equal(entries.Take((int)reader.Verify().Entries), reader.ReadAll());
        }
    }

    [Fact]
    public void ReadMachine_OfARange_GivesTheMachinesStepsInOrder()
    {
        var entries = Sample.Entries(500);
        Write(entries, 50);
        var machine = entries[0].Machine;
        var own = entries.Where(entry => entry.Machine == machine).ToList();

        using var store = JournalStore.OpenRead(scratch.Journal);

        Assert.Equal(own.Count, store.HighestSequence(machine));
        Assert.Equal(own, store.ReadMachine(machine));
        Assert.Equal(own.Skip(4).Take(6), store.ReadMachine(machine, 5, 10));
        Assert.Empty(store.ReadMachine(machine, own.Count + 1));
        Assert.Equal(0, store.HighestSequence(new MachineRef(MachineKind.Device, 99)));
    }

    [Fact]
    public void OpenAppend_AfterClose_ContinuesTheChain()
    {
        var entries = Sample.Entries(100);
        Write(entries.Take(60), 7);

        using (var store = JournalStore.OpenAppend(scratch.Journal, Durability.Power))
            store.Append([.. entries.Skip(60)]);

        using var reader = JournalStore.OpenRead(scratch.Journal);
        Assert.Equal(entries, reader.ReadAll());
    }

    [Fact]
    public void Create_OverAnExistingFile_IsRefusedUnlessAsked()
    {
        Write(Sample.Entries(5), 5);

        var refusal = Assert.Throws<JournalException>(() => JournalStore.Create(scratch.Journal, Sample.Header));
        using (JournalStore.Create(scratch.Journal, Sample.Header, overwrite: true))
        {
        }

        Assert.Equal($"{scratch.Journal}: exists already", refusal.Message);
        Assert.Equal(0, JournalStore.Verify(scratch.Journal).Entries);
    }

    [Fact]
    public void Append_OfAStepThatDoesNotFollow_StoresNothingOfItsBatchAndNothingLater()
    {
        var entries = Sample.Entries(20, machines: 1);
        using var store = JournalStore.Create(scratch.Journal, Sample.Header);
        store.Append([.. entries.Take(10)]);

        Assert.Throws<JournalException>(() => store.Append([entries[10], entries[12]]));
        Assert.Throws<JournalException>(() => store.Append([entries[10]]));

        Assert.Equal(10, store.HighestSequence(entries[0].Machine));
        Assert.Equal(entries.Take(10), store.ReadAll());
    }

    [Fact]
    public void Append_ToAReadOnlyStore_IsRefused()
    {
        Write(Sample.Entries(5), 5);
        using var store = JournalStore.OpenRead(scratch.Journal);

        Assert.Throws<JournalException>(() => store.Append(Sample.Entries(1)));
    }

    [Fact]
    public void Append_ByASecondWriter_StoresNothing()
    {
        var entries = Sample.Entries(20, machines: 1);
        using var first = JournalStore.Create(scratch.Journal, Sample.Header);
        using var second = JournalStore.OpenAppend(scratch.Journal);
        first.Append([.. entries.Take(10)]);

        Assert.Throws<JournalException>(() => second.Append([.. entries.Take(5)]));

        Assert.Equal(entries.Take(10), first.ReadAll());
    }

    [Fact]
    public void OpenRead_OfSomethingElse_IsRefusedInOneLine()
    {
        var text = scratch.In("text");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("no journal at all\n", 500)));

        foreach (var path in new[] { text, scratch.In("missing") })
        {
            var refusal = Assert.Throws<JournalException>(() => JournalStore.OpenRead(path));
            Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.Equal(JournalCondition.Refused, JournalStore.Verify(path).Condition);
        }
    }

    [Fact]
    public void Dispose_OfAWriter_LeavesOneFile()
    {
        Write(Sample.Entries(5), 5);

        Assert.Equal([scratch.Journal], Directory.GetFiles(Path.GetDirectoryName(scratch.Journal)!));
    }

    [Fact]
    public void LoadSnapshot_AfterSaves_GivesTheLatest()
    {
        var entries = Sample.Entries(50);
        var machine = entries[0].Machine;
        var state = new Arbitrary(3).Of<Device>();
        using (var store = JournalStore.Create(scratch.Journal, Sample.Header))
        {
            store.Append(entries);
            store.SaveSnapshot(machine, 1, new Arbitrary(2).Of<DmaBuf>(), []);
            store.SaveSnapshot(machine, 2, state, [1, 2, 3]);
        }

        using var reader = JournalStore.OpenRead(scratch.Journal);
        var snapshot = reader.LoadSnapshot(machine)!;

        Assert.Equal((2, state), (snapshot.Sequence, snapshot.State));
        Assert.Equal([1, 2, 3], snapshot.Extra.ToArray());
        Assert.Null(reader.LoadSnapshot(new MachineRef(MachineKind.Device, 99)));
    }

    [Fact]
    public void SaveSnapshot_OfAStepNotStored_IsRefused()
    {
        using var store = JournalStore.Create(scratch.Journal, Sample.Header);

        Assert.Throws<JournalException>(() => store.SaveSnapshot(new MachineRef(MachineKind.Device, 0), 1, new Arbitrary(3).Of<Device>(), []));
    }

    private void Write(IEnumerable<Core.Journal.JournalEntry> entries, int batchSize)
    {
        using var store = JournalStore.Create(scratch.Journal, Sample.Header);
        foreach (var batch in Sample.Batches([.. entries], batchSize))
            store.Append(batch);
    }
}
