using Actors.Core.Properties;

namespace Actors.Exploration.Sampling;

/// <summary>What is known of a finding, by run numbers.</summary>
internal sealed class Tally(Finding finding)
{
    public Finding Finding { get; } = finding;

    /// <summary>How many runs met it.</summary>
    public long Hits { get; set; }

    /// <summary>The first run that did.</summary>
    public long FirstRun { get; set; } = long.MaxValue;

    /// <summary>The one that met it after the fewest steps; of several the first.</summary>
    public (int Steps, long Run) Best { get; set; } = (int.MaxValue, long.MaxValue);

    /// <summary>The latest run that met it, so that a run counts once.</summary>
    public long LastRun { get; set; } = -1;

    /// <summary>Adds what another worker knows.</summary>
    public void Add(Tally other)
    {
        Hits += other.Hits;
        FirstRun = Math.Min(FirstRun, other.FirstRun);
        if (other.Best.CompareTo(Best) < 0)
            Best = other.Best;
    }
}

/// <summary>Counts findings over runs. Findings of remembered transitions are the same objects each time, so they are told apart by reference first.</summary>
internal sealed class FindingTally(Func<Finding, bool> judges)
{
    private readonly Dictionary<Finding, Tally?> byObject = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Tally> byId = [];

    /// <summary>All findings met.</summary>
    public IReadOnlyCollection<Tally> All => byId.Values;

    /// <summary>A run has met a finding after so many steps; answers whether it counts.</summary>
    public bool Note(Finding finding, long run, int steps)
    {
        if (!byObject.TryGetValue(finding, out var tally))
            byObject.Add(finding, tally = judges(finding) ? Of(finding) : null);
        if (tally is null)
            return false;
        if (tally.LastRun != run)
        {
            tally.Hits++;
            tally.LastRun = run;
        }

        tally.FirstRun = Math.Min(tally.FirstRun, run);
        if ((steps, run).CompareTo(tally.Best) < 0)
            tally.Best = (steps, run);
        return true;
    }

    /// <summary>Adds what another worker has met.</summary>
    public void Add(FindingTally other)
    {
        foreach (var tally in other.All)
            Of(tally.Finding).Add(tally);
    }

    private Tally Of(Finding finding)
    {
        var id = finding.Id;
        if (!byId.TryGetValue(id, out var tally))
            byId.Add(id, tally = new Tally(finding));
        return tally;
    }
}
