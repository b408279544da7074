using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Mutation;

/// <summary>What the machines and tasks of a scenario look like in its final worlds, each by itself.</summary>
internal sealed class FinalStates(Model model)
{
    // More states of one machine than that are not told apart: the first ones show a difference as well.
    private const int StatesMax = 64;

    private readonly Dictionary<MachineRef, HashSet<MachineState>> machines = [];
    private readonly HashSet<(TaskId, Sequence<int>)> results = [];
    private readonly HashSet<(TaskId, Step)> waiting = [];

    /// <summary>Takes note of a final world.</summary>
    public void Add(FinalWorld world)
    {
        foreach (var machine in model.Machines)
        {
            if (!machines.TryGetValue(machine, out var states))
                machines.Add(machine, states = []);
            if (states.Count < StatesMax)
                states.Add(world.Reading(machine));
        }

        foreach (var task in world.Tasks)
        {
            if (task.IsIdle)
                results.Add((task.Id, task.Results));
            else
                waiting.Add((task.Id, task.Next));
        }
    }

    /// <summary>What another search of the scenario ends in that this one does not, or the other way round; of machines the first that differs.</summary>
    public FinalDifference DifferenceTo(FinalStates mutated)
    {
        IReadOnlyList<(MachineState, MachineState)> pairs = [];
        foreach (var (machine, states) in machines)
        {
            var others = mutated.machines.GetValueOrDefault(machine) ?? [];
            if (states.SetEquals(others))
                continue;
            var only = others.Where(state => !states.Contains(state)).ToArray();
            pairs = only.Length > 0
                ? [.. states.SelectMany(before => only.Select(after => (before, after)))]
                : [.. states.Where(state => !others.Contains(state)).SelectMany(before => others.Select(after => (before, after)))];
            break;
        }

        return new FinalDifference(pairs, !results.SetEquals(mutated.results), !waiting.SetEquals(mutated.waiting));
    }
}
