using Actors.Exploration.Liveness;

namespace Actors.Tests.Exploration.Liveness;

/// <summary>Graphs drawn by hand: which components they have, and where a strongly fair schedule can stay.</summary>
public sealed class FairCyclesTests
{
    private static readonly Arc[] Nothing = [];

    [Fact]
    public void Components_OfAGraph_ComeSuccessorsFirst()
    {
        var graph = GraphOf([[new(1, 0)], [new(2, 0), new(3, 0)], [new(1, 0)], [new(4, 0)], Nothing]);

        var components = Components.Of(graph).Select(component => component.Order().ToArray()).ToArray();

        Assert.Equal([[4], [3], [1, 2], [0]], components);
        Assert.Equal([false, false, true, false], components.Select(component => Components.HasCycle(graph, [.. component])));
    }

    [Fact]
    public void Components_OfAPart_LookNoFurther()
    {
        var graph = GraphOf([[new(1, 0)], [new(2, 0)], [new(0, 0)]]);

        Assert.Single(Components.Of(graph));
        Assert.Equal(2, Components.Of(graph, [0, 1]).Count());
    }

    [Fact]
    public void Cycle_WhenOneTaskGoesRoundAlone_IsFair() => Assert.Single(FairOf(GraphOf([[new(1, 0)], [new(0, 0)]])));

    [Fact]
    public void Cycle_WhenAnotherTaskCanAlwaysLeave_IsNotFair() =>
        Assert.Empty(FairOf(GraphOf([[new(1, 0), new(2, 1)], [new(0, 0)], Nothing])));

    // Round 0-1-0 offers task 1 a way out at 0; round 1-2-1 beside it offers none.
    [Fact]
    public void Cycle_WhenAPartOfItIsFair_IsThatPart()
    {
        var graph = GraphOf([[new(1, 0), new(3, 1)], [new(0, 0), new(2, 0)], [new(1, 0)], Nothing]);

        var part = Assert.Single(FairOf(graph));

        Assert.Equal([1, 2], part.Order());
    }

    [Fact]
    public void Cycle_WhenBothTasksMoveInside_IsFair() =>
        Assert.Single(FairOf(GraphOf([[new(1, 0)], [new(0, 1), new(2, 1)], Nothing])));

    [Fact]
    public void Round_FromAWorld_IsAShortestOne()
    {
        var graph = GraphOf([[new(1, 0)], [new(2, 0)], [new(0, 0), new(3, 0)], [new(0, 0)]]);

        Assert.Equal([1, 2, 0], FairCycles.Round(graph, [0, 1, 2, 3], 0).Select(arc => arc.To));
    }

    private static List<int>[] FairOf(StateGraph graph) => [.. Components.Of(graph).SelectMany(component => FairCycles.In(graph, component))];

    private static StateGraph GraphOf(Arc[][] worlds)
    {
        var graph = new StateGraph();
        foreach (var arcs in worlds)
        {
            graph.Begin();
            foreach (var arc in arcs)
                graph.Add(arc);
            graph.End(arcs.Aggregate(0ul, (bits, arc) => bits | (1ul << arc.Task)), 1, stopped: false);
        }

        return graph;
    }
}
