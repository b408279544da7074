using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Tests.Support;

/// <summary>Journals to store. What they mean is beside the point here; that machines and tasks count without gaps is not.</summary>
internal static class Sample
{
    public static readonly JournalHeader Header = new(
        JournalHeader.CurrentFormat, "actors 0.1.0", "S0", GrantPolicy.Ordered, "storm { devices 2 }", "00c0ffee", "0badcafe", 0xfedc_ba98_7654_3210, "test");

    /// <summary>Entries of a few tasks on a few machines.</summary>
    public static IReadOnlyList<JournalEntry> Entries(int count, int seed = 1, int machines = 10, int tasks = 8)
    {
        var random = new Random(seed);
        var machineSequences = new long[machines];
        var taskSequences = new long[tasks];
        var entries = new List<JournalEntry>(count);
        for (var index = 0; index < count; index++)
        {
            var (machine, task) = (random.Next(machines), random.Next(tasks));
            entries.Add(Entry(machine, ++machineSequences[machine], task, ++taskSequences[task], index + 1));
        }

        return entries;
    }

    /// <summary>One entry; the first of a task carries a request, the first of an odd task a parent too.</summary>
    public static JournalEntry Entry(int machine, long machineSequence, int task, long taskSequence, long stamp) => new(
        new MachineRef(MachineKind.MemoryLock, machine),
        machineSequence,
        new TaskLink(new TaskId(task), taskSequence),
        machineSequence % 2 == 0 ? new LockMessage.Await(new TaskId(task)) : new LockMessage.Enqueue(new TaskId(task), LockMode.Write),
        0,
        0,
        Reply.Done,
        stamp,
        null,
        taskSequence % 16 == 1 ? Call.Of(new Request.Reset(new DeviceFileId(machine))) : null);

    public static IEnumerable<IReadOnlyList<JournalEntry>> Batches(IReadOnlyList<JournalEntry> entries, int size) => entries.Chunk(size);
}

/// <summary>A directory of its own, removed afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("journal-").FullName;

    public string Journal => In("run.db");

    public string In(string name) => Path.Combine(directory, name);

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
