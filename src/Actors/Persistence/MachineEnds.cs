using System.Runtime.InteropServices;
using Actors.Core.Journal;
using Actors.Core.Vocabulary;

namespace Actors.Persistence;

/// <summary>A machine's last entry.</summary>
/// <param name="Sequence">How many entries the machine has.</param>
/// <param name="Ordinal">Where the last one stands in the journal.</param>
internal readonly record struct MachineEnd(long Sequence, long Ordinal);

/// <summary>Every machine's entries are numbered 1, 2, 3, ... without a gap, and each names the one before by ordinal.</summary>
internal sealed class MachineEnds
{
    private readonly Dictionary<MachineRef, MachineEnd> ends = [];

    /// <summary>A machine's last entry; zeros when it has none.</summary>
    public MachineEnd this[MachineRef machine] => ends.GetValueOrDefault(machine);

    /// <summary>Counts one more entry of its machine and answers the ordinal of the one before, or 0; an entry that does not continue the sequence is refused.</summary>
    public long Advance(JournalEntry entry, long ordinal)
    {
        ref var end = ref CollectionsMarshal.GetValueRefOrAddDefault(ends, entry.Machine, out _);
        if (entry.MachineSequence != end.Sequence + 1)
            throw new JournalException($"step {entry.MachineSequence} of {entry.Machine} does not follow its step {end.Sequence}");
        var before = end.Ordinal;
        end = new MachineEnd(entry.MachineSequence, ordinal);
        return before;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => ends.Clear();
}
