using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>The state of one machine: an immutable record with value equality.</summary>
public abstract record MachineState;

/// <summary>A broken property, seen by a machine or a check step. What the kernel would do next decides <paramref name="Fatal"/>.</summary>
/// <param name="Property">The property.</param>
/// <param name="Kind">The sub-kind of conventions.md: uaf, double-put, missed-revoke, deadlock, assertion, ...</param>
/// <param name="Text">What is wrong, in kernel words, without object names.</param>
/// <param name="Conflict">The kernel function whose earlier effect this one collides with, or empty.</param>
/// <param name="Fatal">Whether execution cannot go on meaningfully (oops, memory corruption).</param>
public sealed record Violation(Property Property, string Kind, string Text, string Conflict = "", bool Fatal = false);

/// <summary>What a step changed and a failing operation has to change back (property P11).</summary>
public enum EffectKind
{
    /// <summary>The task holds a reference: -1 before, +1 after, by name.</summary>
    Reference,

    /// <summary>Memory the task has allocated on a machine's behalf, by count.</summary>
    Allocation,

    /// <summary><c>revoked</c> of a buffer.</summary>
    Revoked,

    /// <summary><c>pm_runtime_engaged</c> of a device.</summary>
    Engaged,
}

/// <summary>One entry of the effect ledger: what was changed and what its value was before.</summary>
public readonly record struct Effect(EffectKind Kind, int Before, int After);

/// <summary>One way a machine can answer a message.</summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Reply">The answer.</param>
/// <param name="Violation">A property broken by this very access, or null.</param>
/// <param name="Effect">What P11 has to remember, or null.</param>
public sealed record Possibility(MachineState State, Reply Reply, Violation? Violation = null, Effect? Effect = null);

/// <summary>The answer of a machine: blocked, one possibility, or a choice among several (a race in hardware, a lock grant).</summary>
public sealed record Outcome(Sequence<Possibility> Possibilities)
{
    /// <summary>The message has to wait for a change of the machine's state.</summary>
    public static readonly Outcome Blocked = new(Sequence<Possibility>.Empty);

    /// <summary>Whether the message has to wait.</summary>
    public bool IsBlocked => Possibilities.IsEmpty;

    /// <summary>A new state and nothing to tell.</summary>
    public static Outcome Done(MachineState state) => Answer(state, Messages.Reply.Done);

    /// <summary>A truth value.</summary>
    public static Outcome Reply(MachineState state, bool value) => Answer(state, Messages.Reply.Of(value));

    /// <summary>A number.</summary>
    public static Outcome Reply(MachineState state, int value) => Answer(state, new Reply(value));

    /// <summary>A refusal.</summary>
    public static Outcome Refuse(MachineState state, Errno errno) => Answer(state, Messages.Reply.Of(errno));

    /// <summary>Any answer.</summary>
    public static Outcome Answer(MachineState state, Reply reply, Effect? effect = null) => new(Sequence<Possibility>.Of(new Possibility(state, reply, null, effect)));

    /// <summary>An answer together with a broken property.</summary>
    public static Outcome Broken(MachineState state, Reply reply, Violation violation) => new(Sequence<Possibility>.Of(new Possibility(state, reply, violation)));

    /// <summary>Several possible answers.</summary>
    public static Outcome Choice(params ReadOnlySpan<Possibility> possibilities) => new(Sequence<Possibility>.Of(possibilities));
}
