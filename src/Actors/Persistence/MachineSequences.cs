using Actors.Core.Journal;
using Actors.Core.Vocabulary;

namespace Actors.Persistence;

/// <summary>Every machine's entries are numbered 1, 2, 3, ... without a gap.</summary>
internal static class MachineSequences
{
    /// <summary>Counts one more entry of its machine; refuses one that does not continue the sequence.</summary>
    public static void Raise(Dictionary<MachineRef, long> sequences, JournalEntry entry)
    {
        ref var last = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sequences, entry.Machine, out _);
        if (entry.MachineSequence != last + 1)
            throw new JournalException($"step {entry.MachineSequence} of {entry.Machine} does not follow its step {last}");
        last = entry.MachineSequence;
    }
}
