using Actors.Core.Machines;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>Counts how often final states satisfy the scenario's clause, as herd does.</summary>
internal sealed class ConditionWatch
{
    private readonly Scenario scenario;
    private readonly Condition condition;
    private readonly Location[] shown;
    private readonly SortedDictionary<string, long> states = new(StringComparer.Ordinal);
    private long positive;
    private long negative;

    /// <summary>Watches the condition of a scenario that has one.</summary>
    public ConditionWatch(Scenario scenario)
    {
        this.scenario = scenario;
        condition = scenario.Condition!;
        shown = [.. scenario.LookedAt];
    }

    /// <summary>The first final state that decides: one that satisfies the clause, or for "forall" one that does not.</summary>
    public Witness? Witness { get; set; }

    public Observation Result => new(positive, negative, [.. states.Select(entry => (entry.Key, entry.Value))], Witness);

    /// <summary>Looks at a final state; true when it is a witness.</summary>
    public bool Observe(TaskState[] tasks, Reading reading)
    {
        int? ValueOf(Location place) => scenario.ValueOf(place, tasks, reading);
        var values = string.Join(" ", shown.Select(place => (Place: place, Value: ValueOf(place))).Where(entry => entry.Value is not null)
            .Select(entry => $"{entry.Place}={ObjectFields.Text(entry.Place, entry.Value!.Value)};"));
        states[values] = states.GetValueOrDefault(values) + 1;
        var holds = condition.Clause.Holds(ValueOf);
        if (holds)
            positive++;
        else
            negative++;
        return holds != (condition.Quantifier == Quantifier.ForAll);
    }
}
