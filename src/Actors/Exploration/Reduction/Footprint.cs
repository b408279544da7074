namespace Actors.Exploration.Reduction;

/// <summary>A set of accesses by slot. Built once, then only read.</summary>
public sealed class Footprint(int slotCount)
{
    private readonly byte[] reads = new byte[slotCount];
    private readonly byte[] adds = new byte[slotCount];
    private readonly byte[] writes = new byte[slotCount];

    /// <summary>Adds an access.</summary>
    public void Add(Access access)
    {
        reads[access.Slot] |= access.Reads;
        adds[access.Slot] |= access.Adds;
        writes[access.Slot] |= access.Writes;
    }

    /// <summary>Adds all accesses of another set.</summary>
    public void Add(Footprint other)
    {
        for (var slot = 0; slot < reads.Length; slot++)
            Add(other[slot]);
    }

    /// <summary>What is accessed of a slot.</summary>
    public Access this[int slot] => new(slot, reads[slot], adds[slot], writes[slot]);

    /// <summary>Whether one of the accesses may not commute with the given one.</summary>
    public bool Conflicts(Access access) => Conflict(this[access.Slot], access);

    /// <summary>Whether two accesses to one slot may not commute.</summary>
    public static bool Conflict(Access one, Access other) =>
        ((one.Writes & (other.Reads | other.Adds | other.Writes)) | (other.Writes & (one.Reads | one.Adds)) | (one.Reads & other.Adds) | (one.Adds & other.Reads)) != 0;

    /// <summary>A slot of which another set accesses what this one does not, or null.</summary>
    public int? FirstBeyond(Footprint other)
    {
        for (var slot = 0; slot < reads.Length; slot++)
        {
            if (!Contains(other[slot]))
                return slot;
        }

        return null;
    }

    /// <summary>Whether the access is in the set. Who may write a part may also read it and add to it; who may add to it may find nothing to add.</summary>
    public bool Contains(Access access) =>
        (access.Reads & ~(reads[access.Slot] | adds[access.Slot] | writes[access.Slot])) == 0
        && (access.Adds & ~(adds[access.Slot] | writes[access.Slot])) == 0
        && (access.Writes & ~writes[access.Slot]) == 0;
}
