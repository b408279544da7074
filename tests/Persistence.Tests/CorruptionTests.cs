using System.Globalization;
using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Persistence.Sqlite;
using Actors.Persistence.Tests.Support;
using Xunit.Abstractions;

namespace Actors.Persistence.Tests;

/// <summary>Copies of a database and its WAL are damaged in 10,000 places: what is read is the beginning of what was written, or nothing.</summary>
public sealed class CorruptionTests(ITestOutputHelper output) : IDisposable
{
    private const int Flips = 8_000;
    private const int Truncations = 2_000;

    private static readonly IReadOnlyList<JournalEntry> Entries = Sample.Entries(60, machines: 4);
    private static readonly MachineState State = new Arbitrary(1).Of<Device>();

    private readonly Scratch scratch = new();
    private readonly int seed = int.Parse(Environment.GetEnvironmentVariable("JOURNAL_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
    private readonly Dictionary<JournalCondition, int> seen = [];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AfterOneBitFlipped_GivesAPrefixOrARefusal(bool wal) => Damage(wal, Flips / 2, (bytes, random) =>
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AfterTruncation_GivesAPrefixOrARefusal(bool wal) => Damage(wal, Truncations / 2, (bytes, random) => bytes[..random.Next(bytes.Length)]);

    private void Damage(bool wal, int rounds, Func<byte[], Random, byte[]> damage)
    {
        output.WriteLine($"JOURNAL_SEED={seed}");
        var files = Write(wal);
        var random = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            // Of two files, the WAL every other time.
            var target = files.Count == 1 || round % 2 == 0 ? files[^1].Path : files[0].Path;
            foreach (var (path, bytes) in files)
                File.WriteAllBytes(path, path == target ? damage([.. bytes], random) : bytes);
            File.Delete(scratch.In("copy.db-shm"));
            Check(scratch.In("copy.db"), $"JOURNAL_SEED={seed} round {round} of {Path.GetFileName(target)}");
        }

        output.WriteLine(string.Join(", ", seen.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}")));
    }

    // A copy of the files while the writer has them open is what a crash leaves.
    private List<(string Path, byte[] Bytes)> Write(bool wal)
    {
        var files = new List<(string, byte[])>();
        using (var store = JournalStore.Create(scratch.Journal, Sample.Header))
        {
            store.Append([.. Entries.Take(10)]);
            store.Append([.. Entries.Skip(10).Take(20)]);
            if (wal)
                MoveWalIntoDatabase();
            foreach (var batch in Sample.Batches([.. Entries.Skip(30)], 10))
                store.Append(batch);
            store.SaveSnapshot(Entries[0].Machine, 3, State, [4, 5]);
            if (wal)
            {
                files.Add((scratch.In("copy.db"), ReadShared(scratch.Journal)));
                files.Add((scratch.In("copy.db-wal"), ReadShared(scratch.Journal + "-wal")));
            }
        }

        if (!wal)
            files.Add((scratch.In("copy.db"), File.ReadAllBytes(scratch.Journal)));
        return files;
    }

    private void MoveWalIntoDatabase()
    {
        using var connection = Connection.OpenWrite(scratch.Journal);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Check(string path, string where)
    {
        try
        {
            var verification = JournalStore.Verify(path);
            seen[verification.Condition] = seen.GetValueOrDefault(verification.Condition) + 1;
            Assert.Equal(verification.Condition == JournalCondition.Intact, verification.Reason.Length == 0);
            Assert.DoesNotContain('\n', verification.Reason);
            if (verification.Condition == JournalCondition.Refused)
                return;
            using var store = JournalStore.OpenRead(path);
            Assert.Equal(Sample.Header, store.Header);
            Assert.Equal(Entries.Take((int)verification.Entries), store.ReadAll(verification.Entries));
            if (verification.Condition == JournalCondition.Intact)
                CheckMachines(store, verification.Entries);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(where, error);
        }
    }

    private static void CheckMachines(JournalStore store, long stored)
    {
        foreach (var machine in Entries.GroupBy(entry => entry.Machine))
            Assert.Equal(Entries.Take((int)stored).Where(entry => entry.Machine == machine.Key), store.ReadMachine(machine.Key));
        JournalSnapshot? snapshot;
        try
        {
            snapshot = store.LoadSnapshot(Entries[0].Machine);
        }
        catch (JournalException)
        {
            return;
        }

        if (snapshot is not null)
            Assert.Equal((3, State), (snapshot.Sequence, snapshot.State));
    }
}
