using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Tests.Simulation;

namespace Actors.Tests.Exploration.Shrinking;

/// <summary>Schedules that differ only in the order of independent steps have one normal form, and scenarios that differ only in numbering one smallest form.</summary>
public sealed class NormalFormTests
{
    private const int Shuffles = 300;

    public static TheoryData<string, string> Failing => new()
    {
        { "flr-map-dma", "S0" },
        { "close-map", "S0" },
        { "command-close-opath", "M73" },
        { "nvgrace-read-command-fault-mmap", "M73" },
        { "reset-map-dma", "S0" },
    };

    [Theory]
    [MemberData(nameof(Failing))]
    public void NormalForm_OfAShuffledSchedule_IsThatOfTheSchedule(string name, string revision)
    {
        var model = new Model(KernelRevisions.Find(revision)!, ShippedScenarios.Read(name), GrantPolicy.Barging);
        var witnesses = new Explorer(model).Run().Findings;
        Assert.NotEmpty(witnesses);
        foreach (var witness in witnesses)
        {
            var normal = NormalForm.Of(model, witness);
            var random = new Random(7);
            for (var seed = 0; seed < 5; seed++)
            {
                var shuffled = witness with { Schedule = Shuffled(model, witness, random) };

                Assert.Equal(normal.Schedule, NormalForm.Of(model, shuffled).Schedule);
            }

            Assert.True(FewestSwitches.Count(normal.Schedule) <= FewestSwitches.Count(witness.Schedule));
            Assert.Contains(witness.Finding.Id, Met(model, normal));
        }
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public void Shrink_OfTheTasksInAnotherOrder_EndsWithTheSameTextAndSchedule(string name, string revisionName)
    {
        var scenario = ShippedScenarios.Read(name) with { Condition = null, Locations = Sequence<Location>.Empty };
        var revision = KernelRevisions.Find(revisionName)!;
        var reversed = FirstUseOrder.Of(scenario, Enumerable.Range(0, scenario.Tasks.Count).Reverse());
        var id = new Explorer(new Model(revision, scenario, GrantPolicy.Barging)).Run().Findings[0].Finding.Id;

        var one = ScenarioShrinker.Run(scenario, revision, GrantPolicy.Barging, id, new ShrinkOptions())!;
        var other = ScenarioShrinker.Run(reversed, revision, GrantPolicy.Barging, id, new ShrinkOptions())!;

        Assert.Equal(ScenarioPrinter.Print(one.Scenario), ScenarioPrinter.Print(other.Scenario));
        Assert.Equal(one.Witness.Schedule, other.Witness.Schedule);
    }

    // Exchanges neighbours that go to different machines; what depends on more is left alone.
    private static (TaskId Task, int Choice)[] Shuffled(Model model, Witness witness, Random random)
    {
        var schedule = witness.Schedule.ToArray();
        for (var count = 0; count < Shuffles; count++)
        {
            var events = (witness with { Schedule = schedule }).Replay(model);
            var place = random.Next(Math.Max(1, schedule.Length - 2));
            if (place + 2 < schedule.Length && AreApart(events[place], events[place + 1]))
                (schedule[place], schedule[place + 1]) = (schedule[place + 1], schedule[place]);
        }

        return schedule;
    }

    private static bool AreApart(Event one, Event other) =>
        one.Task != other.Task && one.Target is not null && other.Target is not null && one.Target != other.Target && one.Started.IsEmpty && other.Started.IsEmpty;

    private static IEnumerable<string> Met(Model model, Witness witness)
    {
        var world = new World(model);
        var met = witness.Schedule.Select(step => world.Take(step.Task, step.Choice)).ToArray();
        return met[^1].Findings.Concat(world.JudgeQuiescence()).Select(finding => finding.Id);
    }
}
