using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Properties;

/// <summary>A mapping as it is judged: worked out once for all that is asked of it.</summary>
/// <param name="Pieces">Where a peer's accesses arrive, in the order of the scatterlist.</param>
/// <param name="Exported">What the buffer exports.</param>
/// <param name="Traits">The device it is exported from.</param>
internal sealed record MappedPieces(IReadOnlyList<Piece> Pieces, Exported Exported, DeviceTraits Traits)
{
    /// <summary>The mapping that a check step of a map op is about.</summary>
    public static MappedPieces Of(TaskState task, Topology topology, Reading reading)
    {
        var locals = task.Top.Locals;
        var exported = ((DmaBuf)reading(MachineRef.Of(locals.Priv!.Value))).Exported;
        var traits = topology.Devices[topology.Buffers[locals.Priv.Value.Index].Index].Traits;
        var place = topology.Attachments[locals.Attach!.Value.Index];
        var pieces = place.DmaDevice is { } device
            ? ((DmaDevice)reading(MachineRef.Of(device))).PiecesOf(locals.Attach.Value, traits.BusOffset)
            : ((Step.Check)task.Next).Pieces!(exported, traits, place);
        return new MappedPieces(pieces, exported, traits);
    }
}
