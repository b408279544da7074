using System.Globalization;
using Actors.Core.Journal;

namespace Actors.Persistence.Tests.Support;

/// <summary>
/// The child process of the crash tests: <c>dotnet exec Persistence.Tests.dll FILE</c> appends to the journal without end, and says on standard output
/// what was committed. Entry n of machine m is always the same.
/// </summary>
internal static class CrashWriter
{
    public const int Producers = 4;

    public static int Main(string[] arguments)
    {
        if (arguments is not [var path])
            return 1;
        using var store = File.Exists(path) ? JournalStore.OpenAppend(path) : JournalStore.Create(path, Sample.Header);
        using var writer = new GroupCommitWriter(store, new GroupCommitOptions(QueueEntriesMax: 500));
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var threads = Enumerable.Range(0, Producers).Select(machine => new Thread(() => Produce(machine))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return 0;

        void Produce(int machine)
        {
            for (var sequence = store.HighestSequence(Entry(machine, 1).Machine) + 1; ; sequence++)
            {
                var committed = sequence;
                writer.Write([Entry(machine, sequence)], error => output.Write(error is null ? $"{machine} {committed}\n" : $"{error}\n"));
            }
        }
    }

    public static JournalEntry Entry(int machine, long sequence) => Sample.Entry(machine, sequence, machine, sequence, sequence);

    /// <summary>What a line of the child says: the last committed sequence of a machine.</summary>
    public static (int Machine, long Sequence) Acknowledged(string line)
    {
        var parts = line.Split(' ');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
