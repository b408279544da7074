namespace Actors.Exploration.Symmetry;

/// <summary>An exchange of tasks and machines after which the system is the one it was.</summary>
public interface ISymmetry
{
    /// <summary>The slot that takes the place of a slot.</summary>
    int SlotOf(int slot);

    /// <summary>A state, as it is of the other slot and with the others' names in it.</summary>
    object Rename(object state);
}

/// <summary>Exchanges of identical tasks and objects. Any set is sound; the larger, the more worlds count as one.</summary>
/// <param name="Generators">Those that the others are made of.</param>
/// <param name="All">All, without the one that changes nothing.</param>
public sealed record SymmetryGroup(IReadOnlyList<ISymmetry> Generators, IReadOnlyList<ISymmetry> All)
{
    /// <summary>Nothing can be exchanged.</summary>
    public static readonly SymmetryGroup Trivial = new([], []);

    /// <summary>Number of exchanges, the one that changes nothing included.</summary>
    public int Order => All.Count + 1;
}
