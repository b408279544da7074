using Actors.Core.Analysis.Locks;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>What <c>locks</c> has found out about one scenario on one revision, or about one journal.</summary>
/// <param name="Model">The model.</param>
/// <param name="File">The file as named on the command line.</param>
/// <param name="Graph">The graph.</param>
/// <param name="Cycles">Its cycles.</param>
/// <param name="Search">The search for them, or null.</param>
/// <param name="IsJournal">The graph is that of a journal.</param>
public sealed record LocksResult(Model Model, string File, LockGraph Graph, IReadOnlyList<LockCycle> Cycles, CycleSearch? Search, bool IsJournal)
{
    /// <summary>Cycles the journal itself has run into, each with its finding.</summary>
    public IReadOnlyList<(LockCycle Cycle, Finding Finding)> Recorded { get; init; } = [];
}

/// <summary>Turns a graph and its search into a report.</summary>
public sealed class LocksReportBuilder
{
    private readonly LocksResult result;
    private readonly LockNames names;
    private readonly string show;

    private LocksReportBuilder(LocksResult result, string show)
    {
        this.result = result;
        this.show = show;
        names = new LockNames(result.Graph);
    }

    /// <summary>The report.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="show">The command line that shows the schedules.</param>
    /// <param name="reproduce">The command line that does this again.</param>
    public static LocksReport Build(LocksResult result, string show, string reproduce) => new LocksReportBuilder(result, show).Build(reproduce);

    private LocksReport Build(string reproduce)
    {
        var model = result.Model;
        CycleRow[] cycles = [.. result.Cycles.Select(Row)];
        NotPredictedRow[] notPredicted = [.. (result.Search?.NotPredicted ?? []).Where(_ => !result.IsJournal).Select(witness => new NotPredictedRow(witness.Finding.Id, witness.Finding.Violation.Text, $"{witness.Finding.Function}: {witness.Finding.Step}"))];
        return new LocksReport
        {
            Scenario = model.Scenario.Name,
            File = result.File,
            Revision = model.Revision.Name,
            ScenarioHash = model.Scenario.Hash,
            ModelHash = model.Hash,
            Policy = model.Policy,
            Source = Source(),
            Edges = [.. result.Graph.Edges.GroupBy(edge => (edge.From, edge.To, Held: edge.Held.Mode, Wanted: edge.Wanted.Mode, edge.Held.Try)).Select(group => Row([.. group]))],
            Cycles = cycles,
            NotPredicted = notPredicted,
            Completion = result.Search?.Result.Completion,
            Search = Searched(),
            Reproduce = reproduce,
            ExitCode = (int)CodeOf(cycles, notPredicted),
        };
    }

    private ExitCode CodeOf(CycleRow[] cycles, NotPredictedRow[] notPredicted)
    {
        if (notPredicted.Length > 0 && result.Graph.IsComplete)
            return ExitCode.Internal;
        if (Array.Exists(cycles, cycle => cycle.Verdict == CycleVerdict.Confirmed))
            return ExitCode.Violation;
        if (result.Graph.Takings.Count == 0 && result.Graph.Edges.Count == 0)
            return ExitCode.NothingChecked;
        var undecided = Array.Exists(cycles, cycle => cycle.Verdict is CycleVerdict.Potential or CycleVerdict.NoWitness);
        return !result.Graph.IsComplete || (undecided && result.Search?.Result.Completion != Completion.ExploredAll) ? ExitCode.Incomplete : ExitCode.Clean;
    }

    private string Source()
    {
        var runs = result.IsJournal
            ? $"the graph of a journal of {Coverage.Count(result.Graph.Runs, "request")}"
            : $"the graph of {Coverage.Count(result.Graph.Runs, "run")} of one task at a time";
        return result.Graph.IsComplete ? runs : $"{runs}, stopped at the bound";
    }

    private string Searched() => result.Search?.Result switch
    {
        null => "not searched",
        { Completion: Completion.ExploredAll } all => $"all {Coverage.Count(all.States, "state")} of the scenario",
        { Completion: Completion.StoppedAtBound } some => Coverage.Count(some.States, "state"),
        { } some => $"{Coverage.Count(some.States, "state")}, then interrupted",
    };

    private EdgeRow Row(LockEdge[] edges)
    {
        var edge = edges[0];
        return new EdgeRow(
            names.Of(edge.From, edge.Held.Mode), names.Of(edge.To, edge.Wanted.Mode), edge.Held.Try, [.. edges.Select(each => Name(each.Task)).Distinct()],
            LockNames.Place(edge.Held.At), LockNames.Place(edge.Wanted.At), edge.Wakes is null ? null : LockNames.Place(edge.Wakes));
    }

    private string Name(TaskId task) => result.Model.Topology.NameOf(task);

    private CycleRow Row(LockCycle cycle, int index)
    {
        var found = result.Search?.WitnessOf(cycle)?.Finding ?? result.Recorded.FirstOrDefault(pair => pair.Cycle == cycle).Finding;

        // What is accepted is an importer that is silent; not one whose unmap waits for a lock in the circle.
        var accepted = cycle.Kind == CycleKind.NobodyWakes ? found?.AcceptedReason(result.Model.Revision) : null;
        var verdict = found is null ? result.Search is null ? CycleVerdict.Potential : CycleVerdict.NoWitness
            : accepted is null ? CycleVerdict.Confirmed : CycleVerdict.Accepted;
        var says = verdict switch
        {
            CycleVerdict.Confirmed => $"confirmed by schedule {found!.Id}",
            CycleVerdict.Accepted => $"confirmed by schedule {found!.Id}; accepted: {accepted}",
            CycleVerdict.NoWitness => $"no witness within bound {Searched()}",
            CycleVerdict.Potential => "potential; not searched",
        };
        return new CycleRow(index + 1, KindOf(cycle.Kind), Chain(cycle), [.. Tasks(cycle)], verdict, found?.Id, says, found is null ? null : show);
    }

    private static string KindOf(CycleKind kind) => kind switch
    {
        CycleKind.Circular => "circular",
        CycleKind.Recursive => "recursive",
        CycleKind.NeverReleased => "never-released",
        CycleKind.NobodyWakes => "nobody-wakes",
    };

    private string[] Chain(LockCycle cycle) => cycle.Kind switch
    {
        CycleKind.Circular or CycleKind.Recursive => [.. cycle.Edges.Select(edge => names.Of(edge.From, edge.Held.Mode)), names.Of(cycle.Nodes[0], cycle.Edges[^1].Wanted.Mode)],
        CycleKind.NeverReleased => [names.Of(cycle.Nodes[0], cycle.Kept!.Mode), "never released"],
        CycleKind.NobodyWakes => [.. cycle.Waiting!.At.Held.Select(held => names.Of(LockNode.OfLock(held.Lock), held.Mode)), names.Of(cycle.Nodes[0]), cycle.Owing is { } owing ? $"owed by {Name(owing.Id)}" : "nobody"],
    };

    private IEnumerable<string> Tasks(LockCycle cycle)
    {
        foreach (var edge in cycle.Edges)
            yield return Says(edge);
        foreach (var writer in cycle.QueuedWriters)
            yield return $"{Name(writer.Task)} queues for {names.Of(writer.Node, writer.Mode)} in {LockNames.Place(writer.At)}, so that no further reader gets it";
        if (cycle.Kept is { } kept)
            yield return $"{Name(kept.Task)} ends with {kept.Object} held, taken in {LockNames.Place(kept.At)}";
        if (cycle.Kind == CycleKind.NeverReleased)
            yield return $"{Name(cycle.Waiting!.Task)} wants {cycle.Waiting.Object} in {LockNames.Place(cycle.Waiting.At)}";
        if (cycle.Kind != CycleKind.NobodyWakes)
            yield break;
        yield return $"{Name(cycle.Waiting!.Task)} waits in {LockNames.Place(cycle.Waiting.At)}";
        yield return cycle.Owing is { } owing
            ? $"{Name(owing.Id)} makes the wait longer in {LockNames.Place(owing)}, and does not end it itself"
            : "when all the others have run to their ends, it still waits";
    }

    private string Says(LockEdge edge) => edge.Wakes is { } wakes
        ? $"{Name(edge.Task)} is to end {names.Of(edge.From)} in {LockNames.Place(wakes)}, and first wants {edge.Wanted.Object} in {LockNames.Place(edge.Wanted.At)}"
        : edge.IsRecursive
            ? $"{Name(edge.Task)} holds {edge.Held.Object} since {LockNames.Place(edge.Held.At)} and wants it again in {LockNames.Place(edge.Wanted.At)}"
            : $"{Name(edge.Task)} holds {edge.Held.Object} since {LockNames.Place(edge.Held.At)} and {(edge.To.IsLock ? $"wants {edge.Wanted.Object}" : "waits")} in {LockNames.Place(edge.Wanted.At)}";
}
