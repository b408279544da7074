using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Exploration.Sampling;

/// <summary>What a share of the runs came to, while they run.</summary>
internal sealed class ShareCount
{
    public long Runs { get; set; }

    public long Steps { get; set; }

    public long Met { get; set; }
}

/// <summary>One thread of a sample, with tables of its own: walks runs and counts what they meet.</summary>
internal sealed class SampleWorker
{
    private readonly SamplingOptions options;
    private readonly ScheduleWalker walker;
    private readonly RunEnds ends;
    private long run;
    private bool met;

    public SampleWorker(Model model, SamplingOptions options, int expectedSteps)
    {
        this.options = options;
        walker = new ScheduleWalker(model, options.StepsMax) { ExpectedSteps = expectedSteps, OnViolation = Note };
        ends = new RunEnds(model, walker.Table);
        Findings = new FindingTally(finding => model.Scenario.Judges(finding.Violation.Property));
    }

    public FindingTally Findings { get; }

    public Dictionary<string, ShareCount> Shares { get; } = [];

    public int LongestRun { get; private set; }

    public long CutRuns { get; private set; }

    /// <summary>The run that decides the scenario's clause after the fewest steps.</summary>
    public (int Steps, long Run)? Deciding { get; private set; }

    /// <summary>Traces and final worlds of the latest batch.</summary>
    public List<ulong> Traces { get; } = [];

    public List<ulong> Finals { get; } = [];

    public long BatchSteps { get; private set; }

    /// <summary>The steps that were executed.</summary>
    public IEnumerable<Step> Exercised => walker.Exercised.Select(id => ((TaskState)walker.Table[id]).Next);

    public void CountInto(ConditionWatch watch) => ends.CountInto(watch);

    /// <summary>Walks the runs of a batch.</summary>
    public void Walk(long begin, long end)
    {
        Traces.Clear();
        Finals.Clear();
        BatchSteps = 0;
        for (run = begin; run < end; run++)
            WalkOne(RunPlan.Of(options, run));
    }

    private void WalkOne(RunPlan plan)
    {
        met = false;
        var end = walker.Walk(plan);
        if (end == WalkEnd.Quiescent)
            End();
        else if (end == WalkEnd.Cut)
            CutRuns++;
        Traces.Add(walker.Trace);
        BatchSteps += walker.Steps;
        LongestRun = Math.Max(LongestRun, walker.Steps);
        if (!Shares.TryGetValue(plan.Name, out var share))
            Shares.Add(plan.Name, share = new ShareCount());
        share.Runs++;
        share.Steps += walker.Steps;
        share.Met += met ? 1 : 0;
    }

    private void End()
    {
        var fingerprint = walker.Fingerprint;
        Finals.Add((ulong)fingerprint);
        var end = ends.At(fingerprint, walker.World);
        foreach (var finding in end.Findings)
            met |= Findings.Note(finding, run, walker.Steps);
        if (ends.Decides(end) && (Deciding is not { } best || (walker.Steps, run).CompareTo(best) < 0))
            Deciding = (walker.Steps, run);
    }

    private void Note(Edge edge)
    {
        foreach (var finding in edge.Violations)
            met |= Findings.Note(finding, run, walker.Steps);
    }
}
