using System.Text.Json.Serialization;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>What one scenario on one revision yielded. In JSON: an element of <c>runs</c>; the property names in camelCase are the schema.</summary>
public sealed record RunReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The file, as named on the command line.</summary>
    public required string File { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>The what-if edits of its call paths, as a patch file has them; empty for a row of the table.</summary>
    public string Edits { get; init; } = "";

    /// <summary>Identifies the scenario by content.</summary>
    public required string ScenarioHash { get; init; }

    /// <summary>The scenario in canonical form; null in documents of older builds.</summary>
    public string? ScenarioText { get; init; }

    /// <summary>Identifies scenario, revision, policy and every step of every call path by content.</summary>
    public required string ModelHash { get; init; }

    /// <summary>How schedules are chosen.</summary>
    public string Strategy { get; init; } = "exhaustive, breadth-first";

    /// <summary>Who may win a free lock.</summary>
    public required GrantPolicy Policy { get; init; }

    /// <summary>The master seed; null when nothing is drawn.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How schedules were drawn; null when all were tried.</summary>
    public SampleReport? Sample { get; init; }

    /// <summary>How the exploration ended.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Distinct states.</summary>
    public required long States { get; init; }

    /// <summary>Steps taken.</summary>
    public required long Transitions { get; init; }

    /// <summary>Whether all schedules were tried, up to the order of independent steps: no bound, no bit table.</summary>
    public bool IsProof { get; init; }

    /// <summary>The longest of the shortest paths, in steps.</summary>
    public required int Depth { get; init; }

    /// <summary>What was exercised of the call paths; null when it was not asked for.</summary>
    public IReadOnlyList<FunctionCoverage>? CallPaths { get; init; }

    /// <summary>The functions of the call paths that did not run; null when it was not asked for.</summary>
    public IReadOnlyList<string>? NotRun { get; init; }

    /// <summary>States in which nothing can move.</summary>
    public required long FinalStates { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Memory of the tables in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Upper bound of the probability that a state was taken for another one.</summary>
    public required double OmissionProbability { get; init; }

    /// <summary>The coverage statement, in words.</summary>
    public required string Coverage { get; init; }

    /// <summary>The verdict: what was found, what was proved absent.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The findings, shallowest first.</summary>
    public required IReadOnlyList<FindingReport> Findings { get; init; }

    /// <summary>What was judged, one row for each property.</summary>
    public required IReadOnlyList<PropertyRow> Properties { get; init; }

    /// <summary>The scenario's own clause, or null.</summary>
    public required ConditionReport? Condition { get; init; }

    /// <summary>The command line that does this run again.</summary>
    public required string Reproduce { get; init; }

    /// <summary>The exit code of this run alone.</summary>
    public required int ExitCode { get; init; }
}

/// <summary>The set a run comes to (a finding is found, or accepted with its reason), and what was proved absent.</summary>
/// <param name="Found">Ids of findings that count.</param>
/// <param name="Accepted">Ids of findings that today's kernel accepts by design.</param>
/// <param name="ProvedAbsent">Properties that were judged and hold on all schedules; empty when not all were explored.</param>
public sealed record Verdict(IReadOnlyList<string> Found, IReadOnlyList<string> Accepted, IReadOnlyList<Property> ProvedAbsent);

/// <summary>One finding.</summary>
public sealed record FindingReport
{
    /// <summary>The same for the same bug, however it was found.</summary>
    public required string Id { get; init; }

    /// <summary>The property, or null for the scenario's own clause.</summary>
    public required Property? Property { get; init; }

    /// <summary>The sub-kind: uaf, double-put, missed-revoke, deadlock, leak, ...</summary>
    public required string Kind { get; init; }

    /// <summary>Why it is accepted; null when it counts.</summary>
    public required string? AcceptedReason { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Text { get; init; }

    /// <summary>The violating kernel function.</summary>
    public required string Function { get; init; }

    /// <summary>The violating step.</summary>
    public required string Step { get; init; }

    /// <summary>The function whose earlier effect it collides with, or empty.</summary>
    public required string Conflict { get; init; }

    /// <summary>Whether the kernel would stop there.</summary>
    public required bool Fatal { get; init; }

    /// <summary>Found where nothing can move any more.</summary>
    public required bool AtQuiescence { get; init; }

    /// <summary>Whether no schedule to it has fewer steps.</summary>
    public bool IsShortest { get; init; } = true;

    /// <summary>A schedule that leads to it; see <see cref="IsShortest"/>.</summary>
    public required Trace Trace { get; init; }

    /// <summary>It as a short word, for the model with the run's hash; null in documents of older builds.</summary>
    public string? Schedule { get; init; }

    /// <summary>Whether it counts.</summary>
    [JsonIgnore]
    public bool IsFound => AcceptedReason is null;

    /// <summary>found or accepted.</summary>
    public string Status => IsFound ? "found" : "accepted";

    /// <summary>What stands for the property of the scenario's own clause.</summary>
    public const string ClauseName = "clause";

    /// <summary>The property's name in a report.</summary>
    [JsonIgnore]
    public string PropertyName => Property is { } property ? $"{property}" : ClauseName;
}

/// <summary>What was exercised of one property.</summary>
/// <param name="Property">The property.</param>
/// <param name="Title">As a sentence.</param>
/// <param name="Judged">At how many different steps, or final states, it was judged; 0 = not exercised.</param>
/// <param name="At">What is counted: <c>steps</c> or <c>final states</c>.</param>
/// <param name="Off">The scenario switches it off.</param>
/// <param name="Found">Findings that count.</param>
/// <param name="Accepted">Findings accepted by design.</param>
public sealed record PropertyRow(Property Property, string Title, long Judged, string At, bool Off, int Found, int Accepted);

/// <summary>The scenario's clause, as herd reports it.</summary>
/// <param name="Condition">The clause with its quantifier.</param>
/// <param name="Kind">Allowed (exists), Forbidden (~exists) or Required (forall).</param>
/// <param name="States">The final values of the registers, with how many final states have them.</param>
/// <param name="Positive">Final states that satisfy the clause.</param>
/// <param name="Negative">Final states that do not.</param>
/// <param name="Ok">herd's verdict word: whether the quantified condition holds.</param>
/// <param name="Observation">Never, Sometimes or Always.</param>
public sealed record ConditionReport(string Condition, string Kind, IReadOnlyList<FinalRegisters> States, long Positive, long Negative, bool Ok, string Observation);

/// <summary>Final values of registers.</summary>
/// <param name="Registers">As <c>0:r0=0; 1:r0=-19;</c>.</param>
/// <param name="Count">How many final states have them.</param>
public sealed record FinalRegisters(string Registers, long Count);
