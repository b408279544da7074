using Actors.Core.Machines;
using Actors.Core.Revisions;

namespace Actors.Exploration.Mutation;

/// <summary>What a mutation does to a call path.</summary>
public enum MutationKind
{
    /// <summary>Leaves the release of a lock out.</summary>
    DropUnlock,

    /// <summary>Leaves the taking of a lock out; its release stays.</summary>
    DropLock,

    /// <summary>Leaves a lock and its release out; what they enclosed stays.</summary>
    DropSection,

    /// <summary>Leaves a wait for a completion, a fence or a last reference out.</summary>
    DropWait,

    /// <summary>Leaves the renewal of a completion out.</summary>
    SkipRearm,

    /// <summary>Leaves another statement out, also a call.</summary>
    DropStatement,

    /// <summary>Leaves a test out: its body always runs.</summary>
    DropTest,

    /// <summary>Exchanges two statements that follow each other.</summary>
    SwapSteps,
}

/// <summary>One mutation of one call path.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Edit">As an edit of the revision.</param>
/// <param name="Positions">The steps it is about, in the unmutated path.</param>
public sealed record Mutant(MutationKind Kind, PathEdit Edit, IReadOnlyList<int> Positions);

/// <summary>What became of a mutant.</summary>
public enum Fate
{
    /// <summary>A scenario finds something that it does not find without the mutation, or no longer finds what it found.</summary>
    Killed,

    /// <summary>Every scenario that executes it finds what it found before, on all schedules.</summary>
    Survived,

    /// <summary>A bound came before an answer.</summary>
    Inconclusive,

    /// <summary>The mutated path is no program of the model: a step of it needs what no step before has made.</summary>
    CannotRun,

    /// <summary>It was not its turn before the end.</summary>
    NotRun,
}

/// <summary>Why a mutant survived, as far as the explorations with and without it tell.</summary>
public enum Survival
{
    /// <summary>Its statement is executed, and what it is for never comes: a scenario is missing.</summary>
    NotExercised,

    /// <summary>All schedules end in the same worlds and break nothing on the way.</summary>
    Equivalent,

    /// <summary>Schedules end in other worlds, and no property looks at the difference.</summary>
    NotJudged,
}

/// <summary>A mutant and its fate.</summary>
/// <param name="Mutant">What was mutated.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Why">What killed it; or what can be told of why not.</param>
/// <param name="Scenario">The scenario that killed it, or empty.</param>
public sealed record MutantResult(Mutant Mutant, Fate Fate, string Why, string Scenario)
{
    /// <summary>Of a survivor: why.</summary>
    public Survival? Survival { get; init; }

    /// <summary>Of a survivor whose final worlds differ: how.</summary>
    public FinalDifference? Difference { get; init; }
}

/// <summary>How the final worlds with a mutation differ from those without.</summary>
/// <param name="Machines">States of one machine in final worlds, pairs of one only without and one only with the mutation that differ in few things: all pairs there are. Empty when each machine ends in the same states.</param>
/// <param name="Results">Whether a task that has ended has another result.</param>
/// <param name="Waiting">Whether tasks wait for ever elsewhere, or in no longer the same worlds.</param>
public sealed record FinalDifference(IReadOnlyList<(MachineState Without, MachineState With)> Machines, bool Results, bool Waiting);
