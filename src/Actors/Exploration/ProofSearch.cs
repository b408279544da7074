using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>A reduced search for the proof, then an unreduced one towards what it found: stubborn sets keep every finding, but not its shortest schedule (algorithms.md, decision 4).</summary>
public static class ProofSearch
{
    /// <summary>The most distinct worlds that the second search may visit for the sake of shorter schedules.</summary>
    public const long ShorteningStatesMax = 3_000_000;

    /// <summary>Explores.</summary>
    public static ExplorationResult Run(Model model, ExplorerOptions options) => Run(model, options, new Explorer(model, options));

    /// <summary>Explores from a checkpoint.</summary>
    public static ExplorationResult Run(Model model, ExplorerOptions options, Explorer explorer)
    {
        var found = explorer.Run();
        if (found.Reduction is null || found.Completion == Completion.Interrupted || (found.Findings.Count == 0 && found.Observation?.Witness is null))
            return found;
        var shortest = new Explorer(model, options with
        {
            Reduction = false,
            Storage = Storage.Fingerprints,
            StatesMax = ShorteningStatesMax,
            OnFinal = null,
            OnTransition = null,
            OnCheckpoint = null,
            Enough = findings => findings.Count >= found.Findings.Count,
            AwaitsWitness = found.Observation?.Witness is not null,
        }).Run();
        var byId = shortest.Findings.ToDictionary(witness => witness.Finding.Id, StringComparer.Ordinal);
        return found with
        {
            Findings = [.. found.Findings.Select(witness => byId.GetValueOrDefault(witness.Finding.Id, witness)).OrderBy(witness => witness.Schedule.Count).ThenBy(witness => witness.Finding.Id, StringComparer.Ordinal)],
            Observation = found.Observation is { } observation ? observation with { Witness = shortest.Observation?.Witness ?? observation.Witness } : null,
            Elapsed = found.Elapsed + shortest.Elapsed,
        };
    }
}
