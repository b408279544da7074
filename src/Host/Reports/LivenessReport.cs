using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Liveness;

namespace Actors.Host.Reports;

/// <summary>What was found about infinite runs of one scenario on one revision. In JSON: an element of <c>runs</c> of <c>explore --liveness</c>.</summary>
public sealed record LivenessReport
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>How the search ended. Unless all was explored nothing was judged.</summary>
    public required Completion Completion { get; init; }

    /// <summary>Distinct states, unreduced.</summary>
    public required long States { get; init; }

    /// <summary>Steps between them.</summary>
    public required long Transitions { get; init; }

    /// <summary>Components of the state graph that have a loop, fair or not.</summary>
    public required int Loops { get; init; }

    /// <summary>Waits that never end, at the moment they come to be so, and loops that a fair schedule need not leave.</summary>
    public required IReadOnlyList<LivenessFinding> Findings { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The command line that does it again.</summary>
    public required string Reproduce { get; init; }

    /// <summary>2 when something is found, 5 when a bound came first, 6 when there was no step, 0 otherwise.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The report.</summary>
    public static LivenessReport Of(Model model, LivenessResult result, string reproduce)
    {
        LivenessFinding[] findings = [.. result.Waits.Select(wait => LivenessFinding.Of(model, wait)), .. result.Livelocks.Select(loop => LivenessFinding.Of(model, loop))];
        var code = findings.Any(finding => finding.AcceptedReason is null) ? Host.ExitCode.Violation
            : result.Completion != Completion.ExploredAll ? Host.ExitCode.Incomplete
            : result.Transitions == 0 ? Host.ExitCode.NothingChecked : Host.ExitCode.Clean;
        return new LivenessReport
        {
            Scenario = model.Scenario.Name,
            Revision = model.Revision.Name,
            Completion = result.Completion,
            States = result.States,
            Transitions = result.Transitions,
            Loops = result.Loops,
            Findings = findings,
            ElapsedSeconds = Math.Round(result.Elapsed.TotalSeconds, 3),
            Reproduce = reproduce,
            ExitCode = (int)code,
        };
    }
}

/// <summary>A wait or a loop without end.</summary>
public sealed record LivenessFinding
{
    /// <summary>The same for the same bug, however it was found.</summary>
    public required string Id { get; init; }

    /// <summary>The property.</summary>
    public required Property Property { get; init; }

    /// <summary>The sub-kind.</summary>
    public required string Kind { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Text { get; init; }

    /// <summary>The kernel function in which it is.</summary>
    public required string Function { get; init; }

    /// <summary>The step.</summary>
    public required string Step { get; init; }

    /// <summary>Why it is accepted; null when it counts.</summary>
    public required string? AcceptedReason { get; init; }

    /// <summary>The tasks that will never move again; empty for a loop.</summary>
    public required IReadOnlyList<string> Waiting { get; init; }

    /// <summary>The tasks that have not finished and still can move.</summary>
    public required IReadOnlyList<string> GoOn { get; init; }

    /// <summary>Steps until it is so.</summary>
    public required int Steps { get; init; }

    /// <summary>A shortest schedule; of a loop, with one way round behind it.</summary>
    public required Trace Trace { get; init; }

    /// <summary>For a loop: how many states a fair schedule can stay among.</summary>
    public int? LoopStates { get; init; }

    internal static LivenessFinding Of(Model model, EndlessWait wait) => Of(model, wait.Witness, TraceReplay.Of(model, wait.Witness)) with
    {
        Waiting = Names(model, wait.Waiting),
        GoOn = Names(model, wait.GoOn),
    };

    internal static LivenessFinding Of(Model model, EndlessLoop loop) => Of(model, loop.Witness, TraceReplay.Of(model, loop.Witness with { Schedule = [.. loop.Witness.Schedule, .. loop.Round] })) with
    {
        GoOn = Names(model, [.. loop.Round.Select(step => step.Task).Distinct()]),
        LoopStates = loop.States,
    };

    private static LivenessFinding Of(Model model, Witness witness, Trace trace) => new()
    {
        Id = witness.Finding.Id,
        Property = witness.Finding.Violation.Property,
        Kind = witness.Finding.Violation.Kind,
        Text = witness.Finding.Violation.Text,
        Function = witness.Finding.Function,
        Step = witness.Finding.Step,
        AcceptedReason = witness.Finding.AcceptedReason(model.Revision),
        Waiting = [],
        GoOn = [],
        Steps = witness.Schedule.Count,
        Trace = trace,
    };

    private static string[] Names(Model model, IReadOnlyList<TaskId> tasks) => [.. tasks.Select(model.Topology.NameOf)];
}
