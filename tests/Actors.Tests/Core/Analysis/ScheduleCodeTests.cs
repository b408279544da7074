using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Tests.Simulation;

namespace Actors.Tests.Core.Analysis;

public sealed class ScheduleCodeTests
{
    [Theory]
    [InlineData("flr-map-dma", "S0", 1)]
    [InlineData("close-pair-bus-reset", "M73", 2)]
    [InlineData("export-faults", "M73", 3)]
    [InlineData("remap-command", "LU", 4)]
    public void Decode_OfAnEncodedRandomWalk_IsTheWalk(string scenario, string revision, int seed)
    {
        var model = new Model(KernelRevisions.Find(revision)!, ShippedScenarios.Read(scenario), GrantPolicy.Barging);
        var walk = Walk(model, new Random(seed));

        var word = ScheduleCode.Encode(model, walk);

        Assert.Equal(walk, ScheduleCode.Decode(model, word));
        Assert.StartsWith($"{walk.Count}-", word, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("33")]
    [InlineData("x-0")]
    [InlineData("3-")]
    [InlineData("3-il")]
    [InlineData("0-1")]
    [InlineData("99999-0")]
    public void Decode_OfSomethingElse_IsNothing(string word)
    {
        var model = new Model(KernelRevisions.Newest, ShippedScenarios.Read("flr-map-dma"), GrantPolicy.Barging);

        Assert.Null(ScheduleCode.Decode(model, word));
    }

    private static List<(TaskId Task, int Successor)> Walk(Model model, Random random)
    {
        var world = new World(model);
        var walk = new List<(TaskId Task, int Successor)>();
        while (true)
        {
            var possible = world.Tasks.SelectMany(task => Enumerable.Range(0, world.Successors(task.Id).Count).Select(successor => (Task: task.Id, Successor: successor))).ToArray();
            if (possible.Length == 0)
                return walk;
            var step = possible[random.Next(possible.Length)];
            walk.Add(step);
            if (world.Take(step.Task, step.Successor).Violations.Any(violation => violation.Fatal))
                return walk;
        }
    }
}
