using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>How the search for a predicted deadlock ended.</summary>
public enum CycleVerdict
{
    /// <summary>A schedule leads into it.</summary>
    Confirmed,

    /// <summary>A schedule leads into it, and today's kernel accepts that by design.</summary>
    Accepted,

    /// <summary>No schedule was found within the bound; the bound may be all there are.</summary>
    NoWitness,

    /// <summary>It was not searched.</summary>
    Potential,
}

/// <summary>The lock and wait graph of one scenario on one revision, or of one journal. In JSON: an element of <c>runs</c>.</summary>
public sealed record LocksReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The file, as named on the command line.</summary>
    public required string File { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>Identifies the scenario by content.</summary>
    public required string ScenarioHash { get; init; }

    /// <summary>Identifies scenario, revision, policy and every step of every call path by content.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Who may win a free lock.</summary>
    public required GrantPolicy Policy { get; init; }

    /// <summary>What the graph was made from, in words.</summary>
    public required string Source { get; init; }

    /// <summary>The dependencies.</summary>
    public required IReadOnlyList<EdgeRow> Edges { get; init; }

    /// <summary>The predicted deadlocks.</summary>
    public required IReadOnlyList<CycleRow> Cycles { get; init; }

    /// <summary>Deadlocks that the search met and no cycle had predicted: a mistake of this tool.</summary>
    public required IReadOnlyList<NotPredictedRow> NotPredicted { get; init; }

    /// <summary>How the search ended, or null when there was none.</summary>
    public required Completion? Completion { get; init; }

    /// <summary>What was searched, in words.</summary>
    public required string Search { get; init; }

    /// <summary>The command line that does this again.</summary>
    public required string Reproduce { get; init; }

    /// <summary>The exit code of this run alone.</summary>
    public required int ExitCode { get; init; }
}

/// <summary>A dependency.</summary>
/// <param name="From">The class that is held with its mode, or the wait.</param>
/// <param name="To">What is wanted, with its mode.</param>
/// <param name="Try">It is held since a trylock.</param>
/// <param name="Tasks">The tasks that do so.</param>
/// <param name="Held">Function and statement that took it, or that waits.</param>
/// <param name="Wanted">Function and statement that wants.</param>
/// <param name="Ends">For a wait: function and statement that end it.</param>
public sealed record EdgeRow(string From, string To, bool Try, IReadOnlyList<string> Tasks, string Held, string Wanted, string? Ends);

/// <summary>A predicted deadlock.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Kind">circular, recursive, never-released or nobody-wakes.</param>
/// <param name="Chain">The classes, each with the mode in which it is held; the first one comes again at the end.</param>
/// <param name="Tasks">What each task does in it.</param>
/// <param name="Verdict">How the search for it ended.</param>
/// <param name="Schedule">The id of the finding whose schedule leads into it, or null.</param>
/// <param name="Says">The verdict in words.</param>
/// <param name="Show">The command line that shows the schedule, or null.</param>
public sealed record CycleRow(int Number, string Kind, IReadOnlyList<string> Chain, IReadOnlyList<string> Tasks, CycleVerdict Verdict, string? Schedule, string Says, string? Show);

/// <summary>A deadlock without a prediction.</summary>
/// <param name="Id">The id of the finding.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Place">Function and statement.</param>
public sealed record NotPredictedRow(string Id, string Text, string Place);
