using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>Where the persistence plugin stores entries. One instance for all machines of a run, so that commits can be grouped.</summary>
public interface IJournalSink
{
    /// <summary>Stores entries; the task completes when they are committed. An inline sink commits before it returns.</summary>
    Task AppendAsync(IReadOnlyList<JournalEntry> entries);

    /// <summary>Completes when everything appended before is committed.</summary>
    Task FlushAsync();

    /// <summary>The highest stored sequence of a machine; 0 when there is none.</summary>
    long HighestSequence(MachineRef machine);

    /// <summary>The stored entries of a machine, in order, both ends included.</summary>
    IEnumerable<JournalEntry> Read(MachineRef machine, long from, long to);

    /// <summary>Stores a snapshot.</summary>
    void SaveSnapshot(MachineRef machine, long sequence, MachineSnapshot snapshot);

    /// <summary>The newest snapshot not behind the given sequence, or null.</summary>
    (long Sequence, MachineSnapshot Snapshot)? LoadSnapshot(MachineRef machine, long upTo);
}

/// <summary>A machine actor's state: the machine's own, its Lamport stamp, and the last answer to each task.</summary>
public sealed record MachineSnapshot(MachineState State, long Stamp, Sequence<StoredAnswer> LastAnswers);

/// <summary>A stored step with the parts of its answer that only the state before it tells.</summary>
public sealed record StoredAnswer(JournalEntry Entry, Effect? Effect, Violation? Violation);
