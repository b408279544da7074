using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Search;

/// <summary>What a search over all schedules has met: each finding once, with the schedule that led to it first, the worlds in which nothing can move, and the scenario's clause.</summary>
/// <param name="model">The scenario on a revision; without one final worlds are counted, and judged by nobody.</param>
/// <param name="table">The states that worlds are made of.</param>
internal sealed class FindingLog(Model? model, StateTable table)
{
    private readonly Dictionary<string, Witness> findings = [];
    private readonly HashSet<Finding> told = new(ReferenceEqualityComparer.Instance);

    /// <summary>The findings, in the order in which they were met.</summary>
    public IReadOnlyCollection<Witness> Findings => findings.Values;

    /// <summary>The scenario's clause, when it has one.</summary>
    public ConditionWatch? Condition { get; } = model?.Scenario.Condition is null ? null : new ConditionWatch(model.Scenario);

    /// <summary>Worlds in which nothing can move.</summary>
    public long Finals { get; private set; }

    /// <summary>Their fingerprints, combined so that no order shows.</summary>
    public UInt128 FinalFingerprint { get; private set; }

    /// <summary>Hears of each world in which nothing can move.</summary>
    public Action<FinalWorld>? OnFinal { get; init; }

    /// <summary>Stands for the scenario's clause in its witness.</summary>
    public static Finding ClauseHolds { get; } = new(new Violation(Property.Quiescence, "assertion", "the scenario's clause holds"), "(scenario)", "condition");

    /// <summary>Whether nothing like it was met before, and the scenario judges its property: then it wants a witness.</summary>
    /// <param name="finding">What a step broke. Of a remembered step it is the same object each time.</param>
    public bool IsNew(Finding finding) => told.Add(finding) && IsWanted(finding);

    /// <summary>Keeps a finding that is new.</summary>
    public void Add(Witness witness) => findings.Add(witness.Finding.Id, witness);

    /// <summary>A world in which nothing can move, each once.</summary>
    /// <param name="world">Its states by number.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="witness">A finding with the schedule to this world.</param>
    /// <returns>Whether it shows something new.</returns>
    public bool End(ReadOnlySpan<int> world, UInt128 fingerprint, Func<Finding, Witness> witness)
    {
        Finals++;
        FinalFingerprint ^= fingerprint;
        if (model is null)
            return false;
        var ids = world.ToArray();
        var tasks = Enumerable.Range(0, model.TaskCount).Select(slot => (TaskState)table[ids[slot]]).ToArray();
        Reading reading = machine => (MachineState)table[ids[model.SlotOf(machine)]];
        var isNew = false;
        foreach (var finding in Quiescence.Judge(tasks, model.Topology, reading))
        {
            if (!IsWanted(finding))
                continue;
            Add(witness(finding));
            isNew = true;
        }

        OnFinal?.Invoke(new FinalWorld(tasks, reading, () => witness(ClauseHolds).Schedule));
        if (Condition is null || !Condition.Observe(tasks, reading) || Condition.Witness is not null)
            return isNew;
        Condition.Witness = witness(ClauseHolds);
        return true;
    }

    /// <summary>Puts back what a checkpoint has kept.</summary>
    public void Restore(long finals, UInt128 finalFingerprint) => (Finals, FinalFingerprint) = (finals, finalFingerprint);

    private bool IsWanted(Finding finding) => model?.Scenario.Judges(finding.Violation.Property) != false && !findings.ContainsKey(finding.Id);
}
