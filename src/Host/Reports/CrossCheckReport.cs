using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Exploration.Dpor;

namespace Actors.Host.Reports;

/// <summary>Whether two searches came to the same.</summary>
public enum Agreement
{
    /// <summary>The same findings and the same final states.</summary>
    Agree,

    /// <summary>One of them is wrong.</summary>
    Differ,

    /// <summary>A bound or an interruption came first.</summary>
    Unknown,
}

/// <summary>One scenario on one revision, searched exhaustively with stored states and without any. In JSON: an element of <c>runs</c> of <c>explore --dpor</c>.</summary>
public sealed record CrossCheckReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>Whether they agree.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>In words.</summary>
    public required string Verdict { get; init; }

    /// <summary>Distinct states of the exhaustive search.</summary>
    public required long States { get; init; }

    /// <summary>Its steps.</summary>
    public required long Transitions { get; init; }

    /// <summary>Its final states.</summary>
    public required long FinalStates { get; init; }

    /// <summary>Its findings.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Complete executions of the stateless search: Mazurkiewicz traces.</summary>
    public required long Traces { get; init; }

    /// <summary>Executions at whose end the kernel stops.</summary>
    public required long Stopped { get; init; }

    /// <summary>Executions given up because of sleep sets.</summary>
    public required long SleepBlocked { get; init; }

    /// <summary>Its steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Its final states.</summary>
    public required long DporFinalStates { get; init; }

    /// <summary>Its findings.</summary>
    public required IReadOnlyList<string> DporFindings { get; init; }

    /// <summary>Wall time of the stateless search in seconds.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>2 when something is found, 3 when the searches differ, 5 when a bound came first, 0 otherwise.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Compares.</summary>
    public static CrossCheckReport Of(Model model, ExplorationResult all, DporResult traces)
    {
        var (known, met) = (Ids(all.Findings), Ids(traces.Findings));
        var isComplete = all.Completion == Completion.ExploredAll && traces.Completion == Completion.ExploredAll;
        var isSame = known.SequenceEqual(met) && (all.FinalStates, all.FinalFingerprint) == (traces.FinalStates, traces.FinalFingerprint);
        var agreement = !isComplete ? Agreement.Unknown : isSame ? Agreement.Agree : Agreement.Differ;
        return new CrossCheckReport
        {
            Scenario = model.Scenario.Name,
            Revision = model.Revision.Name,
            Agreement = agreement,
            Verdict = agreement switch
            {
                Agreement.Agree => "both searches agree on findings and final states",
                Agreement.Differ => "THE SEARCHES DIFFER: a mistake of this tool",
                Agreement.Unknown => traces.IsTooLong ? "not compared: an execution does not end, and a stateless search cannot come out of a loop" : "not compared: a bound or an interruption came first",
            },
            States = all.States,
            Transitions = all.Transitions,
            FinalStates = all.FinalStates,
            Findings = known,
            Traces = traces.Traces,
            Stopped = traces.Stopped,
            SleepBlocked = traces.SleepBlocked,
            Steps = traces.Steps,
            DporFinalStates = traces.FinalStates,
            DporFindings = met,
            ElapsedSeconds = Math.Round(traces.Elapsed.TotalSeconds, 3),
            ExitCode = (int)CodeOf(model, agreement, [.. all.Findings, .. traces.Findings]),
        };
    }

    private static ExitCode CodeOf(Model model, Agreement agreement, IEnumerable<Witness> findings)
    {
        var isFound = findings.Any(witness => witness.Finding.AcceptedReason(model.Revision) is null);
        return agreement switch
        {
            Agreement.Differ => Host.ExitCode.Internal,
            Agreement.Unknown => isFound ? Host.ExitCode.Violation : Host.ExitCode.Incomplete,
            Agreement.Agree => isFound ? Host.ExitCode.Violation : Host.ExitCode.Clean,
        };
    }

    private static string[] Ids(IEnumerable<Witness> findings) => [.. findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal)];
}
