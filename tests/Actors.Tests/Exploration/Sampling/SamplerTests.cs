using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Sampling;
using Actors.Tests.Core;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration.Sampling;

public sealed class SamplerTests
{
    private const ulong Seed = 20;

    public static TheoryData<SamplingStrategy> Strategies => [.. Enum.GetValues<SamplingStrategy>()];

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Run_WhenWorkersAreMore_GivesTheSame(int jobs)
    {
        var model = ModelOf("off-map", "S0");

        var one = new Sampler(model, new SamplingOptions { Seed = Seed, Runs = 5000 }).Run();
        var many = new Sampler(model, new SamplingOptions { Seed = Seed, Runs = 5000, Jobs = jobs }).Run();

        Assert.Equal((one.Runs, one.Steps, one.LongestRun, one.Traces, one.FinalStates), (many.Runs, many.Steps, many.LongestRun, many.Traces, many.FinalStates));
        Assert.Equal(one.Shares, many.Shares);
        Assert.Equal(Told(one), Told(many));
        Assert.NotEmpty(one.Findings);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Run_WhenTheScenarioIsSmall_FindsWhatTheExplorerFindsAndNothingElse(SamplingStrategy strategy)
    {
        foreach (var (name, revision) in new[] { ("off-map", "S0"), ("close-unbind", "S0"), ("reset-dma", "S0"), ("ignored-revoke", "M73"), ("faulty-export", "S0"), ("attach-detach", "S0") })
        {
            var model = ModelOf(name, revision);
            var all = new Explorer(model).Run();

            var sample = new Sampler(model, new SamplingOptions { Strategy = strategy, Seed = Seed, Runs = 3000 }).Run();

            Assert.Equal(Ids(all.Findings), Ids(sample.Findings.Select(finding => finding.Witness)));
            Assert.All(sample.Findings, finding => Assert.True(finding.Witness.Schedule.Count >= all.Findings.Single(known => known.Finding.Id == finding.Witness.Finding.Id).Schedule.Count));
            Assert.InRange(sample.FinalStates.Distinct, 1, all.FinalStates);
        }
    }

    [Theory]
    [MemberData(nameof(SmallScenarios.Names), MemberType = typeof(SmallScenarios))]
    public void Witness_WhenTakenAgain_EndsInItsFinding(string name)
    {
        var model = ModelOf(name, "S0");

        foreach (var finding in new Sampler(model, new SamplingOptions { Seed = Seed, Runs = 500 }).Run().Findings)
        {
            var world = new World(model);
            List<string> found = [];
            foreach (var (task, choice) in finding.Witness.Schedule)
                found = [.. world.Take(task, choice).Findings.Select(each => each.Id)];
            if (finding.Witness.AtQuiescence)
                found = [.. world.JudgeQuiescence().Select(each => each.Id)];

            Assert.Contains(finding.Witness.Finding.Id, found);
            Assert.InRange(finding.Hits, 1, 500);
            Assert.InRange(finding.FirstRun, 0, finding.Run);
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Replay_OfANumber_IsThatRun(SamplingStrategy strategy)
    {
        var model = ModelOf("reset-dma", "S0");
        var options = new SamplingOptions { Strategy = strategy, Seed = Seed, Runs = 200 };
        var result = new Sampler(model, options).Run();

        var runs = Enumerable.Range(0, 200).Select(number => new Sampler(model, options).Replay(number)).ToArray();

        Assert.Equal(result.Steps, runs.Sum(run => run.Schedule.Count));
        foreach (var finding in result.Findings)
        {
            var met = runs.Where(run => run.Findings.Any(each => each.Finding.Id == finding.Witness.Finding.Id)).ToArray();
            Assert.Equal((finding.Hits, finding.FirstRun), (met.Length, met[0].Number));
        }
    }

    [Fact]
    public void Run_WhenTasksAreAlike_LetsEachBeginAsOften()
    {
        var model = new ScenarioBuilder().Device().Task(new Request.FaultBar(F0)).Task(new Request.FaultBar(F0)).Task(new Request.FaultBar(F0)).Model();
        var options = new SamplingOptions { Strategy = SamplingStrategy.Random, Seed = Seed, Runs = 1 };
        var sampler = new Sampler(model, options);

        var first = Enumerable.Range(0, 3000).Select(number => sampler.Replay(number).Schedule[0].Task.Index).CountBy(task => task).ToArray();

        Assert.Equal(3, first.Length);
        Assert.All(first, entry => Assert.InRange(entry.Value, 900, 1100));
    }

    [Fact]
    public void Run_WhenRunsAreTooLong_CutsAndCountsThem()
    {
        var result = new Sampler(ModelOf("flr", "M73"), new SamplingOptions { Seed = Seed, Runs = 100, StepsMax = 10 }).Run();

        Assert.Equal((100L, 10, 0L), (result.CutRuns, result.LongestRun, result.FinalStates.Distinct));
    }

    [Fact]
    public void Run_WhenTheClauseIsSometimesTrue_CountsRuns()
    {
        var model = OneImporter().Task(MemoryOff).Task(Map).Condition(Quantifier.Exists, new Clause.Compare(new Location.Register(1, 0), Comparison.Equal, -(int)Errno.ENODEV)).Model();

        var seen = new Sampler(model, new SamplingOptions { Seed = Seed, Runs = 1000, Jobs = 2 }).Run().Observation;

        Assert.Equal(1000, seen!.Positive + seen.Negative);
        Assert.True(seen is { Positive: > 0, Negative: > 0, Witness: not null });
    }

    [Fact]
    public void Run_WhenCancelled_SaysInterrupted()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        var result = new Sampler(ModelOf("flr", "M73"), new SamplingOptions { Seed = Seed, Runs = 1000, Cancellation = source.Token }).Run();

        Assert.Equal((Completion.Interrupted, 0L), (result.Completion, result.Runs));
    }

    [Fact]
    public void Run_WhenItHasATime_EndsAfterIt()
    {
        var result = new Sampler(ModelOf("flr", "M73"), new SamplingOptions { Seed = Seed, Duration = TimeSpan.FromMilliseconds(50) }).Run();

        Assert.Equal(Completion.StoppedAtBound, result.Completion);
        Assert.True(result.Runs > 0 && result.Runs % 256 == 0);
    }

    private static Model ModelOf(string name, string revision) => SmallScenarios.Of(name).Model(KernelRevisions.Find(revision)!);

    private static IEnumerable<string> Ids(IEnumerable<Witness> findings) => findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Told(SamplingResult result) =>
        result.Findings.Select(finding => $"{finding.Witness.Finding.Id} {finding.Run} {finding.FirstRun} {finding.FirstStrategy} {finding.Hits} {finding.Witness.Schedule.Count}");
}
