using System.Diagnostics;

namespace Actors.Core.Scenarios;

/// <summary>How the outcomes of a condition are to be read.</summary>
public enum Quantifier
{
    /// <summary>The clause describes the bad outcome; it must never be reached.</summary>
    Exists,

    /// <summary>The clause must not be satisfiable: as <see cref="Exists"/>, with the verdict spelled the other way.</summary>
    NotExists,

    /// <summary>The clause must hold in every final state.</summary>
    ForAll,
}

/// <summary>The last line of a scenario: a clause over final states.</summary>
/// <param name="Quantifier">How its outcomes are read.</param>
/// <param name="Clause">The clause.</param>
public sealed record Condition(Quantifier Quantifier, Clause Clause);

/// <summary>How a value is compared.</summary>
public enum Comparison
{
    /// <summary>=</summary>
    Equal,

    /// <summary>&lt;</summary>
    Less,

    /// <summary>&lt;=</summary>
    AtMost,

    /// <summary>></summary>
    Greater,

    /// <summary>>=</summary>
    AtLeast,
}

/// <summary>A Boolean clause over results and objects.</summary>
public abstract record Clause
{
    private Clause()
    {
    }

    /// <summary>The comparisons in it.</summary>
    public IEnumerable<Compare> Comparisons => this switch
    {
        Compare compare => [compare],
        And and => and.Left.Comparisons.Concat(and.Right.Comparisons),
        Or or => or.Left.Comparisons.Concat(or.Right.Comparisons),
        Not not => not.Inner.Comparisons,
        _ => throw new UnreachableException($"no rule for {this}"),
    };

    /// <summary>What it reads.</summary>
    public IEnumerable<Location> Reads => Comparisons.Select(compare => compare.Place);

    /// <summary>Whether it holds for the given values. A register that was never written has no value: no comparison with it holds.</summary>
    /// <param name="valueOf">The value at a location, or null.</param>
    public bool Holds(Func<Location, int?> valueOf) => this switch
    {
        Compare compare => valueOf(compare.Place) is { } value && Holds(value, compare.How, compare.Value),
        And and => and.Left.Holds(valueOf) && and.Right.Holds(valueOf),
        Or or => or.Left.Holds(valueOf) || or.Right.Holds(valueOf),
        Not not => !not.Inner.Holds(valueOf),
        _ => throw new UnreachableException($"no rule for {this}"),
    };

    private static bool Holds(int value, Comparison how, int other) => how switch
    {
        Comparison.Equal => value == other,
        Comparison.Less => value < other,
        Comparison.AtMost => value <= other,
        Comparison.Greater => value > other,
        Comparison.AtLeast => value >= other,
    };

    /// <summary>A location's value compared with a number: a result is 0, a number or a negated errno.</summary>
    public sealed record Compare(Location Place, Comparison How, int Value) : Clause;

    /// <summary>Both hold.</summary>
    public sealed record And(Clause Left, Clause Right) : Clause;

    /// <summary>At least one holds.</summary>
    public sealed record Or(Clause Left, Clause Right) : Clause;

    /// <summary>It does not hold.</summary>
    public sealed record Not(Clause Inner) : Clause;
}
