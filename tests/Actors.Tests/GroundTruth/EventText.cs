using Actors.Core.Analysis;

namespace Actors.Tests.GroundTruth;

/// <summary>The events of a row, for a report.</summary>
internal static class EventText
{
    public static IEnumerable<string> Of(PossibleWorld world) => Trail.Events(world.Trail).Select(happened =>
        $"{world.World.Model.Topology.NameOf(happened.Task),-6} {happened.Target?.ToString() ?? "",-16} {happened.Step.Function}: {happened.Step.Text} -> {happened.Reply.Value}");
}
