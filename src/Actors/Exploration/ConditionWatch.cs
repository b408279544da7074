using Actors.Core.Machines;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>Counts how often final states satisfy the scenario's clause, as herd does.</summary>
internal sealed class ConditionWatch(Condition condition)
{
    private readonly SortedDictionary<string, long> states = new(StringComparer.Ordinal);
    private long positive;
    private long negative;

    /// <summary>The first final state that decides: one that satisfies the clause, or for "forall" one that does not.</summary>
    public Witness? Witness { get; set; }

    public Observation Result => new(positive, negative, [.. states.Select(entry => (entry.Key, entry.Value))], Witness);

    /// <summary>Looks at a final state; true when it is a witness.</summary>
    public bool Observe(TaskState[] tasks)
    {
        var registers = string.Join(" ", tasks.SelectMany(task => Enumerable.Range(0, task.Results.Count)
            .Select(register => (Place: new Location(task.Id.Index, register), Value: Registers.ValueOf(task.Results, register)))
            .Where(entry => entry.Value is not null)
            .Select(entry => $"{entry.Place}={entry.Value};")));
        states[registers] = states.GetValueOrDefault(registers) + 1;
        var holds = condition.Clause.Holds(location => Registers.ValueOf(tasks[location.Task].Results, location.Register));
        if (holds)
            positive++;
        else
            negative++;
        return holds != (condition.Quantifier == Quantifier.ForAll);
    }
}
