using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Sampling;

/// <summary>A world in which a run ended: what is judged there, once, and how many runs ended so.</summary>
internal sealed class RunEnd(Finding[] findings, string values, bool holds)
{
    /// <summary>What is broken, as the exhaustive search judges it.</summary>
    public Finding[] Findings => findings;

    /// <summary>What the scenario looks at, or empty.</summary>
    public string Values => values;

    /// <summary>Whether the scenario's clause holds.</summary>
    public bool Holds => holds;

    /// <summary>Runs that ended here.</summary>
    public long Runs { get; set; }
}

/// <summary>Judges the worlds in which runs end. Each different one is judged once and remembered.</summary>
internal sealed class RunEnds(Model model, StateTable table)
{
    private const int KeptMax = 1 << 18;

    private readonly ConditionWatch? watch = model.Scenario.Condition is null ? null : new ConditionWatch(model.Scenario);
    private readonly Dictionary<UInt128, RunEnd> known = [];
    private readonly Dictionary<string, (bool Holds, long Runs)> forgotten = [];

    /// <summary>The end of a run in the given world.</summary>
    public RunEnd At(UInt128 fingerprint, ReadOnlySpan<int> world)
    {
        if (!known.TryGetValue(fingerprint, out var end))
        {
            if (known.Count == KeptMax)
                Forget();
            known.Add(fingerprint, end = Judge(world.ToArray()));
        }

        end.Runs++;
        return end;
    }

    /// <summary>Whether an end decides the scenario's clause.</summary>
    public bool Decides(RunEnd end) => watch is not null && watch.Decides(end.Holds);

    /// <summary>Adds how the runs ended to the count of the scenario's clause.</summary>
    public void CountInto(ConditionWatch total)
    {
        Forget();
        foreach (var (values, (holds, runs)) in forgotten)
            total.Add(values, holds, runs);
    }

    private void Forget()
    {
        foreach (var end in known.Values)
            forgotten[end.Values] = (end.Holds, forgotten.GetValueOrDefault(end.Values).Runs + end.Runs);
        known.Clear();
    }

    private RunEnd Judge(int[] ids)
    {
        var tasks = Enumerable.Range(0, model.TaskCount).Select(slot => (TaskState)table[ids[slot]]).ToArray();
        Reading reading = machine => (MachineState)table[ids[model.SlotOf(machine)]];
        var (values, holds) = watch?.Read(tasks, reading) ?? ("", false);
        return new RunEnd([.. Quiescence.Judge(tasks, model.Topology, reading)], values, holds);
    }
}
