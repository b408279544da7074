using System.Numerics;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Reduction;

/// <summary>Which objects the variables of a call can name, as bits by index: an estimate from above.</summary>
/// <param name="Vdev"><c>vdev</c>.</param>
/// <param name="Priv"><c>priv</c>.</param>
/// <param name="Attach"><c>attach</c>.</param>
/// <param name="Filep"><c>filep</c>.</param>
/// <param name="Work">Buffers whose final fput may be task work.</param>
internal readonly record struct Names(ulong Vdev, ulong Priv, ulong Attach, ulong Filep, ulong Work)
{
    /// <summary>The most objects of one kind that fit.</summary>
    public const int ObjectsMax = 64;

    /// <summary>What the variables name now.</summary>
    public static Names Of(Locals locals, ulong work) => new(
        Bit(locals.Vdev?.Index), Bit(locals.Priv?.Index) | Bit(locals.Tmp?.Index), Bit(locals.Attach?.Index) | Second(locals.Request), Bit(locals.Filep?.Index), work);

    // A job over two buffers passes each of its attachments on as attach.
    private static ulong Second(Core.Messages.Request? request) => request is Core.Messages.Request.Submit submit ? Bit(submit.First.Index) | Bit(submit.Second.Index) : 0;

    /// <summary>The same and the owners of what is named: the device of a buffer or file, the buffer of an attachment.</summary>
    public Names WithOwners(Topology topology)
    {
        var privs = Priv | Union(Attach, index => Bit(topology.Attachments[index].Buffer.Index));
        var vdevs = Vdev | Union(privs, index => Bit(topology.Buffers[index].Index)) | Union(Filep, index => Bit(topology.Files[index].Index));
        return this with { Priv = privs, Vdev = vdevs };
    }

    /// <summary>Every combination of objects as variables; a variable that names nothing is null.</summary>
    public IEnumerable<Locals> Combinations(Topology topology, Request? request)
    {
        foreach (var vdev in Indices(Vdev))
        {
            foreach (var priv in Indices(Priv))
            {
                foreach (var attach in Indices(Attach))
                {
                    foreach (var filep in Indices(Filep))
                    {
                        yield return new Locals
                        {
                            Request = request,
                            Vdev = vdev is { } v ? new DeviceId(v) : null,
                            DevSet = vdev is { } member ? topology.Devices[member].DevSet : null,
                            Priv = priv is { } p ? new DmaBufId(p) : null,
                            Attach = attach is { } a ? new AttachmentId(a) : null,
                            Filep = filep is { } f ? new DeviceFileId(f) : null,
                        };
                    }
                }
            }
        }
    }

    /// <summary>The union of what belongs to the objects of a set.</summary>
    public static ulong Union(ulong set, Func<int, ulong> of)
    {
        var result = 0UL;
        for (; set != 0; set &= set - 1)
            result |= of(BitOperations.TrailingZeroCount(set));
        return result;
    }

    /// <summary>The bit of an index; none for null.</summary>
    public static ulong Bit(int? index) => index is { } bit ? 1UL << bit : 0;

    private static IEnumerable<int?> Indices(ulong set)
    {
        if (set == 0)
            yield return null;
        for (; set != 0; set &= set - 1)
            yield return BitOperations.TrailingZeroCount(set);
    }
}
