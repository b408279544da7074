using System.Diagnostics;
using Actors.Bench.Journal;
using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Actors.Persistence;

const int Entries = 200_000;
const int Rounds = 7;
var batchSize = args.Length > 0 ? int.Parse(args[0]) : 500;
var directory = Directory.CreateTempSubdirectory("bench-journal-").FullName;
var header = new JournalHeader(JournalHeader.CurrentFormat, "bench", "S0", GrantPolicy.Ordered, "", "", "", 1, "bench");
var entries = Run(Entries, machines: 300, tasks: 24);
var batches = entries.Chunk(batchSize).ToArray();
var rows = batches.Select(batch => batch.Select(ToRow).ToArray()).ToArray();
var bytes = rows.Sum(batch => batch.Sum(row => row.Payload.Length));
Console.WriteLine($"{Entries} entries of {(double)bytes / Entries:f1} bytes in batches of {batchSize}, median of {Rounds} interleaved rounds");

var times = new Dictionary<string, List<double>>();
for (var round = -1; round < Rounds; round++)
{
    Measure(round, "encode", () => Encode());
    Measure(round, "decode", () => Decode());
    Measure(round, "raw", () => Raw(columns: false));
    Measure(round, "journal", () => Append());
    Measure(round, "raw-same-table", () => Raw(columns: true));
    Measure(round, "group-commit", () => GroupCommit());
    Measure(round, "verify", () => _ = JournalStore.Verify(Path("journal")));
}

foreach (var (name, seconds) in times)
    Console.WriteLine($"{name,-16} {Entries / Median(seconds) / 1000,8:f0} k entries/s");
Ratio("journal-append-vs-raw-sqlite", "raw", "journal");
Ratio("journal-append-vs-raw-sqlite-same-table", "raw-same-table", "journal");
Directory.Delete(directory, recursive: true);

void Ratio(string name, string reference, string measured) =>
    Console.WriteLine($"{name} {times[reference].Zip(times[measured], (theirs, ours) => theirs / ours).Order().ElementAt(Rounds / 2):f2}");

void Measure(int round, string name, Action action)
{
    GC.Collect();
    var watch = Stopwatch.StartNew();
    action();
    watch.Stop();
    if (round >= 0)
        (times.TryGetValue(name, out var list) ? list : times[name] = []).Add(watch.Elapsed.TotalSeconds);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

string Path(string name) => System.IO.Path.Combine(directory, name);

void Encode()
{
    foreach (var entry in entries)
        _ = JournalCodec.Encode(entry);
}

void Decode()
{
    foreach (var batch in rows)
    {
        foreach (var row in batch)
            _ = JournalCodec.Decode(row.Payload);
    }
}

void Append()
{
    using var store = JournalStore.Create(Path("journal"), header, overwrite: true);
    foreach (var batch in batches)
        store.Append(batch);
}

void Raw(bool columns)
{
    foreach (var suffix in new[] { "", "-wal", "-shm" })
        File.Delete(Path("raw") + suffix);
    using var sqlite = new RawSqlite(Path("raw"), columns);
    foreach (var batch in rows)
        sqlite.Append(batch);
}

// One entry per write, as machine actors persist.
void GroupCommit()
{
    using var store = JournalStore.Create(Path("group"), header, overwrite: true);
    using var writer = new GroupCommitWriter(store);
    foreach (var entry in entries)
        writer.Write([entry], static _ => { });
}

static Row ToRow(JournalEntry entry) => new(
    (long)entry.Machine.Kind, entry.Machine.Index, entry.MachineSequence, entry.Step.Task.Index, entry.Step.Sequence, entry.Stamp, JournalCodec.Encode(entry));

// Steps as a storm has them: many machines, few tasks, one request in about thirty steps.
static List<JournalEntry> Run(int count, int machines, int tasks)
{
    var random = new Random(1);
    var machineSequences = new long[machines];
    var taskSequences = new long[tasks];
    var run = new List<JournalEntry>(count);
    for (var index = 0; index < count; index++)
    {
        var (machine, task) = (random.Next(machines), random.Next(tasks));
        var kind = (MachineKind)(machine % 7);
        var sequence = ++taskSequences[task];
        Message message = kind switch
        {
            MachineKind.Device => new DeviceMessage.NextDmaBuf(null),
            MachineKind.DeviceFile => new DeviceFileMessage.Fdget(new TaskId(task)),
            MachineKind.DmaBuf => new DmaBufMessage.SetRevoked(true),
            MachineKind.Attachment => new AttachmentMessage.Invalidate(true),
            _ => new LockMessage.Enqueue(new TaskId(task), LockMode.Write),
        };
        run.Add(new JournalEntry(
            new MachineRef(kind, machine / 7),
            ++machineSequences[machine],
            new TaskLink(new TaskId(task), sequence),
            message,
            0,
            0,
            Reply.Done,
            index + 1,
            null,
            sequence % 30 == 1 ? Actors.Core.Scenarios.Call.Of(new Request.Map(new AttachmentId(machine))) : null));
    }

    return run;
}
