using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>Which properties the executed steps had judged. A green run says what it looked at.</summary>
public static class Judged
{
    private static readonly Property[] AtTheEnd = [Property.P9, Property.Quiescence];

    /// <summary>For each property: at how many different steps or final states it was judged.</summary>
    public static IReadOnlyDictionary<Property, long> Count(ExplorationResult result) => Count(result.Exercised, result.FinalStates);

    /// <summary>The same of one run.</summary>
    public static IReadOnlyDictionary<Property, long> Count(RecordedRun run) => Count(run.Exercised, run.Fold.IsQuiescent ? 1 : 0);

    private static Dictionary<Property, long> Count(IEnumerable<Step> exercised, long ends)
    {
        var counts = exercised.SelectMany(step => By(step).Distinct()).CountBy(property => property).ToDictionary(entry => entry.Key, entry => (long)entry.Value);
        foreach (var property in AtTheEnd)
            counts[property] = ends;
        return counts;
    }

    /// <summary>What is counted for a property.</summary>
    public static string Unit(Property property) => AtTheEnd.Contains(property) ? "final state" : "step";

    private static IEnumerable<Property> By(Step step) => step switch
    {
        Step.Check check => check.Obligations.Select(Obligations.PropertyOf),
        Step.Send { Kind: SendKind.Release } => [Property.Locks],
        Step.Send { Kind: SendKind.Access } send => ByAccess(send).Append(Property.P7),
        _ => [],
    };

    private static IEnumerable<Property> ByAccess(Step.Send send)
    {
        if (SampleWorld.TargetOf(send) == MachineKind.DmaBuf)
            yield return Property.P5;
        switch (SampleWorld.MessageOf(send))
        {
            case DeviceMessage.TryGetRegistration or DeviceMessage.PutRegistration or DeviceMessage.UsagePut or DeviceFileMessage.Fdput
                or DmaBufMessage.KrefPut or DmaBufMessage.Fput or DmaBufMessage.TakeOverReference or DmaBufMessage.HandReference:
                yield return Property.P6;
                break;
            case DmaBufMessage.GetFileActive:
                yield return Property.P8;
                break;
            case DeviceMessage.WaitForRegistration:
                yield return Property.P10;
                break;
            default:
                break;
        }
    }
}
