using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Persistence;

/// <summary>A machine's state as it was after one of its steps.</summary>
/// <param name="Sequence">The step.</param>
/// <param name="State">The state after it.</param>
/// <param name="Extra">What its keeper stored beside it.</param>
public sealed record JournalSnapshot(long Sequence, MachineState State, ReadOnlyMemory<byte> Extra);

/// <content>Snapshots: an abbreviation of recovery, never a source of truth. One per machine, the latest.</content>
public sealed partial class JournalStore
{
    /// <summary>Stores a machine's state after a step that is stored already; it replaces the machine's snapshot.</summary>
    public void SaveSnapshot(MachineRef machine, long sequence, MachineState state, ReadOnlySpan<byte> extra)
    {
        lock (gate)
        {
            if (writer is null)
                throw new JournalException($"{Path}: opened to be read only");
            if (sequence > EndOf(machine).Sequence)
                throw new JournalException($"{Path}: a snapshot of {machine} at step {sequence}, which is not stored");
            var bytes = StateCodec.Encode(state);
            using var insert = connection.Prepare("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)");
            insert
                .Bind(1, (long)machine.Kind).Bind(2, machine.Index).Bind(3, sequence).Bind(4, bytes).Bind(5, extra)
                .Bind(6, JournalChain.OfSnapshot(begin, machine, sequence, bytes, extra)).Run();
        }
    }

    /// <summary>The machine's snapshot, or null when it has none; <see cref="JournalException"/> when it is damaged or ahead of the entries.</summary>
    public JournalSnapshot? LoadSnapshot(MachineRef machine)
    {
        lock (gate)
        {
            var highest = EndOf(machine).Sequence;
            using var select = connection.Prepare("SELECT machine_seq, state, extra, hash FROM snapshot WHERE machine_kind = ? AND machine_index = ?");
            if (!select.Bind(1, (long)machine.Kind).Bind(2, machine.Index).Step())
                return null;
            var sequence = select.Int64(0);
            var state = select.Blob(1);
            var extra = select.Blob(2);
            if (!select.Blob(3).SequenceEqual(JournalChain.OfSnapshot(begin, machine, sequence, state, extra)))
                throw new JournalException($"{Path}: the snapshot of {machine} is damaged");
            if (sequence > highest)
                throw new JournalException($"{Path}: the snapshot of {machine} is at step {sequence}, its entries end at {highest}");
            return new JournalSnapshot(sequence, StateCodec.Decode(state), extra.ToArray());
        }
    }
}
