using System.Diagnostics;
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
        var registers = string.Join(" ", tasks.SelectMany(task => task.Results.Select((value, register) => $"{task.Id.Index}:r{register}={value};")));
        states[registers] = states.GetValueOrDefault(registers) + 1;
        var holds = Holds(condition.Clause, tasks);
        if (holds)
            positive++;
        else
            negative++;
        return holds != (condition.Quantifier == Quantifier.ForAll);
    }

    private static bool Holds(Clause clause, TaskState[] tasks) => clause switch
    {
        Clause.ResultIs result => result.Register < tasks[result.Task].Results.Count && tasks[result.Task].Results[result.Register] == result.Value,
        Clause.And and => Holds(and.Left, tasks) && Holds(and.Right, tasks),
        Clause.Or or => Holds(or.Left, tasks) || Holds(or.Right, tasks),
        Clause.Not not => !Holds(not.Inner, tasks),
        _ => throw new UnreachableException($"no rule for {clause}"),
    };
}
