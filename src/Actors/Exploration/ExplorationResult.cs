using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration;

/// <summary>A finding with a schedule that reaches it: the shortest, unless the search was reduced.</summary>
/// <param name="Finding">What.</param>
/// <param name="Schedule">The steps, each a task and a choice; the last one is the violating step, unless found at quiescence.</param>
/// <param name="AtQuiescence">Found where nothing can move any more.</param>
public sealed record Witness(Finding Finding, IReadOnlyList<(TaskId Task, int Choice)> Schedule, bool AtQuiescence)
{
    /// <summary>Whether no schedule to the finding has fewer steps.</summary>
    public bool IsShortest { get; init; } = true;

    /// <summary>The witness, event by event.</summary>
    public IReadOnlyList<Event> Replay(Model model)
    {
        var world = new World(model);
        return [.. Schedule.Select(step => world.Take(step.Task, step.Choice))];
    }
}

/// <summary>How often a final state satisfied the scenario's clause.</summary>
public sealed record Observation(long Positive, long Negative, IReadOnlyList<(string State, long Count)> States, Witness? Witness);

/// <summary>What a reduction left out.</summary>
/// <param name="Enabled">Tasks that could move, summed over all worlds.</param>
/// <param name="Tried">How many of them were tried.</param>
/// <param name="HasCycles">Whether a schedule may come back to a world it has left.</param>
/// <param name="Provisos">With cycles: worlds expanded in full because nothing new came of the part.</param>
public sealed record ReductionFigures(long Enabled, long Tried, bool HasCycles, long Provisos)
{
    /// <summary>Exchanges of identical tasks and objects under which worlds count as one; 1 = every world counts.</summary>
    public int Exchanges { get; init; } = 1;
}

/// <summary>What an exploration found and what it covered.</summary>
public sealed record ExplorationResult
{
    /// <summary>How it ended.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Whether every schedule was tried, up to the order of independent steps: nothing more can be found.</summary>
    public bool IsProof => Completion == Completion.ExploredAll && Storage != Storage.Bitstate && PreemptionsMax is null;

    /// <summary>Distinct worlds.</summary>
    public required long States { get; init; }

    /// <summary>Steps taken.</summary>
    public required long Transitions { get; init; }

    /// <summary>Longest shortest path, in steps; of a reduced search the number of its layers.</summary>
    public required int Depth { get; init; }

    /// <summary>Worlds in which nothing can move.</summary>
    public required long FinalStates { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Memory of the tables at the end.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Distinct component states and remembered transitions.</summary>
    public required (int States, int Transitions) Components { get; init; }

    /// <summary>The findings, shallowest first, one for each id.</summary>
    public required IReadOnlyList<Witness> Findings { get; init; }

    /// <summary>The steps that were executed, by function and text.</summary>
    public required IReadOnlyCollection<Step> Exercised { get; init; }

    /// <summary>The scenario's clause, or null.</summary>
    public required Observation? Observation { get; init; }

    /// <summary>Fingerprints of all final worlds, XORed: equal for equal sets.</summary>
    public required UInt128 FinalFingerprint { get; init; }

    /// <summary>What was left out as redundant; null for an unreduced search.</summary>
    public ReductionFigures? Reduction { get; init; }

    /// <summary>The most preemptions of a schedule; null = any number.</summary>
    public int? PreemptionsMax { get; init; }

    /// <summary>With such a bound: all schedules with at most so many preemptions were tried, whatever came first; -1 = not even those without one.</summary>
    public int PreemptionsComplete { get; init; }

    /// <summary>How the worlds seen were remembered.</summary>
    public Storage Storage { get; init; }

    /// <summary>Bits of the table for each world; only for <see cref="Storage.Bitstate"/>.</summary>
    public double BitsPerState { get; init; }

    /// <summary>Estimate from the table's final density: how probable it is that a new world meets set bits only. Only for <see cref="Storage.Bitstate"/>.</summary>
    public double OmissionProbability { get; init; }
}
