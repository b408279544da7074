using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Sampling;

/// <summary>Runs a scenario along many drawn schedules, for what cannot be exhausted. Finds, and never proves.</summary>
public sealed class Sampler
{
    private const int BatchRuns = 256;
    private const int PilotRuns = 64;

    private readonly Model model;
    private readonly SamplingOptions options;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly System.Threading.Lock counting = new();
    private readonly Census traces = new();
    private readonly Census finals = new();
    private readonly HashSet<string> findingIds = [];
    private int? expectedSteps;
    private long begun;
    private long runs;
    private long steps;
    private TimeSpan lastProgress;

    /// <summary>Prepares a sample.</summary>
    public Sampler(Model model, SamplingOptions options)
    {
        if (options.Runs <= 0 && options.Duration <= TimeSpan.Zero)
            throw new ArgumentException("a sample needs a number of runs or a time");
        this.model = model;
        this.options = options;
    }

    // A function of model and master seed, so that a run of PCT is the same alone and among others.
    private int ExpectedSteps => expectedSteps ??= MeasureSteps();

    /// <summary>Walks the runs.</summary>
    public SamplingResult Run()
    {
        var expected = ExpectedSteps;
        SampleWorker[] workers = [.. Enumerable.Range(0, Math.Max(1, options.Jobs)).Select(_ => new SampleWorker(model, options, expected))];
        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = workers.Length }, [.. workers.Select(worker => (Action)(() => Work(worker)))]);
        return Result(workers);
    }

    /// <summary>Does one run of the sample again, alone.</summary>
    /// <param name="number">Its number.</param>
    public SampledRun Replay(long number)
    {
        var schedule = new List<(TaskId Task, int Choice)>();
        var met = new List<Witness>();
        var walker = new ScheduleWalker(model, options.StepsMax) { ExpectedSteps = ExpectedSteps };
        walker.OnStep = (slot, choice) => schedule.Add((new TaskId(slot), choice));
        walker.OnViolation = edge => met.AddRange(edge.Violations.Where(Judges).Select(finding => new Witness(finding, [.. schedule], AtQuiescence: false)));
        var plan = RunPlan.Of(options, number);
        var end = walker.Walk(plan);
        if (end == WalkEnd.Quiescent)
            met.AddRange(new RunEnds(model, walker.Table).At(walker.Fingerprint, walker.World).Findings.Where(Judges).Select(finding => new Witness(finding, schedule, AtQuiescence: true)));
        return new SampledRun(number, plan.Name, schedule, end == WalkEnd.Quiescent, [.. met.DistinctBy(witness => witness.Finding.Id)]);
    }

    private bool Judges(Finding finding) => model.Scenario.Judges(finding.Violation.Property);

    private int MeasureSteps()
    {
        var walker = new ScheduleWalker(model, options.StepsMax);
        var longest = 0;
        for (var number = 0; number < PilotRuns; number++)
        {
            walker.Walk(RunPlan.Pilot(options, number));
            longest = Math.Max(longest, walker.Steps);
        }

        return longest;
    }

    private void Work(SampleWorker worker)
    {
        var last = options.Runs > 0 ? options.Runs : long.MaxValue;
        while (!options.Cancellation.IsCancellationRequested && (options.Duration <= TimeSpan.Zero || clock.Elapsed < options.Duration))
        {
            var begin = Interlocked.Add(ref begun, BatchRuns) - BatchRuns;
            if (begin >= last)
                return;
            var end = Math.Min(last, begin + BatchRuns);
            worker.Walk(begin, end);
            Count(worker, end - begin);
        }
    }

    private void Count(SampleWorker worker, long walked)
    {
        lock (counting)
        {
            runs += walked;
            steps += worker.BatchSteps;
            foreach (var trace in worker.Traces)
                traces.Add(trace);
            foreach (var final in worker.Finals)
                finals.Add(final);
            findingIds.UnionWith(worker.Findings.All.Select(tally => tally.Finding.Id));
            if (options.OnProgress is null || clock.Elapsed - lastProgress < TimeSpan.FromSeconds(1))
                return;
            lastProgress = clock.Elapsed;
            options.OnProgress(new SamplingProgress(clock.Elapsed, runs, steps, traces.Estimate, findingIds.Count));
        }
    }

    private SamplingResult Result(SampleWorker[] workers)
    {
        var findings = new FindingTally(Judges);
        foreach (var worker in workers)
            findings.Add(worker.Findings);
        return new SamplingResult
        {
            Completion = options.Cancellation.IsCancellationRequested ? Completion.Interrupted : Completion.StoppedAtBound,
            Runs = runs,
            Steps = steps,
            LongestRun = workers.Max(worker => worker.LongestRun),
            CutRuns = workers.Sum(worker => worker.CutRuns),
            Traces = traces.Estimate,
            FinalStates = finals.Estimate,
            Findings = [.. findings.All.OrderBy(tally => tally.Best).ThenBy(tally => tally.Finding.Id, StringComparer.Ordinal).Select(Sampled)],
            Shares = [.. workers.SelectMany(worker => worker.Shares).GroupBy(share => share.Key, share => share.Value).OrderBy(group => group.Key, StringComparer.Ordinal).Select(ShareOf)],
            Exercised = [.. workers.SelectMany(worker => worker.Exercised).Distinct()],
            Observation = ObservationOf(workers),
            Elapsed = clock.Elapsed,
        };
    }

    private static StrategyShare ShareOf(IGrouping<string, ShareCount> group) =>
        new(group.Key, group.Sum(share => share.Runs), group.Sum(share => share.Steps), group.Sum(share => share.Met));

    private SampledFinding Sampled(Tally tally)
    {
        var witness = Replay(tally.Best.Run).Findings.First(met => met.Finding.Id == tally.Finding.Id);
        return new SampledFinding(witness, tally.Best.Run, tally.FirstRun, RunPlan.Of(options, tally.FirstRun).Name, tally.Hits);
    }

    private Observation? ObservationOf(SampleWorker[] workers)
    {
        if (model.Scenario.Condition is null)
            return null;
        var watch = new ConditionWatch(model.Scenario);
        foreach (var worker in workers)
            worker.CountInto(watch);
        if (workers.Select(worker => worker.Deciding).OfType<(int Steps, long Run)>().Order().Select(best => (long?)best.Run).FirstOrDefault() is { } run)
        {
            var finding = new Finding(new Violation(Property.Quiescence, "assertion", "the scenario's clause holds"), "(scenario)", "condition");
            watch.Witness = new Witness(finding, Replay(run).Schedule, AtQuiescence: true);
        }

        return watch.Result;
    }
}
