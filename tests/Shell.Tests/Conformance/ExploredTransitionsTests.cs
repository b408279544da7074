using System.Diagnostics;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Shell.Tests.Support;
using Xunit.Abstractions;

namespace Shell.Tests.Conformance;

/// <summary>Shell = core: every transition that the explorer finds in the small shipped scenarios, taken by the real actors with equal states.</summary>
public sealed class ExploredTransitionsTests(ITestOutputHelper output)
{
    // Those with at most 20,000 worlds on M73.
    public static TheoryData<string> Small =>
    [
        "af-flr-attach", "close-attach", "close-dma", "close-map", "command-close-opath", "command-close-two", "command-fault", "command-map", "export-faults",
        "export-fd-full", "flr-map-dma", "ignore-command", "low-power-command", "low-power-map-dma", "low-power-wakeup", "power-map-dma", "remap-command",
        "reopen-map", "reset-map-dma", "unmap-later-reset",

        // What the ones above have none of: SR-IOV, a virtual function, a hot reset, iommufd, epoll.
        "epoll-close", "hot-reset-fault-map-dma", "iommufd-unmap-reset", "sriov-power-map", "vf-command-flr-map-dma",
    ];

    public static TheoryData<string> OnTheFirstRevision => ["close-map", "export-faults", "reset-map-dma", "reopen-map", "low-power-wakeup"];

    [Theory]
    [MemberData(nameof(Small))]
    public void Actors_OnEveryExploredTransition_AgreeWithTheModel(string scenario) => Cover(scenario, "M73", GrantPolicy.Barging);

    [Theory]
    [MemberData(nameof(OnTheFirstRevision))]
    public void Actors_OnEveryTransitionOfTheFirstRevision_AgreeWithTheModel(string scenario) => Cover(scenario, "S0", GrantPolicy.Barging);

    [Theory]
    [InlineData("command-map")]
    [InlineData("reset-map-dma")]
    public void Actors_OnEveryTransitionUnderOrderedLocks_AgreeWithTheModel(string scenario) => Cover(scenario, "M73", GrantPolicy.Ordered);

    private void Cover(string scenario, string revision, GrantPolicy policy)
    {
        var clock = Stopwatch.StartNew();
        var model = Models.Shipped(scenario, Models.Revision(revision), policy);
        var explored = new Explorer(model).Run();
        var graph = new TransitionGraph(model);
        Assert.Equal((explored.States, explored.Transitions), (graph.Worlds, graph.Steps));

        var covering = new CoveringSchedules(graph);
        var (schedules, steps) = (0, 0);
        foreach (var schedule in covering.All())
        {
            using var run = new ScheduledRun(model);
            run.Follow(schedule);
            schedules++;
            steps += run.Steps;
        }

        Assert.Equal(graph.Transitions, covering.Taken);
        output.WriteLine($"{scenario} {revision} {policy}: {graph.Worlds} worlds, {graph.Transitions} transitions, all taken by actors in {schedules} schedules of {steps} steps; {clock.Elapsed.TotalSeconds:F1} s");
    }
}
