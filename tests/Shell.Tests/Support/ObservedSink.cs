using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>A sink that tells of each append before it is passed on: a source of events that are spread over a run without a clock.</summary>
internal sealed class ObservedSink(IJournalSink inner) : IJournalSink
{
    private long appends;

    /// <summary>Hears the number of each append, from 1; it may throw.</summary>
    public Action<long> OnAppend { get; set; } = _ => { };

    /// <summary>Hears of each reading of a machine's entries; it may throw.</summary>
    public Action OnRead { get; set; } = () => { };

    public Task AppendAsync(IReadOnlyList<JournalEntry> entries)
    {
        OnAppend(Interlocked.Increment(ref appends));
        return inner.AppendAsync(entries);
    }

    public Task FlushAsync() => inner.FlushAsync();

    public long HighestSequence(MachineRef machine) => inner.HighestSequence(machine);

    public IEnumerable<JournalEntry> Read(MachineRef machine, long from, long to)
    {
        OnRead();
        return inner.Read(machine, from, to);
    }

    public void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot) => inner.SaveSnapshot(machine, sequence, snapshot);

    public (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo) => inner.LoadSnapshot(machine, upTo);
}
