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

    /// <summary>What is looked at in a final state, as herd prints it, and whether the clause holds there.</summary>
    public (string Values, bool Holds) Read(TaskState[] tasks, Reading reading)
    {
        int? ValueOf(Location place) => scenario.ValueOf(place, tasks, reading);
        var values = string.Join(" ", shown.Select(place => (Place: place, Value: ValueOf(place))).Where(entry => entry.Value is not null)
            .Select(entry => $"{entry.Place}={ObjectFields.Text(entry.Place, entry.Value!.Value)};"));
        return (values, condition.Clause.Holds(ValueOf));
    }

    /// <summary>Whether a final state is a witness: one that satisfies the clause, or for "forall" one that does not.</summary>
    public bool Decides(bool holds) => holds != (condition.Quantifier == Quantifier.ForAll);

    /// <summary>Looks at a final state; true when it is a witness.</summary>
    public bool Observe(TaskState[] tasks, Reading reading)
    {
        var (values, holds) = Read(tasks, reading);
        Add(values, holds, 1);
        return Decides(holds);
    }

    /// <summary>Counts a number of ends that look alike.</summary>
    public void Add(string values, bool holds, long count)
    {
        states[values] = states.GetValueOrDefault(values) + count;
        if (holds)
            positive += count;
        else
            negative += count;
    }

    /// <summary>Writes the counts.</summary>
    public void Write(ICheckpointWriter writer)
    {
        writer.Write(positive);
        writer.Write(negative);
        writer.Write(states.Count);
        foreach (var (text, count) in states)
        {
            writer.Write(text);
            writer.Write(count);
        }
    }

    /// <summary>Reads them back.</summary>
    public void Read(ICheckpointReader reader)
    {
        positive = reader.ReadNumber();
        negative = reader.ReadNumber();
        for (var count = reader.ReadNumber(); count > 0; count--)
            states.Add(reader.ReadText(), reader.ReadNumber());
    }
}
