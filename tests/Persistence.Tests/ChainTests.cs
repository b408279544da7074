using Actors.Persistence.Sqlite;
using Actors.Persistence.Tests.Support;

namespace Actors.Persistence.Tests;

/// <summary>Ten batches of ten entries, and somebody with an SQL prompt.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("UPDATE event SET payload = (SELECT payload FROM event WHERE ordinal = 57) WHERE ordinal = 56", 50)]
    [InlineData("UPDATE event SET payload = payload || x'00' WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET machine_seq = machine_seq + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET machine_before = machine_before + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET machine_index = machine_index + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET machine_kind = machine_kind + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET task = task + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET task_seq = task_seq + 1 WHERE ordinal = 61", 60)]
    [InlineData("UPDATE event SET stamp = stamp + 1 WHERE ordinal = 61", 60)]
    [InlineData("DELETE FROM event WHERE ordinal = 75", 70)]
    [InlineData("DELETE FROM event WHERE ordinal > 95", 90)]
    [InlineData("DELETE FROM batch WHERE id = 10", 90)]
    [InlineData("DELETE FROM batch WHERE id = 4", 30)]
    [InlineData("UPDATE batch SET hash = zeroblob(32) WHERE id = 4", 30)]
    [InlineData("UPDATE batch SET last = last + 1 WHERE id = 4", 30)]
    [InlineData("UPDATE batch SET first = first - 1 WHERE id = 4", 30)]
    public void Verify_AfterTampering_KeepsTheBatchesBefore(string sql, long kept)
    {
        Tamper(sql);

        var verification = JournalStore.Verify(scratch.Journal);

        Assert.Equal((JournalCondition.ValidPrefix, kept, kept / 10), (verification.Condition, verification.Entries, verification.Batches));
        Assert.StartsWith($"{scratch.Journal}: batch {(kept / 10) + 1}: ", verification.Reason, StringComparison.Ordinal);
        using var store = JournalStore.OpenRead(scratch.Journal);
        Assert.Equal(Sample.Entries(100).Take((int)kept), store.ReadAll(kept));
        Assert.Throws<JournalException>(() => store.ReadAll().Count());
        Assert.Throws<JournalException>(() => store.ReadMachine(Sample.Entries(1)[0].Machine));
        Assert.Throws<JournalException>(() => JournalStore.OpenAppend(scratch.Journal));
    }

    [Theory]
    [InlineData("UPDATE event SET payload = zeroblob(20) WHERE ordinal = 3")]
    [InlineData("DELETE FROM batch WHERE id = 1")]
    [InlineData("DELETE FROM header")]
    [InlineData("UPDATE header SET payload = payload || x'0800'")]
    [InlineData("UPDATE header SET hash = zeroblob(32)")]
    [InlineData("UPDATE meta SET value = 'M73' WHERE key = 'revision'")]
    [InlineData("DELETE FROM meta WHERE key = 'seed'")]
    [InlineData("INSERT INTO meta VALUES ('note', 'harmless')")]
    [InlineData("DROP TABLE event")]
    [InlineData("DROP TABLE batch")]
    [InlineData("PRAGMA application_id = 1")]
    public void Verify_AfterTamperingWithTheBeginning_IsRefused(string sql)
    {
        Tamper(sql);

        var verification = JournalStore.Verify(scratch.Journal);

        Assert.Equal(JournalVerification.Refused(verification.Reason), verification);
        Assert.StartsWith(scratch.Journal, verification.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OfTheHeaderOfAnotherRun_IsRefused()
    {
        Tamper("SELECT 1");
        var other = scratch.In("other.db");
        using (JournalStore.Create(other, Sample.Header with { Seed = 5 }))
        {
        }

        Sql($"ATTACH '{other}' AS other", "UPDATE header SET (payload, hash) = (SELECT payload, hash FROM other.header)", "DELETE FROM meta", "INSERT INTO meta SELECT * FROM other.meta");

        Assert.Equal(JournalCondition.Refused, JournalStore.Verify(scratch.Journal).Condition);
    }

    [Theory]
    [InlineData("UPDATE snapshot SET state = state || x'00'")]
    [InlineData("UPDATE snapshot SET extra = x'07'")]
    [InlineData("UPDATE snapshot SET machine_seq = machine_seq + 1")]
    [InlineData("UPDATE snapshot SET hash = zeroblob(32)")]
    public void LoadSnapshot_AfterTampering_IsRefused(string sql)
    {
        Tamper(sql);

        using var store = JournalStore.OpenRead(scratch.Journal);

        Assert.Throws<JournalException>(() => store.LoadSnapshot(Sample.Entries(1)[0].Machine));
        Assert.Equal(JournalCondition.Intact, store.Verify().Condition);
    }

    private void Tamper(string sql)
    {
        var entries = Sample.Entries(100);
        using (var store = JournalStore.Create(scratch.Journal, Sample.Header))
        {
            foreach (var batch in Sample.Batches(entries, 10))
                store.Append(batch);
            store.SaveSnapshot(entries[0].Machine, 2, new Arbitrary(1).Of<Core.Machines.Device>(), [1]);
        }

        Sql(sql);
    }

    private void Sql(params string[] statements)
    {
        using var connection = Connection.OpenWrite(scratch.Journal);
        foreach (var statement in statements)
            connection.Execute(statement);
    }
}
