using System.Diagnostics;
using Actors.Persistence.Tests.Support;
using Xunit.Abstractions;

namespace Actors.Persistence.Tests;

/// <summary>A writing process is killed at random instants; the next one goes on with what it left.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly int kills = int.Parse(Environment.GetEnvironmentVariable("JOURNAL_KILLS") ?? "20", System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Kill_AtAnyInstant_KeepsEveryAcknowledgedEntry()
    {
        var random = new Random(Environment.TickCount);
        long entries = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            // A fresh journal now and then: the creation is killed too.
            if (kill % 5 == 0)
                RemoveJournal();
            var acknowledged = await WriteAndKill(kill % 5 == 0 ? random.Next(150) : -1, random.Next(200));
            entries += Check(acknowledged);
        }

        output.WriteLine($"{kills} kills, {entries} entries checked");
    }

    private async Task<long[]> WriteAndKill(int killAfterStartMilliseconds, int killAfterFirstMilliseconds)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(CrashWriter).Assembly.Location, scratch.Journal]) { RedirectStandardOutput = true })!;
        if (killAfterStartMilliseconds >= 0)
            KillLater(child, killAfterStartMilliseconds);
        var first = await child.StandardOutput.ReadLineAsync();
        if (killAfterStartMilliseconds < 0)
            KillLater(child, killAfterFirstMilliseconds);
        var rest = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return Acknowledged(rest.Length == 0 ? "\n" : $"{first}\n{rest}");
    }

    // What follows the last line end is a torn line.
    private static long[] Acknowledged(string text)
    {
        var acknowledged = new long[CrashWriter.Producers];
        foreach (var line in text[..text.LastIndexOf('\n')].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (machine, sequence) = CrashWriter.Acknowledged(line);
            acknowledged[machine] = Math.Max(acknowledged[machine], sequence);
        }

        return acknowledged;
    }

    private static void KillLater(Process child, int milliseconds) =>
        Task.Run(async () =>
        {
            await Task.Delay(milliseconds);
            child.Kill();
        });

    private long Check(long[] acknowledged)
    {
        if (!File.Exists(scratch.Journal) && acknowledged.All(sequence => sequence == 0))
            return 0;
        var verification = JournalStore.Verify(scratch.Journal);
        if (verification.Condition == JournalCondition.Refused && acknowledged.All(sequence => sequence == 0))
        {
            // Killed before the header was committed.
            RemoveJournal();
            return 0;
        }

        Assert.Equal(JournalCondition.Intact, verification.Condition);
        using var store = JournalStore.OpenRead(scratch.Journal);
        for (var machine = 0; machine < acknowledged.Length; machine++)
        {
            var reference = CrashWriter.Entry(machine, 1).Machine;
            var highest = store.HighestSequence(reference);
            Assert.InRange(highest, acknowledged[machine], long.MaxValue);
            foreach (var entry in store.ReadMachine(reference))
                Assert.Equal(CrashWriter.Entry(machine, entry.MachineSequence), entry);
        }

        return verification.Entries;
    }

    private void RemoveJournal()
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(scratch.Journal)!))
            File.Delete(file);
    }
}
