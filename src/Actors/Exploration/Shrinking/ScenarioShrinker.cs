using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>Limits and listeners of a shrinking.</summary>
public sealed record ShrinkOptions
{
    /// <summary>The most states of one exploration. A candidate that needs more is not taken.</summary>
    public long StatesMax { get; init; } = 400_000;

    /// <summary>Hears where it stands, in a few words.</summary>
    public Action<string>? OnProgress { get; init; }

    /// <summary>Ends it early: what is smallest so far is the answer.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>A scenario that breaks the same, and a shortest schedule with the fewest switches between tasks.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Witness">Its schedule.</param>
/// <param name="Explorations">How many candidates were explored.</param>
/// <param name="States">Distinct worlds, all explorations together.</param>
/// <param name="Completion">Whether nothing smaller fails, as far as one edit goes; else the interruption.</param>
public sealed record Shrunk(Scenario Scenario, Witness Witness, int Explorations, long States, Completion Completion);

/// <summary>Delta-debugs a scenario: an edit stays when all-schedules search still finds the same id (algorithms.md §10; Zeller and Hildebrandt 2002).</summary>
public sealed class ScenarioShrinker
{
    // The first exploration has to succeed; a candidate does not.
    private const int FirstStatesFactor = 8;

    private readonly KernelRevision revision;
    private readonly GrantPolicy policy;
    private readonly string id;
    private readonly ShrinkOptions options;
    private int explorations;
    private long states;
    private long statesOfBest;

    private ScenarioShrinker(KernelRevision revision, GrantPolicy policy, string id, ShrinkOptions options)
    {
        this.revision = revision;
        this.policy = policy;
        this.id = id;
        this.options = options;
    }

    /// <summary>Shrinks; null when search does not find the id in the scenario as it is, within the limits.</summary>
    /// <param name="scenario">A scenario in which it can be found.</param>
    /// <param name="revision">The kernel.</param>
    /// <param name="policy">Who wins a free lock.</param>
    /// <param name="id">The finding's id.</param>
    /// <param name="options">Limits.</param>
    public static Shrunk? Run(Scenario scenario, KernelRevision revision, GrantPolicy policy, string id, ShrinkOptions options) =>
        new ScenarioShrinker(revision, policy, id, options).Run(scenario);

    private Shrunk? Run(Scenario scenario)
    {
        scenario = scenario with { Locations = Sequence<Location>.Empty, Condition = null, Revisions = Sequence<string>.Empty };
        if (Find(scenario, FirstStatesFactor * options.StatesMax) is not { } witness)
            return null;
        var best = scenario;
        while (ImproveOnce(ref best, ref witness))
        {
        }

        (best, witness) = InNormalForm(best, witness);
        return new Shrunk(best, witness, explorations, states, options.Cancellation.IsCancellationRequested ? Completion.Interrupted : Completion.ExploredAll);
    }

    // From the order of tasks and objects that reads least, whatever it was before, tasks are numbered as they first move, objects as these name them.
    private (Scenario, Witness) InNormalForm(Scenario scenario, Witness witness)
    {
        if (FirstUseOrder.Least(scenario) is not { } least || Find(least, options.StatesMax) is not { } found)
            return (scenario, Normal(scenario, witness));
        (scenario, witness) = (least, Normal(least, found));
        for (var round = 0; round < scenario.Tasks.Count && !options.Cancellation.IsCancellationRequested; round++)
        {
            var ordered = FirstUseOrder.Of(scenario, witness.Schedule.Select(step => step.Task.Index));
            if (ordered == scenario || Find(ordered, options.StatesMax) is not { } again)
                break;
            (scenario, witness) = (ordered, Normal(ordered, again));
        }

        return (scenario, witness);
    }

    private Witness Normal(Scenario scenario, Witness witness)
    {
        var model = new Model(revision, scenario, policy);
        return NormalForm.Of(model, FewestSwitches.Of(model, witness, options.Cancellation));
    }

    private bool ImproveOnce(ref Scenario best, ref Witness witness)
    {
        var improved = false;
        foreach (var edits in ScenarioEdits.All)
        {
            while (Smaller(best, edits) is { } smaller)
            {
                (best, witness) = smaller;
                improved = true;
            }
        }

        return improved;
    }

    // A smaller scenario rarely needs much more search than the one before: others are given up early.
    private (Scenario Scenario, Witness Witness)? Smaller(Scenario best, Func<Scenario, IEnumerable<Scenario>> edits)
    {
        foreach (var candidate in edits(best).Where(candidate => candidate != best && ScenarioEdits.IsWritable(candidate)))
        {
            if (options.Cancellation.IsCancellationRequested)
                return null;
            if (Find(candidate, Math.Min(options.StatesMax, Math.Max(20_000, 4 * statesOfBest))) is { } witness)
                return (candidate, witness);
        }

        return null;
    }

    private Witness? Find(Scenario scenario, long limit)
    {
        var model = new Model(revision, scenario, policy);
        var result = new Explorer(model, new ExplorerOptions
        {
            StatesMax = limit,
            Cancellation = options.Cancellation,
            Enough = findings => findings.Any(finding => finding.Id == id),
        }).Run();
        explorations++;
        states += result.States;
        options.OnProgress?.Invoke($"{explorations} candidates, {states:N0} states; {scenario.Tasks.Count} tasks, {ScenarioEdits.CallCount(scenario)} requests");
        var found = result.Findings.FirstOrDefault(witness => witness.Finding.Id == id);
        if (found is not null)
            statesOfBest = result.States;
        return found;
    }
}
