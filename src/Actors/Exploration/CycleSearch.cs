using Actors.Core.Analysis.Locks;
using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>Looks for a schedule to each predicted deadlock, and for deadlocks that were not predicted.</summary>
public sealed class CycleSearch
{
    private readonly Dictionary<LockCycle, Witness> confirmed = [];
    private readonly Dictionary<string, Witness> notPredicted = [];

    private CycleSearch()
    {
    }

    /// <summary>The exploration.</summary>
    public ExplorationResult Result { get; private set; } = null!;

    /// <summary>Deadlocks that no cycle of the graph explains, one for each id.</summary>
    public IReadOnlyCollection<Witness> NotPredicted => notPredicted.Values;

    /// <summary>A shortest schedule into the cycle, or null.</summary>
    public Witness? WitnessOf(LockCycle cycle) => confirmed.GetValueOrDefault(cycle);

    /// <summary>Explores the scenario and holds every world in which nothing can move against the graph.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="cycles">Its cycles.</param>
    /// <param name="options">Bounds and listeners.</param>
    public static CycleSearch Run(Model model, LockGraph graph, IReadOnlyList<LockCycle> cycles, ExplorerOptions options)
    {
        var search = new CycleSearch();
        search.Result = new Explorer(model, options with { OnFinal = world => search.See(model, graph, cycles, world) }).Run();
        return search;
    }

    private void See(Model model, LockGraph graph, IReadOnlyList<LockCycle> cycles, FinalWorld world)
    {
        if (StuckWorld.Of(model, graph, cycles, world.Tasks, world.Reading) is not { } stuck)
            return;
        foreach (var (cycle, finding) in stuck.Confirmed)
        {
            if (!confirmed.ContainsKey(cycle))
                confirmed.Add(cycle, Witness(world, finding));
        }

        foreach (var finding in stuck.NotPredicted)
        {
            if (!notPredicted.ContainsKey(finding.Id))
                notPredicted.Add(finding.Id, Witness(world, finding));
        }
    }

    private static Witness Witness(FinalWorld world, Finding finding) => new(finding, world.Schedule(), AtQuiescence: true);
}
