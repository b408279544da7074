using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>One request of a user task.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Faults">What fails on the way.</param>
/// <param name="Register">The number of the result register (r0, r1, ...), or -1.</param>
/// <param name="When">What earlier results of the same task must say for the request to be made, or null.</param>
public sealed record Call(Request Request, FaultPlan Faults, int Register = -1, Clause? When = null)
{
    /// <summary>A request that nothing disturbs.</summary>
    public static Call Of(Request request) => new(request, FaultPlan.None);
}

/// <summary>A device as the scenario begins.</summary>
/// <param name="Open">Whether a device file is open; then memory is enabled and the function is in D0, unless said otherwise.</param>
/// <param name="Memory">COMMAND.mem.</param>
/// <param name="Bound">Whether the driver is bound.</param>
public sealed record DeviceStart(bool Open = true, bool Memory = true, bool Bound = true);

/// <summary>A buffer slot as the scenario begins.</summary>
/// <param name="Exported">Whether the buffer exists and its fd is open.</param>
public sealed record BufferStart(bool Exported = true);

/// <summary>An attachment slot as the scenario begins.</summary>
/// <param name="Attached">Whether the importer is attached.</param>
/// <param name="Mapped">Whether it holds a mapping.</param>
public sealed record AttachmentStart(bool Attached = true, bool Mapped = false);

/// <summary>Limits of an exploration; 0 = none.</summary>
/// <param name="StatesMax">The most distinct states.</param>
public sealed record Bounds(long StatesMax = 0);

/// <summary>A result register of a task.</summary>
/// <param name="Task">The user task, from 0.</param>
/// <param name="Register">The register, from 0.</param>
public readonly record struct Location(int Task, int Register)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Task}:r{Register}";
}

/// <summary>A small world and what its user tasks ask of the kernel. It contains no kernel rule and names no bug.</summary>
public sealed record Scenario
{
    /// <summary>The name, as in the file's first line.</summary>
    public required string Name { get; init; }

    /// <summary>The comment of the file, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The machines and how they belong together.</summary>
    public required Topology Topology { get; init; }

    /// <summary>How the devices begin.</summary>
    public required Sequence<DeviceStart> Devices { get; init; }

    /// <summary>How the buffers begin.</summary>
    public required Sequence<BufferStart> Buffers { get; init; }

    /// <summary>How the attachments begin.</summary>
    public required Sequence<AttachmentStart> Attachments { get; init; }

    /// <summary>The user tasks, each a list of requests issued one after the other.</summary>
    public required Sequence<Sequence<Call>> Tasks { get; init; }

    /// <summary>Limits.</summary>
    public Bounds Bounds { get; init; } = new();

    /// <summary>Properties that are not judged.</summary>
    public Sequence<Property> PropertiesOff { get; init; } = Sequence<Property>.Empty;

    /// <summary>Registers to show with each final state besides those of the condition.</summary>
    public Sequence<Location> Locations { get; init; } = Sequence<Location>.Empty;

    /// <summary>The bad outcome, or null when only the built-in properties are judged.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Whether a property is judged.</summary>
    public bool Judges(Property property) => !PropertiesOff.Contains(property);

    /// <summary>The registers of a task that are read in final states.</summary>
    public IEnumerable<int> ReadAtEnd(int task) =>
        Locations.Concat(Condition?.Clause.Reads ?? []).Where(location => location.Task == task).Select(location => location.Register).Distinct();

    /// <summary>Identifies the scenario by content: 128 bits over the canonical encoding, in hexadecimal.</summary>
    public string Hash => Fingerprint.Of(this).ToString("x32", null);
}

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

/// <summary>The last line of a scenario: a clause over result registers in final states.</summary>
/// <param name="Quantifier">How its outcomes are read.</param>
/// <param name="Clause">The clause.</param>
public sealed record Condition(Quantifier Quantifier, Clause Clause);

/// <summary>A Boolean clause over result registers.</summary>
public abstract record Clause
{
    private Clause()
    {
    }

    /// <summary>The registers it reads.</summary>
    public IEnumerable<Location> Reads => this switch
    {
        ResultIs result => [new Location(result.Task, result.Register)],
        And and => and.Left.Reads.Concat(and.Right.Reads),
        Or or => or.Left.Reads.Concat(or.Right.Reads),
        Not not => not.Inner.Reads,
        _ => throw new UnreachableException($"no rule for {this}"),
    };

    /// <summary>Whether it holds for the given values. A register that was never written has no value and equals nothing.</summary>
    /// <param name="valueOf">The value of a register, or null.</param>
    public bool Holds(Func<Location, int?> valueOf) => this switch
    {
        ResultIs result => valueOf(new Location(result.Task, result.Register)) == result.Value,
        And and => and.Left.Holds(valueOf) && and.Right.Holds(valueOf),
        Or or => or.Left.Holds(valueOf) || or.Right.Holds(valueOf),
        Not not => !not.Inner.Holds(valueOf),
        _ => throw new UnreachableException($"no rule for {this}"),
    };

    /// <summary>A result register of a task equals a value (0, a negated errno).</summary>
    public sealed record ResultIs(int Task, int Register, int Value) : Clause;

    /// <summary>Both hold.</summary>
    public sealed record And(Clause Left, Clause Right) : Clause;

    /// <summary>At least one holds.</summary>
    public sealed record Or(Clause Left, Clause Right) : Clause;

    /// <summary>It does not hold.</summary>
    public sealed record Not(Clause Inner) : Clause;
}
